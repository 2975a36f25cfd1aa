"""The file of the hub in words: what each thing is, and how it stands."""

from flask_babel import lazy_gettext as _l

from hub.domain.hub_records import RecordKind, RecordStanding

KINDS = {
    RecordKind.REGISTER_ENTRY: _l("Entry in the register of processing"),
    RecordKind.IMPACT_ASSESSMENT: _l("Impact assessment (DPIA)"),
    RecordKind.INFORMATION_NOTICE: _l("Information notice"),
    RecordKind.WRITTEN_PROCEDURE: _l("Written procedure for requests"),
    RecordKind.TRAINING: _l("Training of the staff"),
    RecordKind.ACCESSIBILITY_AUDIT: _l("Accessibility audit"),
    RecordKind.QUALITY_CHECK: _l("Check of a sample of answers"),
    RecordKind.ACTIVITY_REPORT: _l("Report to the management and the DPOs"),
    RecordKind.AGREEMENT: _l("Agreement with a member organisation"),
}
STANDINGS = {
    RecordStanding.IN_FORCE: _l("In force"),
    RecordStanding.SOON: _l("Soon to review"),
    RecordStanding.TO_REVIEW: _l("To review"),
    RecordStanding.MISSING: _l("Missing"),
}
TAGS = {
    RecordStanding.IN_FORCE: "ok",
    RecordStanding.SOON: "soon",
    RecordStanding.TO_REVIEW: "late",
    RecordStanding.MISSING: "late",
}
