"""When a delivery that failed is tried again, falls back, or becomes a person's task.

Nothing is given up in silence: a delivery is delivered, tried again, or put before a person
(DESIGN §5). Figures are a policy of the hub; no text fixes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

Draw = Callable[[], float]
"""A source of chance: each call gives a number from 0 to 1."""


@dataclass(frozen=True)
class RetryTable:
    """The waits between tries, how far chance may move them, and when somebody is told."""

    waits: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
        timedelta(hours=12),
    )
    jitter: float = 0.1
    falls_back_after: timedelta = timedelta(hours=24)
    person_after: timedelta = timedelta(hours=72)


POLICY = RetryTable()


class NextStep(StrEnum):
    """What is owed to a delivery that has just failed."""

    FALL_BACK = "fall_back"
    NEEDS_PERSON = "needs_person"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True)
class Failure:
    """One failed try: of a delivery first tried at `since`, now on its `way` (0: the first).

    `ways_left`: whether another way to the same recipient is left. `is_permanent`: this way will
    never work.
    """

    since: datetime
    way: int = 0
    ways_left: bool = False
    is_permanent: bool = False


def jittered(wait: timedelta, draw: Draw, policy: RetryTable = POLICY) -> timedelta:
    """The wait moved by chance, by at most `policy.jitter` of itself either way."""
    return wait * (1 + policy.jitter * (2 * min(1.0, max(0.0, draw())) - 1))


def next_try_at(attempts: int, now: datetime, draw: Draw, policy: RetryTable = POLICY) -> datetime:
    """When the delivery is due again after so many attempts (at least one)."""
    wait = policy.waits[min(max(attempts, 1), len(policy.waits)) - 1]
    return now + jittered(wait, draw, policy)


def step_after(failure: Failure, now: datetime, policy: RetryTable = POLICY) -> NextStep:
    """What comes next: the same way again, another way, or a person.

    Each way has 24 hours; one that will never work is left at once. After 72 hours in all it is a
    person's task, whatever ways are left.
    """
    age = now - failure.since
    if age >= policy.person_after:
        return NextStep.NEEDS_PERSON
    if failure.is_permanent:
        return NextStep.FALL_BACK if failure.ways_left else NextStep.NEEDS_PERSON
    has_had_its_time = age >= policy.falls_back_after * (failure.way + 1)
    if has_had_its_time and failure.ways_left:
        return NextStep.FALL_BACK
    return NextStep.TRY_AGAIN
