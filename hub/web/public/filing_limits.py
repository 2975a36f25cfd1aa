"""Where the right a person has chosen does not apply to a holder she has chosen."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.domain.applicability import Status
from hub.domain.rights import Right
from hub.domain.rights_matrix import best_applicability, read_override
from hub.queries.directory_rows import ProcessingRow
from hub.web.law_words import applicability_words
from hub.web.locale import current_language


@dataclass(frozen=True)
class Limit:
    """One holder where the right does not apply, why, and what to use instead."""

    row: ProcessingRow
    title: str
    reason: str
    articles: str
    instead: str
    instead_right: str | None


def limits_of(right: Right, rows: Iterable[ProcessingRow]) -> list[Limit]:
    """The holders of these rows where the table of rights says no."""
    return [limit for row in rows if (limit := _limit(right, row)) is not None]


def _limit(right: Right, row: ProcessingRow) -> Limit | None:
    purposes = [(purpose.legal_basis, purpose.context) for purpose in row.purposes]
    found = best_applicability(right, purposes, read_override(row.overrides))
    if found.status is not Status.NO:
        return None
    words = applicability_words(found)
    instead = found.instead if found.instead_in is None else None
    return Limit(
        row,
        row.title_in(current_language()),
        words.reason,
        words.articles,
        words.instead,
        instead.value if instead else None,
    )
