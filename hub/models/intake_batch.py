"""Files of requests brought from elsewhere: what was chosen, and what came of each line."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class BatchState(StrEnum):
    """How far a file has come."""

    CHECKED = "checked"
    DONE = "done"
    DROPPED = "dropped"
    RECEIVED = "received"
    WAITING = "waiting"


class LineState(StrEnum):
    """What came of one line; `already`: it was recorded before, and nothing was doubled."""

    ALREADY = "already"
    FILED = "filed"
    READY = "ready"
    REFUSED = "refused"


class IntakeBatch(db.Model):
    """One file, sealed to its own key until it is imported; `choices`: columns and fallbacks."""

    __tablename__ = "intake_batch"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"))
    state: Mapped[BatchState] = mapped_column(StrEnumType(BatchState))
    key_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    storage_key: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int]
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class IntakeLine(db.Model):
    """One line of a file: its number, what came of it, and its faults (never a value of it)."""

    __tablename__ = "intake_line"
    __table_args__ = (UniqueConstraint("batch_id", "line"), Index(None, "batch_id", "state"))

    id: Mapped[Key]
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("intake_batch.id"))
    line: Mapped[int]
    state: Mapped[LineState] = mapped_column(StrEnumType(LineState))
    faults: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reference: Mapped[str | None] = mapped_column(String(16))


class RememberedColumns(db.Model):
    """The columns that an organisation last chose, by the folded headers of its files."""

    __tablename__ = "remembered_columns"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
