"""Composes the acknowledgements of receipt of what has reached its controller."""

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.services.acknowledging import acknowledge_delivered
from hub.services.unit_of_work import unit_of_work

AT_ONCE = 20
"""In one unit: each takes about a millisecond of the write lock."""
MOST_ROUNDS = 500


def acknowledge_all() -> int:
    """Compose every acknowledgement that is due, in small units; says how many."""
    ports = current_app.extensions["ports"]
    composed = 0
    for _ in range(MOST_ROUNDS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            done = acknowledge_delivered(work, AT_ONCE)
        composed += done
        if done < AT_ONCE:
            break
    return composed
