"""Links by which a controller without account answers one referral: made, sent, entered, stopped.

The link alone opens nothing: a code goes to the same registered mailbox first. Both are derived
from the hub's key, so that a mail can be worded again, and neither is stored.
"""

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from hub.domain.answer_links import (
    CODE_DIGITS,
    CODE_LASTS,
    LETTER_CODE_LENGTH,
    LETTER_LASTS,
    LINK_LASTS,
    MOST_CODES_A_DAY,
    MOST_TRIES,
    SEND_AGAIN_AFTER,
    VISIT_LASTS,
)
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactRole
from hub.domain.lifecycle import ENDED
from hub.domain.references import grouped, normalise_secret, to_base32
from hub.errors import HubError, Invalid, NotFound
from hub.models.answer_link import AnswerLink, LinkVisit
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint, Organisation
from hub.models.postal_letter import PostalLetter
from hub.models.referral import Referral
from hub.ports import Keyring
from hub.queries.answer_links import (
    Standing,
    address_index,
    contact_without_account,
    has_account,
    hash_of_link_token,
    link_of_number,
    link_of_token,
)
from hub.services.circuits import is_held_back
from hub.services.confirming import CodeExhausted, SentJustNow, WrongCode
from hub.services.delivering import referral_arrives
from hub.services.unit_of_work import Work
from hub.services.visits import (
    TooManyTries,
    WrongReferenceOrSecret,
    failed_tries,
    wait_left,
)

LONGEST_NAME = 200
MOST_AT_ONCE = 50


class LinkOver(HubError):
    """The link is unknown, revoked, expired, or its case has ended."""

    code = "link_over"


class CodeTooOld(HubError):
    """The code was sent too long ago, or none was: a new one must be asked for."""

    code = "code_too_old"


class TooManyCodes(HubError):
    """Enough codes left for this mailbox today."""

    code = "too_many_codes"


def link_token(keyring: Keyring, link_id: UUID, round_number: int) -> str:
    """The secret part of a link, of 256 bits; a new round makes the former one void."""
    return keyring.blind_index(f"{link_id}:{round_number}", "answer_link").hex()


