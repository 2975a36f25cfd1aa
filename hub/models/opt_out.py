"""The register of opt-outs from secondary use, act after act, and complaints about it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.complaints import ComplaintOutcome
from hub.domain.opt_outs import OptOutAct
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class OptOutEntry(db.Model):
    """One act of the register; rows are only added, but for a reason given afterwards."""

    __tablename__ = "opt_out_entry"
    __table_args__ = (
        UniqueConstraint("rights_request_id", "position"),
        Index(None, "recorded_at"),
    )

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"))
    position: Mapped[int]
    act: Mapped[OptOutAct] = mapped_column(StrEnumType(OptOutAct))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CnilComplaint(db.Model):
    """A complaint about the opt-out, which the hub transmits to the CNIL (EHDS 81)."""

    __tablename__ = "cnil_complaint"
    __table_args__ = (Index(None, "made_at", "id"),)

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    transmitted_on: Mapped[date | None]
    transmitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    transmitted_by_name: Mapped[str] = mapped_column(String(200), default="")
    cnil_number: Mapped[str] = mapped_column(String(60), default="")
    outcome: Mapped[ComplaintOutcome | None] = mapped_column(StrEnumType(ComplaintOutcome))
    outcome_on: Mapped[date | None]
    outcome_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
