"""Mails asking to confirm an address, by a blind index of the mailbox, until one is confirmed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import UTCDateTime


class ConfirmationMail(db.Model):
    """One mail; numbered for its mailbox, so that two sent at once cannot both be the first."""

    __tablename__ = "confirmation_mail"

    mailbox_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    delivery_id: Mapped[UUID] = mapped_column(unique=True)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
