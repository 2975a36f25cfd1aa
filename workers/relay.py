"""From the outbox to the bell: select who has something due, ring one job for each.

The relay claims nothing. A lost ring costs nothing but the next turn; the job alone claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from redis import Redis

from workers.connection import open_queue
from workers.heartbeats import beat
from workers.queues import ALONE, queue_of
from workers.ringing import ring_once, slot_of

DRAIN = "workers.jobs.delivering.drain"
DRAINS = MappingProxyType({"webhook": "workers.jobs.calling.call_endpoint"})
"""What is rung for a channel that has a queue of its own: strangers' servers may be slow."""
SLOT_S = 5
MOST_RINGS = 400
"""Recipients rung for in one turn: more would only lengthen the queue."""
TOGETHER = MappingProxyType({"email": 50, "webhook": 8})
"""How many recipients share a job: what a job costs by itself, and what a connection to the mail
server costs, is as much as some mails; endpoints are served at the same time, each by its thread.
"""
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
            rings = sum(self._ring(*one, now) for one in together(self._not_yet_rung(now)))
        beat(self.connection, "relay", now)
        return rings

    def _not_yet_rung(self, now: datetime) -> list[Recipient]:
        slot = slot_of(now, SLOT_S)
        if slot != self._slot:
            self._slot, self._rung = slot, set()
        due = self.due_recipients(now, MOST_RINGS)
        recipients = ((str(channel), str(recipient_id)) for channel, recipient_id in due)
        return [recipient for recipient in recipients if recipient not in self._rung]

    def _ring(self, channel: str, recipients: Sequence[str], now: datetime) -> bool:
        # Hashed: an id takes letters and figures only, and a recipient may be an address.
        who = sha256("\0".join((channel, *recipients)).encode()).hexdigest()[:32]
        job_id = f"drain-{who}-{slot_of(now, SLOT_S)}"
        job, arguments = DRAINS.get(channel, DRAIN), (channel, *recipients)
        was_rung = ring_once(self.connection, job, arguments, job_id=job_id, kept_s=2 * SLOT_S)
        self._rung.update((channel, one) for one in recipients)
        return was_rung


def together(due: Iterable[Recipient]) -> list[tuple[str, list[str]]]:
    """The recipients of each job, in the order of the turns of the first of each."""
    jobs: list[tuple[str, list[str]]] = []
    shared: dict[str, list[str]] = {}
    for channel, recipient in due:
        if channel not in TOGETHER or (channel == "email" and recipient.startswith(ALONE)):
            jobs.append((channel, [recipient]))
            continue
        if len(shared.get(channel, ())) == TOGETHER[channel]:
            del shared[channel]
        if channel not in shared:
            shared[channel] = []
            jobs.append((channel, shared[channel]))
        shared[channel].append(recipient)
    return jobs
