"""How surely a person must be known before an answer opens to her (RULES §4.1, GDPR 32).

An answer that holds data needs the level its controller set; the answer to a mere objection, a
refusal or "no data held" may rest on the secret of the receipt. It is a choice of the hub [P].
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import highest
from hub.domain.outcomes import GRANTING, Outcome
from hub.domain.rights import Right

TELLS_DATA = frozenset({Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION})
"""Rights whose favourable answer states data of the person, be it in the letter alone."""


@dataclass(frozen=True)
class DecidedItem:
    """One processing of an answer: what was decided, and the level its controller set."""

    outcome: Outcome
    level: IdentityLevel


def level_needed(right: Right, decided: Iterable[DecidedItem], *, has_files: bool) -> IdentityLevel:
    """The level that opens an answer: the highest of the processings whose data it may hold.

    A file may hold data of any of them, whatever was decided.
    """
    return highest(
        one.level
        for one in decided
        if has_files or (right in TELLS_DATA and one.outcome in GRANTING)
    )


def level_announced(right: Right, levels: Iterable[IdentityLevel]) -> IdentityLevel:
    """The level to announce before anything is decided: what a favourable answer will need."""
    return highest(levels) if right in TELLS_DATA else IdentityLevel.L0
