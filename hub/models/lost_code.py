"""That somebody asked for a new secret code for a request, and what came of it; never a code."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import UTCDateTime


class LostCode(db.Model):
    """The last asking for one request; `round` makes each link another one."""

    __tablename__ = "lost_code"

    rights_request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id"), primary_key=True
    )
    round: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ready_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was stopped, or the code taken."""
