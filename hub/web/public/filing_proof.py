"""A filing whose identity a provider attested: what is then known, shown and kept from change."""

from dataclasses import dataclass
from datetime import date

from hub.domain.directory import Identifier, IdentityLevel
from hub.domain.identity_proof import CivilIdentity, ProofMeans, ProvenIdentity
from hub.domain.identity_providers import MEANS_OF
from hub.web.identification import NAMES, provider_for
from hub.web.public.filing_state import FilingState
from hub.web.public.identification import attested_for_filing

PROVEN_FIELDS = (
    "given_names",
    "family_name",
    "birth_date",
    Identifier.BIRTH_NAME.value,
    Identifier.SEX.value,
)
"""What the pivot identity answers: the surname of the civil registry is that of birth."""


@dataclass(frozen=True)
class OfferedProvider:
    """The provider that a filing offers."""

    key: str
    name: str


@dataclass(frozen=True)
class ProvenWords:
    """What the page shows of a proven identity."""

    name: str
    given_names: str
    family_name: str
    born_on: date
    sex: str


def proof_for(state: FilingState) -> ProvenIdentity | None:
    """The identity that this browser brought back; who acts for another files for that person."""
    proven = None if state.acting else attested_for_filing()
    return proven if proven is not None and proven.civil is not None else None


def offered_to(state: FilingState) -> OfferedProvider | None:
    """The provider to offer to who files for herself."""
    provider = None if state.acting else provider_for(IdentityLevel.L1)
    return OfferedProvider(provider.value, NAMES[provider]) if provider else None


def proven_answers(
    proven: ProvenIdentity | None,
) -> tuple[dict[str, str], dict[Identifier, str]]:
    """What the attested identity answers, as a filing keeps it: the person, her identifiers."""
    if proven is None or proven.civil is None:
        return {}, {}
    civil = proven.civil
    told = {
        "given_names": " ".join(civil.given_names),
        "family_name": civil.family_name,
        "birth_date": civil.birth_date.isoformat(),
    }
    return told, {Identifier.BIRTH_NAME: civil.family_name, Identifier.SEX: civil.sex}


def still_stands(state: FilingState, proven: ProvenIdentity | None) -> bool:
    """Whether what will be filed is what was attested, if it was said to be."""
    if not state.proven:
        return True
    told, _ = proven_answers(proven)
    return bool(told) and all(state.person.get(name) == value for name, value in told.items())


def known_email(state: FilingState) -> str | None:
    """The address by which the provider knows her, where she wants to be written to elsewhere."""
    proven = proof_for(state) if state.proven else None
    if proven is None or not proven.email:
        return None
    typed = str(state.person.get("email") or "")
    return None if typed.casefold() == proven.email.casefold() else proven.email


def words_of(proven: ProvenIdentity) -> ProvenWords:
    """A proven identity for its reader."""
    civil: CivilIdentity | None = proven.civil
    if civil is None:
        raise ValueError("a filing shows a civil identity")
    names = " ".join(civil.given_names)
    return ProvenWords(name_of(proven.means), names, civil.family_name, civil.birth_date, civil.sex)


def name_of(means: ProofMeans) -> str:
    """The name of the provider behind a proof."""
    return next(NAMES[one] for one, proof in MEANS_OF.items() if proof is means)
