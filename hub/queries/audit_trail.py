"""The log as it is read: entries for verification, and a case's trail for its DPO."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.domain.audit_log import CONSULTATIONS, Entry, EventKind, detail_digest
from hub.models.answer import Answer, Document
from hub.models.audit_event import AuditEvent
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.sealing import Place, RequestKeys, Shredded

BATCH = 1000


@dataclass(frozen=True)
class TrailRow:
    """One act of a case: when, who by, what; `facts` is None once its key was destroyed."""

    seq: int
    at: datetime
    kind: EventKind
    actor_kind: str
    actor_name: str
    subject_id: UUID | None
    facts: dict[str, Any] | None
    hash: bytes


def stored_entries(session: Session) -> Iterator[tuple[Entry, bytes]]:
    """Every event of the log with its stored hash, stream by stream, in order; read in batches."""
    wanted = select(AuditEvent).order_by(AuditEvent.stream_id, AuditEvent.seq)
    rows = session.scalars(wanted.execution_options(yield_per=BATCH))
    return ((_entry(row), row.hash) for row in rows)


def entries_of(session: Session, stream_id: UUID) -> list[tuple[Entry, bytes]]:
    """The events of one stream with their stored hashes, in order."""
    return [(_entry(row), row.hash) for row in session.scalars(_stream(stream_id))]


def entries_of_streams(
    session: Session, stream_ids: Collection[UUID]
) -> dict[UUID, list[tuple[Entry, bytes]]]:
    """The same for several streams, in one query."""
    wanted = (
        select(AuditEvent)
        .where(AuditEvent.stream_id.in_(stream_ids))
        .order_by(AuditEvent.stream_id, AuditEvent.seq)
    )
    found: dict[UUID, list[tuple[Entry, bytes]]] = {}
    for row in session.scalars(wanted):
        found.setdefault(row.stream_id, []).append((_entry(row), row.hash))
    return found


def trail_of(
    session: Session, keys: RequestKeys, rights_request_id: UUID, organisation_id: UUID | None
) -> list[TrailRow]:
    """The acts of a case, oldest first.

    With an organisation, only what concerns the whole case or that organisation's own referral:
    a controller never learns which others were addressed.
    """
    rows = session.scalars(_stream(rights_request_id)).all()
    if organisation_id is not None:
        own = _own_subjects(session, rights_request_id, organisation_id)
        rows = [row for row in rows if row.subject_id in own]
    return [_trail_row(keys, row) for row in rows]


def count_events(session: Session) -> int:
    """How many events the log holds."""
    return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def _stream(stream_id: UUID) -> Select[AuditEvent]:
    return select(AuditEvent).where(AuditEvent.stream_id == stream_id).order_by(AuditEvent.seq)


def _own_subjects(
    session: Session, rights_request_id: UUID, organisation_id: UUID
) -> set[UUID | None]:
    """The case itself, the organisation's referral, and the answers and documents of it."""
    referral_id = session.scalar(
        select(Referral.id).where(
            Referral.rights_request_id == rights_request_id,
            Referral.organisation_id == organisation_id,
        )
    )
    own: set[UUID | None] = {rights_request_id, referral_id}
    for model in (Answer, Document):
        own |= set(session.scalars(select(model.id).where(model.referral_id == referral_id)))
    return own


def _entry(row: AuditEvent) -> Entry:
    return Entry(
        stream_id=row.stream_id,
        seq=row.seq,
        at=row.at,
        actor_kind=row.actor_kind.value,
        actor_pseudonym=row.actor_pseudonym,
        kind=row.kind.value,
        subject_id=row.subject_id,
        detail_digest=detail_digest(row.detail_sealed),
        prev=row.prev,
    )


def _trail_row(keys: RequestKeys, row: AuditEvent) -> TrailRow:
    key_class = KeyClass.CONSULTATIONS if row.kind in CONSULTATIONS else KeyClass.PROCEDURE
    place = Place(row.stream_id, "audit_event.detail_sealed", row.id, key_class)
    facts: dict[str, Any] | None
    try:
        facts = keys.open_facts(place, row.detail_sealed)
    except Shredded:
        facts = None
    name = str((facts or {}).get("actor", ""))
    return TrailRow(
        row.seq, row.at, row.kind, row.actor_kind.value, name, row.subject_id, facts, row.hash
    )
