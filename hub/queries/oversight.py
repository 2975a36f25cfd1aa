"""What a DPO sees of the referrals of her organisation, or of all: metadata, late first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.lifecycle import ENDED, UNDELIVERED, ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.domain.working_days import start_of_day
from hub.models.answer import GIVEN, Answer, AnswerItem, AnswerState
from hub.models.directory import Organisation, Processing
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest

CLOSED = tuple(ENDED | {ReferralState.ANSWERED})
ACKNOWLEDGED_WITHIN = timedelta(days=4)
"""Two working days may span a week-end."""
_DUE = func.coalesce(Referral.due_on, Referral.strict_on)


class Chip(StrEnum):
    """The lists a DPO starts from."""

    ALL = "all"
    LATE = "late"
    OPEN = "open"
    REFUSED = "refused"
    THIS_WEEK = "this_week"
    TO_REVIEW = "to_review"
    UNACKNOWLEDGED = "unacknowledged"


BY_DATE = frozenset({Chip.OPEN, Chip.LATE, Chip.THIS_WEEK, Chip.UNACKNOWLEDGED})
"""The lists in the order of the legal date; the others by the instant of receipt."""


@dataclass(frozen=True)
class Scope:
    """Whose referrals: one organisation's, or all (None, for the hub's DPO)."""

    organisation_id: UUID | None
    today: date


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to."""

    chip: Chip = Chip.OPEN
    right: Right | None = None
    controller_id: UUID | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided of one processing, and the versions of the rules it was sent under (C11)."""

    title: str
    sent_at: datetime | None
    outcome: Outcome
    ground: str | None
    matrix_version: str
    rule_version: str
    is_replaced: bool


@dataclass(frozen=True)
class OversightRow:
    """One referral without anything of the person."""

    id: UUID
    rights_request_id: UUID
    number: str
    reference: str
    controller: str
    right: Right
    state: ReferralState
    outcome: Outcome | None
    received_at: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    due_on: date | None
    strict_on: date
    is_suspended: bool
    is_extended: bool


@dataclass(frozen=True)
class OversightPage:
    """A page of the list, how many there are in all, and the key where the next begins."""

    rows: tuple[OversightRow, ...]
    total: int
    next_after: tuple[str, UUID] | None


def chip_counts(session: Session, scope: Scope) -> Mapping[Chip, int]:
    """How many referrals each list holds, in one query."""
    wanted = [
        func.sum(case((_of_chip(chip, scope.today), 1), else_=0)).label(chip.value) for chip in Chip
    ]
    row = session.execute(select(*wanted).where(*_seen(scope))).one()
    return {chip: int(row._mapping[chip.value] or 0) for chip in Chip}


def oversight_page(
    session: Session,
    scope: Scope,
    choice: Choice,
    after: tuple[date, UUID] | None,
    limit: int,
) -> OversightPage:
    """One page of the list; open cases by legal date, others by receipt, latest first."""
    narrowed = [*_seen(scope), *_narrowed(choice, scope.today)]
    total = session.scalar(select(func.count()).select_from(Referral).where(*narrowed)) or 0
    wanted = _rows().where(*narrowed)
    by_date = choice.chip in BY_DATE
    key: Any = _DUE if by_date else Referral.received_at
    if after is not None:
        place, start = tuple_(key, Referral.id), tuple_(*after)
        wanted = wanted.where(place > start if by_date else place < start)
    order = (key, Referral.id) if by_date else (key.desc(), Referral.id.desc())
    found = [_row(*row) for row in session.execute(wanted.order_by(*order).limit(limit + 1))]
    rows = tuple(found[:limit])
    next_after = None
    if len(found) > limit:
        last = rows[-1]
        kept = (last.due_on or last.strict_on) if by_date else last.received_at
        next_after = (kept.isoformat(), last.id)
    return OversightPage(rows, total, next_after)


def oversight_row(session: Session, scope: Scope, referral_id: UUID) -> OversightRow | None:
    """One referral, or None when the scope does not hold it."""
    row = session.execute(_rows().where(Referral.id == referral_id, *_seen(scope))).first()
    return _row(*row) if row else None


@dataclass(frozen=True)
class ToReview:
    """A refusal that left without second reader, and whether a DPO has looked at it since."""

    answer_id: UUID
    author_id: UUID | None
    organisation_id: UUID
    sent_at: datetime | None
    alone_reason_sealed: bytes | None
    was_given_outside: bool
    reviewed_at: datetime | None
    reviewed_by: str


def reviews_of(session: Session, referral_id: UUID) -> tuple[ToReview, ...]:
    """The refusals of one referral that left unread, oldest first."""
    rows = session.execute(
        select(Answer, Referral.organisation_id)
        .join(Referral, Referral.id == Answer.referral_id)
        .where(Answer.referral_id == referral_id, Answer.review_wanted)
        .order_by(Answer.created_at)
    )
    return tuple(
        ToReview(
            row.id,
            row.author_id,
            organisation_id,
            row.sent_at,
            row.alone_reason_sealed,
            row.outside_channel is not None,
            row.reviewed_at,
            row.reviewed_by_name,
        )
        for row, organisation_id in rows
    )


def decisions_of(session: Session, referral_id: UUID) -> tuple[Decision, ...]:
    """What each answer that was sent decided, oldest first, and under which rules."""
    rows = session.execute(
        select(Answer, AnswerItem, Processing.title)
        .join(AnswerItem, AnswerItem.answer_id == Answer.id)
        .join(Processing, Processing.id == AnswerItem.processing_id)
        .where(Answer.referral_id == referral_id, Answer.state.in_(GIVEN))
        .order_by(Answer.sent_at, Answer.id, Processing.title)
    )
    return tuple(
        Decision(
            title,
            answer.sent_at,
            item.outcome,
            item.ground,
            item.matrix_version,
            item.rule_version,
            answer.state is AnswerState.CORRECTED,
        )
        for answer, item, title in rows
    )


def controllers_seen(session: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """The controllers that have referrals in this scope, by name."""
    wanted = (
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(select(Referral.organisation_id).where(*_seen(scope))))
        .order_by(Organisation.name)
    )
    return [(key, name) for key, name in session.execute(wanted)]


def _rows() -> Select[Referral, str, str]:
    return (
        select(Referral, RightsRequest.reference, Organisation.name)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
    )


def _seen(scope: Scope) -> list[ColumnElement[bool]]:
    """An organisation's DPO sees what reached it; the hub's DPO sees what waits too."""
    if scope.organisation_id is None:
        return [Referral.id.is_not(None)]
    return [
        Referral.organisation_id == scope.organisation_id,
        Referral.state.not_in(UNDELIVERED),
    ]


def _narrowed(choice: Choice, today: date) -> list[ColumnElement[bool]]:
    conditions = [_of_chip(choice.chip, today)]
    if choice.right is not None:
        conditions.append(Referral.right == choice.right)
    if choice.controller_id is not None:
        conditions.append(Referral.organisation_id == choice.controller_id)
    return conditions


def _of_chip(chip: Chip, today: date) -> ColumnElement[bool]:
    is_open = Referral.state.not_in(CLOSED)
    # An answer that is contested has met its date, and the law sets no other.
    unanswered = and_(is_open, Referral.answered_at.is_(None))
    in_a_week = today + timedelta(days=7)
    silent_since = start_of_day(today - ACKNOWLEDGED_WITHIN)
    return {
        Chip.ALL: Referral.id.is_not(None),
        Chip.LATE: and_(unanswered, Referral.due_on < today),
        Chip.OPEN: is_open,
        Chip.REFUSED: Referral.outcome.in_([Outcome.REFUSED, Outcome.CANNOT_IDENTIFY]),
        Chip.THIS_WEEK: and_(unanswered, Referral.due_on >= today, Referral.due_on <= in_a_week),
        Chip.TO_REVIEW: exists().where(
            Answer.referral_id == Referral.id,
            Answer.review_wanted,
            Answer.reviewed_at.is_(None),
        ),
        Chip.UNACKNOWLEDGED: and_(
            Referral.state == ReferralState.DELIVERED, Referral.delivered_at < silent_since
        ),
    }[chip]


def _row(referral: Referral, reference: str, controller: str) -> OversightRow:
    return OversightRow(
        id=referral.id,
        rights_request_id=referral.rights_request_id,
        number=referral.number,
        reference=reference,
        controller=controller,
        right=referral.right,
        state=referral.state,
        outcome=referral.outcome,
        received_at=referral.received_at,
        acknowledged_at=referral.acknowledged_at,
        answered_at=referral.answered_at,
        due_on=referral.due_on,
        strict_on=referral.strict_on,
        is_suspended=referral.is_suspended,
        is_extended=referral.is_extended,
    )
