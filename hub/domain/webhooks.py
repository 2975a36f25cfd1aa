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
from email.utils import parsedate_to_datetime
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
HEARD_EVERY = timedelta(days=30)
"""An endpoint that took no call for so long is asked its challenge again: is it still there?"""
ASKED_EVERY = timedelta(hours=20)
"""Once a day, while it answers nothing good."""
SILENT_FOR = timedelta(days=7)
"""How long each call may fail before an endpoint is put at rest, and somebody looks at it."""
LONGEST_WAIT_ASKED = timedelta(hours=12)
"""As the longest wait of the retry table: no answer keeps its endpoint from being called."""
LONGEST_RETRY_AFTER = 60
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


class Upkeep(StrEnum):
    """What is owed to an endpoint so that its address is known to be true."""

    ASK = "ask"
    NOTHING = "nothing"
    REST = "rest"


def upkeep_of(
    heard_at: datetime, failing_since: datetime | None, called_at: datetime | None, now: datetime
) -> Upkeep:
    """What an endpoint that was last heard then is owed now.

    `failing_since`: the first call since that failed; `called_at`: the last one, whatever came of
    it. A single failure proves nothing, however old.
    """
    has_failed_twice = failing_since is not None and failing_since != called_at
    if failing_since is not None and has_failed_twice and now - failing_since >= SILENT_FOR:
        return Upkeep.REST
    is_called_enough = called_at is not None and now - called_at < ASKED_EVERY
    is_quiet = failing_since is not None or now - heard_at >= HEARD_EVERY
    return Upkeep.ASK if is_quiet and not is_called_enough else Upkeep.NOTHING


def wait_asked(retry_after: str | None, now: datetime) -> datetime | None:
    """Until when an endpoint asks to be left in peace: seconds or a date (RFC 9110 §10.2.3).

    Twelve hours at most, and nothing for what cannot be read.
    """
    text = (retry_after or "").strip()
    if len(text) > LONGEST_RETRY_AFTER:
        return None
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=min(int(text), 10**6)), LONGEST_WAIT_ASKED)
    try:
        asked = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    # A date without zone, or with "-0000", is read as naive: HTTP knows GMT alone.
    asked = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return min(asked, now + LONGEST_WAIT_ASKED) if asked > now else None


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
