"""Members' open sessions: the server's side of the cookie, which ends when its row does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key, UTCDateTime


class MemberSession(db.Model):
    """One browser in which a member is signed in; of its number only a keyed hash is kept."""

    __tablename__ = "member_session"

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), index=True)
    number_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    confirmation_ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    device: Mapped[str] = mapped_column(String(60), default="")
