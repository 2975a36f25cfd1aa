"""The file of the hub itself: dated documents and acts by which it proves what it does."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.hub_records import RecordKind
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class HubRecord(db.Model):
    """One version of a document, an agreement or an act (GDPR 5(2), 24): a fact, never a file.

    Rows are only added; one entered by mistake is withdrawn, and stays.
    """

    __tablename__ = "hub_record"
    __table_args__ = (Index(None, "kind", "organisation_id", "dated_on"),)

    id: Mapped[Key]
    kind: Mapped[RecordKind] = mapped_column(StrEnumType(RecordKind))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(40), default="")
    dated_on: Mapped[date]
    review_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(500), default="")
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
