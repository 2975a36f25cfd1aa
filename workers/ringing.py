"""Ring a job once per slot of time, however many processes ring it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from redis import Redis
from rq.exceptions import DuplicateJobError

from workers.connection import open_queue
from workers.queues import queue_of

FAILURE_KEPT_S = 3600


def slot_of(now: datetime, every_s: int) -> int:
    """The number of the slot of `every_s` seconds in which the instant lies."""
    return int(now.timestamp()) // every_s


def ring_once(
    connection: Redis, job: str, arguments: Sequence[str], *, job_id: str, kept_s: int
) -> bool:
    """Enqueue the job under this id, unless it was already; kept_s must outlast the slot.

    Returns whether it was enqueued; raises redis.RedisError when the bell cannot be reached.
    """
    try:
        open_queue(queue_of(job), connection).enqueue_call(
            job,
            args=tuple(arguments),
            job_id=job_id,
            unique=True,
            result_ttl=kept_s,
            failure_ttl=FAILURE_KEPT_S,
        )
    except DuplicateJobError:
        return False
    return True
