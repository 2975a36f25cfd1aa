"""What a controller may answer, item by item."""

from enum import StrEnum


class Outcome(StrEnum):
    """Outcome of one item; an answer's own outcome is derived from its items'."""

    ALREADY_SATISFIED = "already_satisfied"
    CANNOT_IDENTIFY = "cannot_identify"
    GRANTED = "granted"
    NO_DATA_HELD = "no_data_held"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    TRANSFERRED = "transferred"


GRANTING = frozenset({Outcome.GRANTED, Outcome.PARTLY_GRANTED})
REFUSING = frozenset({Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.CANNOT_IDENTIFY})
"""Outcomes that owe reasons in law and in fact (GDPR 12(4)); "no data held" is no refusal."""


# Of items that refuse nothing, the whole says the one that tells the person most.
_UNREFUSED = (
    Outcome.GRANTED,
    Outcome.ALREADY_SATISFIED,
    Outcome.TRANSFERRED,
    Outcome.NO_DATA_HELD,
)


def outcome_of(items: list[Outcome]) -> Outcome:
    """The outcome of a whole answer: the one all items share, else what they come to.

    It refuses, in part or in all, only where one of its items does (GDPR 12(4)). Raises ValueError
    for an answer without items.
    """
    if not items:
        raise ValueError("an answer has at least one item")
    kinds = set(items)
    if len(kinds) == 1:
        return items[0]
    if not kinds & REFUSING:
        return next(outcome for outcome in _UNREFUSED if outcome in kinds)
    return Outcome.PARTLY_GRANTED if kinds & GRANTING else Outcome.REFUSED
