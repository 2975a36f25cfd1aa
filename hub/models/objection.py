"""The list of objections that were accepted: a keyed identifier, the use refused, and when."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.extensions import db
from hub.models.columns import Key


class ObjectionEntry(db.Model):
    """One person kept out of one processing; `person_index` is her blind index and no more.

    It outlives the content of her request, so that the choice is respected (GDPR 21; LIL 74). One
    that a corrected answer gave back has an end, and stays on the list of the days before it.
    """

    __tablename__ = "objection_entry"
    __table_args__ = (
        UniqueConstraint(
            "person_index",
            "processing_id",
            "organisation_id",
            "decided_on",
            name="uq_objection_entry_one_a_day",
        ),
    )

    id: Mapped[Key]
    person_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    processing_id: Mapped[UUID] = mapped_column(ForeignKey("processing.id"), index=True)
    decided_on: Mapped[date]
    ended_on: Mapped[date | None]
