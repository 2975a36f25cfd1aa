"""Reminds of what waits: addresses, answers, replies; a missed run loses nothing."""

from collections.abc import Callable

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.services import chasing, confirming, unreplied
from hub.services.unit_of_work import Work, unit_of_work

AT_ONCE = 500
MOST_ROUNDS = 40


def send_due_notices() -> int:
    """Enter every reminder that is due, in units of a few hundred cases; says how many."""
    return _in_rounds(chasing.send_due_notices)


def remind_unconfirmed() -> int:
    """Remind each person once after two days, and end what seven days have not confirmed."""
    ports = current_app.extensions["ports"]
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        reminded = confirming.remind_unconfirmed(work)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return reminded + confirming.lapse_unconfirmed(work)


def follow_unreplied() -> int:
    """Remind of questions without reply, then close them; says how many steps were taken."""
    return _in_rounds(unreplied.follow_unreplied)


def _in_rounds(step: Callable[[Work, int], int]) -> int:
    """Take a step in units of a few hundred, until one finds nothing left to do; says how many."""
    ports = current_app.extensions["ports"]
    taken = 0
    for _ in range(MOST_ROUNDS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            done = step(work, AT_ONCE)
        taken += done
        if not done:
            break
    return taken
