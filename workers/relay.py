"""From the outbox to the bell: select who has something due, ring one job for each.

The relay claims nothing. A lost ring costs nothing but the next turn; the job alone claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from redis import Redis

from workers.connection import open_queue
from workers.heartbeats import beat
from workers.queues import queue_of
from workers.ringing import ring_once, slot_of

DRAIN = "workers.jobs.delivering.drain"
DRAINS = MappingProxyType({"webhook": "workers.jobs.calling.call_endpoint"})
"""What is rung for a channel that has a queue of its own: strangers' servers may be slow."""
SLOT_S = 5
MOST_RINGS = 200
"""Recipients rung in one turn: more would only lengthen the queue."""
MOST_WAITING = 1000
"""Rings left unanswered after which the relay waits for the workers instead of piling up more."""

Recipient = tuple[str, str]
"""Channel and recipient's id."""
DueRecipients = Callable[[datetime, int], Iterable[tuple[str, object]]]
"""Given now and a limit: the recipients for whom something is due, oldest first."""


@dataclass
class Relay:
    """What one relay process needs; `turn` is one look at the outbox."""

    connection: Redis
    due_recipients: DueRecipients
    now: Callable[[], datetime]
    heartbeat_file: Path
    _slot: int = field(default=-1, init=False)
    _rung: set[Recipient] = field(default_factory=set, init=False)

    def turn(self) -> int:
        """Ring for every recipient that has something due and was not rung in this slot.

        Returns the number of rings; raises redis.RedisError or the database's own errors.
        """
        now = self.now()
        self.heartbeat_file.write_text(now.isoformat(), encoding="ascii")
        rings = 0
        if open_queue(queue_of(DRAIN), self.connection).count < MOST_WAITING:
            rings = sum(self._ring(recipient, now) for recipient in self._not_yet_rung(now))
        beat(self.connection, "relay", now)
        return rings

    def _not_yet_rung(self, now: datetime) -> list[Recipient]:
        slot = slot_of(now, SLOT_S)
        if slot != self._slot:
            self._slot, self._rung = slot, set()
        due = self.due_recipients(now, MOST_RINGS)
        recipients = ((str(channel), str(recipient_id)) for channel, recipient_id in due)
        return [recipient for recipient in recipients if recipient not in self._rung]

    def _ring(self, recipient: Recipient, now: datetime) -> bool:
        # Hashed: an id takes letters and figures only, and a recipient may be an address.
        who = sha256("\0".join(recipient).encode()).hexdigest()[:32]
        job_id = f"drain-{who}-{slot_of(now, SLOT_S)}"
        job = DRAINS.get(recipient[0], DRAIN)
        was_rung = ring_once(self.connection, job, recipient, job_id=job_id, kept_s=2 * SLOT_S)
        self._rung.add(recipient)
        return was_rung
