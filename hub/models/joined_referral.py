"""Two referrals of one person that a member treats as one: the later is joined to the earlier."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import UTCDateTime


class JoinedReferral(db.Model):
    """One row a later referral; each keeps its reference, its clock and its own answer."""

    __tablename__ = "joined_referral"

    later_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), primary_key=True)
    earlier_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)
    joined_by_name: Mapped[str] = mapped_column(String(200), default="")
