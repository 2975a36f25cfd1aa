"""Files that arrive in parts, until an answer takes them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class UploadState(StrEnum):
    """Receiving its parts, being checked, or ready: sealed to the person, for an answer to take."""

    CHECKING = "checking"
    READY = "ready"
    RECEIVING = "receiving"


class Upload(db.Model):
    """One file on its way; only the token that its sender keeps opens its parts."""

    __tablename__ = "upload"
    __table_args__ = (Index(None, "referral_id", "created_at"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[UploadState] = mapped_column(StrEnumType(UploadState))
    title_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    checking_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """A check that was cut short may be begun again from then on."""
    extension: Mapped[str] = mapped_column(String(10), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    storage_key: Mapped[str | None] = mapped_column(String(100))
    cautions: Mapped[str] = mapped_column(String(200), default="")
    cleaned_key: Mapped[str | None] = mapped_column(String(100))
    cleaned_size: Mapped[int | None]
    cleaned_sha256: Mapped[str | None] = mapped_column(String(64))


class UploadPart(db.Model):
    """One part, kept sealed in the store."""

    __tablename__ = "upload_part"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(100))
