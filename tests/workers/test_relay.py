"""The relay rings for what is due, and no outage ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from structlog.testing import capture_logs

from workers.connection import open_connection, open_queue
from workers.heartbeats import last_beat
from workers.loop import keep_turning
from workers.queues import QueueName
from workers.relay import MOST_RINGS, MOST_WAITING, TOGETHER, Relay, together

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOSPITAL = ("portal", "0192f0c1-1111-7000-8000-000000000001")
STUDY = ("email", "dpo@study.example")


class Outbox:
    """Says who is due, and remembers how it was asked."""

    def __init__(self, *due: tuple[str, object]) -> None:
        self.due = list(due)
        self.limits: list[int] = []

    def __call__(self, now: datetime, limit: int) -> list[tuple[str, object]]:
        self.limits.append(limit)
        return self.due


class Hands:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.instant = NOON

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def relay_of(connection: Redis, hands: Hands, tmp_path: Path) -> Callable[[Outbox], Relay]:
    return lambda outbox: Relay(connection, outbox, hands, tmp_path / "relay.heartbeat")


def rung(connection: Redis) -> list[list[str]]:
    return [list(job.args) for job in open_queue(QueueName.DELIVERIES, connection).jobs]


def test_each_recipient_with_something_due_is_rung(
    connection: Redis, relay_of: Callable[[Outbox], Relay]
) -> None:
    assert relay_of(Outbox(HOSPITAL, STUDY)).turn() == 2
    assert rung(connection) == [list(HOSPITAL), list(STUDY)]


def test_persons_share_a_job_and_endpoints_do_inboxes_and_mails_of_controllers_do_not() -> None:
    persons = [("email", f"person:{n}") for n in range(TOGETHER["email"] + 1)]
    endpoints = [("webhook", f"organisation:{n}") for n in range(TOGETHER["webhook"] + 1)]
    alone = [("email", "organisation:1"), ("email", "link:1"), ("portal", "organisation:1")]
    due = [persons[0], *alone, *persons[1:], *endpoints]
    jobs = together(due)
    assert [(channel, len(recipients)) for channel, recipients in jobs] == [
        ("email", TOGETHER["email"]),
        *((channel, 1) for channel, _ in alone),
        ("email", 1),
        ("webhook", TOGETHER["webhook"]),
        ("webhook", 1),
    ]
    rung_for = [(channel, one) for channel, recipients in jobs for one in recipients]
    assert sorted(rung_for) == sorted(due)


def test_a_recipient_is_rung_once_a_slot_by_any_number_of_relays(
    connection: Redis, relay_of: Callable[[Outbox], Relay], hands: Hands
) -> None:
    first, second = relay_of(Outbox(HOSPITAL)), relay_of(Outbox(HOSPITAL))
    assert [first.turn(), second.turn(), first.turn()] == [1, 0, 0]
    hands.instant += timedelta(seconds=5)
    assert [second.turn(), first.turn()] == [1, 0]
    assert len(rung(connection)) == 2


def test_no_address_shows_in_the_name_of_a_job(
    connection: Redis, relay_of: Callable[[Outbox], Relay]
) -> None:
    relay_of(Outbox(STUDY)).turn()
    (job_id,) = open_queue(QueueName.DELIVERIES, connection).job_ids
    assert "dpo" not in job_id
    assert "study" not in job_id


def test_the_outbox_is_asked_for_a_bounded_number(relay_of: Callable[[Outbox], Relay]) -> None:
    outbox = Outbox()
    relay_of(outbox).turn()
    assert outbox.limits == [MOST_RINGS]


def test_rings_do_not_pile_up_while_no_worker_answers(
    connection: Redis, relay_of: Callable[[Outbox], Relay], hands: Hands
) -> None:
    queue = open_queue(QueueName.DELIVERIES, connection)
    queue.enqueue_many(
        [queue.prepare_data("workers.jobs.delivering.drain", ("x",)) for _ in range(MOST_WAITING)]
    )
    assert relay_of(Outbox(HOSPITAL)).turn() == 0
    assert queue.count == MOST_WAITING


def test_a_turn_leaves_a_sign_of_life_in_both_places(
    connection: Redis, relay_of: Callable[[Outbox], Relay], tmp_path: Path
) -> None:
    relay_of(Outbox()).turn()
    assert last_beat(connection, "relay") == NOON
    assert (tmp_path / "relay.heartbeat").read_text() == NOON.isoformat()


def test_with_redis_away_the_relay_goes_on_and_says_so_once(tmp_path: Path, hands: Hands) -> None:
    stop, turns = threading.Event(), []
    absent = open_connection(f"unix://{tmp_path}/nobody.sock?db=0")
    relay = Relay(absent, Outbox(HOSPITAL), hands, tmp_path / "relay.heartbeat")

    def turn() -> None:
        turns.append(1)
        if len(turns) == 4:
            stop.set()
        relay.turn()

    with capture_logs() as logs:
        keep_turning("relay", turn, every_s=0.001, stop=stop)
    assert len(turns) == 4
    assert [entry["event"] for entry in logs] == ["outage_began"]
    assert (tmp_path / "relay.heartbeat").exists()


def test_what_was_due_during_an_outage_is_rung_after_it(
    connection: Redis, valkey_url: str, tmp_path: Path, hands: Hands
) -> None:
    stop = threading.Event()
    relay = Relay(
        open_connection(f"unix://{tmp_path}/nobody.sock?db=0"),
        Outbox(HOSPITAL),
        hands,
        tmp_path / "relay.heartbeat",
    )

    def turn() -> None:
        try:
            if relay.turn():
                stop.set()
        finally:
            relay.connection = connection

    with capture_logs() as logs:
        keep_turning("relay", turn, every_s=0.001, stop=stop)
    assert rung(connection) == [list(HOSPITAL)]
    assert [entry["event"] for entry in logs] == ["outage_began", "outage_ended"]


def test_a_database_that_fails_does_not_end_the_loop() -> None:
    stop, turns = threading.Event(), []

    def turn() -> None:
        turns.append(1)
        if len(turns) < 3:
            raise OSError("database is locked")
        stop.set()

    keep_turning("relay", turn, every_s=0.001, stop=stop)
    assert len(turns) == 3
