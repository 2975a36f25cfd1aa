"""The legal dates that a calendar program may show: numbers and dates, nothing else."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import UNDELIVERED, WORKABLE, RequestState
from hub.models.member import Member
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest


@dataclass(frozen=True)
class AgendaRow:
    """The next date of one open referral; `due_on` is None while its clock is paused."""

    id: UUID
    number: str
    due_on: date | None
    refusal_due_on: date
    revised_at: datetime


def active_member(session: Session, member_id: UUID) -> Member | None:
    """The member whose calendar this is, if her access is open."""
    row = session.get(Member, member_id)
    return row if row is not None and row.has_access else None


def open_dates_of(session: Session, organisation_id: UUID) -> tuple[AgendaRow, ...]:
    """The dates of the open delivered referrals of an organisation, the soonest first."""
    return _rows(session, Referral.organisation_id == organisation_id, Referral.state.in_(WORKABLE))


def open_dates_of_person(session: Session, rights_request_id: UUID) -> tuple[AgendaRow, ...]:
    """The dates of the referrals of a person's active rights request that are still open."""
    active = select(RightsRequest.id).where(
        RightsRequest.id == rights_request_id, RightsRequest.state == RequestState.ACTIVE
    )
    still_open = Referral.state.in_(WORKABLE | UNDELIVERED)
    return _rows(session, Referral.rights_request_id.in_(active), still_open)


def _rows(session: Session, *wanted: ColumnElement[bool]) -> tuple[AgendaRow, ...]:
    rows = session.execute(
        select(
            Referral.id,
            Referral.number,
            Referral.due_on,
            Referral.refusal_due_on,
            Referral.last_event_at,
        )
        # An answer that is contested has met its date, and the law sets no other.
        .where(Referral.answered_at.is_(None), *wanted)
        .order_by(Referral.due_on, Referral.id)
    )
    return tuple(AgendaRow(*row) for row in rows)
