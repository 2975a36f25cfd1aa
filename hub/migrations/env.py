"""Runs migrations on the application's own engine."""

from alembic import context
from flask import current_app

target = current_app.extensions["migrate"].db


def run() -> None:
    """Migrate in one transaction; SQLite rebuilds tables in batches."""
    engine = target.engine.execution_options(takes_write_lock=True)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
