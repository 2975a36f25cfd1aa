"""The queues, and which jobs ride on each: the only list.

A worker process listens to one queue only: on several, a job popped by a worker that dies is lost.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import cycle, islice
from types import MappingProxyType


class QueueName(StrEnum):
    """One queue for each kind of work that must not wait behind another."""

    CALLS = "calls"
    DELIVERIES = "deliveries"
    NOTICES = "notices"
    UPKEEP = "upkeep"


ALONE = ("contact:", "link:", "organisation:")
"""Recipients whose mails have a job of their own and are claimed alone: a circuit, an operator or
an address that changed may hold them back.
"""

JOBS = MappingProxyType(
    {
        "workers.jobs.acknowledging.acknowledge_all": QueueName.NOTICES,
        "workers.jobs.calling.call_endpoint": QueueName.CALLS,
        "workers.jobs.contacts.keep_contacts_true": QueueName.UPKEEP,
        "workers.jobs.delivering.drain": QueueName.DELIVERIES,
        "workers.jobs.delivering.watch_deliveries": QueueName.NOTICES,
        "workers.jobs.importing.import_waiting": QueueName.UPKEEP,
        "workers.jobs.journal.complete_journal": QueueName.UPKEEP,
        "workers.jobs.noticing.follow_unreplied": QueueName.NOTICES,
        "workers.jobs.noticing.remind_unconfirmed": QueueName.NOTICES,
        "workers.jobs.noticing.send_due_notices": QueueName.NOTICES,
        "workers.jobs.retention.delete_over": QueueName.UPKEEP,
        "workers.jobs.upkeep.sweep": QueueName.UPKEEP,
    }
)


class JobOnNoQueue(LookupError):
    """A job that rides on no queue would never run."""


def queue_of(job: str) -> QueueName:
    """The queue on which the job with this dotted path rides. Raises JobOnNoQueue."""
    try:
        return JOBS[job]
    except KeyError:
        raise JobOnNoQueue(f"{job} is on no queue: add it to workers/queues.py") from None


def queues_for(workers: int) -> tuple[QueueName, ...]:
    """The queue of each worker process: at least one worker a queue, then in turn."""
    return tuple(islice(cycle(QueueName), max(workers, len(QueueName))))
