"""What a person may ask next, given what was just decided."""

from hub.domain.ground_terms import InsteadKind
from hub.domain.grounds import GROUNDS
from hub.domain.outcomes import GRANTING, REFUSING, Outcome
from hub.domain.rights import Right

_ACCESS = frozenset({InsteadKind.ACCESS, InsteadKind.ACCESS_ELECTRONIC})


def follow_up(right: Right, outcome: Outcome, ground: str | None = None) -> Right | None:
    """The right that is open because of this decision, if there is one.

    Erasure after an objection that was upheld (GDPR 17(1)(c), unless 17(3) applies); access where
    the ground of a refused portability offers it instead (GDPR 20(3), 15(3)).
    """
    if right is Right.OBJECTION and outcome in GRANTING:
        return Right.ERASURE
    known = GROUNDS.get(ground or "")
    if (
        right is Right.PORTABILITY
        and outcome in REFUSING
        and known
        and _ACCESS & set(known.instead)
    ):
        return Right.ACCESS
    return None
