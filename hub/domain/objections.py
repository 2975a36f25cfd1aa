"""The list of objections kept for later: on which days one counts (GDPR 21; LIL 74).

An objection accepted for a database holds for every project that reuses it, whenever it begins.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

MOST_SOUGHT = 1000
"""How many persons may be looked for at once."""


def counts_on(decided_on: date, ended_on: date | None, on: date) -> bool:
    """Whether a line is on the list of a day: from its decision, until a corrected answer.

    The correction counts from its own day; the lists of earlier days never change.
    """
    return decided_on <= on and (ended_on is None or on < ended_on)


def reused_from(processing_id: UUID, reuses: Mapping[UUID, Iterable[UUID]]) -> frozenset[UUID]:
    """A processing and every base it reuses, at any depth: whose objections it must respect."""
    found: set[UUID] = set()
    waiting = [processing_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(reuses.get(one, ()))
    return frozenset(found)
