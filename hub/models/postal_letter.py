"""A letter on paper that brings one referral to a controller known by its postal address alone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key, UTCDateTime


class PostalLetter(db.Model):
    """One sheet: to print (no batch), to post, posted, or returned by the post."""

    __tablename__ = "postal_letter"
    __table_args__ = (Index(None, "batch_id", "posted_on"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), index=True)
    address: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    batch_id: Mapped[UUID | None]
    printed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    posted_on: Mapped[date | None]
    returned_on: Mapped[date | None]
