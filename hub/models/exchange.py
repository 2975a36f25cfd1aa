"""What is said around a referral: messages, internal notes, and tasks for colleagues."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class MessageKind(StrEnum):
    """What a message is; a note is internal and never shown to the person.

    A completion lists what the filing lacks (CRPA R112-11-4): it stops no time of the GDPR.
    """

    COMPLETION = "completion"
    IDENTITY_CHECK = "identity_check"
    NOTE = "note"
    QUESTION = "question"
    REPLY = "reply"


ASKED = frozenset({MessageKind.COMPLETION, MessageKind.IDENTITY_CHECK, MessageKind.QUESTION})
"""Messages that wait for the person's reply."""


class Message(db.Model):
    """One message of the exchange between a controller and the person, or an internal note."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "referral_id", "sent_at"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    kind: Mapped[MessageKind] = mapped_column(StrEnumType(MessageKind))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    doubt_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    author_name: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reply_by_on: Mapped[date | None]
    replies_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the person was told that the question waits no more; a late reply opens it again."""


class ColleagueTask(db.Model):
    """A question to a colleague without account, by a link to her mailbox, for one referral."""

    __tablename__ = "colleague_task"
    __table_args__ = (Index(None, "referral_id", "asked_at"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    colleague_name: Mapped[str] = mapped_column(String(200))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    identifiers: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reply_by_on: Mapped[date]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reply_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
