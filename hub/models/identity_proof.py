"""That an identity was proven: how, how surely, when, for which visit or which referral."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import AskedWay, IdentityMatch, KnownBy, ProofMeans
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class IdentityProof(db.Model):
    """One proof; nothing of the identity itself is kept (EDPB 01/2022 §79).

    `visit_id` is the visit in which it was given, which does not outlive two hours; `referral_id`
    the only case it serves, where a controller vouches. `subject_index` is a keyed index of the
    subject as its provider names it.
    """

    __tablename__ = "identity_proof"

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(index=True)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    means: Mapped[ProofMeans] = mapped_column(StrEnumType(ProofMeans))
    level: Mapped[IdentityLevel] = mapped_column(StrEnumType(IdentityLevel))
    match: Mapped[IdentityMatch] = mapped_column(StrEnumType(IdentityMatch))
    subject_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    proven_at: Mapped[datetime] = mapped_column(UTCDateTime)
    known_by: Mapped[KnownBy | None] = mapped_column(StrEnumType(KnownBy))
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    confirmed_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class IdentityAsk(db.Model):
    """A person asks the controller of one case to confirm her, or to write to her."""

    __tablename__ = "identity_ask"

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    way: Mapped[AskedWay] = mapped_column(StrEnumType(AskedWay))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class IdentityLetter(db.Model):
    """A letter with a code, to the address the controller holds; of the code only its hash."""

    __tablename__ = "identity_letter"

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its code was used, spent by wrong tries, or replaced by that of a later letter."""
