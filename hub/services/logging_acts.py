"""Appends events to the log: numbered and chained per stream, details sealed per request."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import and_, func, insert, select
from sqlalchemy.orm import Session

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.audit_log import GENESIS, Entry, EventKind, detail_digest, entry_hash
from hub.models.audit_event import AuditEvent
from hub.models.columns import new_id
from hub.models.rights_request import KeyClass, RightsRequest
from hub.ports import Keyring
from hub.sealing import Place, RequestKeys

CONSULTATIONS = frozenset(
    {EventKind.REFERRAL_OPENED, EventKind.REQUEST_OPENED, EventKind.REQUEST_CONSULTED}
)


@dataclass(frozen=True)
class PendingEvent:
    """An event not yet numbered; `stream_id` is a rights request or an organisation."""

    stream_id: UUID
    kind: EventKind
    subject_id: UUID | None
    detail: dict[str, Any]


class Unit(Protocol):
    """What of a unit of work the log needs."""

    actor: Actor
    now: datetime
    events: list[PendingEvent]


def append_events(session: Session, keys: RequestKeys, keyring: Keyring, unit: Unit) -> None:
    """Number, chain, seal and insert the events of one unit, in the order they were recorded."""
    streams = {pending.stream_id for pending in unit.events}
    requests = _requests_among(session, streams)
    keys.load(requests)
    heads = _heads(session, streams)
    rows = []
    for pending in unit.events:
        seq, prev = heads.get(pending.stream_id, (0, GENESIS))
        is_request = pending.stream_id in requests
        row = _row(pending, unit, _Sealer(keys, keyring, is_request), (seq + 1, prev))
        heads[pending.stream_id] = (row["seq"], row["hash"])
        rows.append(row)
    session.execute(insert(AuditEvent), rows)


def _requests_among(session: Session, streams: set[UUID]) -> set[UUID]:
    """Which streams are rights requests; their rows are locked, in a fixed order, to chain."""
    found = select(RightsRequest.id).where(RightsRequest.id.in_(streams)).order_by(RightsRequest.id)
    return set(session.scalars(found.with_for_update()))


def _heads(session: Session, streams: set[UUID]) -> dict[UUID, tuple[int, bytes]]:
    last = (
        select(AuditEvent.stream_id, func.max(AuditEvent.seq).label("seq"))
        .where(AuditEvent.stream_id.in_(streams))
        .group_by(AuditEvent.stream_id)
        .subquery()
    )
    rows = session.execute(
        select(AuditEvent.stream_id, AuditEvent.seq, AuditEvent.hash).join(
            last, and_(AuditEvent.stream_id == last.c.stream_id, AuditEvent.seq == last.c.seq)
        )
    )
    return {stream_id: (seq, digest) for stream_id, seq, digest in rows}


class _Sealer:
    """Pseudonyms and details of one stream: under the request's keys, or under the hub's."""

    def __init__(self, keys: RequestKeys, keyring: Keyring, is_request: bool) -> None:
        self._keys = keys
        self._keyring = keyring
        self._is_request = is_request

    def pseudonym(self, actor: Actor, stream_id: UUID) -> str:
        if actor.kind is ActorKind.SYSTEM:
            return SYSTEM.name
        name = f"{actor.kind.value}:{actor.id}"
        if not self._is_request:
            return self._keyring.blind_index(name, "actor").hex()[:32]
        key = self._keys.key(stream_id, KeyClass.PROCEDURE)
        return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]

    def detail(self, pending: PendingEvent, row_id: UUID, actor: Actor) -> bytes | None:
        facts = dict(pending.detail)
        if actor.name and actor.kind is not ActorKind.SYSTEM:
            facts["actor"] = actor.name
        if not facts:
            return None
        if not self._is_request:
            facts.pop("actor", None)
            return json.dumps(facts, ensure_ascii=False, default=str, sort_keys=True).encode()
        key_class = (
            KeyClass.CONSULTATIONS if pending.kind in CONSULTATIONS else KeyClass.PROCEDURE
        )
        place = Place(pending.stream_id, "audit_event.detail_sealed", row_id, key_class)
        return self._keys.seal_facts(place, facts)


def _row(
    pending: PendingEvent, unit: Unit, sealer: _Sealer, position: tuple[int, bytes]
) -> dict[str, Any]:
    seq, prev = position
    row_id = new_id()
    sealed = sealer.detail(pending, row_id, unit.actor)
    entry = Entry(
        stream_id=pending.stream_id,
        seq=seq,
        at=unit.now,
        actor_kind=unit.actor.kind.value,
        actor_pseudonym=sealer.pseudonym(unit.actor, pending.stream_id),
        kind=pending.kind.value,
        subject_id=pending.subject_id,
        detail_digest=detail_digest(sealed),
        prev=prev,
    )
    return {
        "id": row_id,
        "stream_id": entry.stream_id,
        "seq": seq,
        "at": unit.now,
        "actor_kind": unit.actor.kind,
        "actor_pseudonym": entry.actor_pseudonym,
        "kind": pending.kind,
        "subject_id": pending.subject_id,
        "detail_sealed": sealed,
        "prev": prev,
        "hash": entry_hash(entry),
    }
