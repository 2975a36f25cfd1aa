"""The delivery engine in a world that is all chance, and that one seed plays again to the letter.

The services, the statements and the transactions are the hub's own, on SQLite in memory; the
clock, the bell, the workers, the mailboxes and who pulls the plug are of this file. Workers are
generators: between two of their units anything may happen, their death too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import create_engine, delete, event, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from hub.adapters.clock import FrozenClock
from hub.adapters.database import prepare_engine
from hub.adapters.keyring import Keyring
from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.delivery_turns import MOST_IN_FLIGHT
from hub.domain.directory import Channel, OrganisationKind
from hub.extensions import db
from hub.models.delivery import (
    Delivery,
    DeliveryCircuit,
    DeliveryKind,
    DeliveryState,
    DeliverySuspension,
)
from hub.models.directory import Organisation
from hub.ports import Ports
from hub.queries.outbox import due_recipients
from hub.services.delivering import (
    Claimed,
    Outcome,
    claim,
    claim_together,
    deliver_to_portal,
    give_back,
    record_outcomes,
)
from hub.services.delivery_alarms import move_held_back, raise_alarms
from hub.services.retrying import try_all_again
from hub.services.suspending import resume_deliveries, suspend_deliveries
from hub.services.unit_of_work import Work, delivery_row, unit_of_work
from workers.relay import together

BEGINS = datetime(2026, 9, 14, 8, tzinfo=UTC)
OPERATOR = Actor(ActorKind.MEMBER, uuid4(), None, frozenset({Role.OPERATOR}), "Omar Diallo")
CONTROLLERS = 3
PERSONS = 3
STEPS = 60
SENDS_FOR = timedelta(seconds=40)
FAULTS = ("ack_before_commit", "key_per_attempt", "no_lease", "recorded_before_sent")


def empty_database() -> Any:
    """The hub's tables in memory, without the rows that a delivery points at."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    prepare_engine(engine)
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=OFF"))
    db.metadata.create_all(engine)
    return engine


def _end_of(recipient: str) -> UUID:
    return UUID(recipient.partition(":")[2])


def _is_needed(port: Field[Any]) -> bool:
    """Whether a port has to be given; the engine uses none but its clock, keys and chance."""
    return port.default is MISSING and port.default_factory is MISSING


@dataclass
class Mailbox:
    """A controller's end: it may be up, silent or refuse; it sees one copy of each message id."""

    mood: str = "up"
    seen: list[tuple[str, UUID]] = field(default_factory=list)

    def receive(self, message_id: str, delivery_id: UUID) -> str:
        """`taken`, `refused`, or `silent`."""
        if self.mood != "up":
            return self.mood
        if message_id not in {one for one, _ in self.seen}:
            self.seen.append((message_id, delivery_id))
        return "taken"


