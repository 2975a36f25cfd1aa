"""Empties the outbox: portal deliveries in sets, others by claim, send, record (DESIGN §5)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select, true, update

from hub.domain.audit_log import EventKind
from hub.domain.delivery_retries import Failure, NextStep, next_try_at, step_after
from hub.domain.delivery_turns import Queued, in_order
from hub.domain.directory import Channel
from hub.domain.lifecycle import Action, ReferralState
from hub.models.delivery import (
    EVERYBODY,
    UNFINISHED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    DeliverySuspension,
)
from hub.models.referral import Referral
from hub.services.announcing import announce
from hub.services.circuits import (
    Passage,
    common_passage,
    failed,
    had_its_turn,
    passage,
    passed,
    rest_until,
)
from hub.services.delivery_ways import another_way, take
from hub.services.referrals import move
from hub.services.represented import write_by_post
from hub.services.unit_of_work import Work

LEASE = timedelta(seconds=60)
MOST_IN_A_SET = 50
AT_THEIR_PACE = (Channel.POST, Channel.WEBHOOK)
"""Channels whose deliveries wait for one another alone."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this job alone may send, until its lease runs out."""

    id: UUID
    kind: DeliveryKind
    recipient: str
    rights_request_id: UUID | None
    referral_id: UUID | None
    details: dict[str, Any]
    lease_token: str
    way: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; `error` is a short code, never a person's data.

    `was_tried`: whether anything was sent at all; if not, the circuits learn nothing of it.
    `channel_failed`: the fault is our own carrier's, whoever the recipient.
    `not_before`: until when the recipient asks to be left in peace.
    """

    delivery_id: UUID
    lease_token: str
    delivered: bool
    error: str | None = None
    is_permanent: bool = False
    was_tried: bool = True
    channel_failed: bool = False
    not_before: datetime | None = None


def deliver_to_portal(
    work: Work, recipient: str, limit: int = MOST_IN_A_SET, *, with_referrals: bool = True
) -> int:
    """Put waiting referrals in an organisation's inbox, all in one set; says how many.

    `with_referrals`: whether somebody reads that inbox; else they are for links.

    The person's acknowledgement of receipt is composed at that instant (CRPA R112-11-2). One
    contentless e-mail tells the organisation, unless one is already on its way.
    """
    waiting = (
        select(Delivery.id, Delivery.referral_id, Delivery.rights_request_id)
        .where(
            Delivery.channel == Channel.PORTAL,
            Delivery.recipient == recipient,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= work.now,
            true() if with_referrals else Delivery.kind != DeliveryKind.REFERRAL,
            ~exists().where(DeliverySuspension.recipient == recipient),
        )
        .order_by(Delivery.next_at)
        .limit(limit)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    rows = work.session.execute(waiting).all()
    if not rows:
        return 0
    work.session.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]))
        .values(state=DeliveryState.DELIVERED, delivered_at=work.now, attempts=1)
    )
    for row in rows:
        work.note_move("delivered", Channel.PORTAL, row.rights_request_id)
    if arrived := _arrive(work, [row.referral_id for row in rows if row.referral_id]):
        _tell_once(work, recipient)
        announce(work, recipient, arrived)
    had_its_turn(work, Channel.PORTAL, recipient)
    return len(rows)


def claim(work: Work, channel: Channel, recipient: str, limit: int) -> list[Claimed]:
    """Claim what is due for one recipient, oldest first, under one lease and one fencing token.

    Nothing while its circuit is open, while it is suspended or while enough is on its way to it;
    nothing either before an older delivery of the same request that has not arrived.
    """
    return _claim(work, channel, [recipient], passage(work, channel, recipient, limit))


def claim_together(
    work: Work, channel: Channel, recipients: Sequence[str], limit: int
) -> list[Claimed]:
    """Claim what is due for several recipients as `claim` does for one, in as many statements.

    For those that have no circuit of their own and that nobody suspends: neither organisations,
    nor links, nor mailboxes of the directory.
    """
    return _claim(work, channel, recipients, common_passage(work, channel, limit))


def _claim(work: Work, channel: Channel, recipients: Sequence[str], way: Passage) -> list[Claimed]:
    if not way.room:
        return []
    found = (
        select(Delivery)
        .where(Delivery.channel == channel, Delivery.recipient.in_(recipients), is_due(work))
        .order_by(*_asked_first(channel), Delivery.next_at, Delivery.id)
        .limit(way.room)
        .with_for_update(skip_locked=True)
    )
    rows = {row.id: row for row in work.session.scalars(found)}
    leaving = [rows[one.id] for one in _in_order(work, channel, list(rows.values()))]
    if not leaving:
        return []
    way.taken(work.now, LEASE)
    token = secrets.token_hex(16)
    work.session.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in leaving]))
        .values(
            state=DeliveryState.CLAIMED,
            lease_until=work.now + LEASE,
            lease_token=token,
            attempts=Delivery.attempts + 1,
            first_tried_at=func.coalesce(Delivery.first_tried_at, work.now),
        )
        .execution_options(synchronize_session=False)
    )
    claimed = [_claimed(row, token) for row in leaving]
    for row in leaving:
        work.session.expire(row)
    return claimed


def give_back(work: Work, claimed: Sequence[Claimed]) -> int:
    """Let go of what was claimed and not tried, as if it had not been; says how many were still
    held. It is due again at once.
    """
    if not claimed:
        return 0
    (token,) = {one.lease_token for one in claimed}
    untried = case((Delivery.attempts > 1, Delivery.first_tried_at))
    held = work.session.scalars(
        update(Delivery)
        .where(
            Delivery.id.in_([one.id for one in claimed]),
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.lease_token == token,
        )
        .values(
            state=DeliveryState.WAITING,
            lease_until=None,
            lease_token=None,
            attempts=Delivery.attempts - 1,
            first_tried_at=untried,
        )
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


def record_outcomes(work: Work, outcomes: Sequence[Outcome]) -> int:
    """Write down what came of claimed deliveries; a stale token changes nothing.

    The circuits learn from it; what failed is tried again, takes another way or needs a person.
    """
    rows = _still_held(work, outcomes)
    kept = [one for one in outcomes if one.delivery_id in rows]
    tried = {row.id: (row.channel, row.recipient) for row in rows.values()}
    delivered = [one.delivery_id for one in kept if one.delivered]
    if delivered:
        work.session.execute(
            update(Delivery)
            .where(Delivery.id.in_(delivered))
            .values(
                state=DeliveryState.DELIVERED,
                delivered_at=work.now,
                last_error=None,
                lease_token=None,
                lease_until=None,
            )
            .execution_options(synchronize_session=False)
        )
        arrived = [rows[one] for one in delivered if rows[one].kind is DeliveryKind.REFERRAL]
        if brought := [row.referral_id for row in arrived if row.referral_id]:
            _arrive(work, brought)
    # One draw for all: what left in one mail is tried again in one mail.
    chance = work.ports.draw()
    for one in kept:
        row = rows[one.delivery_id]
        channel = row.channel
        if not one.delivered:
            _put_back(work, row, one, chance)
        is_given_up = row.state is DeliveryState.NEEDS_PERSON
        what = "delivered" if one.delivered else "needs_person" if is_given_up else "put_back"
        work.note_move(what, channel, row.rights_request_id)
    _teach_circuits(work, tried, kept)
    return len(kept)


def _asked_first(channel: Channel) -> tuple[ColumnElement[bool], ...]:
    """A call that a member waits for goes before announcements: one alone may be let try."""
    if channel is not Channel.WEBHOOK:
        return ()
    return (Delivery.kind.in_((DeliveryKind.WEBHOOK_CHALLENGE, DeliveryKind.WEBHOOK_TEST)).desc(),)


def is_due(work: Work) -> ColumnElement[bool]:
    """What may be claimed: what waits and whose hour has come, or whose lease ran out."""
    return or_(
        (Delivery.state == DeliveryState.WAITING) & (Delivery.next_at <= work.now),
        (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= work.now),
    )


def _claimed(row: Delivery, token: str) -> Claimed:
    return Claimed(
        row.id,
        row.kind,
        row.recipient,
        row.rights_request_id,
        row.referral_id,
        dict(row.details),
        token,
        row.way,
    )


def _in_order(work: Work, channel: Channel, chosen: list[Delivery]) -> list[Queued]:
    """Those that may leave. What is planned for later and was never tried holds nothing back, nor
    does a machine that is down hold back a mail.
    """
    at_one_pace = Delivery.channel.not_in(AT_THEIR_PACE)
    requests = {row.rights_request_id for row in chosen if row.rights_request_id}
    older = select(Delivery.id, Delivery.rights_request_id, Delivery.recipient).where(
        Delivery.rights_request_id.in_(requests),
        Delivery.recipient.in_({row.recipient for row in chosen}),
        Delivery.channel == channel if channel in AT_THEIR_PACE else at_one_pace,
        Delivery.state.in_(UNFINISHED),
        or_(Delivery.attempts > 0, Delivery.next_at <= work.now),
    )
    unfinished = work.session.execute(older).all() if requests else []
    waiting: dict[str, list[Queued]] = {}
    for row in unfinished:
        waiting.setdefault(row.recipient, []).append(Queued(row.id, row.rights_request_id))
    queues: dict[str, list[Queued]] = {}
    for one in chosen:
        queues.setdefault(one.recipient, []).append(Queued(one.id, one.rights_request_id))
    return [
        one
        for recipient, queue in queues.items()
        for one in in_order(queue, waiting.get(recipient, []))
    ]


def _still_held(work: Work, outcomes: Sequence[Outcome]) -> dict[UUID, Delivery]:
    """The deliveries whose token is still the one they were claimed under, locked."""
    tokens = {one.delivery_id: one.lease_token for one in outcomes}
    found = (
        select(Delivery)
        .where(Delivery.id.in_(tokens), Delivery.state == DeliveryState.CLAIMED)
        .order_by(Delivery.id)
        .with_for_update()
    )
    return {row.id: row for row in work.session.scalars(found) if row.lease_token == tokens[row.id]}


def _teach_circuits(
    work: Work, tried: dict[UUID, tuple[Channel, str]], outcomes: Sequence[Outcome]
) -> None:
    """A recipient that took anything, or refused it for good, answers; one that did neither fails.

    One conversation counts once, whatever it carried.
    """
    answering: dict[Channel, set[str]] = {}
    silent: dict[Channel, set[str]] = {}
    for one in outcomes:
        channel, recipient = tried[one.delivery_id]
        if one.was_tried:
            answers = one.delivered or one.is_permanent
            (answering if answers else silent).setdefault(channel, set()).add(recipient)
        if one.channel_failed:
            silent.setdefault(channel, set()).add(EVERYBODY)
    for channel, recipients in silent.items():
        failed(work, channel, sorted(recipients - answering.get(channel, set())))
    for channel, recipients in answering.items():
        passed(work, channel, sorted(recipients))
    for one in outcomes:
        if one.not_before is not None:
            rest_until(work, *tried[one.delivery_id], one.not_before)


def _arrive(work: Work, referral_ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    """Those that reach their controller for the first time: (referral, rights request)."""
    queued = (ReferralState.QUEUED, ReferralState.DELIVERY_FAILED, ReferralState.CONTACT_REVIEW)
    arriving = work.session.execute(
        select(Referral.id, Referral.rights_request_id).where(
            Referral.id.in_(referral_ids), Referral.state.in_(queued)
        )
    ).all()
    work.session.execute(
        update(Referral)
        .where(Referral.id.in_([row.id for row in arriving]))
        .values(
            state=ReferralState.DELIVERED,
            delivered_at=work.now,
            last_event_at=work.now,
            last_event_kind=EventKind.REFERRAL_DELIVERED.value,
        )
    )
    for row in arriving:
        work.record(EventKind.REFERRAL_DELIVERED, row.rights_request_id, row.id)
    return [(row.id, row.rights_request_id) for row in arriving]


def referral_arrives(work: Work, referral_id: UUID) -> None:
    """Write down that one referral has reached its controller, unless it had already."""
    _arrive(work, [referral_id])


def _tell_once(work: Work, recipient: str) -> None:
    on_its_way = select(Delivery.id).where(
        Delivery.channel == Channel.EMAIL,
        Delivery.recipient == recipient,
        Delivery.kind == DeliveryKind.REFERRALS_WAITING,
        Delivery.state == DeliveryState.WAITING,
    )
    if work.session.scalar(on_its_way.limit(1)) is None:
        work.deliver(DeliveryKind.REFERRALS_WAITING, Channel.EMAIL, recipient)


def _put_back(work: Work, row: Delivery, outcome: Outcome, chance: float) -> None:
    row.last_error = (outcome.error or "unknown")[:120]
    row.lease_token = row.lease_until = None
    way = another_way(work, row)
    failure = Failure(
        row.first_tried_at or row.created_at, row.way, way is not None, outcome.is_permanent
    )
    step = step_after(failure, work.now)
    if step is NextStep.NEEDS_PERSON:
        needs_person(work, row)
        return
    row.state = DeliveryState.WAITING
    if step is NextStep.FALL_BACK and way is not None:
        take(work, row, way)
        return
    planned = next_try_at(row.attempts, work.now, lambda: chance)
    row.next_at = max(planned, outcome.not_before or planned)


def needs_person(work: Work, row: Delivery) -> None:
    """Put a delivery before a person: on the operator's page, or an agent's who writes by post."""
    row.state = DeliveryState.NEEDS_PERSON
    if not row.rights_request_id:
        return
    referral = work.session.get(Referral, row.referral_id) if row.referral_id else None
    lost = row.kind is DeliveryKind.REFERRAL and referral is not None
    if lost and referral and referral.state is ReferralState.QUEUED:
        kind = EventKind.DELIVERY_FAILED
        move(work, referral, Action.FAIL_DELIVERY, kind, error=row.last_error)
    else:
        work.record(
            EventKind.DELIVERY_FAILED, row.rights_request_id, row.referral_id, error=row.last_error
        )
    write_by_post(work, row)
