"""Who acts for a person, within what limits, and to whom the answer goes (RULES §5).

Pure: what is said of a representation comes in, what the law makes of it comes out. The documents
are never kept: the controller asks to see them, notes what it saw and destroys them (EDPB §79).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.domain.rights import Right


class Capacity(StrEnum):
    """In what capacity somebody acts (API values)."""

    AGENT = "agent"
    ASSOCIATION = "association"
    CURATOR = "curator"
    GUARDIAN = "guardian"
    HEIR = "heir"
    PARENT = "parent"


class AnswerTo(StrEnum):
    """To whom the answer goes."""

    PERSON = "person"
    REPRESENTATIVE = "representative"


class HeirPurpose(StrEnum):
    """The three purposes for which an heir may act (LIL 85 II)."""

    DEATH_NOTED = "death_noted"
    ESTATE = "estate"
    FAMILY_MEMORIES = "family_memories"


class Objection(StrEnum):
    """Why somebody may not act as she says."""

    CURATOR_ASSISTS = "curator_assists"
    MANDATE_EXPIRED = "mandate_expired"
    MANDATE_NOT_BEGUN = "mandate_not_begun"
    MANDATE_SILENT_ON_PROCESSING = "mandate_silent_on_processing"
    MANDATE_SILENT_ON_RIGHT = "mandate_silent_on_right"
    PERSON_IS_ADULT = "person_is_adult"
    PURPOSE_MISSING = "purpose_missing"


class Limit(StrEnum):
    """What may be said to whom, and what remains to be seen by the controller."""

    ANSWER_TO_PERSON = "answer_to_person"
    ANSWER_TO_REPRESENTATIVE = "answer_to_representative"
    EACH_PARENT_ACTS = "each_parent_acts"
    MANDATE_ENDED = "mandate_ended"
    MINOR_MAY_ACT_ALONE = "minor_may_act_alone"
    ONLY_PURPOSE = "only_purpose"
    PARENTS_KEPT_OUT = "parents_kept_out"
    SEE_HEIRSHIP = "see_heirship"
    SEE_JUDGMENT = "see_judgment"
    SEE_MANDATE = "see_mandate"
    SEE_PARENTAL_AUTHORITY = "see_parental_authority"
    TELL_NO_PARENT = "tell_no_parent"


MANDATE_GROUND = "ALL-MANDATE"
GROUNDS: Mapping[Objection, str] = {
    Objection.CURATOR_ASSISTS: "ALL-REP-AUTHORITY",
    Objection.MANDATE_EXPIRED: MANDATE_GROUND,
    Objection.MANDATE_NOT_BEGUN: MANDATE_GROUND,
    Objection.MANDATE_SILENT_ON_PROCESSING: MANDATE_GROUND,
    Objection.MANDATE_SILENT_ON_RIGHT: MANDATE_GROUND,
    Objection.PERSON_IS_ADULT: "ALL-REP-AUTHORITY",
    Objection.PURPOSE_MISSING: "ALL-DECEASED",
}
"""The ground of refusal behind each objection."""

UNDER_MANDATE = frozenset({Capacity.AGENT, Capacity.ASSOCIATION})
_TO_SEE = {
    Capacity.AGENT: Limit.SEE_MANDATE,
    Capacity.ASSOCIATION: Limit.SEE_MANDATE,
    Capacity.GUARDIAN: Limit.SEE_JUDGMENT,
    Capacity.HEIR: Limit.SEE_HEIRSHIP,
    Capacity.PARENT: Limit.SEE_PARENTAL_AUTHORITY,
}


@dataclass(frozen=True)
class RepresentationPolicy:
    """Ages of the law: from 15 a minor may keep parents out of health research (LIL 70) [M]."""

    acts_alone_from: int = 15
    adult_from: int = 18


POLICY = RepresentationPolicy()


@dataclass(frozen=True)
class Representation:
    """What is said of who acts. `rights` and `processings` are the object of a mandate; empty: all.

    `answer_to` is None where the mandate does not say it; `ended_on` is the day on which the person
    put an end to the mandate (Civil code 2004).
    """

    capacity: Capacity
    name: str = ""
    rights: tuple[Right, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    answer_to: AnswerTo | None = None
    purpose: HeirPurpose | None = None
    object: str = ""
    processings: tuple[UUID, ...] = ()
    ended_on: date | None = None

    def as_facts(self) -> dict[str, Any]:
        """A JSON object with what was said and nothing else."""
        facts = {
            "capacity": self.capacity.value,
            "name": self.name,
            "rights": [right.value for right in self.rights],
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "answer_to": self.answer_to.value if self.answer_to else None,
            "purpose": self.purpose.value if self.purpose else None,
            "object": self.object,
            "processings": [str(key) for key in self.processings],
            "ended_on": self.ended_on.isoformat() if self.ended_on else None,
        }
        return {name: value for name, value in facts.items() if value}


def representation_from(facts: Mapping[str, Any]) -> Representation | None:
    """The representation back from its JSON; None for what is none."""
    try:
        return Representation(
            Capacity(facts["capacity"]),
            str(facts.get("name") or ""),
            tuple(Right(one) for one in facts.get("rights") or ()),
            _day(facts.get("starts_on")),
            _day(facts.get("ends_on")),
            AnswerTo(facts["answer_to"]) if facts.get("answer_to") else None,
            HeirPurpose(facts["purpose"]) if facts.get("purpose") else None,
            str(facts.get("object") or ""),
            tuple(UUID(str(key)) for key in facts.get("processings") or ()),
            _day(facts.get("ended_on")),
        )
    except (KeyError, ValueError):
        return None


@dataclass(frozen=True)
class Standing:
    """What the law makes of a representation: None, or why it opens nothing; and its limits."""

    objection: Objection | None
    limits: tuple[Limit, ...]
    answer_to: AnswerTo

    @property
    def ground(self) -> str | None:
        """The ground of refusal, when there is an objection."""
        return GROUNDS[self.objection] if self.objection else None


def stand(
    said: Representation,
    right: Right,
    birth_date: date | None,
    today: date,
    policy: RepresentationPolicy = POLICY,
) -> Standing:
    """Whether somebody may act for a person, within what limits, and who is answered.

    A mandate that does not say who receives the answer leaves it to the person (décret 2019-536
    art. 77); a curator assists and does not represent; an heir acts for three purposes (LIL 85).
    """
    answer_to = who_is_answered(said)
    if said.ended_on:
        return Standing(None, (Limit.MANDATE_ENDED, Limit.ANSWER_TO_PERSON), answer_to)
    limits = [_TO_SEE[said.capacity]] if said.capacity in _TO_SEE else []
    if said.capacity is Capacity.PARENT:
        limits.append(Limit.EACH_PARENT_ACTS)
        if _age(birth_date, today) >= policy.acts_alone_from:
            limits.append(Limit.MINOR_MAY_ACT_ALONE)
    if said.capacity is Capacity.HEIR:
        limits.append(Limit.ONLY_PURPOSE)
    to_person = answer_to is AnswerTo.PERSON
    limits.append(Limit.ANSWER_TO_PERSON if to_person else Limit.ANSWER_TO_REPRESENTATIVE)
    return Standing(_objection(said, right, birth_date, today, policy), tuple(limits), answer_to)


def keeps_parents_out(birth_date: date | None, today: date, *, asked: bool) -> bool:
    """Whether parents are told nothing: a minor of 15 or more who acts alone asked so (LIL 70)."""
    age = _age(birth_date, today)
    return asked and POLICY.acts_alone_from <= age < POLICY.adult_from


def left_out(said: Representation, processings: Iterable[UUID]) -> tuple[UUID, ...]:
    """Which of these processings the mandate does not cover: about them it opens nothing."""
    if said.capacity not in UNDER_MANDATE or not said.processings:
        return ()
    return tuple(key for key in processings if key not in said.processings)


def is_told(said: Representation, birth_date: date | None, today: date) -> bool:
    """Whether the person represented is told of what is filed in her name.

    Not the dead, nor a child below the age at which she may act alone (LIL 70): her parents are
    the ones who would read it.
    """
    if said.capacity is Capacity.HEIR:
        return False
    return said.capacity is not Capacity.PARENT or _age(birth_date, today) >= POLICY.acts_alone_from


def address_of_person(facts: Mapping[str, Any], *, is_filers: bool) -> str | None:
    """The e-mail address of the person herself, among the facts of a represented filing.

    `is_filers`: the filing's address is that of who filed, as on the site, where she confirms it.
    """
    own = facts.get("own_email") or (None if is_filers else facts.get("email"))
    return str(own) if own else None


def postal_address_of_person(facts: Mapping[str, Any], *, is_filers: bool) -> str:
    """The postal address of the person herself, by the same rule; empty where none is known."""
    own = facts.get("own_postal_address")
    return str(own or ("" if is_filers else facts.get("postal_address")) or "")


def leaves_answer_to_person(said: Representation) -> bool:
    """Whether a mandate gives the answer to the person, as a silent one does (décret 2019-536
    art. 77): whoever acts under it may not hold the secret code that opens the answer.
    """
    return said.capacity in UNDER_MANDATE and who_is_answered(said) is AnswerTo.PERSON


def who_is_answered(said: Representation) -> AnswerTo:
    """To whom the answer goes: a mandate that is silent or ended leaves it to the person."""
    if said.ended_on:
        return AnswerTo.PERSON
    if said.capacity in UNDER_MANDATE:
        return said.answer_to or AnswerTo.PERSON
    return AnswerTo.PERSON if said.capacity is Capacity.CURATOR else AnswerTo.REPRESENTATIVE


def _objection(
    said: Representation,
    right: Right,
    birth_date: date | None,
    today: date,
    policy: RepresentationPolicy,
) -> Objection | None:
    if said.capacity is Capacity.CURATOR:
        return Objection.CURATOR_ASSISTS
    if said.capacity is Capacity.HEIR:
        return None if said.purpose else Objection.PURPOSE_MISSING
    if said.capacity is Capacity.PARENT:
        is_adult = birth_date is not None and _age(birth_date, today) >= policy.adult_from
        return Objection.PERSON_IS_ADULT if is_adult else None
    return _objection_to_mandate(said, right, today)


def _objection_to_mandate(said: Representation, right: Right, today: date) -> Objection | None:
    if said.capacity not in UNDER_MANDATE:
        return None
    if said.ends_on and said.ends_on < today:
        return Objection.MANDATE_EXPIRED
    if said.starts_on and said.starts_on > today:
        return Objection.MANDATE_NOT_BEGUN
    if said.rights and right not in said.rights:
        return Objection.MANDATE_SILENT_ON_RIGHT
    return None


def _age(birth_date: date | None, today: date) -> int:
    """Whole years; 0 when the birth date is not known."""
    if birth_date is None:
        return 0
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday)


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None
