"""What only a person at the hub can do about one case: write by post, check, give a new code."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class HubTaskKind(StrEnum):
    """What is to be done."""

    CHECK_DISPUTE = "check_dispute"
    CODE_BY_POST = "code_by_post"
    TELL_BY_POST = "tell_by_post"


class HubTask(db.Model):
    """One task of the hub's agents; `done_at` empty: it waits."""

    __tablename__ = "hub_task"
    __table_args__ = (Index(None, "done_at", "opened_at"),)

    id: Mapped[Key]
    kind: Mapped[HubTaskKind] = mapped_column(StrEnumType(HubTaskKind))
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    done_by_name: Mapped[str] = mapped_column(String(200), default="")
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
