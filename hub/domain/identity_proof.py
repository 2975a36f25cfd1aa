"""What proves who a person is: by which means, how surely, and the civil identity it states."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.domain.directory import IdentityLevel


class ProofMeans(StrEnum):
    """How an identity was proven (RULES §4.1)."""

    CONTROLLER = "controller"
    FRANCECONNECT = "franceconnect"
    FRANCECONNECT_PLUS = "franceconnect_plus"
    LETTER = "letter"


LEVEL_OF: dict[ProofMeans, IdentityLevel] = {
    ProofMeans.CONTROLLER: IdentityLevel.L2,
    ProofMeans.FRANCECONNECT: IdentityLevel.L1,
    ProofMeans.FRANCECONNECT_PLUS: IdentityLevel.L2,
    ProofMeans.LETTER: IdentityLevel.L3,
}


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
