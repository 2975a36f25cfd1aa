"""One act for one Idempotency-Key: the same key gives the first answer again.

After draft-ietf-httpapi-idempotency-key-header-07: another body under the same key is 422.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request

from hub.domain.actors import Actor
from hub.errors import Invalid
from hub.models.member import IdempotencyRecord
from hub.services.filing import KeyUsedOtherwise
from hub.services.unit_of_work import Work
from hub.web.work import ports, unit_of_work

LONGEST_KEY = 255


def idempotency_key() -> str | None:
    """The key of this call, bare or as an RFC 8941 string; raises Invalid over 255 characters."""
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return None
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(field="Idempotency-Key", reason="length", most=LONGEST_KEY)
    return key


def key_or_random() -> str:
    """The key of this call, or one that nobody will send again."""
    return idempotency_key() or secrets.token_hex(16)


def once(client: Actor, act: Callable[[Work], dict[str, Any]]) -> dict[str, Any]:
    """Do an act in a unit of work and keep its answer under the key, if the call has one.

    Raises KeyUsedOtherwise when the key came before with another body or path.
    """
    key = idempotency_key()
    if key is None or client.id is None:
        with unit_of_work(client) as work:
            return act(work)
    key_hash = ports().keyring.exact_digest(key, f"api:{client.id}")
    digest = hashlib.sha256(request.path.encode() + b"\0" + request.get_data()).digest()
    with unit_of_work(client) as work:
        kept = work.session.get(IdempotencyRecord, (client.id, key_hash))
        if kept is not None:
            return _replayed(kept, digest)
        answer = act(work)
        work.session.add(_record(client.id, key_hash, digest, answer, work))
        return answer


def _replayed(kept: IdempotencyRecord, digest: bytes) -> dict[str, Any]:
    if kept.body_digest != digest:
        raise KeyUsedOtherwise
    return kept.answer


def _record(
    token_id: UUID, key_hash: bytes, digest: bytes, answer: dict[str, Any], work: Work
) -> IdempotencyRecord:
    return IdempotencyRecord(
        token_id=token_id,
        key_hash=key_hash,
        body_digest=digest,
        status=200,
        answer=answer,
        path=request.path,
        created_at=work.now,
    )
