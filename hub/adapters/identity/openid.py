"""FranceConnect, FranceConnect+ and ProConnect, spoken to by OpenID Connect (code flow, PKCE)."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hub.adapters.identity.calls import exchange, get_json, get_signed, is_loopback
from hub.adapters.identity.tokens import KEPT_FOR, ProviderKeys, TokenReader, refused
from hub.domain.identity_proof import CivilIdentity, ProvenIdentity
from hub.domain.identity_providers import (
    ACR_ASKED,
    ACR_TAKEN,
    MEANS_OF,
    MemberIdentity,
    Provider,
)
from hub.port_errors import IdentityRefusal, ProviderUnavailable
from hub.ports import Attestation, Clock, Departure, ProviderReturn

SCOPES = {
    Provider.FRANCECONNECT: "openid identite_pivot email",
    Provider.FRANCECONNECT_PLUS: "openid identite_pivot email",
    Provider.PROCONNECT: "openid siret",
}
CLAIMS_ASKED = {
    Provider.PROCONNECT: json.dumps({"id_token": {"amr": {"essential": True}}}),
}
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
CANCELLED = frozenset({"access_denied", "login_required", "consent_required"})
SIRET_DIGITS = 14


@dataclass(frozen=True)
class OpenIdClient:
    """How the hub is registered with one provider."""

    provider: Provider
    issuer: str
    client_id: str
    secret: str | RSAKey | ECKey = field(repr=False)
    """A text is sent as it is (client_secret_post); a key signs an assertion (private_key_jwt)."""
    return_address: str
    left_address: str
    uses_pkce: bool = True


class OpenIdProvider:
    """One provider of identity; what it publishes of itself is read once an hour."""

    def __init__(self, client: OpenIdClient, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._document: Mapping[str, Any] = {}
        self._read_at: datetime | None = None
        keys = ProviderKeys(lambda: str(self._published()["jwks_uri"]), clock.now)
        self._reader = TokenReader(client.issuer, client.client_id, keys, clock.now)

    def address_for(self, departure: Departure) -> str:
        """Where to send the browser; raises ProviderUnavailable."""
        client = self._client
        told = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.return_address,
            "scope": SCOPES[client.provider],
            "acr_values": ACR_ASKED[client.provider],
            "state": departure.state,
            "nonce": departure.nonce,
        }
        if client.provider in CLAIMS_ASKED:
            told["claims"] = CLAIMS_ASKED[client.provider]
        if self._proves_possession():
            challenge = create_s256_code_challenge(departure.verifier)
            told |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self._published()['authorization_endpoint']}?{urlencode(told)}"

    def attest(self, departure: Departure, returned: ProviderReturn) -> Attestation:
        """Check all that came back, and say who it is; raises as the port says."""
        self._check_return(departure, returned)
        published = self._published()
        told = {"code": returned.code, "redirect_uri": self._client.return_address}
        if self._proves_possession():
            told["code_verifier"] = departure.verifier
        client = (self._client.client_id, self._client.secret)
        access_token, id_token = exchange(
            str(published["token_endpoint"]), client, grant_type="authorization_code", **told
        )
        claims = self._reader.id_token(id_token, departure.nonce)
        _check_half_hash(id_token, access_token, claims)
        if claims.get("acr") not in ACR_TAKEN[self._client.provider]:
            raise refused("acr", IdentityRefusal.LEVEL_TOO_LOW)
        signed = get_signed(str(published["userinfo_endpoint"]), access_token)
        said = self._reader.userinfo(signed, str(claims["sub"]))
        return Attestation(self._read(claims, said), id_token)

    def farewell(self, id_token: str, state: str) -> str | None:
        """Where the provider's own session is ended (OpenID Connect RP-Initiated Logout §2)."""
        address = self._published().get("end_session_endpoint")
        if not address:
            return None
        told = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": self._client.left_address,
        }
        return f"{address}?{urlencode(told)}"

    def _check_return(self, departure: Departure, returned: ProviderReturn) -> None:
        if not returned.state or returned.state != departure.state:
            raise refused("state")
        # RFC 9207: the answer of another provider must not be taken for this one's.
        is_told = self._published().get("authorization_response_iss_parameter_supported")
        if returned.issuer != self._client.issuer and (returned.issuer or is_told):
            raise refused("iss_of_return")
        if returned.error in CANCELLED:
            raise refused("cancelled", IdentityRefusal.CANCELLED)
        if returned.error or not returned.code:
            raise ProviderUnavailable(check="error_returned")

    def _read(
        self, claims: dict[str, Any], said: dict[str, Any]
    ) -> ProvenIdentity | MemberIdentity:
        if self._client.provider is Provider.PROCONNECT:
            return _member(claims, said)
        return ProvenIdentity(
            means=MEANS_OF[self._client.provider],
            subject=str(claims["sub"]),
            proven_at=self._clock.now(),
            civil=civil_identity(said),
            email=_text(said, "email") or None,
        )

    def _proves_possession(self) -> bool:
        offered = self._published().get("code_challenge_methods_supported") or ()
        return self._client.uses_pkce and "S256" in offered

    def _published(self) -> Mapping[str, Any]:
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= KEPT_FOR:
            self._document = self._read_document()
            self._read_at = now
        return self._document

    def _read_document(self) -> Mapping[str, Any]:
        found = get_json(f"{self._client.issuer}/.well-known/openid-configuration")
        if found.get("issuer") != self._client.issuer:
            raise ProviderUnavailable(check="issuer_published")
        addresses = [found.get(name) for name in ENDPOINTS]
        if not all(isinstance(one, str) and is_guarded(one) for one in addresses):
            raise ProviderUnavailable(check="endpoints_published")
        return found


