"""Reminders already sent: a row each, so that none leaves twice."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.notices import NoticeKind
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class Notice(db.Model):
    """One reminder about one referral; `due_on` is the day on which the reminder fell due."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("referral_id", "kind", "due_on"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    kind: Mapped[NoticeKind] = mapped_column(StrEnumType(NoticeKind))
    due_on: Mapped[date]
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
