"""The link by which a controller without account reads and answers one referral, and its visits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.directory import Channel
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class AnswerLink(db.Model):
    """One per referral; `token_hash` is of the last link (or code on paper) that was sent.

    `address_index` is the blind index of the address it was sent to: once the contact point has
    another one, the link opens nothing.
    """

    __tablename__ = "answer_link"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), unique=True)
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"), index=True)
    channel: Mapped[Channel] = mapped_column(StrEnumType(Channel))
    address_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    round_number: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    code_round: Mapped[int] = mapped_column(default=0)
    code_sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    codes_counted: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LinkVisit(db.Model):
    """A visit by a link once its code was given; only the hash of the browser's token is kept."""

    __tablename__ = "link_visit"

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    answer_link_id: Mapped[UUID] = mapped_column(ForeignKey("answer_link.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
