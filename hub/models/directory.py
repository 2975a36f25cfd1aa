"""The directory: who controls which processing of health data, and how to reach them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.contact_points import Doubt
from hub.domain.directory import (
    Channel,
    ContactRole,
    ContactStatus,
    Identifier,
    IdentityLevel,
    OrganisationKind,
    ProcessingKind,
    RecipientKind,
    Source,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.second_reading import POLICY as SECOND_READING
from hub.domain.working_days import HolidayZone
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class Organisation(db.Model):
    """A body that controls, receives or resolves; its members answer the referrals."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("source", "source_key"), Index(None, "siren"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(300))
    acronym: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[OrganisationKind] = mapped_column(StrEnumType(OrganisationKind))
    siren: Mapped[str | None] = mapped_column(String(9))
    finess: Mapped[str | None] = mapped_column(String(9))
    ror: Mapped[str | None] = mapped_column(String(60))
    website: Mapped[str | None] = mapped_column(String(500))
    postal_address: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(40))
    service_name: Mapped[str | None] = mapped_column(String(200))
    holiday_zone: Mapped[HolidayZone] = mapped_column(
        StrEnumType(HolidayZone), default=HolidayZone.METROPOLE
    )
    runs_hub: Mapped[bool] = mapped_column(default=False)
    is_suspended: Mapped[bool] = mapped_column(default=False)
    second_reader_wanted: Mapped[bool] = mapped_column(
        default=SECOND_READING.wanted_by_default, server_default=true()
    )
    search_text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[Source] = mapped_column(StrEnumType(Source), default=Source.HAND)
    source_key: Mapped[str | None] = mapped_column(String(500))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    contact_points: Mapped[list["ContactPoint"]] = relationship(
        back_populates="organisation", order_by="ContactPoint.position"
    )


class ContactPoint(db.Model):
    """One way to reach an organisation, for one role, tried in the order of its position."""

    __tablename__ = "contact_point"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[ContactRole] = mapped_column(StrEnumType(ContactRole))
    channel: Mapped[Channel] = mapped_column(StrEnumType(Channel))
    address: Mapped[str | None] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(default=0)
    status: Mapped[ContactStatus] = mapped_column(
        StrEnumType(ContactStatus), default=ContactStatus.UNVERIFIED
    )
    source: Mapped[Source] = mapped_column(StrEnumType(Source), default=Source.HAND)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    doubt: Mapped[Doubt | None] = mapped_column(StrEnumType(Doubt))
    doubted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    silent_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when its page answers nothing, check after check."""

    organisation: Mapped[Organisation] = relationship(back_populates="contact_points")


class Processing(db.Model):
    """A database or a project that uses personal health data (GDPR 4(2))."""

    __tablename__ = "processing"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[Key]
    kind: Mapped[ProcessingKind] = mapped_column(StrEnumType(ProcessingKind))
    title: Mapped[str] = mapped_column(String(500))
    title_en: Mapped[str | None] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str | None] = mapped_column(Text)
    sources_text: Mapped[str | None] = mapped_column(Text)
    data_from_on: Mapped[date | None]
    data_to_on: Mapped[date | None]
    population: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(String(500))
    answer_level: Mapped[IdentityLevel] = mapped_column(
        StrEnumType(IdentityLevel), default=IdentityLevel.L2
    )
    cues: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_open: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[Source] = mapped_column(StrEnumType(Source), default=Source.HAND)
    source_key: Mapped[str | None] = mapped_column(String(500))
    source_digest: Mapped[str | None] = mapped_column(String(64))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    controllerships: Mapped[list["Controllership"]] = relationship(
        back_populates="processing", order_by="Controllership.position"
    )
    purposes: Mapped[list["Purpose"]] = relationship(
        back_populates="processing", order_by="Purpose.position"
    )
    recipients: Mapped[list["Recipient"]] = relationship(back_populates="processing")
    identifiers_asked: Mapped[list["IdentifierAsked"]] = relationship(
        back_populates="processing", order_by="IdentifierAsked.position"
    )
    reused: Mapped[list["Reuse"]] = relationship(
        back_populates="processing", foreign_keys="Reuse.processing_id"
    )


class Controllership(db.Model):
    """One controller of a processing and, when joint, its part in the arrangement (GDPR 26)."""

    __tablename__ = "controllership"
    __table_args__ = (UniqueConstraint("processing_id", "organisation_id"),)

    id: Mapped[Key]
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    is_contact: Mapped[bool] = mapped_column(default=True)
    resolves_identity: Mapped[bool] = mapped_column(default=True)
    answers: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    processing: Mapped[Processing] = relationship(back_populates="controllerships")
    organisation: Mapped[Organisation] = relationship()


class Purpose(db.Model):
    """A purpose of a processing with its one legal basis and context: the key of the law."""

    __tablename__ = "purpose"

    id: Mapped[Key]
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    title: Mapped[str] = mapped_column(String(500))
    title_en: Mapped[str | None] = mapped_column(String(500))
    legal_basis: Mapped[LegalBasis] = mapped_column(StrEnumType(LegalBasis))
    context: Mapped[Context] = mapped_column(StrEnumType(Context))
    position: Mapped[int] = mapped_column(default=0)

    processing: Mapped[Processing] = relationship(back_populates="purposes")


class Recipient(db.Model):
    """Who receives data of a processing, by name (CJEU C-154/21), processors included (GDPR 19)."""

    __tablename__ = "recipient"

    id: Mapped[Key]
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[RecipientKind] = mapped_column(StrEnumType(RecipientKind))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    category: Mapped[str] = mapped_column(String(120), default="", server_default="")

    processing: Mapped[Processing] = relationship(back_populates="recipients")


class RecipientStatement(db.Model):
    """What a controller said last of the recipients of a processing: these, or none, and who.

    From then on no import changes them.
    """

    __tablename__ = "recipient_statement"

    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), primary_key=True)
    says_none: Mapped[bool]
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    said_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))


class IdentifierAsked(db.Model):
    """What the holder needs to find a person in this processing; it composes the form."""

    __tablename__ = "identifier_asked"
    __table_args__ = (UniqueConstraint("processing_id", "identifier"),)

    id: Mapped[Key]
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    identifier: Mapped[Identifier] = mapped_column(StrEnumType(Identifier))
    is_required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    processing: Mapped[Processing] = relationship(back_populates="identifiers_asked")


class Reuse(db.Model):
    """A project that reuses a database of the directory."""

    __tablename__ = "reuse"
    __table_args__ = (UniqueConstraint("processing_id", "reused_id"),)

    id: Mapped[Key]
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    reused_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)

    processing: Mapped[Processing] = relationship(
        back_populates="reused", foreign_keys=[processing_id]
    )
    reused_processing: Mapped[Processing] = relationship(foreign_keys=[reused_id])
