"""Appends events to the log: numbered and chained per stream, details sealed per request."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, select
from sqlalchemy.orm import Session

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.audit_log import (
    CONSULTATIONS,
    GENESIS,
    Entry,
    EventKind,
    detail_digest,
    entry_hash,
)
from hub.models.audit_event import AuditEvent
from hub.models.columns import new_id
from hub.models.rights_request import KeyClass, RightsRequest
from hub.ports import Keyring
from hub.sealing import Place, RequestKeys, Shredded

Head = tuple[int, bytes]

AFTER_RETENTION = "after_retention"
"""The pseudonym of whoever acts on a case whose keys are gone."""


@dataclass(frozen=True)
class PendingEvent:
    """An event not yet numbered; `stream_id` is a rights request or an organisation."""

    stream_id: UUID
    kind: EventKind
    subject_id: UUID | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Logbook:
    """Who acts, when, and the keys under which the log seals what it keeps."""

    actor: Actor
    now: datetime
    keys: RequestKeys
    keyring: Keyring

    def rows(
        self, events: Iterable[PendingEvent], heads: dict[UUID, Head], requests: set[UUID]
    ) -> list[dict[str, Any]]:
        """The rows of these events, each chained to the last of its stream (`heads` moves on)."""
        rows = []
        for event in events:
            seq, prev = heads.get(event.stream_id, (0, GENESIS))
            row = self._row(event, (seq + 1, prev), is_request=event.stream_id in requests)
            heads[event.stream_id] = (seq + 1, row["hash"])
            rows.append(row)
        return rows

    def sealing(self, events: Iterable[PendingEvent]) -> set[UUID]:
        """The streams whose keys these events need: the hub's own acts without detail need none."""
        if self.actor.kind is not ActorKind.SYSTEM:
            return {event.stream_id for event in events}
        return {event.stream_id for event in events if event.detail}

    def _row(self, event: PendingEvent, at: Head, *, is_request: bool) -> dict[str, Any]:
        seq, prev = at
        row_id = new_id()
        sealed = self._sealed_detail(event, row_id) if is_request else self._plain_detail(event)
        entry = Entry(
            stream_id=event.stream_id,
            seq=seq,
            at=self.now,
            actor_kind=self.actor.kind.value,
            actor_pseudonym=self._pseudonym(event.stream_id, is_request=is_request),
            kind=event.kind.value,
            subject_id=event.subject_id,
            detail_digest=detail_digest(sealed),
            prev=prev,
        )
        return {
            "id": row_id,
            "stream_id": entry.stream_id,
            "seq": seq,
            "at": self.now,
            "actor_kind": self.actor.kind,
            "actor_pseudonym": entry.actor_pseudonym,
            "kind": event.kind,
            "subject_id": event.subject_id,
            "detail_sealed": sealed,
            "prev": prev,
            "hash": entry_hash(entry),
        }

    def _pseudonym(self, stream_id: UUID, *, is_request: bool) -> str:
        if self.actor.kind is ActorKind.SYSTEM:
            return SYSTEM.name
        name = f"{self.actor.kind.value}:{self.actor.id}"
        if not is_request:
            return self.keyring.blind_index(name, "actor").hex()[:32]
        try:
            key = self.keys.key(stream_id, KeyClass.PROCEDURE)
        except Shredded:
            return AFTER_RETENTION
        return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]

    def _sealed_detail(self, event: PendingEvent, row_id: UUID) -> bytes | None:
        facts = dict(event.detail)
        if self.actor.kind is ActorKind.MEMBER:
            facts["actor"] = self.actor.name
        if not facts:
            return None
        key_class = KeyClass.CONSULTATIONS if event.kind in CONSULTATIONS else KeyClass.PROCEDURE
        place = Place(event.stream_id, "audit_event.detail_sealed", row_id, key_class)
        try:
            return self.keys.seal_facts(place, facts)
        except Shredded:
            # The act itself is still written; who did it was kept for as long as was promised.
            return None

    @staticmethod
    def _plain_detail(event: PendingEvent) -> bytes | None:
        """The hub's own acts hold no personal data, and so no key of a person covers them."""
        if not event.detail:
            return None
        return json.dumps(dict(event.detail), default=str, sort_keys=True).encode()


def append_events(session: Session, logbook: Logbook, events: list[PendingEvent]) -> None:
    """Number, chain, seal and insert events, in the order they were recorded."""
    streams = {event.stream_id for event in events}
    requests = _requests_among(session, streams)
    logbook.keys.load(requests & logbook.sealing(events))
    rows = logbook.rows(events, _heads(session, streams), requests)
    session.execute(insert(AuditEvent), rows)


def _requests_among(session: Session, streams: set[UUID]) -> set[UUID]:
    """Which streams are rights requests; their rows are locked, in a fixed order, to chain."""
    found = select(RightsRequest.id).where(RightsRequest.id.in_(streams)).order_by(RightsRequest.id)
    return set(session.scalars(found.with_for_update()))


def _heads(session: Session, streams: set[UUID]) -> dict[UUID, Head]:
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
