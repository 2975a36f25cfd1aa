"""Confirms a person's address, corrects it, reminds her, and lets what is not confirmed lapse."""

import hmac
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState, RequestState
from hub.errors import HubError, NotFound
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.referral import Referral, WaitingFor
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, RightsRequest
from hub.ports import Keyring
from hub.queries.confirmation_mails import mailbox_free_at
from hub.sealing import Place
from hub.services.filing_plans import referral_delivery
from hub.services.mail_to_strangers import forget_mailbox
from hub.services.represented import tell_known_mailbox, telling_of
from hub.services.unit_of_work import Work

MOST_ATTEMPTS = 6
SEND_AGAIN_AFTER = timedelta(minutes=2)


REMIND_FILER = (DeliveryKind.CONFIRMATION_REMINDER, "person")
REMIND_REPRESENTED = (DeliveryKind.CODE_WAITS, "represented")
"""Which mail reminds of what waits, and whom: where her own code waits, that it does."""


class WrongCode(HubError):
    """The six digits are not those of the last message; `facts['tries_left']` says how many."""

    code = "wrong_code"


class CodeExhausted(HubError):
    """Too many wrong codes: a new message must be asked for."""

    code = "code_exhausted"


class LinkNoLongerValid(HubError):
    """The link is used, replaced by a newer one, or over."""

    code = "link_no_longer_valid"


class SentJustNow(HubError):
    """A message left less than two minutes ago."""

    code = "sent_just_now"


class SentToday(HubError):
    """The mailbox is not confirmed and has had its message of the day, or its three of the week."""

    code = "sent_today"


def confirmation_code(keyring: Keyring, rights_request_id: UUID, round_number: int) -> str:
    """The six digits of one confirmation message, derived and so stored nowhere."""
    digest = keyring.blind_index(f"{rights_request_id}:{round_number}", "confirmation_code")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def confirmation_token(keyring: Keyring, rights_request_id: UUID, round_number: int) -> str:
    """The secret part of one confirmation link."""
    return keyring.blind_index(f"{rights_request_id}:{round_number}", "confirmation_link").hex()


def confirm_by_code(work: Work, rights_request_id: UUID, code: str) -> HubError | None:
    """Confirm with the six digits typed; gives the refusal so that the failed try is kept.

    Raises NotFound, CodeExhausted; confirming twice is one confirmation.
    """
    row = _awaiting(work, rights_request_id)
    if row.state is not RequestState.AWAITING_CONFIRMATION:
        return None
    if row.code_attempts >= MOST_ATTEMPTS:
        raise CodeExhausted
    expected = confirmation_code(work.ports.keyring, row.id, row.email_round)
    typed = "".join(character for character in code if character.isdigit())
    if not hmac.compare_digest(expected, typed):
        row.code_attempts += 1
        return WrongCode(tries_left=MOST_ATTEMPTS - row.code_attempts)
    activate(work, row)
    return None


def confirm_by_link(work: Work, rights_request_id: UUID, token: str) -> RightsRequest:
    """Confirm with the link of the last message; raises LinkNoLongerValid."""
    row = work.session.get(RightsRequest, rights_request_id, with_for_update=True)
    if row is None or not _link_opens(work.ports.keyring, row, token):
        raise LinkNoLongerValid
    if row.state is RequestState.AWAITING_CONFIRMATION:
        activate(work, row)
    return row


def link_still_opens(
    session: Session, keyring: Keyring, rights_request_id: UUID, token: str
) -> bool:
    """Whether the link of a message is still the last one, of a request not over; only looks."""
    row = session.get(RightsRequest, rights_request_id)
    return row is not None and _link_opens(keyring, row, token)


def _link_opens(keyring: Keyring, row: RightsRequest, token: str) -> bool:
    expected = confirmation_token(keyring, row.id, row.email_round)
    is_over = row.state in {RequestState.LAPSED, RequestState.WITHDRAWN}
    return hmac.compare_digest(expected.encode(), token.encode()) and not is_over


def activate(work: Work, row: RightsRequest) -> None:
    """The address is hers: hand every referral to the outbox. `received_at` does not move."""
    row.state = RequestState.ACTIVE
    row.confirmed_at = work.now
    row.lapses_at = None
    forget_mailbox(work, row.id)
    work.record(EventKind.EMAIL_CONFIRMED, row.id, row.id)
    referrals = work.session.execute(
        select(Referral.id, Referral.rights_request_id, Referral.organisation_id).where(
            Referral.rights_request_id == row.id
        )
    ).mappings()
    work.session.execute(
        insert(Delivery), [referral_delivery(dict(referral), work.now) for referral in referrals]
    )
    tell_represented(work, row)
    tell_known_mailbox(work, row.id)


