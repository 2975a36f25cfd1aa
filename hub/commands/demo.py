"""rights-hub demo: loads the demonstration into this hub's database."""

from __future__ import annotations

import sys

import click

from config import Settings
from hub import create_app
from hub.commands.migrate import upgrade_database
from hub.demo import accounts_text, load_demonstration


@click.command()
def demo() -> None:
    """Load the demonstration's directory and accounts; a second time changes nothing."""
    settings = Settings.from_environment()
    if not settings.demonstration:
        click.echo(
            "This hub is for real people. To make it a demonstration: "
            "RIGHTS_HUB_DEMONSTRATION=yes.",
            err=True,
        )
        sys.exit(1)
    app = create_app(settings)
    upgrade_database(app)
    load_demonstration(app)
    click.echo(accounts_text())
