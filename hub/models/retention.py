"""What was deleted at the end of its time, counted run by run; and cases that are kept longer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.retention import HoldReason
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class RetentionRun(db.Model):
    """One run: how many of each kind, never which. Without `ended_at` it was cut short."""

    __tablename__ = "retention_run"

    id: Mapped[Key]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class RetentionHold(db.Model):
    """A case that nothing may be deleted of while `lifted_at` is empty."""

    __tablename__ = "retention_hold"
    __table_args__ = (Index(None, "rights_request_id", "lifted_at"),)

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"))
    reason: Mapped[HoldReason] = mapped_column(StrEnumType(HoldReason))
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    placed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
