"""To whom nothing leaves for now, and why: an operator's word, or a circuit that is not closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.domain.delivery_circuits import Circuit, CircuitState
from hub.domain.directory import Channel
from hub.models.delivery import (
    EVERYBODY,
    UNFINISHED,
    Delivery,
    DeliveryCircuit,
    DeliverySuspension,
)
from hub.models.directory import ContactPoint, Organisation
from hub.models.referral import Referral

ORGANISATION = "organisation:"
LINK = "link:"
CONTACT = "contact:"


def _figures(text: Any) -> ColumnElement[str]:
    """An id as both engines write it: one keeps it with dashes, the other without."""
    return func.replace(func.replace(text, CONTACT, ""), "-", "")


_IS_ITS_MAILBOX = (
    _figures(cast(ContactPoint.id, String)) == _figures(Delivery.recipient),
    ContactPoint.organisation_id == DeliverySuspension.organisation_id,
)
"""That a delivery goes to a mailbox of the directory, of the organisation of a suspension."""


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


def is_suspended() -> ColumnElement[bool]:
    """Whether an operator holds back a delivery: to the organisation, or to a contact of it."""
    by_itself = exists().where(DeliverySuspension.recipient == Delivery.recipient)
    return or_(by_itself, is_suspended_at_a_contact())


def is_suspended_at_a_contact() -> ColumnElement[bool]:
    """Whether a delivery goes to a link, or to a mailbox, of an organisation held back."""
    by_link = and_(Delivery.recipient.startswith(LINK), is_referral_held(Delivery.referral_id))
    by_mailbox = and_(Delivery.recipient.startswith(CONTACT), exists().where(*_IS_ITS_MAILBOX))
    return or_(by_link, by_mailbox)


def is_referral_held(referral_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Exists:
    """Whether a referral goes to an organisation that an operator holds back."""
    return exists().where(
        Referral.id == referral_id,
        Referral.organisation_id == DeliverySuspension.organisation_id,
    )


def suspended_organisations(session: Session) -> tuple[SuspendedOrganisation, ...]:
    """Whom an operator holds back, the longest first."""
    rows = session.execute(
        select(DeliverySuspension, Organisation.name)
        .join(Organisation, Organisation.id == DeliverySuspension.organisation_id)
        .order_by(DeliverySuspension.suspended_at, DeliverySuspension.recipient)
    ).all()
    waiting = _held_for(session)
    return tuple(
        SuspendedOrganisation(
            row.organisation_id,
            name,
            row.reason,
            row.suspended_at,
            row.suspended_by_name,
            waiting.get(row.organisation_id, 0),
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


def _held_for(session: Session) -> dict[UUID, int]:
    """How many deliveries each suspended organisation waits for, those to its contacts included."""
    by_link = and_(
        Delivery.recipient.startswith(LINK),
        Referral.organisation_id == DeliverySuspension.organisation_id,
    )
    its_mailbox = exists().where(*_IS_ITS_MAILBOX).correlate(Delivery, DeliverySuspension)
    by_mailbox = and_(Delivery.recipient.startswith(CONTACT), its_mailbox)
    theirs = or_(DeliverySuspension.recipient == Delivery.recipient, by_link, by_mailbox)
    counted = (
        select(DeliverySuspension.organisation_id, func.count(Delivery.id))
        .select_from(Delivery)
        .outerjoin(Referral, Referral.id == Delivery.referral_id)
        .join(DeliverySuspension, theirs)
        .where(Delivery.state.in_(UNFINISHED), Delivery.channel.in_(list(Channel)))
        .group_by(DeliverySuspension.organisation_id)
    )
    return dict(session.execute(counted).all())


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
