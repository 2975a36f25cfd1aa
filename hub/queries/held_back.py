"""To whom nothing leaves for now, and why: an operator's word, or a circuit that is not closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.delivery_circuits import Circuit, CircuitState
from hub.domain.directory import Channel
from hub.models.delivery import (
    EVERYBODY,
    Delivery,
    DeliveryCircuit,
    DeliveryState,
    DeliverySuspension,
)
from hub.models.directory import Organisation

ORGANISATION = "organisation:"
UNFINISHED = (DeliveryState.WAITING, DeliveryState.CLAIMED)


@dataclass(frozen=True)
class SuspendedOrganisation:
    """Deliveries to one organisation that an operator holds back."""

    organisation_id: UUID
    name: str
    reason: str
    suspended_at: datetime
    suspended_by: str
    waiting: int


@dataclass(frozen=True)
class BrokenCircuit:
    """A way on which nothing arrives; `organisation` None: the whole channel."""

    channel: Channel
    recipient: str
    organisation_id: UUID | None
    organisation: str | None
    failures: int
    tries_at: datetime
    state: CircuitState
    waiting: int


def suspended_organisations(session: Session) -> tuple[SuspendedOrganisation, ...]:
    """Whom an operator holds back, the longest first."""
    rows = session.execute(
        select(DeliverySuspension, Organisation.name)
        .join(Organisation, Organisation.id == DeliverySuspension.organisation_id)
        .order_by(DeliverySuspension.suspended_at, DeliverySuspension.recipient)
    ).all()
    waiting = _waiting(session, {row.recipient for row, _ in rows})
    return tuple(
        SuspendedOrganisation(
            row.organisation_id,
            name,
            row.reason,
            row.suspended_at,
            row.suspended_by_name,
            sum(count for (_, to), count in waiting.items() if to == row.recipient),
        )
        for row, name in rows
    )


def broken_circuits(session: Session, now: datetime) -> tuple[BrokenCircuit, ...]:
    """The ways that are open or half open: whole channels first, then by failures in a row."""
    rows = session.scalars(
        select(DeliveryCircuit)
        .where(DeliveryCircuit.open_until.is_not(None))
        .order_by(
            DeliveryCircuit.recipient != EVERYBODY,
            DeliveryCircuit.failures.desc(),
            DeliveryCircuit.recipient,
        )
    ).all()
    named = organisations_named(session, (row.recipient for row in rows))
    waiting = _waiting(session, {row.recipient for row in rows})
    return tuple(
        BrokenCircuit(
            row.channel,
            row.recipient,
            organisation_of(row.recipient),
            named.get(row.recipient),
            row.failures,
            row.open_until or now,
            Circuit(row.failures, row.open_until).state(now),
            waiting.get((row.channel, row.recipient), 0),
        )
        for row in rows
    )


def organisation_of(recipient: str) -> UUID | None:
    """The organisation that a recipient is; None for anybody else."""
    if not recipient.startswith(ORGANISATION):
        return None
    return UUID(recipient.removeprefix(ORGANISATION))


def organisations_named(session: Session, recipients: Iterable[str]) -> dict[str, str]:
    """The names of those recipients that are organisations."""
    keys = {organisation_of(one): one for one in recipients}
    found = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_([key for key in keys if key])
    )
    return {keys[key]: name for key, name in session.execute(found)} if keys else {}


def _waiting(session: Session, recipients: set[str]) -> dict[tuple[Channel, str], int]:
    if not recipients:
        return {}
    counted = (
        select(Delivery.channel, Delivery.recipient, func.count())
        .where(
            Delivery.state.in_(UNFINISHED),
            Delivery.channel.in_(list(Channel)),
            Delivery.recipient.in_(recipients),
        )
        .group_by(Delivery.channel, Delivery.recipient)
    )
    return {(channel, to): count for channel, to, count in session.execute(counted)}
