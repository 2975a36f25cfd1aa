"""Who receives the data, by name (CJEU C-154/21): whether the register of a processing is whole."""

from enum import StrEnum

LONGEST_NAME = 300
LONGEST_CATEGORY = 120


class Completeness(StrEnum):
    """What the register holds of one processing."""

    LACKING = "lacking"
    NAMED = "named"
    NONE = "none"


def completeness(named: int, *, says_none: bool) -> Completeness:
    """Named recipients, or the word of its controller that there is none; else it is lacking.

    A name beside "none" wins: somebody does receive the data.
    """
    if named:
        return Completeness.NAMED
    return Completeness.NONE if says_none else Completeness.LACKING
