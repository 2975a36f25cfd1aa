"""The log: insert-only rows, chained per rights request (or per stream of the hub's own acts)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.actors import ActorKind
from hub.domain.audit_log import EventKind
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class AuditEvent(db.Model):
    """One act. `stream_id` is the rights request, or the organisation whose act it was."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("stream_id", "seq"),)

    id: Mapped[Key]
    stream_id: Mapped[UUID]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_kind: Mapped[ActorKind] = mapped_column(StrEnumType(ActorKind))
    actor_pseudonym: Mapped[str] = mapped_column(String(32))
    kind: Mapped[EventKind] = mapped_column(StrEnumType(EventKind))
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    detail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_event_no_{act.lower()} BEFORE {act} ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'audit_event is insert-only'); END"
    for act in ("UPDATE", "DELETE")
)
POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION audit_event_guard() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'audit_event is insert-only'; END $$ LANGUAGE plpgsql""",
    """CREATE OR REPLACE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_guard()""",
    """CREATE OR REPLACE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_guard()""",
)
"""Statements that guard the log; any migration that rebuilds the table must run them again."""

for _dialect, _statements in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRESQL_GUARDS)):
    for _statement in _statements:
        event.listen(
            AuditEvent.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect)
        )
