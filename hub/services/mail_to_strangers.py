"""Holds back mails to mailboxes that nobody has confirmed, and lets them go once one has."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from hub.domain.mail_to_strangers import WEEK, free_at
from hub.models.confirmation_mail import ConfirmationMail
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.rights_request import Identity
from hub.queries.confirmation_mails import mailbox_of, sent_to
from hub.queries.represented import mailbox_told
from hub.sealing import Shredded
from hub.services.delivering import Claimed
from hub.services.unit_of_work import Work

CONFIRMING = (DeliveryKind.ADDRESS_CONFIRMATION, DeliveryKind.CONFIRMATION_REMINDER)
COUNTED = (*CONFIRMING, DeliveryKind.CODE_WAITS, DeliveryKind.FILED_IN_YOUR_NAME)


def hold_back(work: Work, claimed: list[Claimed]) -> list[Claimed]:
    """Put back until later what its mailbox may not get now; gives what may leave.

    A mail counts as soon as it is about to leave, and once whatever its attempts.
    """
    return [one for one in claimed if one.kind not in COUNTED or _may_leave(work, one)]


def forget_mailbox(work: Work, rights_request_id: UUID) -> None:
    """The mailbox is confirmed: what waited for it may leave, and the count begins again."""
    mailbox = mailbox_of(work.session, rights_request_id)
    if mailbox is None:
        return
    work.session.execute(delete(ConfirmationMail).where(ConfirmationMail.mailbox_index == mailbox))
    same = select(Identity.rights_request_id).where(Identity.email_index == mailbox)
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.rights_request_id.in_(same),
            Delivery.kind.in_(CONFIRMING),
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at > work.now,
        )
        .values(next_at=work.now)
        .execution_options(synchronize_session=False)
    )


def forget_old_mails(work: Work) -> None:
    """Forget the mails that count no more."""
    work.session.execute(
        delete(ConfirmationMail).where(ConfirmationMail.sent_at <= work.now - WEEK)
    )


def _may_leave(work: Work, one: Claimed) -> bool:
    mailbox = _mailbox_written_to(work, one)
    if mailbox is None:
        return True
    sent = sent_to(work.session, mailbox)
    if any(row.delivery_id == one.id for row in sent):
        return True
    opens = free_at([row.sent_at for row in sent], work.now)
    if opens > work.now:
        _put_back(work, one, opens)
        return False
    number = max((row.number for row in sent), default=0) + 1
    work.session.add(
        ConfirmationMail(mailbox_index=mailbox, number=number, delivery_id=one.id, sent_at=work.now)
    )
    return True


def _mailbox_written_to(work: Work, one: Claimed) -> bytes | None:
    """The mailbox of a mail: the one to confirm, or that of a person in whose name one filed."""
    if one.kind in CONFIRMING or one.rights_request_id is None:
        return mailbox_of(work.session, one.rights_request_id)
    try:
        address = mailbox_told(work.session, work.keys, one.recipient, one.rights_request_id)
    except Shredded:
        return None
    return work.ports.keyring.blind_index(address, "email") if address else None


def _put_back(work: Work, one: Claimed, opens: datetime) -> None:
    row = work.session.get_one(Delivery, one.id)
    row.state, row.next_at = DeliveryState.WAITING, opens
    row.lease_token, row.lease_until = None, None
    row.attempts -= 1
    if not row.attempts:
        row.first_tried_at = None
