"""Signed tokens of a provider: signature, issuer, audience, times; nothing unchecked goes on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, cast

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hub.adapters.identity.calls import get_json
from hub.port_errors import IdentityRefusal, IdentityRefused

ALGORITHMS = ("ES256", "RS256")
"""Asymmetric ones alone: with HS256, whoever has the public key could sign (RFC 8725 §2.1)."""
LEEWAY_S = 5
OLDEST_S = 300
KEPT_FOR = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(seconds=30)
Now = Callable[[], datetime]


def refused(check: str, reason: IdentityRefusal = IdentityRefusal.NOT_TRUSTED) -> IdentityRefused:
    """A refusal that names the check which failed."""
    return IdentityRefused(reason=reason, check=check)


@dataclass
class ProviderKeys:
    """The public keys of a provider, by their name (`kid`).

    Asked again every hour, and at once for an unknown name, since providers change their keys;
    but not more often than every 30 seconds, whatever tokens are shown to us.
    """

    address: Callable[[], str]
    now: Now
    _keys: dict[str, Any] = field(default_factory=dict)
    _read_at: datetime | None = None

    def key(self, kid: str) -> Any:
        """The key of this name; raises IdentityRefused, or ProviderUnavailable."""
        age = self.now() - self._read_at if self._read_at else KEPT_FOR
        if age >= KEPT_FOR or (kid not in self._keys and age >= ASKED_AGAIN_AFTER):
            self._keys = dict(_named_keys(get_json(self.address())))
            self._read_at = self.now()
        if kid not in self._keys:
            raise refused("kid")
        return self._keys[kid]


def _named_keys(document: dict[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for one in document.get("keys") or []:
        if one.get("use", "sig") != "sig" or not one.get("kid"):
            continue
        with suppress(JoseError, ValueError):
            found.append((str(one["kid"]), _public_key(one)))
    return found


def _public_key(one: dict[str, Any]) -> ECKey | RSAKey:
    return RSAKey.import_key(one) if one.get("kty") == "RSA" else ECKey.import_key(one)


def _is_instant(value: object) -> bool:
    """Whether a claim is a NumericDate; JSON as Python reads it also knows NaN and Infinity."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isfinite(cast(float, value))


@dataclass(frozen=True)
class TokenReader:
    """Reads the tokens that one provider signs for one client."""

    issuer: str
    client_id: str
    keys: ProviderKeys
    now: Now

    def id_token(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token (OpenID Connect Core §3.1.3.7); raises IdentityRefused."""
        claims = self._verified(token)
        self._check_times(claims, must_end=True)
        if claims.get("nonce") != nonce:
            raise refused("nonce")
        return claims

    def userinfo(self, token: str, subject: str) -> dict[str, Any]:
        """The claims of a signed userinfo, about the same subject (§5.3.2)."""
        claims = self._verified(token)
        self._check_times(claims, must_end=False)
        if claims.get("sub") != subject:
            raise refused("userinfo_sub")
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            header = jws.extract_compact(token.encode()).headers()
            if header.get("alg") not in ALGORITHMS:
                raise refused("alg")
            key = self.keys.key(str(header.get("kid") or ""))
            claims = jwt.decode(token, key, algorithms=[header["alg"]]).claims
        except (JoseError, ValueError, TypeError) as failure:
            raise refused("signature") from failure
        if claims.get("iss") != self.issuer:
            raise refused("iss")
        if claims.get("aud") not in (self.client_id, [self.client_id]):
            raise refused("aud")
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise refused("sub")
        return dict(claims)

    def _check_times(self, claims: dict[str, Any], *, must_end: bool) -> None:
        now = self.now().timestamp()
        given = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
        if not all(map(_is_instant, given.values())):
            raise refused("times")
        if (must_end and "exp" not in given) or given.get("exp", now) + LEEWAY_S <= now:
            raise refused("exp", IdentityRefusal.EXPIRED)
        if max(given.get("iat", now), given.get("nbf", now)) > now + LEEWAY_S:
            raise refused("iat")
        if must_end and given.get("iat", 0) < now - OLDEST_S:
            raise refused("iat")
