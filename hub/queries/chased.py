"""The referrals that have a reminder due, found again at each run: a missed run loses nothing.

The conditions say in SQL what `domain.notices` decides, so that a run reads only what it sends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hub.domain.lifecycle import UNDELIVERED, WORKABLE, ReferralState, RequestState
from hub.domain.notices import (
    POLICY,
    WITHOUT_CONTROLLER,
    Chased,
    ChasingPolicy,
    NoticeKind,
    Rung,
    escalations,
    ladder,
    last_day_waited,
)
from hub.domain.notices import Notice as DueNotice
from hub.domain.working_days import HolidayZone, end_of_day, local_date
from hub.models.answer import Answer, AnswerState
from hub.models.notice import Notice
from hub.models.referral import Referral, WaitingFor
from hub.models.rights_request import RightsRequest
from hub.queries.calendar import AddedHolidays, added_holidays

UNREAD = (AnswerState.PROPOSED, AnswerState.AWAITING_SECOND_READER)


@dataclass(frozen=True)
class ChasedReferral:
    """A referral with a reminder due: its facts, whom it concerns, and what was already sent."""

    id: UUID
    rights_request_id: UUID
    organisation_id: UUID
    assigned_to_id: UUID | None
    author_id: UUID | None
    may_tell_person: bool
    facts: Chased
    already: frozenset[DueNotice]


def referrals_to_chase(
    session: Session, now: datetime, limit: int, policy: ChasingPolicy = POLICY
) -> list[ChasedReferral]:
    """Referrals with at least one reminder due now, the earliest due date first."""
    today, holidays = local_date(now), added_holidays(session)
    rows = session.execute(_wanted(today, holidays, policy).limit(limit)).all()
    sent: dict[UUID, set[DueNotice]] = {row.id: set() for row in rows}
    known = select(Notice.referral_id, Notice.due_on, Notice.kind)
    for referral_id, due_on, kind in session.execute(known.where(Notice.referral_id.in_(sent))):
        sent[referral_id].add(DueNotice(due_on, kind))
    return [_chased(row, frozenset(sent[row.id]), holidays) for row in rows]


def _wanted(
    today: date, holidays: AddedHolidays, policy: ChasingPolicy
) -> Select[*tuple[Any, ...]]:
    pending = select(Answer.created_at).where(
        Answer.referral_id == Referral.id, Answer.state.in_(UNREAD)
    )
    newest = pending.order_by(Answer.created_at.desc()).limit(1)
    due = [_holds(rung, today) for rung in (*ladder(policy), *escalations(policy))]
    return (
        select(
            Referral.id,
            Referral.rights_request_id,
            Referral.organisation_id,
            Referral.assigned_to_id,
            Referral.state,
            Referral.due_on,
            Referral.zone,
            Referral.delivered_at,
            Referral.waiting_for,
            (RightsRequest.has_email & ~_person_told()).label("may_tell_person"),
            newest.scalar_subquery().label("proposed_at"),
            newest.with_only_columns(Answer.author_id).scalar_subquery().label("author_id"),
        )
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            Referral.state.in_(WORKABLE | UNDELIVERED),
            Referral.answered_at.is_(None),
            Referral.is_suspended.is_(False),
            Referral.due_on.is_not(None),
            RightsRequest.state == RequestState.ACTIVE,
            or_(
                *due,
                _unacknowledged(today, holidays, policy),
                _unread(today, holidays, policy.second_reader_after_working),
            ),
        )
        .order_by(Referral.due_on, Referral.id)
    )


def _holds(rung: Rung, today: date) -> ColumnElement[bool]:
    """The rung holds today and no notice fills it."""
    first, last = rung.due_between(today)
    since = rung.sent_since(today)
    conditions = [Referral.due_on <= last]
    if first is not None:
        conditions.append(Referral.due_on >= first)
    if rung.kind not in WITHOUT_CONTROLLER:
        conditions.append(Referral.state.in_(WORKABLE))
    if rung.kind is NoticeKind.PERSON_OVERDUE:
        return and_(*conditions, RightsRequest.has_email, ~_person_told())
    filled = Notice.due_on > Referral.due_on if since is None else Notice.due_on >= since
    return and_(*conditions, ~_noticed(rung.kind, filled))


def _noticed(kind: NoticeKind, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Notice.referral_id == Referral.id, Notice.kind == kind, *conditions)


def _person_told() -> ColumnElement[bool]:
    """The person was told of a later date of the same request: her page shows them all."""
    sibling = aliased(Referral)
    return exists().where(
        sibling.rights_request_id == Referral.rights_request_id,
        Notice.referral_id == sibling.id,
        Notice.kind == NoticeKind.PERSON_OVERDUE,
        Notice.due_on > Referral.due_on,
    )


def _unacknowledged(
    today: date, holidays: AddedHolidays, policy: ChasingPolicy
) -> ColumnElement[bool]:
    first_rung = ladder(policy)[0]
    days = policy.unacknowledged_after_working
    return and_(
        Referral.state == ReferralState.DELIVERED,
        Referral.due_on > first_rung.due_between(today)[1],
        or_(*_waited(Referral.delivered_at, days, today, holidays)),
        ~_noticed(NoticeKind.UNACKNOWLEDGED, Notice.sent_at > Referral.delivered_at),
    )


def _unread(today: date, holidays: AddedHolidays, days: int) -> ColumnElement[bool]:
    kind = NoticeKind.SECOND_READER_WAITING
    return and_(
        Referral.state.in_(WORKABLE),
        Referral.waiting_for == WaitingFor.SECOND_READER,
        exists().where(
            Answer.referral_id == Referral.id,
            Answer.state.in_(UNREAD),
            or_(*_waited(Answer.created_at, days, today, holidays)),
            ~_noticed(kind, Notice.sent_at > Answer.created_at),
        ),
    )


def _waited(
    since: Any, days: int, today: date, holidays: AddedHolidays
) -> Iterator[ColumnElement[bool]]:
    """Enough working days have passed since this instant, zone by zone."""
    for zone in HolidayZone:
        last = last_day_waited(today, days, zone, holidays.in_zone(zone))
        yield and_(Referral.zone == zone, since <= end_of_day(last))


def _chased(row: Any, already: frozenset[DueNotice], holidays: AddedHolidays) -> ChasedReferral:
    waits = row.waiting_for is WaitingFor.SECOND_READER and row.proposed_at
    reached = row.state in WORKABLE and row.delivered_at
    return ChasedReferral(
        row.id,
        row.rights_request_id,
        row.organisation_id,
        row.assigned_to_id,
        row.author_id,
        bool(row.may_tell_person),
        Chased(
            due_on=row.due_on,
            zone=row.zone,
            delivered_on=local_date(row.delivered_at) if reached else None,
            is_acknowledged=row.state is not ReferralState.DELIVERED,
            waits_for_reader_since=local_date(row.proposed_at) if waits else None,
            extra_holidays=holidays.in_zone(row.zone),
        ),
        already,
    )
