"""What proves who a person is: by which means, how surely, and whether it is she who was named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hub.domain.directory import IdentityLevel, fold


class ProofMeans(StrEnum):
    """How an identity was proven (RULES §4.1)."""

    CONTROLLER = "controller"
    FRANCECONNECT = "franceconnect"
    FRANCECONNECT_PLUS = "franceconnect_plus"
    LETTER = "letter"


class KnownBy(StrEnum):
    """How a controller made sure that it knows a person (values are stored); never by a copy."""

    AT_THE_DESK = "at_the_desk"
    CALLED_BACK = "called_back"
    KNOWN_NUMBER = "known_number"
    OTHER = "other"
    OWN_ACCOUNT = "own_account"


class AskedWay(StrEnum):
    """What a person asks of a controller that knows her (values are stored)."""

    CONFIRMATION = "confirmation"
    LETTER = "letter"


class IdentityMatch(StrEnum):
    """Whether who proved her identity is the person named in the filing (values are stored)."""

    CANNOT_TELL = "cannot_tell"
    DIFFERS = "differs"
    SAME = "same"


LEVEL_OF: dict[ProofMeans, IdentityLevel] = {
    ProofMeans.CONTROLLER: IdentityLevel.L2,
    ProofMeans.FRANCECONNECT: IdentityLevel.L1,
    ProofMeans.FRANCECONNECT_PLUS: IdentityLevel.L2,
    ProofMeans.LETTER: IdentityLevel.L3,
}


@dataclass(frozen=True)
class ProofPolicy:
    """Whether answers with data need a proof, and how long one is good [P].

    `asked` (0 or 1): with 0 the secret of the receipt opens everything, as in a demonstration.
    `visit_minutes`: a proof given in a visit; `controller_days`: one given through a controller.
    A letter's code is good for `letter_days`, and spent after `letter_tries` wrong ones.
    """

    asked: int = 1
    visit_minutes: int = 60
    controller_days: int = 90
    letter_days: int = 30
    letter_tries: int = 5

    def lasts(self, means: ProofMeans) -> timedelta:
        """How long a proof by this means is good."""
        if means in THROUGH_CONTROLLER:
            return timedelta(days=self.controller_days)
        return timedelta(minutes=self.visit_minutes)


THROUGH_CONTROLLER = frozenset({ProofMeans.CONTROLLER, ProofMeans.LETTER})
"""Means that serve one referral: the controller that knows the person vouches for her there."""


@dataclass(frozen=True)
class CivilIdentity:
    """The pivot identity of FranceConnect; places are codes of INSEE, "" for a birth abroad."""

    given_names: tuple[str, ...]
    family_name: str
    birth_date: date
    sex: str
    """"female" or "male"."""
    birthplace_code: str
    birth_country_code: str


@dataclass(frozen=True)
class NamedIdentity:
    """The person as a filing names her; of who acts for another only a name is known.

    `family_names`: the name used and the name of birth, where both were given.
    """

    given_names: str = ""
    family_names: tuple[str, ...] = ()
    birth_date: date | None = None
    whole_name: str = ""
    """First and last name in one, for who acts for another."""


@dataclass(frozen=True)
class ProvenIdentity:
    """One proof: its means, the subject as the provider names it, and when it was given (UTC)."""

    means: ProofMeans
    subject: str
    proven_at: datetime
    civil: CivilIdentity | None = None
    email: str | None = None

    @property
    def level(self) -> IdentityLevel:
        """How sure this proof makes us."""
        return LEVEL_OF[self.means]


def compare(civil: CivilIdentity, named: NamedIdentity) -> IdentityMatch:
    """Whether a civil identity is the person a filing names.

    The name of birth may not be the one she filed under: with the same birth date and first name,
    another family name leaves it open. Without a birth date nobody is surely herself, save who acts
    for another, of whom the name alone was asked.
    """
    if named.whole_name:
        words = set(fold(named.whole_name).split())
        surname = set(fold(civil.family_name).split())
        if surname and surname <= words and _first_names(civil.given_names) & words:
            return IdentityMatch.SAME
        return IdentityMatch.DIFFERS
    first = bool(_first_names(civil.given_names) & _first_names([named.given_names]))
    last = fold(civil.family_name) in {fold(name) for name in named.family_names}
    if named.birth_date is None:
        return IdentityMatch.CANNOT_TELL if first and last else IdentityMatch.DIFFERS
    if civil.birth_date != named.birth_date or not (first or last):
        return IdentityMatch.DIFFERS
    return IdentityMatch.SAME if first and last else IdentityMatch.CANNOT_TELL


def highest(levels: Iterable[IdentityLevel]) -> IdentityLevel:
    """The surest of some levels; L0, the secret of the receipt, where there is none."""
    return max(levels, default=IdentityLevel.L0)


def _first_names(given: Iterable[str]) -> set[str]:
    return {word for name in given for word in fold(name).split()}
