"""Each job rides on one queue, and somebody works on each queue."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import workers.jobs
from workers.queues import JOBS, JobOnNoQueue, QueueName, queue_of, queues_for
from workers.relay import DRAIN
from workers.schedule import TIMETABLE


@pytest.mark.parametrize("workers", [0, 1, 2, 3, 4, 9])
def test_every_queue_has_a_worker_however_few_are_asked_for(workers: int) -> None:
    assert set(queues_for(workers)) == set(QueueName)


def test_more_workers_share_the_queues_evenly() -> None:
    queues = queues_for(2 * len(QueueName))
    assert {queues.count(name) for name in QueueName} == {2}


def test_every_queue_carries_some_job() -> None:
    assert set(JOBS.values()) == set(QueueName)


def test_what_the_relay_and_the_timetable_ring_rides_on_a_queue() -> None:
    for job in (DRAIN, *(entry.job for entry in TIMETABLE)):
        assert queue_of(job) in QueueName


@pytest.mark.parametrize("job", sorted(JOBS))
def test_each_job_on_a_queue_can_be_found_by_a_worker(job: str) -> None:
    module, _, name = job.rpartition(".")
    assert callable(getattr(import_module(module), name))


def test_every_job_there_is_rides_on_a_queue() -> None:
    folder = Path(workers.jobs.__file__).parent
    found = {
        f"workers.jobs.{path.stem}.{node.name}"
        for path in folder.glob("[!_]*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert found == set(JOBS)


def test_a_job_on_no_queue_is_refused_rather_than_lost() -> None:
    with pytest.raises(JobOnNoQueue, match=r"workers/queues\.py"):
        queue_of("workers.jobs.nowhere.nothing")


def test_deliveries_wait_behind_no_other_kind_of_work() -> None:
    sharing = [job for job, queue in JOBS.items() if queue is QueueName.DELIVERIES]
    assert sharing == [DRAIN]
