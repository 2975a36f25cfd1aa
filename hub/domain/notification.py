"""When a decision that was put online counts as notified: the time to go to court starts there.

Decisions of public bodies against a person are notified online only with her express agreement,
given before (CRPA R112-17). An agreed notification counts on the day it was first opened; left
unread for fifteen days, it counts from the day it was put there (CRPA R112-20).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

UNREAD_DAYS = 15


class Notification(StrEnum):
    """How a decision came to count as notified, or why it does not yet."""

    NOT_AGREED = "not_agreed"
    OPENED = "opened"
    UNREAD = "unread"
    WAITING = "waiting"


@dataclass(frozen=True)
class Notified:
    """`on` is the day that counts; None while she may still open it, or where she did not agree.

    `unread_after`: the last day to open it before it counts without that, from `put_on`.
    """

    how: Notification
    put_on: date
    unread_after: date
    on: date | None = None


def notified(put_on: date, opened_on: date | None, today: date, *, agreed: bool) -> Notified:
    """Whether a decision put online on `put_on` counts as notified today, and on which day.

    Arguments are local days. Source: CRPA R112-17 to R112-20.
    """
    last = put_on + timedelta(days=UNREAD_DAYS)
    if not agreed:
        return Notified(Notification.NOT_AGREED, put_on, last)
    if opened_on is not None and opened_on <= last:
        return Notified(Notification.OPENED, put_on, last, opened_on)
    if today > last:
        return Notified(Notification.UNREAD, put_on, last, put_on)
    return Notified(Notification.WAITING, put_on, last)
