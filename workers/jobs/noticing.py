"""Reminds of, and ends, what waits for its confirmation; a missed run loses nothing."""

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.services import confirming
from hub.services.unit_of_work import unit_of_work


def remind_unconfirmed() -> int:
    """Remind each person once after two days, and end what seven days have not confirmed."""
    ports = current_app.extensions["ports"]
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        reminded = confirming.remind_unconfirmed(work)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return reminded + confirming.lapse_unconfirmed(work)
