"""The file of the hub as its DPO reads it: in force, missing, to be read again (C24-C26)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, exists, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.hub_records import (
    OF_HUB,
    HubRecordPolicy,
    RecordKind,
    RecordStanding,
    standing,
)
from hub.models.directory import Organisation
from hub.models.hub_record import HubRecord
from hub.models.member import Member


@dataclass(frozen=True)
class RecordRow:
    """One version of the file, as it was entered."""

    id: UUID
    kind: RecordKind
    organisation: str
    title: str
    version: str
    dated_on: date
    review_on: date | None
    reference: str
    entered_at: datetime
    entered_by: str
    is_withdrawn: bool


@dataclass(frozen=True)
class FileLine:
    """One thing the file must hold: the version in force, if any, and how it stands."""

    kind: RecordKind
    organisation_id: UUID | None
    organisation: str
    current: RecordRow | None
    standing: RecordStanding


@dataclass(frozen=True)
class HubFile:
    """What the hub must be able to show on a day: its own documents, and its agreements."""

    documents: tuple[FileLine, ...]
    agreements: tuple[FileLine, ...]

    def counts(self) -> Mapping[RecordStanding, int]:
        """How many lines stand in each way, documents and agreements together."""
        return counts_of((*self.documents, *self.agreements))

    def of(self, *kinds: RecordKind) -> tuple[FileLine, ...]:
        """The lines of some kinds."""
        return tuple(one for one in (*self.documents, *self.agreements) if one.kind in kinds)


def counts_of(lines: Iterable[FileLine]) -> Mapping[RecordStanding, int]:
    """How many lines stand in each way."""
    found = Counter(line.standing for line in lines)
    return {one: found[one] for one in RecordStanding}


def hub_file(
    session: Session, today: date, policy: HubRecordPolicy, organisation_id: UUID | None = None
) -> HubFile:
    """The whole file on a day; with an organisation, its own agreement alone beside the rest."""
    in_force: dict[tuple[RecordKind, UUID | None], RecordRow] = {}
    for row, organisation, name in session.execute(_rows().where(HubRecord.withdrawn_at.is_(None))):
        in_force[row.kind, row.organisation_id] = _row(row, organisation, name)
    members = [one for one in member_organisations(session) if organisation_id in (None, one[0])]
    wanted: list[tuple[RecordKind, UUID | None, str]] = [(kind, None, "") for kind in OF_HUB]
    wanted += [(RecordKind.AGREEMENT, key, name) for key, name in members]
    lines = [_line(one, in_force.get(one[:2]), today, policy) for one in wanted]
    return HubFile(tuple(lines[: len(OF_HUB)]), tuple(lines[len(OF_HUB) :]))


def member_organisations(session: Session) -> list[tuple[UUID, str]]:
    """The organisations with which an agreement is owed: those whose members work in the hub."""
    works_here = exists().where(Member.organisation_id == Organisation.id, Member.active)
    found = (
        select(Organisation.id, Organisation.name)
        .where(works_here, ~Organisation.runs_hub)
        .order_by(Organisation.name, Organisation.id)
    )
    return [(key, name) for key, name in session.execute(found)]


def record_history(
    session: Session, kind: RecordKind | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[RecordRow]:
    """Everything ever entered, the newest first, what was taken out included; paged by key."""
    key = (HubRecord.entered_at, HubRecord.id)
    found = _rows().order_by(None).order_by(*(one.desc() for one in key)).limit(limit)
    if kind is not None:
        found = found.where(HubRecord.kind == kind)
    if after is not None:
        found = found.where(tuple_(*key) < tuple_(*after))
    return [_row(*row) for row in session.execute(found)]


def _rows() -> Select[HubRecord, str, str]:
    """Versions with the names beside them, so that the last of each thing is the one in force."""
    return (
        select(HubRecord, Organisation.name, Member.name)
        .outerjoin(Organisation, Organisation.id == HubRecord.organisation_id)
        .outerjoin(Member, Member.id == HubRecord.entered_by_id)
        .order_by(HubRecord.dated_on, HubRecord.entered_at, HubRecord.id)
    )


def _row(row: HubRecord, organisation: str | None, entered_by: str | None) -> RecordRow:
    return RecordRow(
        id=row.id,
        kind=row.kind,
        organisation=organisation or "",
        title=row.title,
        version=row.version,
        dated_on=row.dated_on,
        review_on=row.review_on,
        reference=row.reference,
        entered_at=row.entered_at,
        entered_by=entered_by or "",
        is_withdrawn=row.withdrawn_at is not None,
    )


def _line(
    wanted: tuple[RecordKind, UUID | None, str],
    current: RecordRow | None,
    today: date,
    policy: HubRecordPolicy,
) -> FileLine:
    kind, organisation_id, name = wanted
    found = standing(current.review_on, today, policy) if current else RecordStanding.MISSING
    return FileLine(kind, organisation_id, name, current, found)
