"""rights-hub migrate: brings the database to the current schema."""

from __future__ import annotations

from pathlib import Path

import click
import flask_migrate
from flask import Flask
from sqlalchemy import text

from config import Settings
from hub import create_app
from hub.demo import accounts_text, load_demonstration
from hub.extensions import db
from hub.state_folder import accounts_file, write_atomically

MIGRATIONS = Path(__file__).parents[1] / "migrations"
ALONE = 7_269_841_553
"""The advisory lock that lets one of several machines migrate while the others wait."""


def upgrade_database(app: Flask) -> None:
    """Run every migration not yet run; machines that start together take turns."""
    with app.app_context(), db.engine.connect() as turn:
        if db.engine.dialect.name == "postgresql":
            turn.execute(text("SELECT pg_advisory_lock(:alone)"), {"alone": ALONE})
        flask_migrate.upgrade(directory=str(MIGRATIONS))


@click.command()
@click.option("--role", default="migrate", help="Shown in the list of processes.")
@click.option("--home", help="Shown in the list of processes.")
@click.option("--demonstration", is_flag=True, help="Load the demonstration too, once.")
def migrate(role: str, home: str | None, demonstration: bool) -> None:
    """Bring the database to the current schema."""
    settings = Settings.from_environment()
    app = create_app(settings)
    upgrade_database(app)
    if demonstration:
        load_demonstration(app)
        write_atomically(accounts_file(settings.home), accounts_text())


if __name__ == "__main__":
    migrate()
