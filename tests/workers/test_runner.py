"""A worker runs its jobs inside the application, on its own queue alone."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from structlog.testing import capture_logs

from hub.adapters.log_lines import processors
from workers.connection import open_queue
from workers.queues import QueueName
from workers.runner import MAINTENANCE_S, WORKER_TTL_S, make_worker


@pytest.fixture
def queue(connection: Redis) -> Queue:
    return open_queue(QueueName.UPKEEP, connection)


def test_a_job_runs_inside_the_application(connection: Redis, queue: Queue) -> None:
    job = queue.enqueue_call("flask.has_app_context")
    make_worker(Flask("hub"), QueueName.UPKEEP, connection).work(burst=True)
    assert job.return_value() is True


def test_a_worker_leaves_the_other_queues_alone(connection: Redis, queue: Queue) -> None:
    other = open_queue(QueueName.DELIVERIES, connection)
    other.enqueue_call("flask.has_app_context")
    make_worker(Flask("hub"), QueueName.UPKEEP, connection).work(burst=True)
    assert other.count == 1


def test_a_job_that_fails_is_kept_and_ends_no_worker(connection: Redis, queue: Queue) -> None:
    queue.enqueue_call("operator.truediv", args=(1, 0))
    after = queue.enqueue_call("flask.has_app_context")
    make_worker(Flask("hub"), QueueName.UPKEEP, connection).work(burst=True)
    assert queue.failed_job_registry.count == 1
    assert after.return_value() is True


def test_the_log_says_which_job_failed_and_of_what_and_nothing_that_it_was_given(
    connection: Redis, queue: Queue
) -> None:
    queue.enqueue_call("builtins.int", args=("Madame Martin",))
    with capture_logs() as entries:
        make_worker(Flask("hub"), QueueName.UPKEEP, connection).work(burst=True)
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
