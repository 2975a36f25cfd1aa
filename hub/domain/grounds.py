"""Grounds for refusing a right: which may be offered, and what a refusal must say (GDPR 12(4))."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hub.domain.ground_table import ROWS
from hub.domain.ground_terms import (
    LIL_74_CONTEXTS,
    REFUSABLE,
    RESEARCH_CONTEXTS,
    Burden,
    Confidence,
    EvidenceKind,
    Ground,
    GroundKind,
    InsteadKind,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import NEVER_REFUSED, Right
from hub.errors import Invalid

__all__ = [
    "GROUNDS",
    "LIL_74_CONTEXTS",
    "REFUSABLE",
    "RESEARCH_CONTEXTS",
    "Burden",
    "Confidence",
    "EvidenceKind",
    "EvidenceMissing",
    "Ground",
    "GroundKind",
    "GroundMissing",
    "GroundNotApplicable",
    "InsteadKind",
    "ReasonsMissing",
    "RightNeverRefused",
    "check_ground",
    "grounds_for",
    "says_something",
]

Purposes = Iterable[tuple[LegalBasis, Context]]

GROUNDS: Mapping[str, Ground] = MappingProxyType({ground.code: ground for ground in ROWS})
"""Every ground by its code (codes are stored and shown by the API: never rename)."""


class GroundMissing(Invalid):
    """A refusal names no ground, or one that does not exist (GDPR 12(4))."""

    code = "ground_missing"


class GroundNotApplicable(Invalid):
    """The ground exists but not for this right, this legal basis or this context."""

    code = "ground_not_applicable"


class ReasonsMissing(Invalid):
    """A refusal owes its reasons in law and in fact (GDPR 12(4); CRPA L211-5)."""

    code = "reasons_missing"


class EvidenceMissing(Invalid):
    """The ground owes evidence: the burden of proof is the controller's (GDPR 12(5), 21(1))."""

    code = "evidence_missing"


class RightNeverRefused(Invalid):
    """This right cannot be refused at all (GDPR 7(3), 21(2)-(3); EHDS 71(1))."""

    code = "right_never_refused"


def grounds_for(right: Right, purposes: Purposes = ()) -> tuple[Ground, ...]:
    """The grounds that may be offered for a right; none for a right that is never refused.

    With the purposes of a processing, only grounds that can hold for at least one of them;
    without, all those of the right. "Not the controller" and "no data" are answers, not refusals.
    """
    if right in NEVER_REFUSED:
        return ()
    known = tuple(purposes)
    return tuple(
        ground
        for ground in GROUNDS.values()
        if ground.kind is GroundKind.REFUSAL and right in ground.rights and _reaches(ground, known)
    )


def check_ground(
    code: str | None, right: Right, *, reasons: str, evidence: str, purposes: Purposes = ()
) -> Ground:
    """The ground of a refusal, once it is sure that the refusal may be made and is reasoned.

    Raises RightNeverRefused, GroundMissing, GroundNotApplicable, ReasonsMissing or
    EvidenceMissing, each with `facts["field"]` (GDPR 12(4), 12(5); CRPA L211-5).
    """
    if right in NEVER_REFUSED:
        raise RightNeverRefused(field="outcome", right=right.value)
    ground = GROUNDS.get(code.strip()) if code else None
    if ground is None:
        raise GroundMissing(field="ground", ground=code)
    if ground.kind is GroundKind.NEVER_REFUSED:
        raise RightNeverRefused(field="ground", ground=ground.code, right=right.value)
    if ground not in grounds_for(right, purposes):
        raise GroundNotApplicable(field="ground", ground=ground.code, right=right.value)
    if not says_something(reasons):
        raise ReasonsMissing(field="reasons", ground=ground.code)
    if ground.evidence is not None and not says_something(evidence):
        raise EvidenceMissing(field="evidence", ground=ground.code, evidence=ground.evidence.value)
    return ground


def _reaches(ground: Ground, purposes: tuple[tuple[LegalBasis, Context], ...]) -> bool:
    return not purposes or any(ground.reaches(basis, context) for basis, context in purposes)


def says_something(text: str) -> bool:
    """Whether a text holds a word at least."""
    # A full stop or a dash typed to pass the form is no reason.
    return any(character.isalnum() for character in text)