def link_code(keyring: Keyring, link_id: UUID, code_round: int) -> str:
    """The six digits of one message."""
    digest = keyring.blind_index(f"{link_id}:{code_round}", "answer_link_code")
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def letter_code(keyring: Keyring, link_id: UUID, round_number: int) -> str:
    """The code that a letter bears: 16 signs, as a person reads and types them."""
    digest = keyring.blind_index(f"{link_id}:{round_number}", "answer_link_letter")
    return grouped(to_base32(digest[: LETTER_CODE_LENGTH * 5 // 8]))


def hand_over_to_links(work: Work, recipient: str) -> int | None:
    """Send what waits for an inbox that nobody reads by a link to the controller's mailbox, or by
    a letter to the only address that is known.

    Nothing happens where a member or a program reads the inbox, where no address is known, or
    while an operator holds the organisation back.
    Says how many referrals it handed over; None where none is to be, so that whoever asks knows it
    of what is filed at this very moment too.
    """
    point = _point_instead_of_inbox(work, recipient)
    if point is None:
        return None
    waiting = (
        select(Delivery)
        .where(
            Delivery.channel == Channel.PORTAL,
            Delivery.recipient == recipient,
            Delivery.kind == DeliveryKind.REFERRAL,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= work.now,
        )
        .order_by(Delivery.next_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = work.session.scalars(waiting).all()
    for row in rows:
        if row.referral_id is None:
            continue
        link = _link_for(work, row.referral_id, point)
        row.channel, row.recipient = point.channel, f"link:{link.id}"
        if point.channel is Channel.POST:
            _write_letter(work, row, str(point.address))
        _record(work, EventKind.ANSWER_LINK_MADE, link)
    return len(rows)


def readdress(work: Work, recipient: str) -> None:
    """Before a link is mailed: follow a contact that has another address by now.

    The former link is void. Where no address is left the link stays as it is, and its delivery
    becomes a task for a person.
    """
    link = work.session.get(AnswerLink, UUID(recipient.partition(":")[2]), with_for_update=True)
    if link is None or link.revoked_at:
        return
    referral = work.session.get_one(Referral, link.referral_id)
    point = contact_without_account(work.session, referral.organisation_id, Channel.EMAIL)
    if point is None or referral.state in ENDED:
        return
    index = address_index(work.ports.keyring, str(point.address))
    if (point.id, index) != (link.contact_point_id, link.address_index):
        _aim(work, link, point)


def send_code(work: Work, token: str) -> None:
    """Send a code to the mailbox that the link went to.

    Raises LinkOver, SentJustNow within two minutes, TooManyCodes.
    """
    link = _opening(work, token)
    if link.code_sent_at and work.now - link.code_sent_at < SEND_AGAIN_AFTER:
        raise SentJustNow
    if link.codes_since is None or work.now - link.codes_since >= timedelta(days=1):
        link.codes_since, link.codes_counted = work.now, 0
    if link.codes_counted >= MOST_CODES_A_DAY:
        raise TooManyCodes
    link.codes_counted += 1
    link.code_round += 1
    link.code_tries = 0
    link.code_sent_at = work.now
    _mail(work, link, DeliveryKind.ANSWER_CODE)


def enter(work: Work, token: str, code: str, name: str) -> bytes | HubError:
    """Open a visit with the code of the last message; gives the browser's token.

    A refusal is given back, not raised, so that the failed try is kept. `name` is who answers: the
    letter names her (CRPA L212-1). Raises LinkOver, Invalid (`name`).
    """
    link = _opening(work, token)
    if not name.strip():
        raise Invalid(field="name", reason="empty")
    if link.code_tries >= MOST_TRIES:
        return CodeExhausted()
    if link.code_sent_at is None or work.now - link.code_sent_at >= CODE_LASTS:
        return CodeTooOld()
    expected = link_code(work.ports.keyring, link.id, link.code_round)
    typed = "".join(character for character in code if character.isdecimal())
    if not hmac.compare_digest(expected.encode(), typed.encode()):
        link.code_tries += 1
        return WrongCode(tries_left=MOST_TRIES - link.code_tries)
    link.code_sent_at = None
    return open_link_visit(work, link, name)


def enter_by_letter(work: Work, number: str, code: str, name: str) -> bytes | HubError:
    """Open a visit with the number and the code of a letter; gives the browser's token.

    One path for an unknown number and a wrong code, with a delay that grows for wrong codes alone;
    the refusal is given back, not raised, so that the failed try is kept. Raises Invalid (`name`).
    """
    if not name.strip():
        raise Invalid(field="name", reason="empty")
    failed = failed_tries(work, f"letter:{number}")
    found = link_of_number(work.session, work.ports.keyring, number)
    link = work.session.get(AnswerLink, found.id, with_for_update=True) if found else None
    stored = link.token_hash if link else bytes(32)
    is_right = hmac.compare_digest(stored, hash_of_link_token(normalise_secret(code)))
    if not is_right or link is None or found is None or found.standing is Standing.OVER:
        if (wait := wait_left(work, failed)) > 0:
            return TooManyTries(seconds=wait)
        failed.tries += 1
        failed.last_at = work.now
        return WrongReferenceOrSecret()
    failed.tries = 0
    _received(work, link)
    return open_link_visit(work, link, name)


def open_link_visit(work: Work, link: AnswerLink, name: str) -> bytes:
    """Open a visit for a contact who gave the code that was asked."""
    visit_token = secrets.token_bytes(32)
    work.session.add(
        LinkVisit(
            token_hash=hash_of_link_token(visit_token.hex()),
            answer_link_id=link.id,
            name=name.strip()[:LONGEST_NAME],
            opened_at=work.now,
            expires_at=work.now + VISIT_LASTS,
        )
    )
    _record(work, EventKind.ANSWER_LINK_ENTERED, link)
    return visit_token


def leave(work: Work, visit_token: str) -> None:
    """End a visit at once."""
    mine = LinkVisit.token_hash == hash_of_link_token(visit_token)
    work.session.execute(delete(LinkVisit).where(mine))


def renew(work: Work, token: str) -> None:
    """Send a new link to the same mailbox, in place of one that has expired; raises LinkOver."""
    found = link_of_token(work.session, work.ports.keyring, token, work.now)
    if found is None or found.standing is not Standing.EXPIRED:
        raise LinkOver
    link = work.session.get_one(AnswerLink, found.id, with_for_update=True)
    _turn(work, link)
    _mail(work, link, DeliveryKind.REFERRAL)
    _record(work, EventKind.ANSWER_LINK_MADE, link)


def revoke(work: Work, referral_id: UUID) -> None:
    """The operator stops a link, and the visits by it; raises NotFound."""
    link = _of_referral(work, referral_id)
    link.revoked_at = link.revoked_at or work.now
    work.session.execute(delete(LinkVisit).where(LinkVisit.answer_link_id == link.id))
    _record(work, EventKind.ANSWER_LINK_REVOKED, link)


def send_new_link(work: Work, referral_id: UUID) -> None:
    """The operator sends a new link to the contact as the directory knows it now.

    The former link is void. Raises NotFound, LinkOver when the case has ended or no address is
    known.
    """
    link = _of_referral(work, referral_id)
    referral = work.session.get_one(Referral, referral_id)
    point = contact_without_account(work.session, referral.organisation_id, Channel.EMAIL)
    if point is None or referral.state in ENDED:
        raise LinkOver
    link.revoked_at = None
    _aim(work, link, point)
    _mail(work, link, DeliveryKind.REFERRAL)
    _record(work, EventKind.ANSWER_LINK_MADE, link)


def _received(work: Work, link: AnswerLink) -> None:
    """Who types the code of a letter has it, even before anyone wrote down that it was posted."""
    waiting = select(Delivery).where(
        Delivery.referral_id == link.referral_id,
        Delivery.kind == DeliveryKind.REFERRAL,
        Delivery.state == DeliveryState.WAITING,
    )
    for row in work.session.scalars(waiting.with_for_update()):
        row.state, row.delivered_at = DeliveryState.DELIVERED, work.now
    referral_arrives(work, link.referral_id)


def _link_for(work: Work, referral_id: UUID, point: ContactPoint) -> AnswerLink:
    """The one link of a referral: made now, or aimed at the contact of today."""
    link = work.session.scalar(select(AnswerLink).where(AnswerLink.referral_id == referral_id))
    if link is None:
        link = AnswerLink(id=new_id(), referral_id=referral_id, made_at=work.now, round_number=0)
    _aim(work, link, point)
    work.session.add(link)
    return link


def _point_instead_of_inbox(work: Work, recipient: str) -> ContactPoint | None:
    organisation_id = UUID(recipient.partition(":")[2])
    if is_held_back(work, recipient) or has_account(work.session, organisation_id):
        return None
    return (
        contact_without_account(work.session, organisation_id, Channel.EMAIL)
        or contact_without_account(work.session, organisation_id, Channel.POST)
        or _address_of_directory(work, organisation_id)
    )


def _address_of_directory(work: Work, organisation_id: UUID) -> ContactPoint | None:
    """The address of the organisation itself as a contact point, where it has no other at all."""
    organisation = work.session.get_one(Organisation, organisation_id)
    if not (organisation.postal_address or "").strip() or organisation.contact_points:
        return None
    point = ContactPoint(
        id=new_id(),
        organisation_id=organisation_id,
        role=ContactRole.GENERAL,
        channel=Channel.POST,
        address=str(organisation.postal_address)[:500],
        source=organisation.source,
    )
    work.session.add(point)
    work.session.flush()
    work.record(EventKind.CONTACT_ADDED, organisation_id, point.id, channel="post")
    return point


def _write_letter(work: Work, delivery: Delivery, address: str) -> None:
    work.session.add(
        PostalLetter(
            id=new_id(),
            referral_id=delivery.referral_id,
            delivery_id=delivery.id,
            address=address,
            made_at=work.now,
        )
    )


def _aim(work: Work, link: AnswerLink, point: ContactPoint) -> None:
    link.contact_point_id, link.channel = point.id, point.channel
    link.address_index = address_index(work.ports.keyring, str(point.address))
    _turn(work, link)


def _turn(work: Work, link: AnswerLink) -> None:
    """A new round: the former link, its code and its visits are void."""
    link.round_number += 1
    by_letter = link.channel is Channel.POST
    secret = letter_code if by_letter else link_token
    link.token_hash = hash_of_link_token(secret(work.ports.keyring, link.id, link.round_number))
    link.expires_at = work.now + (LETTER_LASTS if by_letter else LINK_LASTS)
    link.code_sent_at = None
    work.session.execute(delete(LinkVisit).where(LinkVisit.answer_link_id == link.id))


def _opening(work: Work, token: str) -> AnswerLink:
    found = link_of_token(work.session, work.ports.keyring, token, work.now)
    if found is None or found.standing is not Standing.OPEN:
        raise LinkOver
    return work.session.get_one(AnswerLink, found.id, with_for_update=True)


def _of_referral(work: Work, referral_id: UUID) -> AnswerLink:
    link = work.session.scalar(
        select(AnswerLink).where(AnswerLink.referral_id == referral_id).with_for_update()
    )
    if link is None:
        raise NotFound(referral_id=referral_id)
    return link


def _mail(work: Work, link: AnswerLink, kind: DeliveryKind) -> None:
    referral = work.session.get_one(Referral, link.referral_id)
    work.deliver(
        kind,
        Channel.EMAIL,
        f"link:{link.id}",
        rights_request_id=referral.rights_request_id,
        referral_id=referral.id,
    )


def _record(work: Work, kind: EventKind, link: AnswerLink) -> None:
    referral = work.session.get_one(Referral, link.referral_id)
    work.record(kind, referral.rights_request_id, referral.id, channel=link.channel.value)
