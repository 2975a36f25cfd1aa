"""Turns claimed webhook deliveries into signed calls, and writes down what came of them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.domain.directory import Channel
from hub.domain.webhooks import (
    PULL_WITHIN,
    CallKind,
    SignedCall,
    Verdict,
    signed_call,
    verdict_on,
    wait_asked,
)
from hub.models.delivery import ORGANISATION, Delivery, DeliveryKind, DeliveryState
from hub.models.webhook import EndpointState, WebhookAttempt, WebhookEndpoint
from hub.port_errors import CallFailed
from hub.ports import Keyring, OutwardCaller
from hub.services.circuits import failed, passed
from hub.services.delivering import Claimed, Outcome, record_outcomes
from hub.services.endpoints import ATTEMPTS_KEPT, confirm, secrets_of, stop
from hub.services.unit_of_work import Work

KINDS = MappingProxyType(
    {
        DeliveryKind.REFERRAL_ANNOUNCED: CallKind.REFERRAL_RECEIVED,
        DeliveryKind.WEBHOOK_CHALLENGE: CallKind.CHALLENGE,
        DeliveryKind.WEBHOOK_TEST: CallKind.TEST,
    }
)
TRIED_ONCE = frozenset({CallKind.CHALLENGE, CallKind.TEST})
"""What a member asked for and looks at: she asks again, no retry does."""


@dataclass(frozen=True)
class Call:
    """One claimed delivery as a call; `signed` is None when it must not be made."""

    claimed: Claimed
    kind: CallKind
    url: str = ""
    signed: SignedCall | None = None


@dataclass(frozen=True)
class Made:
    """What came of one call: a Verdict's value or a short code of CallFailed."""

    call: Call
    result: str
    status: int | None = None
    took_ms: int | None = None
    retry_after: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether the endpoint said that it has it."""
        return self.result == Verdict.DONE


def calls_of(
    session: Session, keyring: Keyring, claimed: Sequence[Claimed], public_url: str, now: datetime
) -> list[Call]:
    """The calls for what one organisation is due; not made while its endpoint is unconfirmed."""
    organisation_id = UUID(claimed[0].recipient.removeprefix(ORGANISATION))
    row = session.scalar(
        select(WebhookEndpoint).where(WebhookEndpoint.organisation_id == organisation_id)
    )
    if row is None:
        return [Call(one, KINDS[one.kind]) for one in claimed]
    is_former_good = row.former_until is not None and row.former_until > now
    secrets = secrets_of(keyring, row, is_former_good=is_former_good)
    return [
        Call(one, KINDS[one.kind], row.url, _signed(keyring, one, row, secrets, public_url, now))
        for one in claimed
    ]


def make(outward: OutwardCaller, call: Call) -> Made:
    """Make one call and judge its answer; touches no database."""
    if call.signed is None:
        return Made(call, "not_confirmed")
    try:
        answer = outward.post(call.url, call.signed.headers, call.signed.body)
    except CallFailed as failure:
        return Made(call, str(failure.facts.get("reason", "not_reached")))
    verdict = verdict_on(answer.status, answer.media_type, answer.body, call.signed.expects)
    return Made(call, verdict.value, answer.status, answer.took_ms, answer.retry_after)


def record_calls(work: Work, made: Sequence[Made]) -> int:
    """Write down what came of calls; the retries of announcements are those of the outbox."""
    if not made:
        return 0
    organisation_id = UUID(made[0].call.claimed.recipient.removeprefix(ORGANISATION))
    work.session.execute(
        delete(WebhookAttempt).where(
            WebhookAttempt.organisation_id == organisation_id,
            WebhookAttempt.at < work.now - ATTEMPTS_KEPT,
        )
    )
    for one in made:
        if one.call.signed is not None:
            work.session.add(_attempt(work, organisation_id, one))
        _learn(work, organisation_id, one)
    once = [one for one in made if one.call.kind in TRIED_ONCE]
    settled = [one for one in once if _settle(work, one)]
    _teach(work, settled)
    others = [_outcome(work, one) for one in made if one not in once]
    return len(settled) + record_outcomes(work, others)


def pull_token(keyring: Keyring, delivery_id: UUID, organisation_id: UUID, until: int) -> str:
    """What the address in a call carries: which announcement, until when, and our signature."""
    said = f"{delivery_id}:{organisation_id}:{until}"
    return f"{delivery_id.hex}.{until:x}.{keyring.exact_digest(said, 'webhook_pull').hex()[:40]}"


def announced_referral(
    session: Session, keyring: Keyring, token: str, organisation_id: UUID, now: datetime
) -> UUID | None:
    """The referral that such an address opens to this organisation; None when it opens none."""
    try:
        which, until_text, _ = token.split(".")
        delivery_id, until = UUID(which), int(until_text, 16)
    except ValueError:
        return None
    expected = pull_token(keyring, delivery_id, organisation_id, until)
    if not hmac.compare_digest(expected.encode(), token.encode()) or until < now.timestamp():
        return None
    row = session.get(Delivery, delivery_id)
    return row.referral_id if row else None


def _signed(
    keyring: Keyring,
    claimed: Claimed,
    row: WebhookEndpoint,
    secrets: list[str],
    public_url: str,
    now: datetime,
) -> SignedCall | None:
    kind, call_id = KINDS[claimed.kind], str(claimed.id)
    data: dict[str, str] = {}
    if kind is CallKind.CHALLENGE:
        data["challenge"] = keyring.exact_digest(call_id, "webhook_challenge").hex()[:40]
    elif row.state is not EndpointState.CONFIRMED:
        return None
    if kind is CallKind.REFERRAL_RECEIVED:
        until = int((now + PULL_WITHIN).timestamp())
        token = pull_token(keyring, claimed.id, row.organisation_id, until)
        data["referral"] = str(claimed.referral_id)
        data["pull_url"] = f"{public_url.rstrip('/')}/api/v1/announced/{token}"
    return signed_call(kind, call_id, now, data, secrets)


def _attempt(work: Work, organisation_id: UUID, made: Made) -> WebhookAttempt:
    return WebhookAttempt(
        organisation_id=organisation_id,
        delivery_id=made.call.claimed.id,
        kind=made.call.kind,
        at=work.now,
        result=made.result,
        status=made.status,
        took_ms=made.took_ms,
    )


def _learn(work: Work, organisation_id: UUID, made: Made) -> None:
    if made.is_done and made.call.kind is CallKind.CHALLENGE:
        confirm(work, organisation_id)
    if made.result == Verdict.GONE:
        stop(work, organisation_id)


def _settle(work: Work, made: Made) -> bool:
    row = work.session.get(Delivery, made.call.claimed.id, with_for_update=True)
    if row is None or row.lease_token != made.call.claimed.lease_token:
        return False
    row.lease_token = row.lease_until = None
    row.state = DeliveryState.DELIVERED if made.is_done else DeliveryState.CANCELLED
    row.delivered_at = work.now if made.is_done else None
    row.last_error = None if made.is_done else made.result
    return True


def _teach(work: Work, settled: Sequence[Made]) -> None:
    """What a challenge or a test tells of the way: announcements follow one that was taken."""
    for one in settled:
        recipient = one.call.claimed.recipient
        if one.is_done:
            passed(work, Channel.WEBHOOK, [recipient])
        elif one.call.signed is not None:
            failed(work, Channel.WEBHOOK, [recipient])


def _outcome(work: Work, made: Made) -> Outcome:
    claimed = made.call.claimed
    asks_to_wait = made.result == Verdict.TRY_LATER and made.retry_after
    return Outcome(
        claimed.id,
        claimed.lease_token,
        made.is_done,
        None if made.is_done else made.result,
        was_tried=made.call.signed is not None,
        not_before=wait_asked(made.retry_after, work.now) if asks_to_wait else None,
    )
