"""What a mail server sent back: the mail needs a person, its address may need one too."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactStatus
from hub.domain.inbound_mail import HARD_BOUNCES, DeliveryStatus, MailClass
from hub.models.delivery import Delivery, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.inbound_mail import InboundMail
from hub.services.represented import write_by_post
from hub.services.unit_of_work import Work

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def note_bounce(
    work: Work, row: InboundMail, delivery: Delivery, statuses: Sequence[DeliveryStatus]
) -> None:
    """Write on the delivery what came back; refused for good, a person takes over.

    Two refusals for good, of two mails, since the address was last found true send it to review:
    nothing more is written to it.
    """
    word = "hard" if row.mail_class is MailClass.HARD_BOUNCE else "soft"
    delivery.last_error = f"bounced_{word}_{row.status_code}".rstrip("_")
    organisation_id = row.organisation_id
    stream = delivery.rights_request_id or organisation_id
    if stream:
        work.record(EventKind.DELIVERY_BOUNCED, stream, delivery.id, error=delivery.last_error)
    if row.mail_class is not MailClass.HARD_BOUNCE:
        return
    if delivery.state is DeliveryState.DELIVERED:
        delivery.state = DeliveryState.NEEDS_PERSON
    write_by_post(work, delivery)
    if organisation_id is not None:
        point = _point_of(work, organisation_id, statuses)
        if point is not None:
            row.contact_point_id = point.id
            _doubt(work, point)


def _point_of(
    work: Work, organisation_id: UUID, statuses: Sequence[DeliveryStatus]
) -> ContactPoint | None:
    """The contact point that a report names; where it names an alias, the only one there is."""
    points = work.session.scalars(
        select(ContactPoint).where(
            ContactPoint.organisation_id == organisation_id,
            ContactPoint.channel == Channel.EMAIL,
            ContactPoint.address.is_not(None),
        )
    ).all()
    named = {one.recipient.casefold() for one in statuses}
    for point in points:
        if str(point.address).casefold() in named:
            return point
    return points[0] if len(points) == 1 else None


def _doubt(work: Work, point: ContactPoint) -> None:
    work.session.flush()
    refused = select(func.count(func.distinct(InboundMail.delivery_id))).where(
        InboundMail.contact_point_id == point.id,
        InboundMail.mail_class == MailClass.HARD_BOUNCE,
        InboundMail.received_at > (point.verified_at or LONG_AGO),
    )
    is_enough = (work.session.scalar(refused) or 0) >= HARD_BOUNCES
    if is_enough and point.status is not ContactStatus.IN_REVIEW:
        point.status = ContactStatus.IN_REVIEW
        work.record(EventKind.CONTACT_DOUBTED, point.organisation_id, point.id)
