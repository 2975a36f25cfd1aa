"""How long a member's session lasts, and for how long she stays confirmed (ASVS 7.3, 7.5.3)."""

from datetime import datetime, timedelta

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
CONFIRMED_FOR = timedelta(minutes=10)
"""After both factors, or after the last act that asked for them: it slides while she works."""
NOTED_EVERY = timedelta(minutes=1)
"""How often at most the use of a session is written down."""


def is_over(opened_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Whether a session is at the end of its longest time, or was left alone too long."""
    return now - opened_at > LONGEST or now - used_at > IDLE


def newly_used(
    used_at: datetime, confirmation_ends_at: datetime, now: datetime, *, is_sensitive: bool
) -> tuple[datetime, datetime] | None:
    """What to write down of a use: (used_at, confirmation_ends_at), or None when it can wait."""
    ends_at = now + CONFIRMED_FOR if is_sensitive else confirmation_ends_at
    if now - used_at <= NOTED_EVERY and ends_at - confirmation_ends_at <= NOTED_EVERY:
        return None
    return now, ends_at
