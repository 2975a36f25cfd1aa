"""The one shape of a write: a transaction, an actor, an event, one commit (DESIGN §3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, Delete, Engine, Select, Update, event, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session

from hub.domain.actors import Actor
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.errors import StorageUnavailable
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.ports import Ports
from hub.sealing import RequestKeys
from hub.services.journaling import Rows, gathered, keep_in_journal
from hub.services.logging_acts import Logbook, PendingEvent, append_events
from hub.services.tracing import trace_of

log = structlog.get_logger(__name__)


class WorkSession(Session):
    """The session of a unit: a row that it locks is read anew, though it was seen before.

    Whoever waits for a lock waits for somebody who changes the row; what was seen before the wait
    is over. (On SQLite a unit has the only lock from its first statement.)
    """


@event.listens_for(WorkSession, "do_orm_execute")
def _read_anew_what_is_locked(state: ORMExecuteState) -> None:
    statement = state.statement
    if isinstance(statement, Select) and statement._for_update_arg is not None:
        state.update_execution_options(populate_existing=True)


@dataclass
class Work:
    """An open unit of work: what a service needs to change anything."""

    actor: Actor
    session: Session
    now: datetime
    ports: Ports
    keys: RequestKeys
    events: list[PendingEvent] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    filed: list[tuple[UUID, Rows]] = field(default_factory=list)
    moved: list[tuple[str, Channel, UUID | None]] = field(default_factory=list)

    def journal(self, rights_request_id: UUID, rows: Rows) -> None:
        """Keep these rows of a filing in the intake journal too, once they are committed."""
        self.filed.append((rights_request_id, rows))

    def note_move(self, what: str, channel: Channel, rights_request_id: UUID | None) -> None:
        """What came of a delivery (`delivered`, `put_back`, `needs_person`), for the logs."""
        self.moved.append((what, channel, rights_request_id))

    def record(
        self, kind: EventKind, stream_id: UUID, subject_id: UUID | None = None, **detail: Any
    ) -> None:
        """Add an event to the log of a rights request, or of an organisation for its own acts."""
        self.events.append(PendingEvent(stream_id, kind, subject_id, detail))

    def deliver(
        self,
        kind: DeliveryKind,
        channel: Channel,
        recipient: str,
        *,
        rights_request_id: UUID | None = None,
        referral_id: UUID | None = None,
        **details: Any,
    ) -> None:
        """Put one thing in the outbox; it leaves after the commit, never inside it."""
        row = delivery_row(kind, channel, recipient, self.now)
        row |= {"rights_request_id": rights_request_id, "referral_id": referral_id}
        self.deliveries.append(row | {"details": details})

    def write_out(self) -> None:
        """Write the events and the outbox rows that the unit gathered."""
        self.session.flush()
        if self.events:
            logbook = Logbook(self.actor, self.now, self.keys, self.ports.keyring)
            append_events(self.session, logbook, self.events)
            self.events.clear()
        if self.deliveries:
            self.session.execute(insert(Delivery), self.deliveries)
            self.deliveries.clear()


def rows_changed(session: Session, change: Delete | Update) -> int:
    """Run a deletion or an update, and say how many rows it touched."""
    return cast("CursorResult[Any]", session.execute(change)).rowcount


def _log_moves(work: Work) -> None:
    """Say in the logs what was filed and what became of deliveries, once it is committed."""
    keyring = work.ports.keyring
    for rights_request_id in {key: None for key, _ in work.filed}:
        log.info("filed", trace=trace_of(keyring, rights_request_id))
    alike: dict[tuple[str, Channel], list[UUID | None]] = {}
    for what, channel, key in work.moved:
        alike.setdefault((what, channel), []).append(key)
    for (what, channel), keys in alike.items():
        traces = sorted({trace_of(keyring, key) for key in keys if key})
        log.info(what, channel=channel.value, count=len(keys), traces=traces)


def delivery_row(
    kind: DeliveryKind, channel: Channel, recipient: str, now: datetime
) -> dict[str, Any]:
    """A row of the outbox, due at once; its id is its idempotency key, for every attempt."""
    return {
        "id": new_id(),
        "kind": kind,
        "channel": channel,
        "recipient": recipient,
        "rights_request_id": None,
        "referral_id": None,
        "details": {},
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "next_at": now,
        "created_at": now,
    }


@contextmanager
def unit_of_work(actor: Actor, *, engine: Engine, ports: Ports) -> Iterator[Work]:
    """Open a write transaction for `actor`; commit once on a clean exit, else roll back.

    On SQLite the write lock is taken at the start (BEGIN IMMEDIATE), so that nothing read inside
    can be stale. Raises StorageUnavailable when the database is busy, full or away; nothing was
    recorded then.
    """
    session = WorkSession(engine.execution_options(takes_write_lock=True), expire_on_commit=False)
    try:
        session.connection()
        work = Work(actor, session, ports.clock.now(), ports, RequestKeys(session, ports.keyring))
        yield work
        work.write_out()
        session.commit()
        _log_moves(work)
        if work.filed:
            keep_in_journal(ports.journal, gathered(work.filed))
    except OperationalError as error:
        session.rollback()
        raise StorageUnavailable() from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def work_drafted(actor: Actor, *, engine: Engine, ports: Ports) -> Iterator[Work]:
    """A unit that only reads, without the write lock: for composing at length what is then
    entered in a short unit of work. Whatever is recorded or delivered in it is dropped.
    """
    with Session(engine) as session:
        yield Work(actor, session, ports.clock.now(), ports, RequestKeys(session, ports.keyring))
