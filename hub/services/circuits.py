"""Whether deliveries may pass to one organisation, or by one channel at all, and what they learn.

A controller's circuits are locked while deliveries are claimed for it, so that the conversations
with it are counted truly; those of persons pass through the channel's own circuit only.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import distinct, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.domain.delivery_circuits import CLOSED, Circuit, CircuitState
from hub.domain.delivery_turns import admitted
from hub.domain.directory import Channel
from hub.models.answer_link import AnswerLink
from hub.models.delivery import (
    EVERYBODY,
    Delivery,
    DeliveryCircuit,
    DeliveryState,
    DeliverySuspension,
)
from hub.models.directory import ContactPoint
from hub.models.referral import Referral
from hub.services.unit_of_work import Work

ORGANISATION = "organisation:"
LINK = "link:"
CONTACT = "contact:"


def organisation_recipient(organisation_id: UUID) -> str:
    """How the outbox names an organisation."""
    return f"{ORGANISATION}{organisation_id}"


@dataclass(frozen=True)
class Passage:
    """The circuits that deliveries to one recipient pass through, and how many may pass now."""

    rows: tuple[DeliveryCircuit, ...]
    room: int

    def taken(self, now: datetime, lease: timedelta) -> None:
        """Something was claimed: the recipient had its turn, and a half-open circuit its try."""
        for row in self.rows:
            if row.recipient != EVERYBODY:
                row.served_at = now
            circuit = circuit_of(row)
            if circuit.state(now) is CircuitState.HALF_OPEN:
                keep(row, circuit.probing(now, lease))


def passage(work: Work, channel: Channel, recipient: str, wanted: int) -> Passage:
    """The way to one recipient, locked; nothing passes to one that an operator has suspended."""
    if is_held_back(work, recipient):
        return Passage((), 0)
    rows: list[DeliveryCircuit] = []
    in_flight = 0
    if recipient.startswith(ORGANISATION):
        own = _locked(work.session, recipient)
        rows = [row for row in own if row.channel is channel]
        if not rows:
            ensure_circuits(work.session, [(channel, recipient)])
            rows = [row for row in _locked(work.session, recipient) if row.channel is channel]
        in_flight = _in_flight(work, recipient)
    rows += _of_channel(work, channel)
    states = [circuit_of(row).state(work.now) for row in rows]
    return Passage(tuple(rows), admitted(wanted, in_flight, states))


def common_passage(work: Work, channel: Channel, wanted: int) -> Passage:
    """The way to recipients that have no circuit of their own: persons, members, colleagues."""
    rows = _of_channel(work, channel)
    states = [circuit_of(row).state(work.now) for row in rows]
    return Passage(tuple(rows), admitted(wanted, 0, states))


def is_held_back(work: Work, recipient: str) -> bool:
    """Whether an operator suspended this organisation, or the one whose link or mailbox it is."""
    if recipient.startswith(CONTACT):
        point = work.session.get(ContactPoint, UUID(recipient.removeprefix(CONTACT)))
        recipient = organisation_recipient(point.organisation_id) if point else recipient
    if not recipient.startswith(LINK):
        return work.session.get(DeliverySuspension, recipient) is not None
    by_link = (
        select(DeliverySuspension.recipient)
        .join(Referral, Referral.organisation_id == DeliverySuspension.organisation_id)
        .join(AnswerLink, AnswerLink.referral_id == Referral.id)
        .where(AnswerLink.id == UUID(recipient.removeprefix(LINK)))
    )
    return work.session.scalar(by_link) is not None


def had_its_turn(work: Work, channel: Channel, recipient: str) -> None:
    """Note that an organisation was served now, where no circuit is needed."""
    row = {"recipient": recipient, "channel": channel, "failures": 0, "served_at": work.now}
    statement = _insert(work.session).on_conflict_do_update(
        index_elements=["recipient", "channel"], set_={"served_at": work.now}
    )
    work.session.execute(statement, [row])


def passed(work: Work, channel: Channel, recipients: Iterable[str]) -> None:
    """Close the circuits of these recipients: something arrived. What waited for it is due now."""
    rows = _known(work.session, channel, [*recipients, EVERYBODY])
    for row in rows:
        if row.failures or row.open_until:
            was_open = row.open_until is not None
            keep(row, CLOSED)
            if was_open:
                _due_now(work, channel, row.recipient)


def failed(work: Work, channel: Channel, recipients: Sequence[str]) -> None:
    """Note one more failure in a row for each of these recipients."""
    counted = [one for one in recipients if one == EVERYBODY or one.startswith(ORGANISATION)]
    known = {row.recipient for row in _known(work.session, channel, counted)}
    missing = [(channel, one) for one in counted if one not in known]
    if missing:
        ensure_circuits(work.session, missing)
    for row in _known(work.session, channel, counted):
        keep(row, circuit_of(row).failed(work.now))


def rest_until(work: Work, channel: Channel, recipient: str, until: datetime) -> None:
    """Let nothing pass to a recipient that asked to be left in peace until then."""
    for row in _known(work.session, channel, [recipient]):
        keep(row, circuit_of(row).resting(until))


def half_open(work: Work, ways: Iterable[tuple[Channel, str]]) -> None:
    """Let one delivery try at once by each of these ways, at an operator's word."""
    wanted = {*ways}
    let_one_try(work, wanted | {(channel, EVERYBODY) for channel, _ in wanted})


