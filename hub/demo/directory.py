"""The demonstration directory: made-up holders of health data of real kinds, read from TOML."""

import tomllib
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from hub.domain.directory import (
    Channel,
    ContactRole,
    ContactStatus,
    Identifier,
    IdentityLevel,
    OrganisationKind,
    ProcessingKind,
    RecipientKind,
    Source,
)
from hub.domain.directory_records import (
    ContactRecord,
    ControllerRecord,
    DirectoryRecords,
    IdentifierRecord,
    OrganisationRecord,
    ProcessingRecord,
    PurposeRecord,
    RecipientRecord,
    ReuseRecord,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.working_days import HolidayZone
from hub.models.directory import Organisation, Processing
from hub.services.directory_changes import ImportReport, Verdict
from hub.services.directory_import import apply_directory_records
from hub.services.unit_of_work import Work

_COPIED = (
    "title_en", "summary", "summary_en", "sources_text", "data_from_on", "data_to_on", "population",
    "website", "cues", "overrides",
)  # fmt: skip


def load_directory(work: Work) -> ImportReport:
    """Load the demonstration directory, verified and ready to use; a second time changes nothing.

    What somebody has edited since is left as it is, like after any import.
    """
    organisations = _read("organisations.toml")["organisation"]
    processings = [
        one for name in ("databases.toml", "studies.toml") for one in _read(name)["processing"]
    ]
    report = apply_directory_records(
        work,
        DirectoryRecords(
            Source.DEMONSTRATION,
            tuple(_organisation(one) for one in organisations),
            tuple(_processing(one) for one in processings),
        ),
    )
    created = {entry.id for entry in report.entries if entry.verdict is Verdict.CREATED}
    if created:
        _finish_organisations(work, {one["key"]: one for one in organisations}, created)
        _finish_processings(work, {one["key"]: one for one in processings}, created)
    return report


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("hub.demo").joinpath(name).read_text("utf-8"))


def _organisation(said: dict[str, Any]) -> OrganisationRecord:
    return OrganisationRecord(
        key=said["key"],
        name=said["name"],
        kind=OrganisationKind(said["kind"]),
        acronym=said.get("acronym"),
        siren=said["siren"],
        finess=said.get("finess"),
        website=said["website"],
        postal_address=said["postal_address"],
        phone=said["phone"],
        service_name=said.get("service_name"),
        contacts=(ContactRecord(ContactRole.DPO, Channel.EMAIL, said["email"]),),
    )


def _processing(said: dict[str, Any]) -> ProcessingRecord:
    return ProcessingRecord(
        key=said["key"],
        kind=ProcessingKind(said["kind"]),
        title=said["title"],
        controllers=tuple(_controller(one) for one in said["controllers"]),
        purposes=tuple(_purpose(one) for one in said["purposes"]),
        recipients=tuple(_recipient(one) for one in said["recipients"]),
        identifiers=(
            *(IdentifierRecord(Identifier(one), True) for one in said.get("required", ())),
            *(IdentifierRecord(Identifier(one)) for one in said.get("useful", ())),
        ),
        reuses=tuple(ReuseRecord(key=one) for one in said.get("reuses", ())),
        **{name: said[name] for name in _COPIED if name in said},
    )


def _controller(said: dict[str, Any]) -> ControllerRecord:
    duties = {name: value for name, value in said.items() if name != "organisation"}
    return ControllerRecord(said["organisation"], **duties)


def _purpose(said: dict[str, Any]) -> PurposeRecord:
    return PurposeRecord(
        said["title"], LegalBasis(said["basis"]), Context(said["context"]), said["title_en"]
    )


def _recipient(said: dict[str, Any]) -> RecipientRecord:
    return RecipientRecord(said["name"], RecipientKind(said["kind"]), said.get("organisation"))


def _finish_organisations(work: Work, said: dict[str, dict[str, Any]], created: set[Any]) -> None:
    """Zones, the body that runs the hub, portal and letters, and addresses known to be good."""
    found = work.session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(created))
        .options(selectinload(Organisation.contact_points))
    )
    for organisation in found:
        own = said[organisation.source_key or ""]
        organisation.runs_hub = own.get("runs_hub", False)
        organisation.holiday_zone = HolidayZone(own.get("holiday_zone", HolidayZone.METROPOLE))
        organisation.verified_at = work.now
        for point in organisation.contact_points:
            point.status = ContactStatus.VERIFIED
            point.verified_at = work.now


def _finish_processings(work: Work, said: dict[str, dict[str, Any]], created: set[Any]) -> None:
    found = work.session.scalars(select(Processing).where(Processing.id.in_(created)))
    for processing in found:
        own = said[processing.source_key or ""]
        processing.answer_level = IdentityLevel(own["answer_level"])
