"""That somebody acts for a person, and the papers that were looked at; never the papers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.representation import AnswerTo, Capacity, Objection
from hub.domain.sightings import SeenKind, Verdict
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class RepresentationRow(db.Model):
    """That a filing was made for another: how far it opens, and what became of it since.

    Names and the object of the mandate lie sealed with the identity. `left_out` are processings
    that the mandate does not cover: nothing about them was passed on. `code_waits`: the answer is
    the person's, so who filed got no code; hers waits until `code_renewed_at`.
    """

    __tablename__ = "representation"

    rights_request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id"), primary_key=True
    )
    capacity: Mapped[Capacity] = mapped_column(StrEnumType(Capacity))
    answer_to: Mapped[AnswerTo] = mapped_column(StrEnumType(AnswerTo))
    ends_on: Mapped[date | None]
    objection: Mapped[Objection | None] = mapped_column(StrEnumType(Objection))
    left_out: Mapped[list[Any]] = mapped_column(JSON, default=list)
    code_waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    disputed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    code_renewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Sighting(db.Model):
    """A paper that was looked at and not kept: what it was, when, by whom, what came of it."""

    __tablename__ = "sighting"

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[SeenKind] = mapped_column(StrEnumType(SeenKind))
    verdict: Mapped[Verdict] = mapped_column(StrEnumType(Verdict))
    seen_on: Mapped[date]
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    seen_by_name: Mapped[str] = mapped_column(String(200), default="")
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
