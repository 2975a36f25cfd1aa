"""Takes in a mail that came back: what it is, whose it is, and who must look at it.

Nothing is ever sent back to its sender. A mail never becomes an answer here: a member does that.
"""

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from hub.domain.audit_log import EventKind
from hub.domain.authentication_results import Authentication, Verdict
from hub.domain.directory import Channel
from hub.domain.inbound_mail import (
    BOUNCES,
    MOST_A_DAY,
    MOST_WAITING,
    HeldReason,
    MailClass,
    ReadMail,
    class_of,
    is_known_sender,
    status_code,
)
from hub.domain.lifecycle import ENDED
from hub.domain.reply_addresses import AddressKind, ReplyAddress
from hub.errors import HubError
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.directory import ContactPoint, Organisation
from hub.models.inbound_mail import InboundMail, MailState
from hub.models.member import Member
from hub.models.referral import Referral
from hub.ports import Ports
from hub.services.bouncing import note_bounce
from hub.services.reply_addresses import genuine_address
from hub.services.unit_of_work import Work

TABLE = "inbound_mail"
ONE_DAY = timedelta(days=1)


class TooManyMails(HubError):
    """This address had its share of the day, or the holding pen is full: send it again later."""

    code = "too_many_mails"


@dataclass(frozen=True)
class Arrival:
    """One mail for one recipient, read, with what the relay found of its origin."""

    recipient: str
    content: bytes = field(repr=False)
    mail: ReadMail
    authentication: Authentication


@dataclass(frozen=True)
class KeptMail:
    """A mail sealed and stored under a key of its own, not yet entered."""

    id: UUID
    key_wrapped: bytes
    facts_sealed: bytes
    storage_key: str
    size: int


def keep_mail(ports: Ports, arrival: Arrival) -> KeptMail:
    """Seal a mail and put it in the store, before any lock. Raises StorageFull."""
    row_id = new_id()
    key, wrapped = ports.keyring.new_data_key()
    facts = {
        "sender": arrival.mail.sender,
        "subject": arrival.mail.subject,
        "text": arrival.mail.text,
        "answers_to": list(arrival.mail.answers_to[:20]),
        "files": [_inventory(ports, file.name, file.content) for file in arrival.mail.files],
    }
    text = json.dumps(facts, ensure_ascii=False).encode()
    sealed = ports.keyring.seal(key, text, table=TABLE, column="facts_sealed", row=str(row_id))
    stored = ports.files.put(io.BytesIO(arrival.content), sealed_to=key)
    return KeptMail(row_id, wrapped, sealed, stored.key, stored.size)


def enter_mail(work: Work, arrival: Arrival, kept: KeptMail) -> bool:
    """Enter a mail: proposed to a member, held, or noted. False: it was there already.

    Raises TooManyMails.
    """
    digest = _digest_of(work, arrival)
    if work.session.scalar(select(InboundMail.id).where(InboundMail.digest == digest)):
        return False
    row = _row(work, arrival, kept, digest)
    _refuse_storm(work, row.address_digest)
    address = genuine_address(work.ports.keyring, arrival.recipient)
    work.session.add(row)
    if address is None:
        _hold(work, row, HeldReason.UNKNOWN_ADDRESS)
    else:
        ENTERED_BY[address.kind](work, row, arrival, address)
    if row.state is MailState.HELD:
        _refuse_full(work)
    _record_arrival(work, row)
    return True


def _of_referral(work: Work, row: InboundMail, arrival: Arrival, address: ReplyAddress) -> None:
    referral = work.session.get(Referral, address.id)
    if referral is None:
        _hold(work, row, HeldReason.UNKNOWN_ADDRESS)
        return
    row.organisation_id = referral.organisation_id
    row.referral_id, row.rights_request_id = referral.id, referral.rights_request_id
    if row.mail_class in BOUNCES:
        _of_returned(work, row, arrival)
    elif row.mail_class is not MailClass.REPLY:
        row.state = MailState.NOTED
    elif doubt := _doubt(work, row, arrival):
        _hold(work, row, doubt)
    elif referral.state in ENDED:
        _hold(work, row, HeldReason.CASE_OVER)
    else:
        row.state = MailState.PROPOSED
        _tell_controller(work, referral)


def _of_organisation(work: Work, row: InboundMail, arrival: Arrival, address: ReplyAddress) -> None:
    organisation = work.session.get(Organisation, address.id)
    row.organisation_id = organisation.id if organisation else None
    if row.mail_class in BOUNCES:
        _of_returned(work, row, arrival)
    elif row.mail_class is not MailClass.REPLY:
        row.state = MailState.NOTED
    else:
        _hold(work, row, _doubt(work, row, arrival) or HeldReason.NO_CASE_NAMED)


def _of_delivery(work: Work, row: InboundMail, arrival: Arrival, address: ReplyAddress) -> None:
    """What came back to the envelope's sender: a report, or a machine; rarely a person."""
    delivery = work.session.get(Delivery, address.id, with_for_update=True)
    if delivery is None:
        row.state = MailState.NOTED
        return
    who, _, key = delivery.recipient.partition(":")
    row.delivery_id, row.rights_request_id = delivery.id, delivery.rights_request_id
    row.referral_id = delivery.referral_id
    row.organisation_id = UUID(key) if who == "organisation" else None
    if row.mail_class is not MailClass.REPLY:
        _note(work, row, delivery, arrival)
    else:
        _hold(work, row, _doubt(work, row, arrival) or HeldReason.NO_CASE_NAMED)


