"""What a person filed, her identity in a table of its own, and the keys that seal it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.lifecycle import RequestState
from hub.domain.rights import Right
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class IntakeChannel(StrEnum):
    """By which door a rights request came in."""

    API = "api"
    COUNTER = "counter"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    WEB = "web"


class KeyClass(StrEnum):
    """Classes of retention; each rights request has one data key for each."""

    CONSULTATIONS = "consultations"
    CONTENT = "content"
    PROCEDURE = "procedure"


class RightsRequest(db.Model):
    """What the person filed, once, for one right, towards any number of controllers."""

    __tablename__ = "rights_request"
    __table_args__ = (
        UniqueConstraint("idempotency_scope", "idempotency_hash"),
        Index(None, "state", "filed_at"),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    idempotency_scope: Mapped[str] = mapped_column(String(60))
    idempotency_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    body_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    right: Mapped[Right] = mapped_column(StrEnumType(Right))
    language: Mapped[str] = mapped_column(String(5))
    channel: Mapped[IntakeChannel] = mapped_column(StrEnumType(IntakeChannel))
    state: Mapped[RequestState] = mapped_column(StrEnumType(RequestState))
    state_reason: Mapped[str | None] = mapped_column(String(60))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lapses_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    has_email: Mapped[bool] = mapped_column(default=False)
    email_round: Mapped[int] = mapped_column(default=1)
    code_attempts: Mapped[int] = mapped_column(default=0)
    code_sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    filed_by_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    keyed_by_member_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    box_public: Mapped[str] = mapped_column(String(80))
    box_private_wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    box_renewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """What was sealed before opens to nobody any more: its code died with the former box."""
    statement_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    follows_id: Mapped[UUID | None] = mapped_column(index=True)
    """The request of which this one draws the consequence: an erasure after an objection."""


class DataKey(db.Model):
    """A wrapped data key; deleting `wrapped` shreds all that it covered."""

    __tablename__ = "data_key"

    rights_request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id"), primary_key=True
    )
    key_class: Mapped[KeyClass] = mapped_column(StrEnumType(KeyClass), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Identity(db.Model):
    """Who the person is, sealed: {given_names, family_name, birth_date, email, address, ...}.

    `person_index` is a blind index of surname, first given name and birth date.
    """

    __tablename__ = "identity"

    rights_request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    person_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)


class NameIndex(db.Model):
    """Blind index of each word of the person's names, so that staff can search by name."""

    __tablename__ = "name_index"

    word: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    rights_request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id"), primary_key=True, index=True
    )


class FailedVisit(db.Model):
    """Wrong secrets lately typed with a reference, whether or not there is such a reference."""

    __tablename__ = "failed_visit"

    reference_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Visit(db.Model):
    """One visit of a person who gave her reference and secret; her box is sealed to its cookie."""

    __tablename__ = "visit"

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
