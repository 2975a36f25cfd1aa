"""rights-hub retention: deletes now what is at the end of its time, or only says what."""

from __future__ import annotations

import click

from config import Settings, SettingsError
from hub import create_app
from hub.domain.retention import RetentionStep
from hub.extensions import db
from hub.queries.retention import count_due
from workers.jobs.retention import delete_over


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what a run would do now, and do nothing.")
def retention(dry_run: bool) -> None:
    """Delete what is at the end of its time; each line is a step and how many it did."""
    try:
        app = create_app(Settings.from_environment())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    with app.app_context():
        if dry_run:
            ports = app.extensions["ports"]
            done = count_due(db.session(), ports.clock.now(), ports)
        else:
            done = delete_over()
    for step in RetentionStep:
        click.echo(f"{step.value} {done[step]}")


if __name__ == "__main__":
    retention()
