"""What an organisation's administrator does with the endpoint of its software."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.webhooks import (
    KEYS_OVERLAP,
    SECRET_BYTES,
    Upkeep,
    Verdict,
    secret_from,
    upkeep_of,
)
from hub.errors import Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import ORGANISATION, Delivery, DeliveryKind, DeliveryState
from hub.models.webhook import EndpointState, WebhookAttempt, WebhookEndpoint
from hub.ports import Keyring
from hub.services.circuits import let_one_try
from hub.services.unit_of_work import Work

ATTEMPTS_KEPT = timedelta(days=90)
TABLE = "webhook_endpoint"
WAITING = (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.NEEDS_PERSON)
REPLAYED = (DeliveryState.DELIVERED, DeliveryState.NEEDS_PERSON, DeliveryState.WAITING)


class AddressRefused(Invalid):
    """The hub never calls this address; `facts['reason']` is an AddressRefusal."""

    code = "address_refused"


class NotConfirmed(Invalid):
    """The endpoint has not shown yet that it is its organisation's own."""

    code = "not_confirmed"


def set_endpoint(work: Work, organisation_id: UUID, url: str) -> str:
    """Say where the organisation's software is called; gives its new key, once.

    Nothing is announced there before it has answered a challenge. Raises AddressRefused.
    """
    if refusal := work.ports.outward.refusal_of(url):
        raise AddressRefused(field="url", reason=refusal.value)
    row = _row(work, organisation_id)
    if row is None:
        _, wrapped = work.ports.keyring.new_data_key()
        row = WebhookEndpoint(
            id=new_id(), organisation_id=organisation_id, data_key=wrapped, created_at=work.now
        )
        work.session.add(row)
    row.url = url
    row.state, row.confirmed_at = EndpointState.UNCONFIRMED, None
    row.former_sealed = row.former_until = None
    secret = _new_secret(work, row)
    work.session.flush()
    work.record(EventKind.ENDPOINT_CHANGED, organisation_id, row.id)
    _ask_at_once(work, organisation_id, DeliveryKind.WEBHOOK_CHALLENGE)
    return secret


def change_key(work: Work, organisation_id: UUID) -> str:
    """Give a new key, once; calls carry the former signature too until the overlap ends."""
    row = _known(work, organisation_id)
    row.former_sealed, row.former_until = row.secret_sealed, work.now + KEYS_OVERLAP
    secret = _new_secret(work, row)
    work.record(EventKind.ENDPOINT_KEY_CHANGED, organisation_id, row.id)
    return secret


def end_former_key(work: Work, organisation_id: UUID) -> None:
    """Sign with the new key alone from now on: the former one leaked, or serves no more."""
    row = _known(work, organisation_id)
    if row.former_sealed is None:
        return
    row.former_sealed = row.former_until = None
    work.record(EventKind.ENDPOINT_KEY_CHANGED, organisation_id, row.id, former="ended")


def remove_endpoint(work: Work, organisation_id: UUID) -> None:
    """Call it no more; what was still to be announced stays in the inbox."""
    row = _known(work, organisation_id)
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.channel == Channel.WEBHOOK,
            Delivery.recipient == f"{ORGANISATION}{organisation_id}",
            Delivery.state.in_(WAITING),
        )
        .values(state=DeliveryState.CANCELLED, lease_token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    work.session.execute(
        delete(WebhookAttempt).where(WebhookAttempt.organisation_id == organisation_id)
    )
    work.session.delete(row)
    work.record(EventKind.ENDPOINT_REMOVED, organisation_id, row.id)


def check_again(work: Work, organisation_id: UUID) -> None:
    """Send the challenge once more: the software is ready now, or calls had been stopped."""
    row = _known(work, organisation_id)
    if row.state is EndpointState.STOPPED:
        row.state, row.confirmed_at = EndpointState.UNCONFIRMED, None
    _ask_at_once(work, organisation_id, DeliveryKind.WEBHOOK_CHALLENGE)


def ask_test(work: Work, organisation_id: UUID) -> None:
    """Send a test call. Raises NotConfirmed."""
    if _known(work, organisation_id).state is not EndpointState.CONFIRMED:
        raise NotConfirmed(field="url")
    _ask_at_once(work, organisation_id, DeliveryKind.WEBHOOK_TEST)


def replay(work: Work, organisation_id: UUID, delivery_id: UUID) -> None:
    """Announce a referral again, under the same `webhook-id`; raises NotFound."""
    row = work.session.get(Delivery, delivery_id, with_for_update=True)
    mine = f"{ORGANISATION}{organisation_id}"
    is_call = row is not None and row.kind is DeliveryKind.REFERRAL_ANNOUNCED
    if row is None or not is_call or row.recipient != mine or row.rights_request_id is None:
        raise NotFound(delivery_id=delivery_id)
    if row.state not in REPLAYED:
        return
    row.state, row.next_at, row.delivered_at = DeliveryState.WAITING, work.now, None
    work.record(EventKind.DELIVERY_RETRIED, row.rights_request_id, row.id)


def confirm(work: Work, organisation_id: UUID) -> None:
    """The endpoint answered the challenge: referrals are announced there from now on.

    One that answers it again is still there.
    """
    row = _row(work, organisation_id)
    if row is None or row.state is EndpointState.CONFIRMED:
        return
    row.state, row.confirmed_at = EndpointState.CONFIRMED, work.now
    work.record(EventKind.ENDPOINT_CONFIRMED, organisation_id, row.id)


def stop(work: Work, organisation_id: UUID) -> None:
    """The endpoint answered that it is gone for good (410): it is called no more."""
    row = _row(work, organisation_id)
    if row is None or row.state is EndpointState.STOPPED:
        return
    row.state = EndpointState.STOPPED
    work.record(EventKind.ENDPOINT_STOPPED, organisation_id, row.id)


def keep_endpoints_true(work: Work) -> int:
    """Ask again of each endpoint that was not heard for a month; put at rest what answers nothing.

    Says how many it asked or put at rest.
    """
    confirmed = (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.state == EndpointState.CONFIRMED)
        .order_by(WebhookEndpoint.id)
        .with_for_update(skip_locked=True)
    )
    touched = 0
    for row in work.session.scalars(confirmed).all():
        owed = upkeep_of(*_heard(work, row), work.now)
        if owed is Upkeep.ASK:
            _ask(work, row.organisation_id, DeliveryKind.WEBHOOK_CHALLENGE)
        elif owed is Upkeep.REST:
            row.state = EndpointState.IN_REVIEW
            work.record(EventKind.ENDPOINT_DOUBTED, row.organisation_id, row.id)
        touched += owed is not Upkeep.NOTHING
    return touched


