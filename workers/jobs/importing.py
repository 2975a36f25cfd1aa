"""Goes on with the imports that wait; a missed run loses nothing."""

from functools import partial

from flask import current_app

from hub.extensions import db
from hub.queries.backlog import waiting_batches
from hub.services.backlog_running import Hub, run_import
from hub.services.unit_of_work import unit_of_work


def import_waiting() -> int:
    """Record the next lines of each waiting file; says how many lines it settled."""
    ports = current_app.extensions["ports"]
    unit = partial(unit_of_work, engine=db.engine, ports=ports)
    hub = Hub(unit, db.session(), ports)
    waiting = waiting_batches(hub.session)
    hub.session.rollback()
    return sum(run_import(hub, batch_id) for batch_id in waiting)
