"""Who may attest an identity to the hub, and which words of theirs we take for which assurance."""

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.identity_proof import ProofMeans


class Provider(StrEnum):
    """A provider of identity; its value is in our addresses and must not change."""

    FRANCECONNECT = "franceconnect"
    FRANCECONNECT_PLUS = "franceconnect-plus"
    PROCONNECT = "proconnect"


MEANS_OF: dict[Provider, ProofMeans] = {
    Provider.FRANCECONNECT: ProofMeans.FRANCECONNECT,
    Provider.FRANCECONNECT_PLUS: ProofMeans.FRANCECONNECT_PLUS,
}
"""What proves a person's identity; ProConnect speaks of members."""

ACR_ASKED: dict[Provider, str] = {
    Provider.FRANCECONNECT: "eidas1",
    Provider.FRANCECONNECT_PLUS: "eidas2",
    Provider.PROCONNECT: "eidas1",
}
"""The level of assurance asked of each (Regulation (EU) 910/2014, art. 8)."""

ACR_TAKEN: dict[Provider, frozenset[str]] = {
    Provider.FRANCECONNECT: frozenset({"eidas1", "eidas2", "eidas3"}),
    Provider.FRANCECONNECT_PLUS: frozenset({"eidas2", "eidas3"}),
    Provider.PROCONNECT: frozenset({"eidas1", "eidas1-mfa", "eidas2", "eidas3"}),
}
"""The levels taken from each: never a lower one than was asked."""

SECOND_FACTORS = frozenset({"mfa", "pop"})
STRONG_LEVELS = frozenset({"eidas1-mfa", "eidas2", "eidas3"})
SIREN_DIGITS = 9


@dataclass(frozen=True)
class MemberIdentity:
    """What ProConnect says of a professional: her subject, her organisation, how she signed in.

    Her e-mail address is not asked for: it may change hands, so it binds nothing.
    """

    subject: str
    siret: str
    acr: str
    amr: tuple[str, ...] = ()

    @property
    def siren(self) -> str:
        """The organisation: the first nine digits of the establishment's number."""
        return self.siret[:SIREN_DIGITS]

    @property
    def had_second_factor(self) -> bool:
        """Whether she already gave two factors there; if not, ours is asked."""
        return bool(SECOND_FACTORS & set(self.amr)) or self.acr in STRONG_LEVELS
