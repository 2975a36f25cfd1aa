"""Answers, their items and the files that go with them or with a message."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.outcomes import Outcome
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class AnswerState(StrEnum):
    """How far an answer has come; a correction is a later answer that names the earlier.

    Sent back: by its second reader, or taken back. Set aside: the case ended before it left.
    """

    AWAITING_SECOND_READER = "awaiting_second_reader"
    CORRECTED = "corrected"
    PROPOSED = "proposed"
    SENT = "sent"
    SENT_BACK = "sent_back"
    SET_ASIDE = "set_aside"


GIVEN = (AnswerState.SENT, AnswerState.CORRECTED)
"""Answers that reached the person; the others are the controller's own business."""


UNSENT = (AnswerState.SENT_BACK, AnswerState.SET_ASIDE)
"""Answers that will not leave as they are; the next one may take over their files."""


class Direction(StrEnum):
    """Which way a document travels; kept: a proof that stays with the case."""

    FROM_PERSON = "from_person"
    KEPT = "kept"
    TO_PERSON = "to_person"


class OutsideChannel(StrEnum):
    """How an answer was given outside the hub."""

    COUNTER = "counter"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"


class Answer(db.Model):
    """One answer of a controller to its whole referral."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "referral_id", "created_at"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    state: Mapped[AnswerState] = mapped_column(StrEnumType(AnswerState))
    outcome: Mapped[Outcome] = mapped_column(StrEnumType(Outcome))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    author_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("answer.id"))
    outside_channel: Mapped[OutsideChannel | None] = mapped_column(StrEnumType(OutsideChannel))
    outside_on: Mapped[date | None]
    outside_proof_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deletion_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the letter and its files were deleted; the decision stays."""
    second_reader_id: Mapped[UUID | None]
    second_reader_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    second_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reader_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    alone_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    review_wanted: Mapped[bool] = mapped_column(default=False, server_default=false())
    reviewed_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    author_capacity: Mapped[str] = mapped_column(String(120), default="", server_default="")
    author_service: Mapped[str] = mapped_column(String(200), default="", server_default="")
    letter_key: Mapped[str | None] = mapped_column(String(100))
    letter_sha256: Mapped[str | None] = mapped_column(String(64))
    letter_size: Mapped[int | None]


class AnswerItem(db.Model):
    """What an answer says of one processing; a refusal carries its ground, reasons, evidence."""

    __tablename__ = "answer_item"
    __table_args__ = (UniqueConstraint("answer_id", "processing_id"),)

    id: Mapped[Key]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answer.id"), index=True)
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"))
    outcome: Mapped[Outcome] = mapped_column(StrEnumType(Outcome))
    ground: Mapped[str | None] = mapped_column(String(30))
    reasons_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    matrix_version: Mapped[str] = mapped_column(String(30), default="", server_default="")
    rule_version: Mapped[str] = mapped_column(String(30), default="", server_default="")
    """The table of rights and the rules of time in force when the decision was sent."""


class Document(db.Model):
    """The inventory line of a stored file; the file itself lies sealed in the file store."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "referral_id", "created_at"),)

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    answer_id: Mapped[UUID | None] = mapped_column(ForeignKey("answer.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"), index=True)
    referral_item_id: Mapped[UUID | None] = mapped_column(index=True)
    direction: Mapped[Direction] = mapped_column(StrEnumType(Direction))
    title_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    extension: Mapped[str] = mapped_column(String(10))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str | None] = mapped_column(String(100))
    cautions: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What a reader should know before opening it: codes of `hub.ports.Caution`, by commas."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_again_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the person, whose code died since, asked that it be sent again."""
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """From then on nobody may open it; `storage_key` goes once the file itself is gone."""


class CleanedCopy(db.Model):
    """A copy of a document without what it does by itself; the document stays as it came."""

    __tablename__ = "cleaned_copy"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(100))


class DownloadTicket(db.Model):
    """Opens one download, once, within a minute, to the visit or session that asked for it."""

    __tablename__ = "download_ticket"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    holder_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    cleaned: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
