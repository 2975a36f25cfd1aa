"""The timetable rings each entry once a slot, however many timetables run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from workers.connection import open_connection, open_queue
from workers.heartbeats import last_beat
from workers.queues import QueueName
from workers.schedule import TIMETABLE, Entry, ring_due, timetable_turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOURLY = Entry("sweep", 3600, "workers.jobs.upkeep.sweep")


def waiting(connection: Redis) -> int:
    return sum(open_queue(name, connection).count for name in QueueName)


def test_eight_timetables_at_once_ring_once(connection: Redis, valkey_url: str) -> None:
    def ring(_: int) -> list[str]:
        with open_connection(valkey_url) as own:
            return ring_due(own, [HOURLY], NOON)

    with ThreadPoolExecutor(8) as pool:
        rung = list(pool.map(ring, range(8)))
    assert sum(len(names) for names in rung) == 1
    assert waiting(connection) == 1


def test_the_next_slot_rings_again(connection: Redis) -> None:
    later = NOON + timedelta(hours=1)
    assert ring_due(connection, [HOURLY], NOON) == ["sweep"]
    assert ring_due(connection, [HOURLY], later - timedelta(seconds=1)) == []
    assert ring_due(connection, [HOURLY], later) == ["sweep"]


def test_a_job_that_has_already_run_is_not_rung_again_in_its_slot(connection: Redis) -> None:
    ring_due(connection, [HOURLY], NOON)
    queue = open_queue(QueueName.UPKEEP, connection)
    (job,) = queue.jobs
    assert job.result_ttl > HOURLY.every_s


def test_arguments_travel_as_json(connection: Redis) -> None:
    ring_due(connection, [HOURLY], NOON)
    (job,) = open_queue(QueueName.UPKEEP, connection).jobs
    assert b"pickle" not in bytes(job.data)
    assert bytes(job.data).startswith(b"[")


def test_a_turn_leaves_a_sign_of_life(connection: Redis) -> None:
    timetable_turn(connection, lambda: NOON, [])()
    assert last_beat(connection, "timetable") == NOON
    assert last_beat(connection, "nobody") is None


def test_the_names_of_the_timetable_are_unique() -> None:
    names = [entry.name for entry in TIMETABLE]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("entry", TIMETABLE, ids=lambda entry: entry.name)
def test_nothing_rings_faster_than_a_minute(entry: Entry) -> None:
    assert entry.every_s >= 60
