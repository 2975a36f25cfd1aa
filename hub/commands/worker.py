"""rights-hub worker: one RQ worker on one queue."""

from __future__ import annotations

import click
from redis import Redis

from config import Settings
from hub import create_app
from hub.adapters.log_lines import keep_log_lines
from workers.queues import QueueName
from workers.runner import make_worker


@click.command()
@click.argument("queue", type=click.Choice([name.value for name in QueueName]))
@click.option("--role", default="worker", help="Shown in the list of processes.")
@click.option("--home", help="Shown in the list of processes.")
def worker(queue: str, role: str, home: str | None) -> None:
    """Run the jobs of QUEUE until told to stop."""
    keep_log_lines()
    settings = Settings.from_environment()
    connection = Redis.from_url(settings.redis_url)
    make_worker(create_app(settings), QueueName(queue), connection).work(logging_level="WARNING")


if __name__ == "__main__":
    worker()
