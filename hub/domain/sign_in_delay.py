"""How long to wait after wrong passwords or codes: a growing delay, never a lock-out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

FREE_TRIES = 5
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)


def wait_left(failed_at: Sequence[datetime], now: datetime) -> timedelta:
    """Time still to wait, given the instants of the failures since the last success.

    Nothing for the first five of the last hour; then 5 s, doubled by each failure, 15 min at most.
    """
    recent = sorted(instant for instant in failed_at if now - instant < REMEMBERED)
    if len(recent) < FREE_TRIES:
        return timedelta(0)
    doublings = min(len(recent) - FREE_TRIES, 10)
    delay = min(FIRST_DELAY * 2**doublings, LONGEST_DELAY)
    return max(recent[-1] + delay - now, timedelta(0))
