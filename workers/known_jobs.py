"""Jobs that a worker agrees to run: those of workers/queues.py, and nothing that rides along.

RQ imports and calls whatever a job names, its callbacks too, and calls the addresses it carries:
whoever can write to Redis could run any command here, though the arguments are JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from rq.job import Job

from workers.queues import JOBS, JobOnNoQueue


class KnownJob(Job):
    """A job whose function must be on a queue of ours; no callback, no call when it ends."""

    known: Collection[str] = JOBS
    success_callback = None
    failure_callback = None
    stopped_callback = None

    @property
    def func(self) -> Callable[..., Any]:
        """The function to run; raises JobOnNoQueue for any other."""
        if self.instance is not None or self.func_name not in self.known:
            raise JobOnNoQueue("a job that is none of ours was left undone")
        found: Callable[..., Any] = super().func
        return found

    def send_webhooks(self, *_status: Any, **_more: Any) -> None:
        """Call nobody."""