def private_key(pem: str) -> RSAKey | ECKey | None:
    """The key that signs our assertions, from its PEM; None without one. Raises ValueError."""
    if not pem:
        return None
    for kind in (ECKey, RSAKey):
        with suppress(JoseError, ValueError):
            return kind.import_key(pem)
    raise ValueError("the key of the client is neither an EC nor an RSA private key")


def is_guarded(address: str) -> bool:
    """Whether what is sent there cannot be read on the way: TLS, or this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address))


def civil_identity(said: Mapping[str, Any]) -> CivilIdentity:
    """The pivot identity; raises IdentityRefused (INCOMPLETE) when a part of it is missing.

    Somebody born abroad may have no place, and no known day: without a day she must be identified
    in another way.
    """
    several = said.get("given_name_array")
    names = several if isinstance(several, list) else _text(said, "given_name").split()
    given_names = tuple(str(name).strip() for name in names if str(name).strip())
    family_name, sex = _text(said, "family_name"), _text(said, "gender")
    try:
        birth_date = date.fromisoformat(_text(said, "birthdate"))
    except ValueError as failure:
        raise refused("birthdate", IdentityRefusal.INCOMPLETE) from failure
    if not given_names or not family_name or sex not in ("female", "male"):
        raise refused("pivot_identity", IdentityRefusal.INCOMPLETE)
    return CivilIdentity(
        given_names=given_names,
        family_name=family_name,
        birth_date=birth_date,
        sex=sex,
        birthplace_code=_text(said, "birthplace"),
        birth_country_code=_text(said, "birthcountry"),
    )


def _member(claims: dict[str, Any], said: dict[str, Any]) -> MemberIdentity:
    siret = _text(said, "siret").replace(" ", "")
    if len(siret) != SIRET_DIGITS or not siret.isascii() or not siret.isdigit():
        raise refused("siret", IdentityRefusal.INCOMPLETE)
    amr = claims.get("amr")
    return MemberIdentity(
        subject=str(claims["sub"]),
        siret=siret,
        acr=str(claims["acr"]),
        amr=tuple(str(one) for one in amr) if isinstance(amr, list) else (),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""


def _check_half_hash(id_token: str, access_token: str, claims: dict[str, Any]) -> None:
    told = claims.get("at_hash")
    # Both algorithms that are taken hash with SHA-256 (RFC 7518 §3.1).
    if told is not None and told != create_half_hash(access_token, "RS256").decode():
        raise refused("at_hash")
