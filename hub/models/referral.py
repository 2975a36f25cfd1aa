"""The part of a rights request that one controller must answer, its items and its clock."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.clock import ClockEventKind
from hub.domain.directory import RecipientKind
from hub.domain.lifecycle import ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.domain.working_days import HolidayZone
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class WaitingFor(StrEnum):
    """Whose turn it is on a referral."""

    COLLEAGUE = "colleague"
    CONTROLLER = "controller"
    NOBODY = "nobody"
    PERSON = "person"
    SECOND_READER = "second_reader"
    TO_APPLY = "to_apply"


class Referral(db.Model):
    """One per (rights request, controller); its dates are a cache of its clock ledger."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("rights_request_id", "organisation_id"),
        Index(None, "organisation_id", "state", "due_on", "id"),
        Index(None, "organisation_id", "received_at", "id"),
        Index(None, "state", "due_on"),
    )

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    right: Mapped[Right] = mapped_column(StrEnumType(Right))
    state: Mapped[ReferralState] = mapped_column(StrEnumType(ReferralState))
    waiting_for: Mapped[WaitingFor] = mapped_column(
        StrEnumType(WaitingFor), default=WaitingFor.CONTROLLER
    )
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_event_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_event_kind: Mapped[str] = mapped_column(String(60))
    zone: Mapped[HolidayZone] = mapped_column(StrEnumType(HolidayZone))
    strict_on: Mapped[date]
    due_on: Mapped[date | None]
    notice_limit_on: Mapped[date | None]
    refusal_due_on: Mapped[date]
    is_suspended: Mapped[bool] = mapped_column(default=False)
    is_extended: Mapped[bool] = mapped_column(default=False)
    rule_version: Mapped[str] = mapped_column(String(30))
    calendar_version: Mapped[str] = mapped_column(String(30))
    routing_trace: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    assigned_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"), index=True)
    label: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[Outcome | None] = mapped_column(StrEnumType(Outcome))
    contested_once: Mapped[bool] = mapped_column(default=False)
    transferred_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    # Empty: nobody was named, and an operator looks for who is in charge.
    transferred_to_name: Mapped[str | None] = mapped_column(String(300))
    search_ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the hub gave up looking for the organisation that a "not us" named."""


class ReferralItem(db.Model):
    """One processing of a referral: what is asked about it, why it is there, what came of it."""

    __tablename__ = "referral_item"
    __table_args__ = (UniqueConstraint("referral_id", "processing_id"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome | None] = mapped_column(StrEnumType(Outcome))
    decided_on: Mapped[date | None]
    applied_on: Mapped[date | None]
    applied_proof_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    applied_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ToldBy(StrEnum):
    """By which way a recipient was told of a change (GDPR 19)."""

    EMAIL = "email"
    INTERFACE = "interface"
    PHONE = "phone"
    POST = "post"


class RecipientNotice(db.Model):
    """One recipient to be told of a rectification, erasure or restriction (GDPR 19).

    Closed by date, channel and proof, or by the reason why it is impossible or disproportionate.
    Its name is kept as it was: a recipient of the directory may go.
    """

    __tablename__ = "recipient_notice"
    __table_args__ = (UniqueConstraint("referral_item_id", "recipient_id"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    referral_item_id: Mapped[UUID] = mapped_column(ForeignKey("referral_item.id"))
    recipient_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[RecipientKind] = mapped_column(StrEnumType(RecipientKind))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_on: Mapped[date | None]
    channel: Mapped[ToldBy | None] = mapped_column(StrEnumType(ToldBy))
    proof_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    not_told_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_name: Mapped[str] = mapped_column(String(200), default="")


class ClockEntry(db.Model):
    """One event of a referral's clock ledger; rows are only ever added."""

    __tablename__ = "clock_entry"
    __table_args__ = (Index(None, "referral_id", "effective_at"),)

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    kind: Mapped[ClockEventKind] = mapped_column(StrEnumType(ClockEventKind))
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(String(60))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class SavedView(db.Model):
    """A filter of the inbox that a member kept under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("member_id", "name"),)

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
