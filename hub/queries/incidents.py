"""The register of incidents: one line each, and one entry whole; nothing of the person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.actors import ActorKind, Role
from hub.domain.incidents import (
    IncidentEntry,
    IncidentState,
    missing,
    notify_by,
    state_of,
)
from hub.errors import NotFound
from hub.models.directory import Organisation
from hub.models.incident import Incident
from hub.models.member import Member, RoleRow
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.sealing import Place, RequestKeys, Shredded

Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class IncidentRow:
    """One line of the register."""

    id: UUID
    number: str
    organisation_id: UUID
    organisation_name: str
    referral_id: UUID
    referral_number: str
    answer_id: UUID
    opened_at: datetime
    opened_by: ActorKind
    has_words: bool
    notify_by: datetime
    state: IncidentState
    entry: IncidentEntry
    written_at: datetime | None
    written_by: str
    released_at: datetime | None
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True)
class Tally:
    """The register in figures: how many incidents, how many open, and what they lack."""

    incidents: int
    still_open: int
    undecided: int
    unexplained: int


@dataclass(frozen=True)
class Register:
    """The register as one reader sees it: of one organisation, or of all; now."""

    session: Session
    keys: RequestKeys
    scope: UUID | None
    now: datetime

    def lines(
        self, is_open: bool | None = None, after: Key | None = None, limit: int | None = 50
    ) -> list[IncidentRow]:
        """Incidents, the latest first; paged by key, or all without a limit."""
        found = self._found().where(*_open(is_open))
        if after is not None:
            found = found.where(tuple_(Incident.opened_at, Incident.id) < tuple_(*after))
        rows = self.session.execute(found.limit(limit)).all()
        self.keys.load(row.rights_request_id for row, *_ in rows)
        return [self._line(*row) for row in rows]

    def line(self, incident_id: UUID) -> IncidentRow:
        """One incident; raises NotFound outside the scope."""
        row = self.session.execute(self._found().where(Incident.id == incident_id)).first()
        if row is None:
            raise NotFound(incident_id=incident_id)
        return self._line(*row)

    def counts(self) -> dict[bool | None, int]:
        """How many are open, closed, and in all (under None)."""
        counted = select(func.count(Incident.id)).where(*_scoped(self.scope))
        return {
            chosen: self.session.scalar(counted.where(*_open(chosen))) or 0
            for chosen in (True, False, None)
        }

    def tally(self) -> Tally:
        """What the register holds, and which open incidents break the 72 hours (GDPR 33(1)).

        `undecided`: the hours are over and nothing says whether to notify; `unexplained`: notified
        after them without a reason. A closed incident lacks neither.
        """
        still_open = self.lines(is_open=True, limit=None)
        return Tally(
            incidents=self.counts()[None],
            still_open=len(still_open),
            undecided=sum(one.state is IncidentState.LATE for one in still_open),
            unexplained=sum("delay" in missing(one.entry, one.opened_at) for one in still_open),
        )

    def _line(self, row: Incident, name: str, number: str) -> IncidentRow:
        entry = entry_of(self.keys, row)
        return IncidentRow(
            id=row.id,
            number=row.number,
            organisation_id=row.organisation_id,
            organisation_name=name,
            referral_id=row.referral_id,
            referral_number=number,
            answer_id=row.answer_id,
            opened_at=row.opened_at,
            opened_by=row.opened_by,
            has_words=row.said_sealed is not None,
            notify_by=notify_by(row.opened_at),
            state=state_of(row.opened_at, row.closed_at, entry, self.now),
            entry=entry,
            written_at=row.written_at,
            written_by=row.written_by_name,
            released_at=row.released_at,
            closed_at=row.closed_at,
            closed_by=row.closed_by_name,
        )

    def _found(self) -> Any:
        return (
            select(Incident, Organisation.name, Referral.number)
            .join(Organisation, Organisation.id == Incident.organisation_id)
            .join(Referral, Referral.id == Incident.referral_id)
            .where(*_scoped(self.scope))
            .order_by(Incident.opened_at.desc(), Incident.id.desc())
        )


def incidents_on(session: Session, answer_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Which of these answers stand still because of an incident, and since when."""
    rows = session.execute(
        select(Incident.answer_id, func.max(Incident.opened_at))
        .where(Incident.answer_id.in_(list(answer_ids)), Incident.released_at.is_(None))
        .group_by(Incident.answer_id)
    )
    return {row[0]: row[1] for row in rows}


def has_dpo(session: Session, organisation_id: UUID) -> bool:
    """Whether an organisation has a DPO among its members here."""
    found = (
        select(Member.id)
        .join(Member.roles)
        .where(
            Member.organisation_id == organisation_id,
            Member.active,
            RoleRow.name == Role.DPO.value,
        )
    )
    return session.scalar(found.limit(1)) is not None


def entry_of(keys: RequestKeys, row: Incident) -> IncidentEntry:
    """The entry of the register; words whose key was shredded read as empty."""
    place = Place(row.rights_request_id, "incident.entry_sealed", row.id, KeyClass.PROCEDURE)
    try:
        words = keys.open_facts(place, row.entry_sealed)
    except Shredded:
        words = {}
    return IncidentEntry(risk=row.risk, notified_on=row.notified_on, told_on=row.told_on, **words)


def _scoped(scope: UUID | None) -> Sequence[ColumnElement[bool]]:
    return () if scope is None else (Incident.organisation_id == scope,)


def _open(chosen: bool | None) -> Sequence[ColumnElement[bool]]:
    if chosen is None:
        return ()
    return (Incident.closed_at.is_(None) if chosen else Incident.closed_at.is_not(None),)