def _heard(work: Work, row: WebhookEndpoint) -> tuple[datetime, datetime | None, datetime | None]:
    """When it last answered well, since when each call has failed, and when it was last called."""
    mine = WebhookAttempt.organisation_id == row.organisation_id
    is_done = WebhookAttempt.result == Verdict.DONE.value
    done = select(func.max(WebhookAttempt.at)).where(mine, is_done)
    known = [work.session.scalar(done), row.confirmed_at, row.created_at]
    heard_at = max(one for one in known if one is not None)
    since = select(func.min(WebhookAttempt.at), func.max(WebhookAttempt.at))
    failing_since, called_at = work.session.execute(
        since.where(mine, WebhookAttempt.at > heard_at)
    ).one()
    return heard_at, failing_since, called_at


def secrets_of(keyring: Keyring, row: WebhookEndpoint, *, is_former_good: bool) -> list[str]:
    """The keys in force, the newest first."""
    key = keyring.unwrap(row.data_key)
    sealed = [row.secret_sealed]
    if is_former_good and row.former_sealed:
        sealed.append(row.former_sealed)
    cell = {"table": TABLE, "column": "secret_sealed", "row": str(row.id)}
    return [keyring.open(key, one, **cell).decode("ascii") for one in sealed]


def _new_secret(work: Work, row: WebhookEndpoint) -> str:
    secret = secret_from(secrets.token_bytes(SECRET_BYTES))
    keyring = work.ports.keyring
    row.secret_sealed = keyring.seal(
        keyring.unwrap(row.data_key),
        secret.encode("ascii"),
        table=TABLE,
        column="secret_sealed",
        row=str(row.id),
    )
    row.changed_at = work.now
    return secret


def _ask_at_once(work: Work, organisation_id: UUID, kind: DeliveryKind) -> None:
    """One call that somebody waits for: it passes although earlier ones failed."""
    _ask(work, organisation_id, kind)
    let_one_try(work, {(Channel.WEBHOOK, f"{ORGANISATION}{organisation_id}")})


def _ask(work: Work, organisation_id: UUID, kind: DeliveryKind) -> None:
    """One call of this kind, due now, however often it is asked for."""
    recipient = f"{ORGANISATION}{organisation_id}"
    waiting = select(Delivery).where(
        Delivery.channel == Channel.WEBHOOK,
        Delivery.recipient == recipient,
        Delivery.kind == kind,
        Delivery.state == DeliveryState.WAITING,
    )
    row = work.session.scalar(waiting.limit(1))
    if row is None:
        work.deliver(kind, Channel.WEBHOOK, recipient)
    else:
        row.next_at = work.now


def _row(work: Work, organisation_id: UUID) -> WebhookEndpoint | None:
    return work.session.scalar(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.organisation_id == organisation_id)
        .with_for_update()
    )


def _known(work: Work, organisation_id: UUID) -> WebhookEndpoint:
    row = _row(work, organisation_id)
    if row is None:
        raise NotFound(organisation_id=organisation_id)
    return row
