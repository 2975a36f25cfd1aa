"""The register of complaints that the hub transmits to the CNIL: dates and outcomes, no words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.domain.complaints import ComplaintOutcome, ComplaintState, complaint_state
from hub.models.audit_event import AuditEvent
from hub.models.opt_out import CnilComplaint
from hub.models.rights_request import Identity
from hub.sealing import Place, RequestKeys, Shredded

Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class ComplaintRow:
    """One complaint, without its words nor its person."""

    id: UUID
    rights_request_id: UUID
    number: str
    made_at: datetime
    transmitted_on: date | None
    transmitted_by: str
    cnil_number: str
    outcome: ComplaintOutcome | None
    outcome_on: date | None

    @property
    def state(self) -> ComplaintState:
        """Where it stands."""
        return complaint_state(self.transmitted_on, self.outcome_on)


@dataclass(frozen=True)
class ComplaintCounts:
    """How many in each state, how each outcome came out, and files persons took there themselves.

    `oldest_on`: the day of the oldest complaint that is still to be transmitted.
    """

    by_state: dict[ComplaintState, int]
    by_outcome: dict[ComplaintOutcome, int]
    files_made: int
    oldest_on: datetime | None

    @property
    def whole(self) -> int:
        """All complaints."""
        return sum(self.by_state.values())


def complaints(
    session: Session, state: ComplaintState | None, after: Key | None, limit: int
) -> list[ComplaintRow]:
    """Complaints in a state, or all, the earliest first; paged by key."""
    found = select(CnilComplaint).order_by(CnilComplaint.made_at, CnilComplaint.id)
    if state is not None:
        found = found.where(*_in_state(state))
    if after is not None:
        found = found.where(tuple_(CnilComplaint.made_at, CnilComplaint.id) > tuple_(*after))
    return [_row(one) for one in session.scalars(found.limit(limit))]


def complaint_counts(session: Session) -> ComplaintCounts:
    """The figures of the whole register (C27)."""
    by_state = {state: _count(session, *_in_state(state)) for state in ComplaintState}
    outcomes = session.execute(
        select(CnilComplaint.outcome, func.count())
        .where(CnilComplaint.outcome.is_not(None))
        .group_by(CnilComplaint.outcome)
    )
    files = select(func.count(AuditEvent.id)).where(AuditEvent.kind == EventKind.CNIL_FILE_MADE)
    oldest = select(func.min(CnilComplaint.made_at)).where(CnilComplaint.transmitted_on.is_(None))
    return ComplaintCounts(
        by_state,
        {outcome: count for outcome, count in outcomes if outcome is not None},
        session.scalar(files) or 0,
        session.scalar(oldest),
    )


def complaint_row(session: Session, complaint_id: UUID) -> ComplaintRow | None:
    """One complaint, or None."""
    found = session.get(CnilComplaint, complaint_id)
    return _row(found) if found else None


def complaints_of(session: Session, rights_request_id: UUID) -> list[ComplaintRow]:
    """The complaints of one person, the earliest first."""
    found = select(CnilComplaint).where(CnilComplaint.rights_request_id == rights_request_id)
    return [_row(one) for one in session.scalars(found.order_by(CnilComplaint.made_at))]


def complainant(
    session: Session, keys: RequestKeys, rights_request_id: UUID
) -> dict[str, Any] | None:
    """Who complains, as she said it; None once it is deleted."""
    identity = session.get(Identity, rights_request_id)
    place = Place(rights_request_id, "identity.sealed", rights_request_id)
    try:
        return keys.open_facts(place, identity.sealed if identity else None) or None
    except Shredded:
        return None


def _in_state(state: ComplaintState) -> Sequence[ColumnElement[bool]]:
    transmitted, closed = CnilComplaint.transmitted_on, CnilComplaint.outcome_on
    if state is ComplaintState.TO_TRANSMIT:
        return (transmitted.is_(None),)
    if state is ComplaintState.TRANSMITTED:
        return (transmitted.is_not(None), closed.is_(None))
    return (transmitted.is_not(None), closed.is_not(None))


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(CnilComplaint.id)).where(*conditions)) or 0


def _row(row: CnilComplaint) -> ComplaintRow:
    return ComplaintRow(
        row.id,
        row.rights_request_id,
        row.number,
        row.made_at,
        row.transmitted_on,
        row.transmitted_by_name,
        row.cnil_number,
        row.outcome,
        row.outcome_on,
    )
