"""How often a mailbox that nobody has confirmed may be written to: it may be a stranger's.

Whoever types an address may type another's: without a bound, each form would be a way to fill a
mailbox. A confirmation opens the way again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

A_DAY, A_WEEK = 1, 3
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def free_at(sent_at: Sequence[datetime], now: datetime) -> datetime:
    """When the next mail may leave, given those sent since the mailbox was last confirmed."""
    latest = sorted(sent_at, reverse=True)
    bounds = ((A_DAY, DAY), (A_WEEK, WEEK))
    opens = [latest[most - 1] + span for most, span in bounds if len(latest) >= most]
    return max([now, *opens])
