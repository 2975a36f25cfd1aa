"""rights-hub relay: looks into the outbox twice a second and rings the workers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import click

from config import Settings
from hub import create_app
from hub.adapters.log_lines import keep_log_lines
from hub.extensions import db
from hub.queries.outbox import due_recipients
from workers.connection import open_connection
from workers.loop import keep_turning, stop_on_signals
from workers.relay import Relay

EVERY_S = 0.5


@click.command()
@click.option("--role", default="relay", help="Shown in the list of processes.")
@click.option("--home", help="Shown in the list of processes.")
def relay(role: str, home: str | None) -> None:
    """Ring for every recipient to whom something is due, until told to stop."""
    keep_log_lines()
    stop = stop_on_signals()
    settings = Settings.from_environment()
    app = create_app(settings)

    def due(now: datetime, limit: int) -> Iterable[tuple[str, object]]:
        with app.app_context():
            return list(due_recipients(db.session(), now, limit))

    bell = Relay(
        connection=open_connection(settings.redis_url),
        due_recipients=due,
        now=app.extensions["ports"].clock.now,
        heartbeat_file=settings.home / "relay.heartbeat",
    )
    keep_turning("relay", bell.turn, every_s=EVERY_S, stop=stop)


if __name__ == "__main__":
    relay()
