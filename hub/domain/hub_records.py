"""The file of the hub itself: which documents and acts it must be able to show, and until when.

Each is a dated version (GDPR 5(2), 24). The hub is one mission among its members': its entry in the
register, its impact assessment, its notice, its agreements, its training and its procedure.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.domain.working_days import add_months


class RecordKind(StrEnum):
    """What the file holds, in the order of its page (values are stored)."""

    REGISTER_ENTRY = "register_entry"
    IMPACT_ASSESSMENT = "impact_assessment"
    INFORMATION_NOTICE = "information_notice"
    WRITTEN_PROCEDURE = "written_procedure"
    TRAINING = "training"
    ACCESSIBILITY_AUDIT = "accessibility_audit"
    QUALITY_CHECK = "quality_check"
    ACTIVITY_REPORT = "activity_report"
    AGREEMENT = "agreement"


ARTICLES = {
    RecordKind.REGISTER_ENTRY: "RGPD 30",
    RecordKind.IMPACT_ASSESSMENT: "RGPD 35",
    RecordKind.INFORMATION_NOTICE: "RGPD 13",
    RecordKind.WRITTEN_PROCEDURE: "CEPD, action 2024",
    RecordKind.TRAINING: "CEPD, action 2024",
    RecordKind.ACCESSIBILITY_AUDIT: "RGAA",
    RecordKind.QUALITY_CHECK: "RGPD 15(4), 32",
    RecordKind.ACTIVITY_REPORT: "CEPD, action 2025",
    RecordKind.AGREEMENT: "RGPD 26, 28",
}

OF_HUB = tuple(kind for kind in RecordKind if kind is not RecordKind.AGREEMENT)
"""What there is once for the whole hub; an agreement is owed with each member organisation."""


class RecordStanding(StrEnum):
    """What the file says of one thing it must hold."""

    IN_FORCE = "in_force"
    SOON = "soon"
    TO_REVIEW = "to_review"
    MISSING = "missing"


@dataclass(frozen=True)
class HubRecordPolicy:
    """How long a version stands before it is read again [P], and how long before that it is told.

    `review_months` is proposed where whoever enters a document gives no day of her own.
    """

    review_months: int = 12
    soon_days: int = 30


POLICY = HubRecordPolicy()


def review_day(dated_on: date, policy: HubRecordPolicy = POLICY) -> date:
    """The day on which a version is to be read again, where none was chosen."""
    return add_months(dated_on, policy.review_months)


def standing(
    review_on: date | None, today: date, policy: HubRecordPolicy = POLICY
) -> RecordStanding:
    """How the version in force stands: to be read again from its day on; None never is."""
    if review_on is None:
        return RecordStanding.IN_FORCE
    if review_on <= today:
        return RecordStanding.TO_REVIEW
    if review_on <= today + timedelta(days=policy.soon_days):
        return RecordStanding.SOON
    return RecordStanding.IN_FORCE
