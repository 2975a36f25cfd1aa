"""What an organisation's administrator sees of the endpoint of its software."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.directory import Channel
from hub.domain.webhooks import CallKind, Verdict
from hub.models.delivery import ORGANISATION, Delivery, DeliveryKind, DeliveryState
from hub.models.webhook import EndpointState, WebhookAttempt, WebhookEndpoint


@dataclass(frozen=True)
class EndpointShown:
    """The endpoint, its health and what is on its way there."""

    url: str
    state: EndpointState
    changed_at: datetime
    confirmed_at: datetime | None
    former_until: datetime | None
    last_done_at: datetime | None
    waiting: int
    needing_person: int
    asked: frozenset[DeliveryKind]
    """The challenge or test that is about to leave."""


@dataclass(frozen=True)
class AttemptShown:
    """One call as its log shows it."""

    delivery_id: UUID
    kind: CallKind
    at: datetime
    result: str
    status: int | None
    took_ms: int | None

    @property
    def is_done(self) -> bool:
        """Whether the endpoint said that it has it."""
        return self.result == Verdict.DONE

    @property
    def may_be_replayed(self) -> bool:
        """Whether it announced a referral; challenges and tests are simply asked again."""
        return self.kind is CallKind.REFERRAL_RECEIVED


def endpoint_of(session: Session, organisation_id: UUID, now: datetime) -> EndpointShown | None:
    """The endpoint of an organisation, or None."""
    row = session.scalar(
        select(WebhookEndpoint).where(WebhookEndpoint.organisation_id == organisation_id)
    )
    if row is None:
        return None
    last = session.scalar(
        select(func.max(WebhookAttempt.at)).where(
            WebhookAttempt.organisation_id == organisation_id,
            WebhookAttempt.result == Verdict.DONE.value,
        )
    )
    counts = _counts(session, organisation_id)
    going = {state: sum(of.values()) for state, of in counts.items()}
    asked = {DeliveryKind.WEBHOOK_CHALLENGE, DeliveryKind.WEBHOOK_TEST}
    moving = {**counts.get(DeliveryState.WAITING, {}), **counts.get(DeliveryState.CLAIMED, {})}
    is_former_good = row.former_until is not None and row.former_until > now
    return EndpointShown(
        row.url,
        row.state,
        row.changed_at,
        row.confirmed_at,
        row.former_until if is_former_good else None,
        last,
        going.get(DeliveryState.WAITING, 0) + going.get(DeliveryState.CLAIMED, 0),
        going.get(DeliveryState.NEEDS_PERSON, 0),
        frozenset(asked & moving.keys()),
    )


def attempts_of(session: Session, organisation_id: UUID, limit: int) -> list[AttemptShown]:
    """The last calls made to an organisation's endpoint, the newest first."""
    rows = session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.organisation_id == organisation_id)
        .order_by(WebhookAttempt.at.desc(), WebhookAttempt.id.desc())
        .limit(limit)
    )
    return [
        AttemptShown(row.delivery_id, row.kind, row.at, row.result, row.status, row.took_ms)
        for row in rows
    ]


def _counts(
    session: Session, organisation_id: UUID
) -> dict[DeliveryState, dict[DeliveryKind, int]]:
    found = session.execute(
        select(Delivery.state, Delivery.kind, func.count())
        .where(
            Delivery.channel == Channel.WEBHOOK,
            Delivery.recipient == f"{ORGANISATION}{organisation_id}",
        )
        .group_by(Delivery.state, Delivery.kind)
    )
    counts: dict[DeliveryState, dict[DeliveryKind, int]] = {}
    for state, kind, count in found:
        counts.setdefault(state, {})[kind] = count
    return counts
