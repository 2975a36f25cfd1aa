"""One worker process: one queue, jobs inside the application, patient with Redis."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask
from redis import Redis
from rq import SimpleWorker
from rq.exceptions import DeserializationError
from rq.serializers import JSONSerializer

from workers.connection import open_queue
from workers.known_jobs import KnownJob
from workers.queues import QueueName

WORKER_TTL_S = 30
MAINTENANCE_S = 10
MONITORING_S = 5

log = structlog.get_logger(__name__)


class HubWorker(SimpleWorker):
    """Runs each job in its own application context, so that no database session outlives it."""

    max_connection_wait_time = 2.0

    def __init__(self, app: Flask, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.app = app

    def perform_job(self, job: Any, queue: Any, execution: Any) -> bool:
        """Perform the job inside the application."""
        with self.app.app_context():
            return bool(super().perform_job(job, queue, execution))

    def procline(self, message: str) -> None:
        """Leave the process its name: a supervisor knows its own by it."""

    def handle_exception(self, job: Any, *exc_info: Any) -> None:
        """Say which job failed, of what kind of error and where; never what the error says."""
        log.error("job_failed", job=_name_of(job), exc_info=exc_info[1])
        super().handle_exception(job, *exc_info)


def _name_of(job: Any) -> str:
    try:
        return str(job.func_name)
    except DeserializationError:
        return "unreadable"


def make_worker(
    app: Flask, queue: QueueName, connection: Redis, job_class: type[KnownJob] = KnownJob
) -> HubWorker:
    """A worker on this queue alone, tuned so that an abandoned job is found within 90 seconds.

    With RQ's own intervals (405 s and 600 s) it would take ten minutes.
    """
    return HubWorker(
        app,
        [open_queue(queue, connection)],
        connection=connection,
        serializer=JSONSerializer,
        job_class=job_class,
        worker_ttl=WORKER_TTL_S,
        maintenance_interval=MAINTENANCE_S,
        job_monitoring_interval=MONITORING_S,
        log_job_description=False,
    )
