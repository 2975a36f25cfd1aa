"""Composes the acknowledgements of receipt of what has reached its controller."""

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.services.acknowledging import draft_for_delivered, enter_drafts
from hub.services.unit_of_work import unit_of_work, work_drafted

COMPOSED_AT_ONCE = 200
"""Outside the write lock: what a round of reading costs is shared by many papers."""
ENTERED_AT_ONCE = 50
"""Under the write lock, which those who file must not wait for."""
MOST_ROUNDS = 10
"""In one run; the next follows within a minute. The law gives ten working days, and those who
file in great number come first."""


def acknowledge_all() -> int:
    """Compose the acknowledgements that are due, 2,000 at most, in small units; says how many."""
    composed = 0
    for _ in range(MOST_ROUNDS):
        drafted, entered = _round()
        composed += entered
        if drafted < COMPOSED_AT_ONCE:
            break
    return composed


def _round() -> tuple[int, int]:
    ports = current_app.extensions["ports"]
    with work_drafted(SYSTEM, engine=db.engine, ports=ports) as work:
        drafts = draft_for_delivered(work, COMPOSED_AT_ONCE)
    entered = 0
    for start in range(0, len(drafts), ENTERED_AT_ONCE):
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            entered += enter_drafts(work, drafts[start : start + ENTERED_AT_ONCE])
    return len(drafts), entered
