"""Calls to a controller's endpoint: how they are signed, what they say, which answers count.

After the Standard Webhooks specification (symmetric signatures, `v1`): the signed text is
`id.timestamp.body`. The body says that something is there and where to pull it, nothing of whom.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

SECRET_PREFIX = "whsec_"  # noqa: S105  (says what a secret is, holds none)
SECRET_BYTES = 32
TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may be from the receiver's own clock."""
KEYS_OVERLAP = timedelta(days=7)
"""How long calls carry the former signature too, once the key was changed."""
PULL_WITHIN = timedelta(days=7)
"""How long the address in a call opens the referral; the API's own list has no end."""
MEDIA_TYPE = "application/json"


class CallKind(StrEnum):
    """What a call says: the `type` of its body (stable: controllers' programs rely on it)."""

    CHALLENGE = "endpoint.challenge"
    REFERRAL_RECEIVED = "referral.received"
    TEST = "endpoint.test"


class Verdict(StrEnum):
    """What came of a call; `done` alone means that the endpoint has it."""

    DONE = "done"
    EMPTY = "empty"
    GONE = "gone"
    NOT_JSON = "not_json"
    NO_RECEIPT = "no_receipt"
    OTHER_ID = "other_id"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    SAYS_ERROR = "says_error"
    TRY_LATER = "try_later"
    WRONG_CHALLENGE = "wrong_challenge"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True)
class SignedCall:
    """One call ready to leave; `expects` is what the answer must say, under its name."""

    headers: Mapping[str, str]
    body: bytes
    expects: tuple[str, str]


def secret_from(key: bytes) -> str:
    """A key as its two parties write it."""
    return SECRET_PREFIX + base64.b64encode(key).decode("ascii")


def key_from(secret: str) -> bytes:
    """The key that a secret holds. Raises ValueError when it is none."""
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError("a secret begins with whsec_")
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    if not 24 <= len(key) <= 64:
        raise ValueError("a key has 24 to 64 bytes")
    return key


def signature(call_id: str, timestamp: int, body: bytes, secret: str) -> str:
    """The signature of one call with one key (Standard Webhooks, `v1`)."""
    signed = f"{call_id}.{timestamp}.".encode("ascii") + body
    made = hmac.new(key_from(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode("ascii")


def signed_call(
    kind: CallKind, call_id: str, at: datetime, data: Mapping[str, Any], secrets: Iterable[str]
) -> SignedCall:
    """A call of this kind, signed with each of the keys in force, the newest first.

    `call_id` is the same at each attempt; `at` is when this attempt leaves.
    """
    said = {
        "type": kind.value,
        "timestamp": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data": data,
    }
    body = json.dumps(said, separators=(",", ":")).encode("ascii")
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": MEDIA_TYPE,
        "webhook-id": call_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            signature(call_id, timestamp, body, secret) for secret in secrets
        ),
    }
    is_challenge = kind is CallKind.CHALLENGE
    expects = ("challenge", str(data["challenge"])) if is_challenge else ("received", call_id)
    return SignedCall(headers, body, expects)


def verdict_on(status: int, media_type: str, body: bytes, expects: tuple[str, str]) -> Verdict:
    """What an answer is worth: only one that names what it received, in JSON, counts as done."""
    if not 200 <= status < 300:
        return _unsuccessful(status)
    if not body.strip():
        return Verdict.EMPTY
    if media_type != MEDIA_TYPE and not media_type.endswith("+json"):
        return Verdict.WRONG_TYPE
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Verdict.NOT_JSON
    if not isinstance(said, dict):
        return Verdict.NO_RECEIPT
    return _receipt(said, *expects)


def _receipt(said: dict[str, Any], name: str, value: str) -> Verdict:
    if any(said.get(word) for word in ("error", "errors")):
        return Verdict.SAYS_ERROR
    if name not in said:
        return Verdict.NO_RECEIPT
    if said[name] != value:
        return Verdict.WRONG_CHALLENGE if name == "challenge" else Verdict.OTHER_ID
    return Verdict.DONE


def _unsuccessful(status: int) -> Verdict:
    if 300 <= status < 400:
        return Verdict.REDIRECTED
    if status == 410:
        return Verdict.GONE
    return Verdict.TRY_LATER if status in {408, 425, 429} or status >= 500 else Verdict.REFUSED
