"""An authenticator in software: makes a passkey and answers challenges as a device would."""

from __future__ import annotations

import hashlib
import html
import json
import re
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from werkzeug.test import TestResponse

ORIGIN = "http://localhost"
PRESENT, VERIFIED, CARRIES_KEY = 0x01, 0x04, 0x40


def options_in(page: TestResponse) -> dict[str, Any]:
    """What a page asks of the device."""
    found = re.search(r'data-options="([^"]+)"', page.text)
    assert found, "the page asks no passkey"
    asked: dict[str, Any] = json.loads(html.unescape(found[1]))
    return asked


@dataclass
class Authenticator:
    """One device; what it says can be bent, to see it refused."""

    origin: str = ORIGIN
    site: str = "localhost"
    verifies_user: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = b""

    def make(self, asked: dict[str, Any]) -> str:
        """The answer to a request to make a passkey."""
        self.handle = base64url_to_bytes(asked["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._data(CARRIES_KEY) + attested + cbor2.dumps(public)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = {
            "clientDataJSON": self._client_data("webauthn.create", asked),
            "attestationObject": bytes_to_base64url(made),
            "transports": ["internal"],
        }
        return self._credential(said)

    def use(self, asked: dict[str, Any]) -> str:
        """The answer to a request to use a passkey."""
        self.count += 1
        client_data = self._client_data("webauthn.get", asked)
        data = self._data()
        signed = data + hashlib.sha256(base64url_to_bytes(client_data)).digest()
        said = {
            "clientDataJSON": client_data,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": bytes_to_base64url(self.handle),
        }
        return self._credential(said)

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verifies_user else 0)
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client_data(self, kind: str, asked: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return bytes_to_base64url(json.dumps(said).encode())

    def _credential(self, response: dict[str, Any]) -> str:
        name = bytes_to_base64url(self.credential_id)
        said = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(said | {"clientExtensionResults": {}})
