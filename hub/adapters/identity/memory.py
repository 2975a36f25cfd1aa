"""A provider of identity for tests: it attests what it was told to, after the same checks."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from hub.domain.identity_proof import ProvenIdentity
from hub.domain.identity_providers import MemberIdentity
from hub.errors import HubError
from hub.port_errors import IdentityRefusal, IdentityRefused
from hub.ports import Attestation, Departure, ProviderReturn


@dataclass
class MemoryIdentityProvider:
    """Attests `attests`, or raises it; `departures` is who left, `seen` what came back."""

    attests: ProvenIdentity | MemberIdentity | HubError
    home: str = "https://provider.example"
    is_away: HubError | None = None
    departures: list[Departure] = field(default_factory=list)
    seen: list[ProviderReturn] = field(default_factory=list)

    def address_for(self, departure: Departure) -> str:
        """An address outside, with the state and the nonce."""
        if self.is_away is not None:
            raise self.is_away
        self.departures.append(departure)
        told = {"state": departure.state, "nonce": departure.nonce}
        return f"{self.home}/authorize?{urlencode(told)}"

    def attest(self, departure: Departure, returned: ProviderReturn) -> Attestation:
        """What it was told to say, to whoever comes back with the same state and no error."""
        self.seen.append(returned)
        if returned.state != departure.state:
            raise IdentityRefused(reason=IdentityRefusal.NOT_TRUSTED, check="state")
        if returned.error:
            raise IdentityRefused(reason=IdentityRefusal.CANCELLED, check="cancelled")
        if isinstance(self.attests, HubError):
            raise self.attests
        return Attestation(self.attests, "an.id.token")

    def farewell(self, id_token: str, state: str) -> str | None:
        """Where its session would end."""
        told = {"id_token_hint": id_token, "state": state}
        return f"{self.home}/session/end?{urlencode(told)}"
