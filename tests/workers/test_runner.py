"""A worker runs its jobs inside the application, on its own queue alone."""

from __future__ import annotations

import json
import secrets
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from structlog.testing import capture_logs

from hub.adapters.log_lines import processors
from workers.connection import open_queue
from workers.known_jobs import KnownJob
from workers.queues import QueueName
from workers.runner import MAINTENANCE_S, WORKER_TTL_S, make_worker


class TriedJob(KnownJob):
    """One that stands for a job of ours."""

    known = frozenset({"builtins.int", "flask.has_app_context", "operator.truediv"})


@pytest.fixture
def queue(connection: Redis) -> Queue:
    return open_queue(QueueName.UPKEEP, connection)


def test_a_job_runs_inside_the_application(connection: Redis, queue: Queue) -> None:
    job = queue.enqueue_call("flask.has_app_context")
    make_worker(Flask("hub"), QueueName.UPKEEP, connection, TriedJob).work(burst=True)
    assert job.return_value() is True


def test_a_worker_leaves_the_other_queues_alone(connection: Redis, queue: Queue) -> None:
    other = open_queue(QueueName.DELIVERIES, connection)
    other.enqueue_call("flask.has_app_context")
    make_worker(Flask("hub"), QueueName.UPKEEP, connection, TriedJob).work(burst=True)
    assert other.count == 1


def test_a_job_that_fails_is_kept_and_ends_no_worker(connection: Redis, queue: Queue) -> None:
    queue.enqueue_call("operator.truediv", args=(1, 0))
    after = queue.enqueue_call("flask.has_app_context")
    make_worker(Flask("hub"), QueueName.UPKEEP, connection, TriedJob).work(burst=True)
    assert queue.failed_job_registry.count == 1
    assert after.return_value() is True


def test_the_log_says_which_job_failed_and_of_what_and_nothing_that_it_was_given(
    connection: Redis, queue: Queue
) -> None:
    queue.enqueue_call("builtins.int", args=("Madame Martin",))
    with capture_logs() as entries:
        make_worker(Flask("hub"), QueueName.UPKEEP, connection, TriedJob).work(burst=True)
    (entry,) = [one for one in entries if one["event"] == "job_failed"]
    line = processors()[-1](None, "error", dict(entry))
    assert (json.loads(line)["job"], json.loads(line)["error"]) == (
        "builtins.int",
        "builtins.ValueError",
    )
    assert "Martin" not in line


def test_what_a_dead_worker_held_is_found_within_a_minute_and_a_half(connection: Redis) -> None:
    worker = make_worker(Flask("hub"), QueueName.UPKEEP, connection)
    assert worker.dequeue_timeout + worker.maintenance_interval <= 30
    assert (worker.worker_ttl, worker.maintenance_interval) == (WORKER_TTL_S, MAINTENANCE_S)


FORGED = {
    "a command by its name": b'["os.mkdir", null, ["%s"], {}]',
    "a method of something": b'["workers.jobs.upkeep.sweep", "x", [], {}]',
    "a command in a pickle": b"cos\nmkdir\n(V%s\ntR.",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_job_that_somebody_forged_in_the_queue_runs_nothing(
    name: str, connection: Redis, queue: Queue, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    data = FORGED[name].replace(b"%s", str(made).encode())
    forge(connection, queue, data)
    make_worker(Flask("hub"), QueueName.UPKEEP, connection).work(burst=True)
    assert not made.exists()
    assert queue.count == 0


def test_nothing_is_called_that_rides_along_with_a_job_of_ours(
    connection: Redis, queue: Queue, tmp_path: Path
) -> None:
    data = b'["flask.has_app_context", null, [], {}]'
    for end in ("success", "failure", "stopped"):
        forge(connection, queue, data, **{f"{end}_callback_name": "tests.receiver.program"})
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.timeout = 0.2
        came: list[object] = []
        server.verify_request = lambda *caller: bool(came.append(caller))  # type: ignore[method-assign]
        url = f"http://127.0.0.1:{server.server_port}/"
        told = [{"url": url, "job_status": "finished", "method": "GET", "timeout": 1}]
        forge(connection, queue, data, webhooks=json.dumps(told))
        make_worker(Flask("hub"), QueueName.UPKEEP, connection, TriedJob).work(burst=True)
        server.handle_request()
    assert not came
    assert queue.finished_job_registry.count == 4


def forge(connection: Redis, queue: Queue, data: bytes, **more: str) -> None:
    """Put into a queue what somebody could who can write to Redis."""
    at = "2026-01-01T00:00:00.000000Z"
    name = secrets.token_hex(4)
    fields = {"created_at": at, "enqueued_at": at, "status": "queued", "origin": queue.name}
    connection.hset(f"rq:job:{name}", mapping={"data": data, **fields, **more})
    connection.rpush(queue.key, name)
