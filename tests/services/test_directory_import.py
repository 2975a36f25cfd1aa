"""Imports: a second run changes nothing, what is verified stays, a dry run writes nothing."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.domain.directory import (
    Channel,
    ContactRole,
    ContactStatus,
    Identifier,
    OrganisationKind,
    ProcessingKind,
    Source,
)
from hub.domain.directory_records import (
    ContactRecord,
    ControllerRecord,
    DirectoryRecords,
    FindingCode,
    IdentifierRecord,
    OrganisationRecord,
    ProcessingRecord,
    PurposeRecord,
    RecipientRecord,
    ReuseRecord,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.models.audit_event import AuditEvent
from hub.models.directory import ContactPoint, Organisation, Processing, Purpose, Reuse
from hub.services.directory import verify_processing
from hub.services.directory_changes import ImportReport, Verdict
from hub.services.directory_import import apply_directory_records
from hub.services.directory_plan import plan_import
from tests.conftest import Unit

MAIL = ContactRecord(ContactRole.DPO, Channel.EMAIL, "dpo@chu.example")
CHU = OrganisationRecord("chu", "CHU de Brume", siren="999003007", contacts=(MAIL,))
LAB = OrganisationRecord("lab", "Laboratoire Brume", OrganisationKind.COMPANY)
EDS = ProcessingRecord(
    "eds",
    ProcessingKind.DATABASE,
    "Entrepôt",
    (ControllerRecord("chu"),),
    (PurposeRecord("Recherche", LegalBasis.PUBLIC_TASK, Context.HEALTH_WAREHOUSE),),
    summary="Avant",
    recipients=(RecipientRecord("Hébergeur"),),
    identifiers=(IdentifierRecord(Identifier.BIRTH_NAME, True),),
)
STUDY = ProcessingRecord(
    "study",
    ProcessingKind.PROJECT,
    "Étude",
    (ControllerRecord("lab"), ControllerRecord("chu", is_contact=False)),
    (PurposeRecord("Étude", LegalBasis.LEGITIMATE_INTERESTS, Context.INDUSTRY_STUDY),),
    reuses=(ReuseRecord(key="eds"), ReuseRecord(title="Inconnue")),
)
RECORDS = DirectoryRecords(Source.HEALTHDCAT, (CHU, LAB), (EDS, STUDY))


def load(unit: Unit, records: DirectoryRecords = RECORDS) -> ImportReport:
    with unit(SYSTEM) as work:
        return apply_directory_records(work, records)


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def found(report: ImportReport, code: FindingCode) -> bool:
    return any(one.code is code for one in report.findings)


def test_a_first_import_creates_everything_and_says_what_it_could_not_link(
    unit: Unit, session: Session
) -> None:
    report = load(unit)
    assert report.count(Verdict.CREATED) == 4
    assert found(report, FindingCode.REUSED_UNKNOWN)
    study = session.scalars(select(Processing).where(Processing.title == "Étude")).one()
    assert [one.is_contact for one in study.controllerships] == [True, False]
    assert [one.reused_processing.title for one in study.reused] == ["Entrepôt"]
    kinds = set(session.scalars(select(AuditEvent.kind)))
    assert EventKind.DIRECTORY_IMPORTED in kinds


def test_a_second_import_of_the_same_file_changes_nothing(unit: Unit, session: Session) -> None:
    load(unit)
    events = count(session, AuditEvent)
    report = load(unit)
    assert report.count(Verdict.UNCHANGED) == 4
    assert (count(session, Organisation), count(session, Processing)) == (2, 2)
    assert count(session, AuditEvent) == events


def test_a_changed_record_is_updated_in_place_field_by_field(unit: Unit, session: Session) -> None:
    load(unit)
    before = session.scalars(select(Processing.id).order_by(Processing.id)).all()
    changed = replace(
        EDS,
        summary="Après",
        purposes=(replace(EDS.purposes[0], legal_basis=LegalBasis.CONSENT), *STUDY.purposes),
        recipients=(),
        identifiers=(IdentifierRecord(Identifier.BIRTH_NAME), IdentifierRecord(Identifier.SEX)),
    )
    report = load(unit, replace(RECORDS, processings=(changed, STUDY)))
    (entry,) = report.updated
    fields = {change.field: (change.before, change.after) for change in entry.changes}
    assert fields["summary"] == ("Avant", "Après")
    assert set(fields) == {"summary", "purposes", "recipients", "identifiers"}
    session.rollback()
    assert session.scalars(select(Processing.id).order_by(Processing.id)).all() == before
    eds = session.scalars(select(Processing).where(Processing.title == "Entrepôt")).one()
    assert eds.purposes[0].legal_basis is LegalBasis.CONSENT
    assert len(eds.purposes) == 2
    assert eds.recipients == []
    assert count(session, Purpose) == 3


def test_controllers_and_reuses_that_are_gone_from_the_file_go(
    unit: Unit, session: Session
) -> None:
    load(unit)
    alone = replace(STUDY, controllers=(ControllerRecord("lab"),), reuses=())
    load(unit, replace(RECORDS, processings=(EDS, alone)))
    assert count(session, Reuse) == 0
    study = session.scalars(select(Processing).where(Processing.title == "Étude")).one()
    assert [one.organisation.name for one in study.controllerships] == ["Laboratoire Brume"]


def test_a_processing_somebody_verified_is_left_as_it_is(unit: Unit, session: Session) -> None:
    load(unit)
    processing_id = _id_of(session, "Entrepôt")
    with unit(SYSTEM) as work:
        verify_processing(work, processing_id)
    report = load(unit, replace(RECORDS, processings=(replace(EDS, summary="Faux"), STUDY)))
    assert found(report, FindingCode.KEPT_VERIFIED)
    assert not report.updated
    session.rollback()
    assert session.get_one(Processing, processing_id).summary == "Avant"


def test_a_contact_point_somebody_verified_is_left_as_it_is(unit: Unit, session: Session) -> None:
    load(unit)
    with unit(SYSTEM) as work:
        point = work.session.scalars(select(ContactPoint)).one()
        point.verified_at, point.status = work.now, ContactStatus.VERIFIED
    moved = replace(CHU, contacts=(replace(MAIL, address="autre@ailleurs.example"),))
    report = load(unit, replace(RECORDS, organisations=(moved, LAB)))
    assert found(report, FindingCode.KEPT_VERIFIED)
    session.rollback()
    assert session.scalars(select(ContactPoint.address)).all() == ["dpo@chu.example"]


def test_an_address_that_moved_is_replaced_and_must_be_verified_again(
    unit: Unit, session: Session
) -> None:
    load(unit)
    moved = replace(CHU, contacts=(replace(MAIL, address="dpd@chu.example"),))
    report = load(unit, replace(RECORDS, organisations=(moved, LAB)))
    assert report.updated[0].changes[0].before == "dpo@chu.example"
    point = session.scalars(select(ContactPoint)).one()
    assert (point.address, point.status) == ("dpd@chu.example", ContactStatus.UNVERIFIED)


def test_an_organisation_is_found_again_by_siren_and_only_its_blanks_are_filled(
    unit: Unit, session: Session
) -> None:
    load(unit)
    other = OrganisationRecord(
        "X1", "CENTRE HOSPITALIER BRUME", siren=CHU.siren, website="https://chu.example"
    )
    report = load(unit, DirectoryRecords(Source.ORGANISATIONS, (other,)))
    (entry,) = report.updated
    assert [change.field for change in entry.changes] == ["website"]
    assert count(session, Organisation) == 2
    assert "CHU de Brume" in session.scalars(select(Organisation.name)).all()


def test_two_bodies_with_one_name_but_two_sirens_stay_two(unit: Unit, session: Session) -> None:
    load(unit)
    twin = OrganisationRecord("X1", "CHU de Brume", siren="999004005")
    load(unit, DirectoryRecords(Source.ORGANISATIONS, (twin,)))
    assert count(session, Organisation) == 3


def test_a_register_completes_known_bodies_and_counts_the_others(
    unit: Unit, session: Session
) -> None:
    load(unit)
    stranger = OrganisationRecord("999005002", "Inconnu", siren="999005002")
    letter = ContactRecord(ContactRole.DPO, Channel.POST, "1 rue X")
    known = OrganisationRecord(CHU.siren or "", "CHU", siren=CHU.siren, contacts=(letter,))
    records = DirectoryRecords(Source.CNIL_DPO, (known, stranger), only_known=True)
    report = load(unit, records)
    assert found(report, FindingCode.ORGANISATIONS_UNKNOWN)
    assert count(session, Organisation) == 2
    assert count(session, ContactPoint) == 2
    assert load(unit, records).count(Verdict.UNCHANGED) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(unit: Unit, session: Session) -> None:
    dry = plan_import(session, RECORDS).report()
    assert (count(session, Organisation), count(session, AuditEvent)) == (0, 0)
    wet = load(unit)
    assert [one.name for one in dry.created] == [one.name for one in wet.created]
    assert dry.findings == wet.findings


def _id_of(session: Session, title: str) -> UUID:
    session.rollback()
    return session.scalars(select(Processing.id).where(Processing.title == title)).one()
