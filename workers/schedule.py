"""The timetable: what runs by itself, and how often.

Each slot has one job id, so any number of timetables ring it once. A missed slot loses nothing:
the jobs catch up on all that is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from workers.heartbeats import beat
from workers.ringing import ring_once, slot_of


@dataclass(frozen=True)
class Entry:
    """One line of the timetable: `job` is a dotted path, `every_s` a number of seconds."""

    name: str
    every_s: int
    job: str


TIMETABLE = (
    Entry("acknowledgements", 60, "workers.jobs.acknowledging.acknowledge_all"),
    Entry("imports", 60, "workers.jobs.importing.import_waiting"),
    Entry("notices", 300, "workers.jobs.noticing.send_due_notices"),
    Entry("unreplied", 3600, "workers.jobs.noticing.follow_unreplied"),
    Entry("unconfirmed", 3600, "workers.jobs.noticing.remind_unconfirmed"),
    Entry("journal", 3600, "workers.jobs.journal.complete_journal"),
    Entry("sweep", 3600, "workers.jobs.upkeep.sweep"),
    Entry("contacts", 24 * 3600, "workers.jobs.contacts.keep_contacts_true"),
    Entry("retention", 24 * 3600, "workers.jobs.retention.delete_over"),
)


def ring_due(connection: Redis, entries: Iterable[Entry], now: datetime) -> list[str]:
    """Ring each entry that nobody has rung in this slot; returns the names of those rung."""
    return [entry.name for entry in entries if _ring(connection, entry, now)]


def timetable_turn(
    connection: Redis, now: Callable[[], datetime], entries: Iterable[Entry] = TIMETABLE
) -> Callable[[], None]:
    """One turn of the timetable, for `workers.loop.keep_turning`."""

    def turn() -> None:
        instant = now()
        ring_due(connection, entries, instant)
        beat(connection, "timetable", instant)

    return turn


def _ring(connection: Redis, entry: Entry, now: datetime) -> bool:
    job_id = f"timetable-{entry.name}-{slot_of(now, entry.every_s)}"
    return ring_once(connection, entry.job, (), job_id=job_id, kept_s=2 * entry.every_s)
