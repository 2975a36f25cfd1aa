"""Your rights: what each gives, where it does not apply and what to use instead, from the table."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from hub.domain.applicability import Applicability, Status
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right
from hub.domain.rights_matrix import (
    applicability,
    split_objection_to_snds,
)
from hub.domain.working_days import local_date
from hub.web.access import anyone
from hub.web.law_words import (
    ApplicabilityWords,
    RightWords,
    applicability_words,
    context_words,
    right_words,
)
from hub.web.public.pages import DIRECTORY, FILING
from hub.web.work import ports

bp = Blueprint("rights", __name__)

SHOWN_RIGHTS = (
    Right.ACCESS,
    Right.OBJECTION,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.CONSENT_WITHDRAWAL,
    Right.RESTRICTION,
    Right.PORTABILITY,
)
PUBLIC = LegalBasis.PUBLIC_TASK
HOLDERS: tuple[tuple[LegalBasis, Context], ...] = (
    (PUBLIC, Context.PATIENT_RECORD),
    (PUBLIC, Context.HEALTH_WAREHOUSE),
    (PUBLIC, Context.HEALTH_RESEARCH),
    (PUBLIC, Context.RESEARCH_WITH_CONSENT),
    (PUBLIC, Context.SNDS_MAIN),
    (PUBLIC, Context.SNDS_PROJECT),
    (PUBLIC, Context.SNDS_PERMANENT_ACCESS),
    (PUBLIC, Context.CANCER_REGISTER),
    (PUBLIC, Context.BNDMR),
    (LegalBasis.CONSENT, Context.NONE),
    (LegalBasis.CONTRACT, Context.NONE),
    (LegalBasis.LEGITIMATE_INTERESTS, Context.NONE),
)
"""Kinds of holders as people meet them, each by the purpose it usually has."""

_HOLDERS_WITHOUT_CONTEXT = {
    LegalBasis.CONSENT: (
        _l("Service you agreed to"),
        _l("For example an application or a newsletter about health."),
    ),
    LegalBasis.CONTRACT: (
        _l("Service you signed a contract with"),
        _l("For example a complementary health insurance."),
    ),
    LegalBasis.LEGITIMATE_INTERESTS: (
        _l("Company that relies on its own interest"),
        _l("For example to improve its services or to send advertising."),
    ),
}
_ORDER = {Status.YES: 0, Status.CONDITIONAL: 1, Status.NO: 2}


@dataclass(frozen=True, slots=True)
class Group:
    """Holders for which a right gives the same answer for the same reason."""

    words: ApplicabilityWords
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightSection:
    """A right on the page: its words, and what it gives, from the most open to the closed."""

    value: str
    words: RightWords
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class HolderSection:
    """A kind of holder: its name, what it is, and each right with its answer."""

    name: str
    explanation: str
    rights: tuple[tuple[RightWords, ApplicabilityWords], ...]


@dataclass(frozen=True, slots=True)
class SndsPart:
    """A part of the SNDS, and what becomes of an objection to "the SNDS" there."""

    name: str
    explanation: str
    words: ApplicabilityWords


@bp.get("/mes-droits")
@anyone
def index() -> str:
    """Each right in plain words, the three refusals that differ, the SNDS and the delays."""
    policy = ports().policies.opt_outs
    return render_template(
        "public/rights/index.html",
        rights=[_right_section(right) for right in SHOWN_RIGHTS],
        holders=[_holder_section(basis, context) for basis, context in HOLDERS],
        snds=_snds_parts(),
        opt_out_on=policy.from_on,
        opt_out_is_open=policy.is_open(local_date(ports().clock.now())),
        filing=FILING,
        directory=DIRECTORY,
    )


def _right_section(right: Right) -> RightSection:
    holders_by_row: dict[Applicability, list[str]] = {}
    for basis, context in HOLDERS:
        found = applicability(right, basis, context)
        # One answer said once: its articles and confidence may differ from holder to holder.
        same = next(
            (row for row in holders_by_row if _reads_alike(row, found)),
            found,
        )
        holders_by_row.setdefault(same, []).append(_holder_name(basis, context))
    rows = sorted(holders_by_row.items(), key=lambda row: _ORDER[row[0].status])
    groups = tuple(Group(applicability_words(row), tuple(names)) for row, names in rows)
    return RightSection(right.value, right_words(right), groups)


def _reads_alike(one: Applicability, other: Applicability) -> bool:
    return (one.status, one.reason, one.instead) == (other.status, other.reason, other.instead)


def _holder_section(basis: LegalBasis, context: Context) -> HolderSection:
    answers = tuple(
        (right_words(right), applicability_words(applicability(right, basis, context)))
        for right in SHOWN_RIGHTS
    )
    return HolderSection(_holder_name(basis, context), _holder_explanation(basis, context), answers)


def _holder_name(basis: LegalBasis, context: Context) -> str:
    if context is Context.NONE:
        return str(_HOLDERS_WITHOUT_CONTEXT[basis][0])
    return context_words(context).name


def _holder_explanation(basis: LegalBasis, context: Context) -> str:
    if context is Context.NONE:
        return str(_HOLDERS_WITHOUT_CONTEXT[basis][1])
    return context_words(context).explanation


def _snds_parts() -> list[SndsPart]:
    contexts = (
        Context.SNDS_PROJECT,
        Context.SNDS_CATALOGUE,
        Context.SNDS_MAIN,
        Context.SNDS_PERMANENT_ACCESS,
    )
    split = split_objection_to_snds({context: [(PUBLIC, context)] for context in contexts})
    open_rows = [
        (context, applicability(Right.OBJECTION, PUBLIC, context)) for context in split.registered
    ]
    return [
        SndsPart(
            context_words(context).name,
            context_words(context).explanation,
            applicability_words(row),
        )
        for context, row in (*open_rows, *split.told_unavailable)
    ]
