"""rights-hub timetable: rings what runs by itself."""

from __future__ import annotations

import click

from config import Settings
from hub.adapters.clock import SystemClock
from hub.adapters.log_lines import keep_log_lines
from workers.connection import open_connection
from workers.loop import keep_turning, stop_on_signals
from workers.schedule import timetable_turn

EVERY_S = 5.0


@click.command()
@click.option("--role", default="timetable", help="Shown in the list of processes.")
@click.option("--home", help="Shown in the list of processes.")
def timetable(role: str, home: str | None) -> None:
    """Ring each job of the timetable once a slot, until told to stop."""
    keep_log_lines()
    stop = stop_on_signals()
    connection = open_connection(Settings.from_environment().redis_url)
    turn = timetable_turn(connection, SystemClock().now)
    keep_turning("timetable", turn, every_s=EVERY_S, stop=stop)


if __name__ == "__main__":
    timetable()
