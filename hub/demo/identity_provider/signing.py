"""What the providers of the demonstration sign: codes, access tokens, ID tokens, userinfo."""

import base64
import hashlib
import json
from collections import deque
from typing import Any

from authlib.oidc.core.util import create_half_hash
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from config import Settings
from hub.demo.identity_provider.people import subject_of
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


def code_for(settings: Settings, facts: dict[str, Any], now: float) -> str:
    """A code that holds what it stands for, sealed, good for half a minute."""
    return _sealed(settings, "code", facts, now)


def facts_of_code(settings: Settings, code: str, now: float) -> dict[str, Any] | None:
    """What a code stands for, once; None when it is spent, too old or not ours."""
    if code in _spent:
        return None
    _spent.append(code)
    return _opened(settings, "code", code, CODE_S, now)


def access_token_for(settings: Settings, facts: dict[str, Any], now: float) -> str:
    """A token to ask for the userinfo with, good for a minute."""
    return _sealed(settings, "access", facts, now)


def facts_of_access(settings: Settings, token: str, now: float) -> dict[str, Any] | None:
    """Whose userinfo may be asked for."""
    return _opened(settings, "access", token, TOKEN_S, now)


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


def userinfo(settings: Settings, provider: Provider, facts: dict[str, Any], now: float) -> str:
    """The signed userinfo: the pivot identity, or the professional one."""
    claims = _claims(settings, provider, facts["person"], now) | facts["claims"]
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


def _sealed(settings: Settings, what: str, facts: dict[str, Any], now: float) -> str:
    return _sealer(settings, what).encrypt_at_time(json.dumps(facts).encode(), int(now)).decode()


def _opened(
    settings: Settings, what: str, token: str, seconds: int, now: float
) -> dict[str, Any] | None:
    try:
        text = _sealer(settings, what).decrypt_at_time(token.encode(), seconds, int(now))
    except InvalidToken:
        return None
    return dict(json.loads(text))


def _sealer(settings: Settings, what: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_of(settings, what)))