def tell_represented(work: Work, row: RightsRequest) -> None:
    """Tell the person herself of a filing made in her name, where an address is hers (RULES §5).

    Not where she was written to at once, since her own code waits for her.
    """
    acting = work.session.get(RepresentationRow, row.id)
    if acting is not None and acting.code_waits:
        return
    identity = work.session.get_one(Identity, row.id)
    facts = work.keys.open_facts(Place(row.id, "identity.sealed", row.id), identity.sealed)
    telling = telling_of(row.id, facts, row.channel, work.now)
    if telling is not None:
        work.session.execute(insert(telling.model), [telling.row])
        if telling.event:
            work.events.append(telling.event)


def correct_email(work: Work, rights_request_id: UUID, email: str) -> None:
    """Replace an address not yet confirmed, and send a new message; the old one is void."""
    row = _awaiting(work, rights_request_id)
    if row.state is not RequestState.AWAITING_CONFIRMATION:
        raise LinkNoLongerValid
    identity = work.session.get_one(Identity, row.id)
    place = Place(row.id, "identity.sealed", row.id)
    facts = work.keys.open_facts(place, identity.sealed) | {"email": email}
    identity.sealed = work.keys.seal_facts(place, facts)
    identity.email_index = work.ports.keyring.blind_index(email, "email")
    work.record(EventKind.EMAIL_CORRECTED, row.id, row.id)
    _send_new_message(work, row)


def send_code_again(work: Work, rights_request_id: UUID) -> None:
    """Send a new code to the same address; raises SentJustNow within two minutes, SentToday."""
    row = _awaiting(work, rights_request_id)
    if row.state is not RequestState.AWAITING_CONFIRMATION:
        raise LinkNoLongerValid
    if row.code_sent_at and work.now - row.code_sent_at < SEND_AGAIN_AFTER:
        raise SentJustNow
    if mailbox_free_at(work.session, row.id, work.now) > work.now:
        raise SentToday
    _send_new_message(work, row)


def remind_unconfirmed(work: Work, limit: int = 200) -> int:
    """Remind, once, each person whose request has waited two days for its confirmation."""
    patience = timedelta(days=work.ports.policies.course.confirmation_reminder_days)
    rows = work.session.scalars(
        select(RightsRequest)
        .where(
            RightsRequest.state == RequestState.AWAITING_CONFIRMATION,
            RightsRequest.filed_at <= work.now - patience,
            RightsRequest.lapses_at > work.now,
            RightsRequest.reminded_at.is_(None),
        )
        .limit(limit)
    ).all()
    for row in rows:
        row.reminded_at = work.now
        acting = work.session.get(RepresentationRow, row.id)
        waits = acting is not None and acting.code_waits
        kind, whom = REMIND_REPRESENTED if waits else REMIND_FILER
        work.deliver(kind, Channel.EMAIL, f"{whom}:{row.id}", rights_request_id=row.id)
    return len(rows)


def lapse_unconfirmed(work: Work, limit: int = 200) -> int:
    """End what was never confirmed within seven days, as its receipt said."""
    rows = work.session.scalars(
        select(RightsRequest)
        .where(
            RightsRequest.state == RequestState.AWAITING_CONFIRMATION,
            RightsRequest.lapses_at <= work.now,
        )
        .limit(limit)
    ).all()
    for row in rows:
        row.state = RequestState.LAPSED
        row.closed_at = work.now
        referrals = select(Referral).where(Referral.rights_request_id == row.id)
        for referral in work.session.scalars(referrals):
            referral.state = ReferralState.WITHDRAWN
            referral.closed_at = work.now
            referral.waiting_for = WaitingFor.NOBODY
        work.record(EventKind.REQUEST_LAPSED, row.id, row.id)
    return len(rows)


def _awaiting(work: Work, rights_request_id: UUID) -> RightsRequest:
    row = work.session.get(RightsRequest, rights_request_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _send_new_message(work: Work, row: RightsRequest) -> None:
    row.email_round += 1
    row.code_attempts = 0
    row.code_sent_at = work.now
    work.deliver(
        DeliveryKind.ADDRESS_CONFIRMATION,
        Channel.EMAIL,
        f"person:{row.id}",
        rights_request_id=row.id,
    )
