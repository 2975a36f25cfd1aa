"""Letters to controllers that are known by a postal address alone: printed, posted, returned."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.contact_points import Doubt
from hub.domain.directory import Channel
from hub.domain.lifecycle import Action, ActionNotAllowed, ReferralState
from hub.domain.working_days import local_date
from hub.errors import Invalid, NotFound
from hub.models.answer_link import AnswerLink
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.postal_letter import PostalLetter
from hub.models.referral import Referral, WaitingFor
from hub.queries.held_back import is_referral_held
from hub.services.contact_points import doubt
from hub.services.delivering import referral_arrives
from hub.services.referrals import move
from hub.services.unit_of_work import Work

MOST_IN_A_BATCH = 200
RETURNED = "letter_returned"


def print_batch(work: Work) -> UUID:
    """Put the letters that may leave in one batch to print; raises NotFound when none may."""
    batch_id = new_id()
    rows = work.session.scalars(
        select(PostalLetter)
        .where(PostalLetter.batch_id.is_(None), ~is_referral_held(PostalLetter.referral_id))
        .order_by(PostalLetter.id)
        .limit(MOST_IN_A_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        raise NotFound
    for row in rows:
        row.batch_id, row.printed_at = batch_id, work.now
        _record(work, EventKind.LETTER_PRINTED, row)
    return batch_id


def mark_posted(work: Work, batch_id: UUID, on: date) -> int:
    """The batch was posted: its referrals have left the hub, and are delivered from that day on.

    Says how many. Raises NotFound, Invalid (`posted_on`) for a day before the printing or to come.
    """
    rows = work.session.scalars(
        select(PostalLetter)
        .where(PostalLetter.batch_id == batch_id, PostalLetter.posted_on.is_(None))
        .with_for_update()
    ).all()
    if not rows:
        raise NotFound(batch_id=batch_id)
    for row in rows:
        if row.printed_at and not local_date(row.printed_at) <= on <= local_date(work.now):
            raise Invalid(field="posted_on", reason="out_of_range")
        row.posted_on = on
        delivery = work.session.get_one(Delivery, row.delivery_id, with_for_update=True)
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, work.now
        delivery.attempts += 1
        _record(work, EventKind.LETTER_POSTED, row, on=on.isoformat())
        referral_arrives(work, row.referral_id)
    return len(rows)


def mark_returned(work: Work, letter_id: UUID) -> None:
    """The post brought a letter back: the address goes to review, the referral has not arrived.

    Raises NotFound for a letter that was not posted or was returned already.
    """
    row = work.session.get(PostalLetter, letter_id, with_for_update=True)
    if row is None or row.posted_on is None or row.returned_on is not None:
        raise NotFound(letter_id=letter_id)
    row.returned_on = local_date(work.now)
    delivery = work.session.get_one(Delivery, row.delivery_id, with_for_update=True)
    delivery.state, delivery.last_error = DeliveryState.NEEDS_PERSON, RETURNED
    delivery.delivered_at = None
    referral = work.session.get_one(Referral, row.referral_id, with_for_update=True)
    link = work.session.scalar(select(AnswerLink).where(AnswerLink.referral_id == referral.id))
    if link is not None:
        point = work.session.get_one(ContactPoint, link.contact_point_id)
        doubt(work, point, Doubt.LETTER_RETURNED)
    _record(work, EventKind.LETTER_RETURNED, row)
    if referral.state is ReferralState.DELIVERED:
        referral.delivered_at = None
        move(work, referral, Action.FAIL_DELIVERY, EventKind.DELIVERY_FAILED)
        move(work, referral, Action.REVIEW_CONTACT, EventKind.DELIVERY_HELD)


def write_again(work: Work, letter_id: UUID) -> None:
    """Bring a returned referral anew, by the best way that the directory knows now.

    Raises NotFound, or ActionNotAllowed once the referral is on its way or answered.
    """
    row = work.session.get(PostalLetter, letter_id)
    if row is None or row.returned_on is None:
        raise NotFound(letter_id=letter_id)
    delivery = work.session.get_one(Delivery, row.delivery_id, with_for_update=True)
    if delivery.state is not DeliveryState.NEEDS_PERSON:
        raise ActionNotAllowed(action=Action.REQUEUE.value, state=delivery.state.value)
    referral = work.session.get_one(Referral, row.referral_id, with_for_update=True)
    move(
        work,
        referral,
        Action.REQUEUE,
        EventKind.DELIVERY_RETRIED,
        waiting_for=WaitingFor.CONTROLLER,
    )
    delivery.channel = Channel.PORTAL
    delivery.recipient = f"organisation:{referral.organisation_id}"
    delivery.state, delivery.next_at = DeliveryState.WAITING, work.now


def _record(work: Work, kind: EventKind, row: PostalLetter, **detail: str) -> None:
    referral = work.session.get_one(Referral, row.referral_id)
    work.record(kind, referral.rights_request_id, referral.id, **detail)
