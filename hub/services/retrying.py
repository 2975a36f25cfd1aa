"""An operator's "try now": due at once, whatever the retry table and the circuits say."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import Action, ReferralState
from hub.models.delivery import Delivery, DeliveryState
from hub.models.referral import Referral
from hub.services.circuits import half_open
from hub.services.referrals import move
from hub.services.unit_of_work import Work

AGAIN = (DeliveryState.WAITING, DeliveryState.NEEDS_PERSON)
AT_ONCE = 500


def try_again(work: Work, delivery_id: UUID) -> bool:
    """Try one delivery now; False when it has left, is leaving or was cancelled."""
    row = work.session.get(Delivery, delivery_id, with_for_update=True)
    if row is None or row.state not in AGAIN:
        return False
    _try_now(work, [row])
    return True


def try_all_again(work: Work, channel: Channel, recipient: str | None = None) -> int:
    """Try all that is in trouble by one channel, to one recipient if given; says how many.

    At most 500 in one unit, oldest first: an operator who sees more presses again.
    """
    troubled = select(Delivery).where(
        Delivery.channel == channel,
        or_(
            Delivery.state == DeliveryState.NEEDS_PERSON,
            (Delivery.state == DeliveryState.WAITING) & Delivery.last_error.is_not(None),
        ),
    )
    if recipient is not None:
        troubled = troubled.where(Delivery.recipient == recipient)
    oldest = troubled.order_by(Delivery.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    rows = list(work.session.scalars(oldest))
    _try_now(work, rows)
    return len(rows)


def _try_now(work: Work, rows: Sequence[Delivery]) -> None:
    for row in rows:
        if row.state is DeliveryState.NEEDS_PERSON:
            # Somebody has mended something: it has all its time again, by its first way.
            row.first_tried_at = row.alarmed_at = None
            row.way = 0
        row.state = DeliveryState.WAITING
        row.next_at = work.now
        _log(work, row)
    half_open(work, {(row.channel, row.recipient) for row in rows})


def _log(work: Work, row: Delivery) -> None:
    referral = work.session.get(Referral, row.referral_id) if row.referral_id else None
    if referral is not None and referral.state is ReferralState.DELIVERY_FAILED:
        move(work, referral, Action.REQUEUE, EventKind.DELIVERY_RETRIED)
        return
    stream = row.rights_request_id or work.actor.organisation_id
    if stream:
        work.record(EventKind.DELIVERY_RETRIED, stream, row.id)
