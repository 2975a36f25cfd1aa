"""rights-hub sweep: catches up on all that is due now, without the queue."""

from __future__ import annotations

import click

from config import Settings, SettingsError
from hub import create_app
from hub.extensions import db
from hub.ports import Clock
from hub.queries.outbox import due_recipients
from workers.jobs.acknowledging import acknowledge_all
from workers.jobs.delivering import drain, watch_deliveries
from workers.jobs.noticing import remind_unconfirmed, send_due_notices
from workers.jobs.retention import delete_over
from workers.jobs.upkeep import sweep as tidy
from workers.relay import together

MOST_ROUNDS = 1000
AT_ONCE = 200


@click.command()
def sweep() -> None:
    """Remind, deliver, lapse, tidy, delete what is over: for a hub whose queue is away."""
    try:
        app = create_app(Settings.from_environment())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    with app.app_context():
        reminded = send_due_notices() + remind_unconfirmed()
        delivered = _deliver_all(app.extensions["ports"].clock)
        watch_deliveries()
        acknowledge_all()
        tidied = tidy()
        deleted = delete_over()
        # The notices that the run has just put in the outbox leave too.
        delivered += _deliver_all(app.extensions["ports"].clock)
    click.echo(
        f"Deliveries settled: {delivered}. Reminders: {reminded}. Tidied: {tidied}. "
        f"Deleted or told at the end of their time: {sum(deleted.values())}."
    )


def _deliver_all(clock: Clock) -> int:
    settled = 0
    for _ in range(MOST_ROUNDS):
        due = due_recipients(db.session(), clock.now(), AT_ONCE)
        db.session.rollback()
        done = sum(drain(channel, *recipients) for channel, recipients in together(due))
        settled += done
        if not done:
            break
    return settled


if __name__ == "__main__":
    sweep()