class World:
    """One run: `violations` says which promise was broken, and is empty if none was."""

    def __init__(self, seed: int, engine: Any, fault: str | None = None) -> None:
        self.chance = Random(seed)
        self.fault = fault
        self.engine = engine
        self.clock = FrozenClock(BEGINS)
        keyring = Keyring({1: b"k" * 32}, 1, b"p" * 32, b"i" * 32)
        outside: dict[str, Any] = {one.name: None for one in fields(Ports) if _is_needed(one)}
        outside |= {"clock": self.clock, "keyring": keyring, "draw": self.chance.random}
        self.ports = Ports(**outside)
        self.controllers = [UUID(int=self.chance.getrandbits(128)) for _ in range(CONTROLLERS)]
        self.persons = [UUID(int=self.chance.getrandbits(128)) for _ in range(PERSONS)]
        self.mailboxes = {one: Mailbox() for one in (*self.controllers, *self.persons)}
        self.workers: list[Iterator[None]] = []
        self.accepted: dict[UUID, tuple[UUID, UUID]] = {}
        self.refused: set[UUID] = set()
        self.suspended: set[UUID] = set()
        self.attempts: Counter[UUID] = Counter()
        self.violations: list[str] = []
        self._clear()

    def play(self) -> list[str]:
        """Let chance act, then mend everything, let all leave, and check the promises."""
        acts = (
            (self._file, 5), (self._ring, 6), (self._work, 14), (self._kill, 2), (self._wait, 5),
            (self._change_mood, 2), (self._operate, 1), (self._watch, 1),
        )  # fmt: skip
        for _ in range(STEPS):
            (act,) = self.chance.choices([a for a, _ in acts], [weight for _, weight in acts])
            act()
        self._mend()
        for _ in range(80):
            if not self._drained():
                break
        self._check()
        return self.violations

    def _unit(self, actor: Actor = SYSTEM) -> Any:
        return unit_of_work(actor, engine=self.engine, ports=self.ports)

    def _clear(self) -> None:
        with Session(self.engine) as session:
            for table in (Delivery, DeliveryCircuit, DeliverySuspension, Organisation):
                session.execute(delete(table))
            session.execute(
                insert(Organisation),
                [
                    {
                        "id": one, "name": "CHU", "kind": OrganisationKind.PUBLIC_HOSPITAL,
                        "created_at": BEGINS, "updated_at": BEGINS,
                    }
                    for one in self.controllers
                ],
            )  # fmt: skip
            session.commit()

    def _file(self) -> None:
        """One request of a person towards one controller: its referral, then news of it to both;
        accepted on commit.
        """
        about, to = UUID(int=self.chance.getrandbits(128)), self.chance.choice(self.controllers)
        person = self.chance.choice(self.persons)
        ways = [(Channel.PORTAL, to), *[(Channel.EMAIL, one) for one in (to, to, person, person)]]
        made: dict[UUID, tuple[UUID, UUID]] = {}
        try:
            with self._unit() as work:
                for channel, end in ways:
                    row = delivery_row(DeliveryKind.NEWS, channel, self._named(end), work.now)
                    work.deliveries.append(row | {"rights_request_id": about})
                    made[row["id"]] = (about, end)
                if self.fault == "ack_before_commit" and self.chance.random() < 0.2:
                    self.accepted |= made
                    raise ConnectionAbortedError
        except ConnectionAbortedError:
            return
        self.accepted |= made

    def _named(self, end: UUID) -> str:
        return f"{'person' if end in self.persons else 'organisation'}:{end}"

    def _ring(self) -> None:
        """The relay's look; some rings are lost, and a recipient may be rung for twice."""
        with Session(self.engine) as session:
            due = due_recipients(session, self.clock.now(), 10)
        for channel, recipients in together(due):
            if self.chance.random() < 0.7:
                self.workers.append(self._job(channel, recipients))

    def _work(self) -> None:
        if self.workers:
            worker = self.chance.choice(self.workers)
            if next(worker, "over") == "over":
                self.workers.remove(worker)

    def _kill(self) -> None:
        if self.workers:
            self.workers.remove(self.chance.choice(self.workers))

    def _wait(self) -> None:
        self.clock.advance(seconds=self.chance.choice((1, 5, 20, 61, 400, 7200)))

    def _change_mood(self) -> None:
        mailbox = self.mailboxes[self.chance.choice(list(self.mailboxes))]
        mailbox.mood = self.chance.choice(("up", "silent", "silent", "refused"))

    def _operate(self) -> None:
        one = self.chance.choice(self.controllers)
        with self._unit(OPERATOR) as work:
            if self.chance.random() < 0.3:
                try_all_again(work, Channel.EMAIL)
            elif one in self.suspended:
                resume_deliveries(work, one)
                self.suspended.discard(one)
            else:
                suspend_deliveries(work, one, "works")
                self.suspended.add(one)

    def _watch(self) -> None:
        for step in (move_held_back, raise_alarms):
            with self._unit() as work:
                step(work, 50)

    def _job(self, channel: str, recipients: list[str]) -> Iterator[None]:
        """A worker's job: one set into an inbox; or claim, send, record, with time between."""
        if channel == Channel.PORTAL:
            self._put_in_inbox(recipients[0])
            return
        most = self.chance.choice((1, 2, 50))
        with self._unit() as work:
            if recipients[0].startswith("organisation:"):
                claimed = claim(work, Channel.EMAIL, recipients[0], most)
                self._look_at(work, claimed, _end_of(recipients[0]))
            else:
                claimed = claim_together(work, Channel.EMAIL, recipients, most)
                self.attempts.update(one.id for one in claimed)
        since = self.clock.now()
        yield
        if self.fault == "recorded_before_sent":
            self._record([Outcome(one.id, one.lease_token, True) for one in claimed])
            yield
        if self.clock.now() >= since + SENDS_FOR:
            return
        sent = claimed[: self.chance.choice((1, 3, 50))]
        outcomes = [self._send(one) for one in sent]
        yield
        with self._unit() as work:
            give_back(work, claimed[len(sent) :])
            record_outcomes(work, outcomes)

    def _put_in_inbox(self, recipient: str) -> None:
        with self._unit() as work:
            if deliver_to_portal(work, recipient) and _end_of(recipient) in self.suspended:
                self.violations.append("delivered to a suspended controller")

    def _look_at(self, work: Work, claimed: list[Claimed], to: UUID) -> None:
        self.attempts.update(one.id for one in claimed)
        if claimed and to in self.suspended:
            self.violations.append("claimed for a suspended controller")
        on_its_way = work.session.scalar(
            select(func.count(Delivery.lease_token.distinct())).where(
                Delivery.recipient == f"organisation:{to}", Delivery.lease_until > work.now
            )
        )
        if (on_its_way or 0) > MOST_IN_FLIGHT:
            self.violations.append("too many conversations at once")
        if self.fault == "no_lease":
            never = self.clock.now() + timedelta(days=9999)
            ids = [one.id for one in claimed]
            work.session.execute(
                update(Delivery).where(Delivery.id.in_(ids)).values(lease_until=never)
            )

    def _send(self, one: Claimed) -> Outcome:
        mark = f"-{self.attempts[one.id]}" if self.fault == "key_per_attempt" else ""
        said = self.mailboxes[_end_of(one.recipient)].receive(f"{one.id.hex}{mark}", one.id)
        if said == "refused":
            self.refused.add(one.id)
        taken = said == "taken"
        return Outcome(one.id, one.lease_token, taken, None if taken else said, said == "refused")

    def _record(self, outcomes: list[Outcome]) -> None:
        with self._unit() as work:
            record_outcomes(work, outcomes)

    def _mend(self) -> None:
        self.fault = None if self.fault == "no_lease" else self.fault
        self.workers.clear()
        for mailbox in self.mailboxes.values():
            mailbox.mood = "up"
        for one in sorted(self.suspended):
            with self._unit(OPERATOR) as work:
                resume_deliveries(work, one)
        self.suspended.clear()

    def _drained(self) -> bool:
        """One round in which nothing fails; whether anything was left to do."""
        self.clock.advance(seconds=61)
        with Session(self.engine) as session:
            due = due_recipients(session, self.clock.now(), 100)
            left = session.scalar(
                select(func.min(Delivery.next_at)).where(Delivery.state == DeliveryState.WAITING)
            )
        for channel, recipients in together(due):
            for _ in self._job(channel, recipients):
                pass
        if not due and left is not None:
            self.clock.instant = max(self.clock.instant, left)
        return bool(due) or left is not None

    def _check(self) -> None:
        with Session(self.engine) as session:
            found = {row.id: row for row in session.scalars(select(Delivery))}
        copies: dict[UUID, int] = Counter()
        firsts: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
        for to, mailbox in self.mailboxes.items():
            for _, key in mailbox.seen:
                copies[key] += 1
                about = (self.accepted[key][0], to)
                if key not in firsts[about]:
                    firsts[about].append(key)
        for key in self.accepted:
            self._check_one(found.get(key), copies[key], key)
        for order in firsts.values():
            given_up = [one for one in order if one in self.refused]
            kept = [one for one in order if one not in given_up]
            if kept != sorted(kept):
                self.violations.append("one overtook another of the same request")

    def _check_one(self, row: Delivery | None, copies: int, key: UUID) -> None:
        if row is None:
            self.violations.append("accepted and lost")
        elif row.state is DeliveryState.DELIVERED:
            if row.channel is Channel.EMAIL and not copies:
                self.violations.append("said to be delivered, and nobody has it")
        elif row.state is not DeliveryState.NEEDS_PERSON:
            self.violations.append(f"left {row.state.value} for ever")
        elif key not in self.refused and row.alarmed_at is None and row.attempts == 0:
            self.violations.append("given up untried")
        if copies > 1:
            self.violations.append("seen twice")