def _of_returned(work: Work, row: InboundMail, arrival: Arrival) -> None:
    """A report sent to the address for replies: the mail it returns says which one it was."""
    for message_id in arrival.mail.answers_to:
        found = _delivery_named(work, message_id)
        if found is not None and found.recipient == f"organisation:{row.organisation_id}":
            row.delivery_id = found.id
            _note(work, row, found, arrival)
            return
    _hold(work, row, HeldReason.UNREADABLE_REPORT)


def _note(work: Work, row: InboundMail, delivery: Delivery, arrival: Arrival) -> None:
    row.state = MailState.NOTED
    if row.mail_class in BOUNCES:
        work.session.flush()
        note_bounce(work, row, delivery, arrival.mail.signs.statuses)


def _delivery_named(work: Work, message_id: str) -> Delivery | None:
    try:
        key = UUID(hex=message_id.partition("@")[0])
    except ValueError:
        return None
    return work.session.get(Delivery, key, with_for_update=True)


ENTERED_BY = {
    AddressKind.DELIVERY: _of_delivery,
    AddressKind.ORGANISATION: _of_organisation,
    AddressKind.REFERRAL: _of_referral,
}


def _doubt(work: Work, row: InboundMail, arrival: Arrival) -> HeldReason | None:
    """Why a person must look before this counts as the controller's; None: no reason."""
    if arrival.authentication.verdict is Verdict.FAILED:
        return HeldReason.NOT_FROM_ITS_DOMAIN
    known = _known_addresses(work, row.organisation_id)
    return None if is_known_sender(arrival.mail.sender, known) else HeldReason.UNKNOWN_SENDER


def _known_addresses(work: Work, organisation_id: UUID | None) -> list[str]:
    points = select(ContactPoint.address).where(
        ContactPoint.organisation_id == organisation_id,
        ContactPoint.channel == Channel.EMAIL,
        ContactPoint.address.is_not(None),
    )
    members = select(Member.email).where(Member.organisation_id == organisation_id, Member.active)
    return [
        address for found in (points, members) for address in work.session.scalars(found) if address
    ]


def _hold(work: Work, row: InboundMail, reason: HeldReason) -> None:
    row.state, row.reason = MailState.HELD, reason


def _tell_controller(work: Work, referral: Referral) -> None:
    """One contentless mail a day at most for one case: two machines never answer each other."""
    recipient = f"organisation:{referral.organisation_id}"
    lately = select(Delivery.id).where(
        Delivery.kind == DeliveryKind.MAIL_TO_CONFIRM,
        Delivery.referral_id == referral.id,
        Delivery.created_at > work.now - ONE_DAY,
    )
    if work.session.scalar(lately.limit(1)) is None:
        work.deliver(
            DeliveryKind.MAIL_TO_CONFIRM,
            Channel.EMAIL,
            recipient,
            rights_request_id=referral.rights_request_id,
            referral_id=referral.id,
        )


def _record_arrival(work: Work, row: InboundMail) -> None:
    is_held = row.state is MailState.HELD
    kind = EventKind.MAIL_HELD if is_held else EventKind.MAIL_RECEIVED
    stream = row.rights_request_id or row.organisation_id or hub_stream(work)
    if stream:
        work.record(kind, stream, row.id, mail=row.mail_class.value)


def hub_stream(work: Work) -> UUID | None:
    """Whose log keeps what belongs to no case: the organisation that runs the hub."""
    return work.session.scalar(
        select(Organisation.id).where(Organisation.runs_hub).order_by(Organisation.id).limit(1)
    )


def _refuse_storm(work: Work, address_digest: bytes) -> None:
    today = select(func.count(InboundMail.id)).where(
        InboundMail.address_digest == address_digest,
        InboundMail.received_at > work.now - ONE_DAY,
    )
    if (work.session.scalar(today) or 0) >= MOST_A_DAY:
        raise TooManyMails(reason="of_the_day")


def _refuse_full(work: Work) -> None:
    held = select(func.count(InboundMail.id)).where(InboundMail.state == MailState.HELD)
    if (work.session.scalar(held) or 0) > MOST_WAITING:
        raise TooManyMails(reason="pen_full")


def _row(work: Work, arrival: Arrival, kept: KeptMail, digest: bytes) -> InboundMail:
    found = arrival.authentication
    statuses = arrival.mail.signs.statuses
    return InboundMail(
        id=kept.id,
        mail_class=class_of(arrival.mail.signs),
        state=MailState.HELD,
        verdict=found.verdict,
        spf=found.spf[:20],
        dkim=found.dkim[:20],
        dmarc=found.dmarc[:20],
        status_code=status_code(statuses),
        address_digest=work.ports.keyring.exact_digest(
            arrival.recipient.casefold(), "inbound_address"
        ),
        digest=digest,
        key_wrapped=kept.key_wrapped,
        facts_sealed=kept.facts_sealed,
        storage_key=kept.storage_key,
        size=kept.size,
        received_at=work.now,
    )


def _digest_of(work: Work, arrival: Arrival) -> bytes:
    fingerprint = hashlib.sha256(arrival.content).hexdigest()
    text = f"{arrival.recipient.casefold()}|{fingerprint}"
    return work.ports.keyring.exact_digest(text, "inbound_mail")


def _inventory(ports: Ports, name: str, content: bytes) -> dict[str, Any]:
    """A file's line: what it is, or why it could not go to the person."""
    line: dict[str, Any] = {"name": name, "size": len(content)}
    try:
        checked = ports.check_upload(name, io.BytesIO(content), len(content))
    except HubError as refusal:
        return line | {"refused": refusal.code, "facts": _plain(refusal)}
    return line | {"extension": checked.extension}


def _plain(refusal: HubError) -> dict[str, Any]:
    return {name: str(value) for name, value in refusal.facts.items()}
