"""What the providers of the demonstration sign: codes, access tokens, ID tokens, userinfo."""

import base64
import hashlib
from collections import deque
from typing import Any

from authlib.oidc.core.util import create_half_hash
from cryptography.hazmat.primitives.asymmetric import ec
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.jwk import ECKey

from config import Settings
from hub.demo.identity_provider.people import DemonstrationPerson, subject_of
from hub.demo.identity_provider.registration import CLIENT_ID, issuer_of, key_of
from hub.domain.identity_providers import Provider

CODE_S = 30
TOKEN_S = 60
CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_spent: deque[str] = deque(maxlen=1000)


def signing_key(settings: Settings, provider: Provider) -> ECKey:
    """The provider's key: the same in every process, since it comes from the hub's secret."""
    number = int.from_bytes(key_of(settings, provider.value)) % (CURVE_ORDER - 1) + 1
    private = ec.derive_private_key(number, ec.SECP256R1())
    return ECKey.import_key(private, {"kid": f"demonstration-{provider.value}", "use": "sig"})


def code_for(settings: Settings, facts: dict[str, Any]) -> str:
    """A code that holds what it stands for, good for half a minute."""
    return str(_sealer(settings, "code").dumps(facts))


def facts_of_code(settings: Settings, code: str) -> dict[str, Any] | None:
    """What a code stands for, once; None when it is spent, too old or not ours."""
    try:
        facts: dict[str, Any] = _sealer(settings, "code").loads(code, max_age=CODE_S)
    except BadData:
        return None
    if code in _spent:
        return None
    _spent.append(code)
    return facts


def access_token_for(settings: Settings, facts: dict[str, Any]) -> str:
    """A token to ask for the userinfo with, good for a minute."""
    return str(_sealer(settings, "access").dumps(facts))


def facts_of_access(settings: Settings, token: str) -> dict[str, Any] | None:
    """Whose userinfo may be asked for."""
    try:
        facts: dict[str, Any] = _sealer(settings, "access").loads(token, max_age=TOKEN_S)
    except BadData:
        return None
    return facts


def id_token(
    settings: Settings, provider: Provider, facts: dict[str, Any], access_token: str, now: float
) -> str:
    """The ID token: who, at which level, for which departure."""
    claims = _claims(settings, provider, facts["person"], now) | {
        "exp": int(now) + TOKEN_S,
        "nonce": facts["nonce"],
        "acr": facts["acr"],
        "amr": facts["amr"],
        "at_hash": create_half_hash(access_token, "ES256").decode(),
    }
    return _signed(settings, provider, claims)


def userinfo(
    settings: Settings, provider: Provider, person: DemonstrationPerson, now: float
) -> str:
    """The signed userinfo: the pivot identity, or the professional one."""
    claims = _claims(settings, provider, person.key, now) | person.claims
    return _signed(settings, provider, claims)


def fits(verifier: str, challenge: str) -> bool:
    """Whether who exchanges the code is who left (RFC 7636 §4.6)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge


def _claims(settings: Settings, provider: Provider, key: str, now: float) -> dict[str, Any]:
    return {
        "iss": issuer_of(settings, provider),
        "aud": CLIENT_ID,
        "sub": subject_of(provider, key),
        "iat": int(now),
    }


def _signed(settings: Settings, provider: Provider, claims: dict[str, Any]) -> str:
    key = signing_key(settings, provider)
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


def _sealer(settings: Settings, what: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key_of(settings, what))