def let_one_try(work: Work, wanted: Collection[tuple[Channel, str]]) -> None:
    """Let one delivery try at once through each of these circuits, and no other."""
    for row in work.session.scalars(
        select(DeliveryCircuit)
        .where(
            DeliveryCircuit.recipient.in_({recipient for _, recipient in wanted}),
            DeliveryCircuit.open_until > work.now,
        )
        .order_by(DeliveryCircuit.recipient, DeliveryCircuit.channel)
        .with_for_update()
    ):
        if (row.channel, row.recipient) in wanted:
            row.open_until = work.now


def circuit_of(row: DeliveryCircuit) -> Circuit:
    """The circuit that a row keeps."""
    return Circuit(row.failures, row.open_until)


def keep(row: DeliveryCircuit, circuit: Circuit) -> None:
    """Write a circuit into its row."""
    row.failures, row.open_until = circuit.failures, circuit.open_until


def ensure_circuits(session: Session, ways: Iterable[tuple[Channel, str]]) -> None:
    """A closed circuit for each of these ways that has none yet."""
    rows = [
        {"recipient": recipient, "channel": channel, "failures": 0} for channel, recipient in ways
    ]
    session.execute(_insert(session).on_conflict_do_nothing(), rows)


def _insert(session: Session) -> sqlite.Insert | postgresql.Insert:
    table = DeliveryCircuit.__table__
    is_sqlite = session.connection().dialect.name == "sqlite"
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)


def _locked(session: Session, recipient: str) -> list[DeliveryCircuit]:
    found = (
        select(DeliveryCircuit)
        .where(DeliveryCircuit.recipient == recipient)
        .order_by(DeliveryCircuit.channel)
        .with_for_update()
    )
    return list(session.scalars(found.execution_options(populate_existing=True)))


def _of_channel(work: Work, channel: Channel) -> list[DeliveryCircuit]:
    """The channel's own circuit; locked only when it is not closed, as everybody reads it."""
    row = work.session.get(DeliveryCircuit, (EVERYBODY, channel))
    if row is None or row.open_until is None:
        return []
    work.session.refresh(row, with_for_update=True)
    return [row]


def _in_flight(work: Work, recipient: str) -> int:
    counted = select(func.count(distinct(Delivery.lease_token))).where(
        Delivery.recipient == recipient,
        Delivery.state == DeliveryState.CLAIMED,
        Delivery.lease_until > work.now,
        Delivery.channel.in_(list(Channel)),
    )
    return work.session.scalar(counted) or 0


def _known(session: Session, channel: Channel, recipients: Sequence[str]) -> list[DeliveryCircuit]:
    found = (
        select(DeliveryCircuit)
        .where(DeliveryCircuit.channel == channel, DeliveryCircuit.recipient.in_(recipients))
        .order_by(DeliveryCircuit.recipient)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    session.flush()
    return list(session.scalars(found))


def _due_now(work: Work, channel: Channel, recipient: str) -> None:
    waiting = [
        Delivery.channel == channel,
        Delivery.state == DeliveryState.WAITING,
        Delivery.attempts > 0,
        Delivery.next_at > work.now,
    ]
    if recipient != EVERYBODY:
        waiting.append(Delivery.recipient == recipient)
    work.session.execute(update(Delivery).where(*waiting).values(next_at=work.now))
