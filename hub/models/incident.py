"""Incidents: an answer that came to the wrong person, and what the register says of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.actors import ActorKind
from hub.domain.incidents import IncidentRisk
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class Incident(db.Model):
    """One breach (GDPR 33(5)); its words lie under the key of the procedure.

    The answer stands still until `released_at`: nobody opens it. `said_sealed` is what who told it
    wrote, `entry_sealed` the words of the register.
    """

    __tablename__ = "incident"
    __table_args__ = (Index(None, "opened_at", "id"),)

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answer.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[ActorKind] = mapped_column(StrEnumType(ActorKind))
    said_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    entry_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    risk: Mapped[IncidentRisk | None] = mapped_column(StrEnumType(IncidentRisk))
    notified_on: Mapped[date | None]
    told_on: Mapped[date | None]
    written_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    written_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
