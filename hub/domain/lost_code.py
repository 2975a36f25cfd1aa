"""A new secret code for whoever lost hers: a waiting time in which the mailbox's owner may stop it.

By e-mail alone a code is never given at once: a mailbox may be left open, or stolen. A proven
identity needs no waiting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOLD_AGAIN_AFTER = timedelta(days=1)
"""Asking again within a day writes to nobody."""
PROOF_LASTS = timedelta(minutes=15)
"""How old a proof of identity may be when a code is given for it."""


@dataclass(frozen=True)
class LostCodePolicy:
    """How long one waits for a new code, then how long it may be taken [P]."""

    waiting_hours: int = 72
    valid_days: int = 7


class LostCodeStanding(StrEnum):
    """Where the asking for a new code stands."""

    OVER = "over"
    READY = "ready"
    WAITING = "waiting"


def dates_for(now: datetime, policy: LostCodePolicy) -> tuple[datetime, datetime]:
    """From when, and until when, a code asked now may be taken."""
    ready_at = now + timedelta(hours=policy.waiting_hours)
    return ready_at, ready_at + timedelta(days=policy.valid_days)


def standing_at(
    now: datetime, ready_at: datetime, until_at: datetime, ended_at: datetime | None
) -> LostCodeStanding:
    """Where an asking stands: waiting, ready to be taken, or over (stopped, taken, too late)."""
    if ended_at is not None or now >= until_at:
        return LostCodeStanding.OVER
    return LostCodeStanding.READY if now >= ready_at else LostCodeStanding.WAITING
