"""Which right can be used under which legal basis, in which context: the table, asked.

The key of the law is (processing, purpose): one purpose has one basis and one context.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hub.domain.applicability import (
    Applicability,
    Circumstance,
    Override,
    OverrideNotUnderstood,
    ReasonCode,
    Status,
    read_override,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right
from hub.domain.rights_table import IN_CONTEXT, ON_ANY_BASIS, ON_BASIS, SECONDARY_USE_FROM_ON

__all__ = [
    "MATRIX_VERSION",
    "SECONDARY_USE_FROM_ON",
    "SNDS_CONTEXTS",
    "Applicability",
    "Circumstance",
    "Override",
    "OverrideNotUnderstood",
    "ReasonCode",
    "SndsObjection",
    "Status",
    "applicability",
    "best_applicability",
    "read_override",
    "split_objection_to_snds",
]

MATRIX_VERSION = "fr-2026.1"
"""Kept with each decision, so that it can be read again under the table of its day."""

SNDS_CONTEXTS = frozenset(
    {
        Context.SNDS_CATALOGUE,
        Context.SNDS_MAIN,
        Context.SNDS_PERMANENT_ACCESS,
        Context.SNDS_PROJECT,
    }
)

_NEEDING_IDENTIFICATION = frozenset(
    {
        Right.ACCESS,
        Right.ERASURE,
        Right.PORTABILITY,
        Right.RECTIFICATION,
        Right.RESTRICTION,
    }
)
_FROM_CLOSED_TO_OPEN = (Status.NO, Status.CONDITIONAL, Status.YES)
_OBJECTION_UPHELD = Applicability(
    Status.YES, ReasonCode.OBJECTION_UPHELD, ("GDPR 17(1)(c)", "GDPR 17(3)")
)

Purpose = tuple[LegalBasis, Context]
T = TypeVar("T")


def applicability(
    right: Right,
    basis: LegalBasis,
    context: Context = Context.NONE,
    override: Override | None = None,
    circumstances: frozenset[Circumstance] = frozenset(),
) -> Applicability:
    """Whether a right can be used for a purpose, why, and what to use instead.

    What is true of the data or the person comes first, then the processing's own act, then the
    context, then the legal basis (GDPR 7, 11, 15-21; LIL 56, 74, 78, 84; CSP R1461-9; EHDS 71).
    """
    in_force = _by_circumstance(right, circumstances) or _by_act(right, override)
    return (
        in_force or _after_objection(right, context, circumstances) or _row(right, basis, context)
    )


def best_applicability(
    right: Right, purposes: Iterable[Purpose], override: Override | None = None
) -> Applicability:
    """What a right gives for a whole processing: the most open answer among its purposes.

    A processing whose purposes are unknown is conditional: nobody is turned away unread.
    """
    rows = [applicability(right, basis, context, override) for basis, context in purposes]
    if not rows:
        return Applicability(Status.CONDITIONAL, ReasonCode.PURPOSES_UNKNOWN, ())
    return max(rows, key=lambda row: _FROM_CLOSED_TO_OPEN.index(row.status))


@dataclass(frozen=True)
class SndsObjection(Generic[T]):
    """An objection to "the SNDS", told apart: what is registered, what the person is told of.

    A processing with both kinds of purposes is in both; one outside the SNDS in `elsewhere`.
    """

    registered: tuple[T, ...]
    told_unavailable: tuple[tuple[T, Applicability], ...]
    elsewhere: tuple[T, ...]


def split_objection_to_snds(
    processings: Mapping[T, Iterable[Purpose]], overrides: Mapping[T, Override] | None = None
) -> SndsObjection[T]:
    """Tell apart an objection to the whole SNDS (CSP R1461-9 II).

    Projects and catalogue databases: registered and routed. Main database (1°) and permanent
    access (2°): the person is told that the law leaves no objection there.
    """
    registered: list[T] = []
    unavailable: list[tuple[T, Applicability]] = []
    elsewhere: list[T] = []
    for key, purposes in processings.items():
        override = (overrides or {}).get(key)
        rows = [
            applicability(Right.OBJECTION, basis, context, override)
            for basis, context in purposes
            if context in SNDS_CONTEXTS
        ]
        if not rows:
            elsewhere.append(key)
        if any(row.status is not Status.NO for row in rows):
            registered.append(key)
        closed = dict.fromkeys(row for row in rows if row.status is Status.NO)
        unavailable.extend((key, row) for row in closed)
    return SndsObjection(tuple(registered), tuple(unavailable), tuple(elsewhere))


def _by_circumstance(right: Right, circumstances: frozenset[Circumstance]) -> Applicability | None:
    if Circumstance.ANONYMOUS_DATA in circumstances:
        return Applicability(Status.NO, ReasonCode.ANONYMOUS_DATA, ("GDPR recital 26",))
    if Circumstance.PERSON_DECEASED in circumstances:
        return Applicability(Status.NO, ReasonCode.PERSON_DECEASED, ("LIL 84", "LIL 85"))
    if Circumstance.CANNOT_IDENTIFY in circumstances and right in _NEEDING_IDENTIFICATION:
        return Applicability(
            Status.NO,
            ReasonCode.CANNOT_IDENTIFY,
            ("GDPR 11(2)", "GDPR 12(2)"),
            instead=Right.OBJECTION,
        )
    return None


def _by_act(right: Right, override: Override | None) -> Applicability | None:
    if right is not Right.OBJECTION or override is None or not override.objection_excluded_by:
        return None
    return Applicability(
        Status.NO,
        ReasonCode.EXCLUDED_BY_ACT,
        ("LIL 56", "GDPR 23"),
        instead=Right.ACCESS,
        act=override.objection_excluded_by,
    )


def _after_objection(
    right: Right, context: Context, circumstances: frozenset[Circumstance]
) -> Applicability | None:
    if right is not Right.ERASURE or Circumstance.OBJECTION_UPHELD not in circumstances:
        return None
    # Research, and registers kept by law, may still hold 17(3)(b) and (d) against the erasure.
    row = IN_CONTEXT.get(context, {}).get(right)
    held = {ReasonCode.RESEARCH_ERASURE, ReasonCode.REGISTER_KEEPS, ReasonCode.MEDICAL_FILE_KEPT}
    return None if row is not None and row.reason in held else _OBJECTION_UPHELD


def _row(right: Right, basis: LegalBasis, context: Context) -> Applicability:
    row = _written(right, basis, context)
    if row.status is not Status.NO or row.instead is None or row.instead_in is not None:
        return row
    # What the basis proposes instead may be closed by the context; access never is.
    closed_too = _written(row.instead, basis, context).status is Status.NO
    return replace(row, instead=Right.ACCESS) if closed_too else row


def _written(right: Right, basis: LegalBasis, context: Context) -> Applicability:
    in_context = IN_CONTEXT.get(context, {}).get(right)
    return in_context or ON_ANY_BASIS.get(right) or ON_BASIS[basis][right]
