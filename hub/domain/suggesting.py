"""From what a person says to the processings that may concern her, each with its "why perhaps"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.domain.directory import fold

NEAR_ENOUGH = 0.85
SHORTEST_WORD = 4
MOST_REUSERS = 12
_EMPTY_WORDS = {
    "a", "an", "and", "au", "aux", "avec", "centre", "chez", "d", "dans", "de", "des", "du",
    "en", "et", "for", "hopital", "hospital", "in", "l", "la", "le", "les", "maladie",
    "disease", "of", "ou", "par", "pour", "sur", "the", "un", "une",
}  # fmt: skip


class ReasonKind(StrEnum):
    """Why a processing may concern a person (stored in traces: never rename)."""

    ILLNESS_REGISTERED = "illness_registered"
    INSURED_IN_FRANCE = "insured_in_france"
    MAY_BE_THE_STUDY = "may_be_the_study"
    REUSES = "reuses"
    STUDY_NAMED = "study_named"
    TREATED_THERE = "treated_there"
    YEARS_OVERLAP = "years_overlap"


@dataclass(frozen=True, slots=True)
class Reason:
    """One "why perhaps", with the word, place or title it rests on."""

    kind: ReasonKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The answers to the five questions, each optional; never stored."""

    hospitals: str = ""
    year_from: int | None = None
    year_to: int | None = None
    joined_study: bool | None = None
    study: str = ""
    illness: str = ""
    insured_in_france: bool | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A processing that might be suggested; `cues` as kept in the directory."""

    id: UUID
    title: str
    cues: Mapping[str, Any] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    reused_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A processing worth showing, why, and how strongly (heavier first)."""

    processing_id: UUID
    reasons: tuple[Reason, ...]
    weight: int


_WEIGHTS = {
    ReasonKind.STUDY_NAMED: 60,
    ReasonKind.TREATED_THERE: 50,
    ReasonKind.ILLNESS_REGISTERED: 40,
    ReasonKind.INSURED_IN_FRANCE: 30,
    ReasonKind.YEARS_OVERLAP: 10,
    ReasonKind.MAY_BE_THE_STUDY: 5,
    ReasonKind.REUSES: 1,
}


def suggest(facts: Facts, candidates: Iterable[Candidate]) -> tuple[Suggestion, ...]:
    """The processings that may hold the person's data, heaviest first.

    A base whose period is known and misses the years given by more than one year is left out;
    projects that reuse a suggested base follow, at most MOST_REUSERS of them.
    """
    pool = list(candidates)
    found = [one for candidate in pool if (one := _suggestion(facts, candidate))]
    titles = {candidate.id: candidate.title for candidate in pool}
    known = {suggestion.processing_id for suggestion in found}
    reusers = []
    for candidate in pool:
        reused = [one for one in candidate.reused_ids if one in known]
        if candidate.id not in known and reused and not _misses_years(facts, candidate):
            reasons = tuple(Reason(ReasonKind.REUSES, titles[one]) for one in reused)
            reusers.append(Suggestion(candidate.id, reasons, _weight(reasons)))

    def heaviest(suggestion: Suggestion) -> tuple[int, str]:
        return -suggestion.weight, fold(titles[suggestion.processing_id])

    return tuple(sorted(found, key=heaviest) + sorted(reusers, key=heaviest)[:MOST_REUSERS])


def _suggestion(facts: Facts, candidate: Candidate) -> Suggestion | None:
    cues = candidate.cues
    reasons: list[Reason] = []
    if place := _named_in(facts.hospitals, cues.get("hospitals")):
        reasons.append(Reason(ReasonKind.TREATED_THERE, place))
    reasons += _study_reasons(facts, cues.get("study"))
    if word := _named_in(facts.illness, cues.get("illnesses")):
        reasons.append(Reason(ReasonKind.ILLNESS_REGISTERED, word))
    if facts.insured_in_france and cues.get("insured_in_france"):
        reasons.append(Reason(ReasonKind.INSURED_IN_FRANCE))
    if not reasons or _misses_years(facts, candidate):
        return None
    if _shares_years(facts, candidate):
        reasons.append(Reason(ReasonKind.YEARS_OVERLAP, _period(candidate)))
    return Suggestion(candidate.id, tuple(reasons), _weight(reasons))


def _weight(reasons: Iterable[Reason]) -> int:
    return sum(_WEIGHTS[reason.kind] for reason in reasons)


def _study_reasons(facts: Facts, cue: Any) -> list[Reason]:
    """A study she named; or, when she joined one without naming it, any that enrols people."""
    if not cue or facts.joined_study is False:
        return []
    if facts.study.strip():
        named = _named_in(facts.study, cue if isinstance(cue, list) else [])
        return [Reason(ReasonKind.STUDY_NAMED, named)] if named else []
    return [Reason(ReasonKind.MAY_BE_THE_STUDY)] if facts.joined_study else []


def _named_in(text: str, cues: Any) -> str:
    """What names the first cue that a text names, give or take a plural or a slip of the keyboard.

    In her own words where they stand together: a cue is written for searching, not for reading.
    """
    typed = text.split()
    words = [(word, at) for at, piece in enumerate(typed) for word in fold(piece).split()]
    words = [(word, at) for word, at in words if word not in _EMPTY_WORDS]
    for cue in cues or ():
        wanted = [word for word in fold(str(cue)).split() if word not in _EMPTY_WORDS]
        places = [next((at for word, at in words if _alike(one, word)), None) for one in wanted]
        if wanted and None not in places:
            return _as_typed(typed, [at for at in places if at is not None]) or str(cue)
    return ""


def _as_typed(typed: list[str], places: list[int]) -> str:
    """The words of the person from the first place to the last; none if others stand between."""
    between = range(min(places), max(places) + 1)
    others = [typed[at] for at in between if at not in places]
    if any(fold(one) not in _EMPTY_WORDS for one in others):
        return ""
    return " ".join(typed[at] for at in between).strip(" ,.;:")


def _alike(wanted: str, word: str) -> bool:
    if wanted == word or wanted.rstrip("sx") == word.rstrip("sx"):
        return True
    if min(len(wanted), len(word)) <= SHORTEST_WORD:
        return False
    return SequenceMatcher(None, wanted, word).ratio() >= NEAR_ENOUGH


def _misses_years(facts: Facts, candidate: Candidate) -> bool:
    first, last = _years(facts)
    too_late = candidate.year_from and last and candidate.year_from > last + 1
    too_early = candidate.year_to and first and candidate.year_to < first - 1
    return bool(too_late or too_early)


def _shares_years(facts: Facts, candidate: Candidate) -> bool:
    first, last = _years(facts)
    known = candidate.year_from or candidate.year_to
    return bool(known and first and last and not _misses_years(facts, candidate))


def _years(facts: Facts) -> tuple[int | None, int | None]:
    first = facts.year_from or facts.year_to
    last = facts.year_to or facts.year_from
    return (last, first) if first and last and first > last else (first, last)


def _period(candidate: Candidate) -> str:
    return f"{candidate.year_from or ''}-{candidate.year_to or ''}"
