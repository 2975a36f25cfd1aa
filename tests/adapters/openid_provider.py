"""A provider of identity on loopback that signs whatever a test wants it to say."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from werkzeug import Request, Response
from werkzeug.serving import make_server

CLIENT = "hub"
NONCE = "n" * 32
STATE = "s" * 32
VERIFIER = "v" * 43
ELLIPTIC = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})
STRANGER = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
ANGELE = {
    "given_name": "Angèle Marie",
    "given_name_array": ["Angèle", "Marie"],
    "family_name": "DUBOIS",
    "birthdate": "1965-03-08",
    "gender": "female",
    "birthplace": "29019",
    "birthcountry": "99100",
    "email": "angele@personne.example",
}


@dataclass
class ScriptedProvider:
    """What it publishes and signs; a test changes it before it is asked."""

    address: str
    now: float
    id_claims: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=lambda: dict(ANGELE))
    id_header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "k1"})
    said_header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "k1"})
    id_key: Any = field(default_factory=lambda: ELLIPTIC)
    said_key: Any = field(default_factory=lambda: ELLIPTIC)
    keys: list[Any] = field(default_factory=lambda: [ELLIPTIC, RSA])
    published: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    """What to answer to a path instead."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"{self.address}/api/v2"

    def id_token(self) -> str:
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": self.now,
            "exp": self.now + 60,
            "nonce": NONCE,
            "acr": "eidas1",
        } | self.id_claims
        return signed(self.id_header, claims, self.id_key)

    def userinfo(self) -> str:
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "iat": self.now}
        return signed(self.said_header, claims | self.said, self.said_key)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        path = request.path.removeprefix("/api/v2/")
        self.asked.append((path, request.form.to_dict()))
        return self._answer(path)(environ, start_response)

    def _answer(self, path: str) -> Response:
        if path in self.answers:
            return self.answers[path]
        if path == "userinfo":
            return Response(self.userinfo(), mimetype="application/jwt")
        said: dict[str, Any] = {
            ".well-known/openid-configuration": self._document(),
            "jwks": KeySet(self.keys).as_dict(private=False),
            "token": {"access_token": "at", "token_type": "Bearer", "expires_in": 60},
        }[path]
        if path == "token":
            said["id_token"] = self.id_token()
        return Response(json.dumps(said), mimetype="application/json")

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.published


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A token; `key` in bytes makes the MAC that a forger would make, and None no signature."""
    kept = {name: value for name, value in claims.items() if value is not None}
    if not isinstance(key, bytes | None):
        return jwt.encode(header, kept, key, algorithms=["ES256", "RS256"])
    text = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(kept).encode())}"
    return f"{text}.{_part(hmac.digest(key, text.encode(), 'sha256')) if key else ''}"


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@contextmanager
def served() -> Iterator[ScriptedProvider]:
    """It answers on an ephemeral port of this machine."""
    provider = ScriptedProvider("", time.time())
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
