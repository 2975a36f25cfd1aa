"""When a person may complain to the CNIL and with what; what of it the hub itself passes on.

GDPR 77; Regulation (EU) 2025/327 (EHDS) art. 71 and 81; nothing ever keeps her from going.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.domain.clock import ClockReading, days_left
from hub.domain.lifecycle import ENDED, ReferralState, is_contested
from hub.domain.opt_outs import OPT_OUTS, OptOutPolicy
from hub.domain.outcomes import REFUSING, Outcome
from hub.domain.rights import Right
from hub.errors import Conflict, Invalid

MEGABYTE = 1024 * 1024
LONGEST_COMPLAINT = 3000


class Cause(StrEnum):
    """What a person can say of one controller, from the facts alone."""

    ANSWERED = "answered"
    CONTESTED = "contested"
    OVER = "over"
    REFUSAL = "refusal"
    SILENCE = "silence"
    WAITING = "waiting"


class ComplaintOutcome(StrEnum):
    """What the CNIL made of a complaint that was transmitted (values are stored for ever)."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


FOUNDED = frozenset({Cause.CONTESTED, Cause.REFUSAL, Cause.SILENCE})
"""Causes for which the CNIL asks nothing more than the file (no answer, or one that displeases)."""


@dataclass(frozen=True)
class CnilFilePolicy:
    """Bounds of the file for the CNIL [P]: it is built in memory, in her visit."""

    most_bytes_of_files: int = 25 * MEGABYTE


POLICY = CnilFilePolicy()


def cause_of(
    state: ReferralState, clock: ClockReading, outcome: Outcome | None, today: date
) -> Cause:
    """What is true of one controller on a day (Paris); silence begins the day after the due date.

    An answer that was contested has met its time limit: no new one runs for the second look.
    """
    if is_contested(state, was_answered=clock.stopped_on is not None):
        return Cause.CONTESTED
    if state in {ReferralState.ANSWERED, ReferralState.CLOSED} and outcome is not None:
        return Cause.REFUSAL if outcome in REFUSING else Cause.ANSWERED
    if state in ENDED:
        return Cause.OVER
    left = days_left(clock, today)
    return Cause.SILENCE if left is not None and left < 0 else Cause.WAITING


def is_passed_on_to_cnil(right: Right, today: date, policy: OptOutPolicy = OPT_OUTS) -> bool:
    """Whether the hub itself transmits a complaint about this right to the CNIL (EHDS 81)."""
    return right is Right.SECONDARY_USE_OPT_OUT and policy.is_open(today)


class ComplaintState(StrEnum):
    """Where a complaint that the hub transmits stands, from its dates alone."""

    CLOSED = "closed"
    TO_TRANSMIT = "to_transmit"
    TRANSMITTED = "transmitted"


class ComplaintTooSoon(Conflict):
    """A step before the one that must come first: transmitted before closed."""

    code = "complaint_too_soon"


def complaint_state(transmitted_on: date | None, outcome_on: date | None) -> ComplaintState:
    """To transmit, then transmitted, then closed by its outcome."""
    if transmitted_on is None:
        return ComplaintState.TO_TRANSMIT
    return ComplaintState.TRANSMITTED if outcome_on is None else ComplaintState.CLOSED


def check_step_on(field: str, on: date, earliest_on: date, today: date) -> None:
    """Raises Invalid for a step dated before the one it follows, or after today."""
    if not earliest_on <= on <= today:
        raise Invalid(field=field, reason="out_of_range", least=earliest_on, most=today)
