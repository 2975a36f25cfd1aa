"""When the message that confirms an address leaves: a mailbox nobody confirmed may have to wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.mail_to_strangers import free_at
from hub.models.confirmation_mail import ConfirmationMail
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.rights_request import Identity


def mailbox_of(session: Session, rights_request_id: UUID | None) -> bytes | None:
    """The keyed digest of the mailbox of a request."""
    wanted = select(Identity.email_index).where(Identity.rights_request_id == rights_request_id)
    return session.scalar(wanted)


def sent_to(session: Session, mailbox: bytes) -> Sequence[ConfirmationMail]:
    """The mails that count for a mailbox that nobody has confirmed."""
    found = select(ConfirmationMail).where(ConfirmationMail.mailbox_index == mailbox)
    return session.scalars(found).all()


def mailbox_free_at(session: Session, rights_request_id: UUID, now: datetime) -> datetime:
    """When the mailbox of a request may be written to again before it is confirmed."""
    mailbox = mailbox_of(session, rights_request_id)
    return free_at([row.sent_at for row in sent_to(session, mailbox)] if mailbox else [], now)


def confirmation_held_until(
    session: Session, rights_request_id: UUID, now: datetime
) -> datetime | None:
    """When the confirmation of a request leaves, where its mailbox must wait; None: it has left, or
    leaves now. It is known before anybody has tried to send it.
    """
    due_at = session.scalar(
        select(func.min(Delivery.next_at)).where(
            Delivery.rights_request_id == rights_request_id,
            Delivery.kind == DeliveryKind.ADDRESS_CONFIRMATION,
            Delivery.state == DeliveryState.WAITING,
            Delivery.attempts == 0,
        )
    )
    if due_at is None:
        return None
    leaves_at = max(due_at, mailbox_free_at(session, rights_request_id, now))
    return leaves_at if leaves_at > now else None
