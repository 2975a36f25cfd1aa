"""Writes an import's plan: rows found again are updated in place, nothing verified is touched."""

from sqlalchemy.orm import Session

from hub.domain.audit_log import HUB_STREAM, EventKind
from hub.domain.directory import ContactStatus, fold
from hub.domain.directory_records import DirectoryRecords
from hub.models.columns import new_id
from hub.models.directory import (
    ContactPoint,
    Controllership,
    IdentifierAsked,
    Organisation,
    Processing,
    Purpose,
    Recipient,
    Reuse,
)
from hub.services.directory_changes import (
    ImportPlan,
    ImportReport,
    OrganisationStep,
    ProcessingStep,
    Verdict,
)
from hub.services.directory_plan import plan_import
from hub.services.unit_of_work import Work


def apply_directory_records(work: Work, records: DirectoryRecords) -> ImportReport:
    """Bring the directory up to these records, all in this unit of work, and report.

    The report is the one a dry run would have given (`plan_import(...).report()`).
    """
    plan = plan_import(work.session, records)
    apply_plan(work, plan)
    return plan.report()


def apply_plan(work: Work, plan: ImportPlan) -> None:
    """Write a plan made on this same session; one event says what the import changed."""
    written: list[str] = []
    for organisation in plan.organisations:
        if organisation.verdict is not Verdict.UNCHANGED:
            _write_organisation(work, plan, organisation)
            written.append(organisation.organisation_id.hex)
    work.session.flush()
    changed = [step for step in plan.processings if step.verdict is not Verdict.UNCHANGED]
    for processing in changed:
        _write_processing(work, plan, processing)
        written.append(processing.processing_id.hex)
    work.session.flush()
    for processing in changed:
        _reconcile_reuses(work.session, processing)
    if written:
        work.record(
            EventKind.DIRECTORY_IMPORTED,
            work.actor.organisation_id or HUB_STREAM,
            source=plan.source.value,
            rows=written,
        )


def _write_organisation(work: Work, plan: ImportPlan, step: OrganisationStep) -> None:
    if step.verdict is Verdict.CREATED:
        organisation = Organisation(
            id=step.organisation_id,
            source=plan.source,
            source_key=step.record.key,
            created_at=work.now,
        )
        work.session.add(organisation)
        count = 0
    else:
        organisation = work.session.get_one(Organisation, step.organisation_id)
        count = len(organisation.contact_points)
    for name, value in step.values.items():
        setattr(organisation, name, value)
    organisation.updated_at = work.now
    organisation.search_text = fold(f"{organisation.name} {organisation.acronym or ''}")
    for place, contact in enumerate(step.contacts):
        if contact.contact_point_id:
            point = work.session.get_one(ContactPoint, contact.contact_point_id)
            point.address = contact.record.address
            point.status = ContactStatus.UNVERIFIED
            continue
        point = ContactPoint(
            id=new_id(),
            organisation_id=organisation.id,
            role=contact.record.role,
            channel=contact.record.channel,
            address=contact.record.address,
            position=count + place,
            source=plan.source,
        )
        work.session.add(point)
        work.record(EventKind.CONTACT_ADDED, organisation.id, point.id, source=plan.source.value)


def _write_processing(work: Work, plan: ImportPlan, step: ProcessingStep) -> None:
    if step.verdict is Verdict.CREATED:
        processing = Processing(
            id=step.processing_id,
            source=plan.source,
            source_key=step.record.key,
            created_at=work.now,
        )
        work.session.add(processing)
    else:
        processing = work.session.get_one(Processing, step.processing_id)
    for name, value in step.values.items():
        setattr(processing, name, value)
    processing.updated_at = work.now
    _reconcile_controllers(work.session, processing, step)
    _reconcile_purposes(work.session, processing, step)
    if not step.keeps_recipients:
        _replace_recipients(work.session, processing, step)
    _reconcile_identifiers(work.session, processing, step)


def _reconcile_controllers(session: Session, processing: Processing, step: ProcessingStep) -> None:
    held = {one.organisation_id: one for one in processing.controllerships}
    wanted = dict(zip(step.organisation_ids, step.record.controllers, strict=True))
    for organisation_id, part in wanted.items():
        row = held.get(organisation_id) or Controllership(
            id=new_id(), processing_id=processing.id, organisation_id=organisation_id
        )
        row.is_contact = part.is_contact
        row.resolves_identity = part.resolves_identity
        row.answers = part.answers
        row.position = list(wanted).index(organisation_id)
        session.add(row)
    for organisation_id, row in held.items():
        if organisation_id not in wanted:
            session.delete(row)


def _reconcile_purposes(session: Session, processing: Processing, step: ProcessingStep) -> None:
    held = list(processing.purposes)
    for place, record in enumerate(step.record.purposes):
        row = held[place] if place < len(held) else Purpose(id=new_id())
        row.processing_id = processing.id
        row.title = record.title
        row.title_en = record.title_en
        row.legal_basis = record.legal_basis
        row.context = record.context
        row.position = place
        session.add(row)
    for row in held[len(step.record.purposes) :]:
        session.delete(row)


def _replace_recipients(session: Session, processing: Processing, step: ProcessingStep) -> None:
    held = {(one.name, one.kind): one for one in processing.recipients}
    pairs = zip(step.record.recipients, step.recipient_ids, strict=True)
    for record, organisation_id in pairs:
        row = held.pop((record.name, record.kind), None) or Recipient(id=new_id())
        row.processing_id = processing.id
        row.name = record.name
        row.kind = record.kind
        row.organisation_id = organisation_id
        session.add(row)
    for row in held.values():
        session.delete(row)


def _reconcile_identifiers(session: Session, processing: Processing, step: ProcessingStep) -> None:
    held = {one.identifier: one for one in processing.identifiers_asked}
    for place, record in enumerate(step.record.identifiers):
        row = held.pop(record.identifier, None) or IdentifierAsked(
            id=new_id(), processing_id=processing.id, identifier=record.identifier
        )
        row.is_required = record.is_required
        row.position = place
        session.add(row)
    for row in held.values():
        session.delete(row)


def _reconcile_reuses(session: Session, step: ProcessingStep) -> None:
    processing = session.get_one(Processing, step.processing_id)
    held = {one.reused_id: one for one in processing.reused}
    for reused_id in step.reused_ids:
        if reused_id not in held:
            session.add(Reuse(id=new_id(), processing_id=processing.id, reused_id=reused_id))
    for reused_id, row in held.items():
        if reused_id not in step.reused_ids:
            session.delete(row)
