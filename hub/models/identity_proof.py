"""That an identity was proven: how, how surely, when, for which visit or which referral."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import IdentityMatch, ProofMeans
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
