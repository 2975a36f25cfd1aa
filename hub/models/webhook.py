"""A controller's endpoint, and the log of the calls made to it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.webhooks import CallKind
from hub.extensions import db
from hub.models.columns import Key, Sealed, StrEnumType, UTCDateTime


class EndpointState(StrEnum):
    """Whether referrals are announced there."""

    CONFIRMED = "confirmed"
    IN_REVIEW = "in_review"
    """It has answered nothing good for a week: somebody must look at it."""
    STOPPED = "stopped"
    UNCONFIRMED = "unconfirmed"


class WebhookEndpoint(db.Model):
    """Where an organisation's software is called; its keys are sealed under a key of their own."""

    __tablename__ = "webhook_endpoint"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    state: Mapped[EndpointState] = mapped_column(
        StrEnumType(EndpointState), default=EndpointState.UNCONFIRMED
    )
    data_key: Mapped[Sealed]
    secret_sealed: Mapped[Sealed]
    former_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class WebhookAttempt(db.Model):
    """One call that was made, and what came of it; nothing of what it was about."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index(None, "organisation_id", "at"),)

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    delivery_id: Mapped[UUID]
    """Of the outbox, which may have forgotten it since."""
    kind: Mapped[CallKind] = mapped_column(StrEnumType(CallKind))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    result: Mapped[str] = mapped_column(String(40))
    status: Mapped[int | None]
    took_ms: Mapped[int | None]
