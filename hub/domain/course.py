"""The hub's own times along a request, in days: policy [P], no text fixes them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CoursePolicy:
    """When a question wants its reply, when an address not confirmed lapses, when a case closes.

    RULES T15: no text says what happens if the person never answers.
    """

    reply_days: int = 15
    confirmation_reminder_days: int = 2
    confirmation_days: int = 7
    closing_days: int = 30


COURSE = CoursePolicy()
