"""Acknowledgements of receipt: insert-only rows, the content sealed and its fingerprint kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, JSON, ForeignKey, Index, LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.acknowledgements import Occasion
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class AcknowledgementRow(db.Model):
    """One acknowledgement (CRPA R112-11-1); `missing` names the mandatory fields it lacks.

    `content_sealed` opens as the canonical text of domain.acknowledgements, of which `sha256` is
    the fingerprint. It is covered by the key of the procedure's facts, and shredded with it.
    """

    __tablename__ = "acknowledgement"
    __table_args__ = (Index(None, "referral_id", "composed_at"),)

    id: Mapped[Key]
    rights_request_id: Mapped[UUID] = mapped_column(ForeignKey("rights_request.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    occasion: Mapped[Occasion] = mapped_column(StrEnumType(Occasion))
    language: Mapped[str] = mapped_column(String(5))
    composed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    missing: Mapped[list[Any]] = mapped_column(JSON, default=list)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS acknowledgement_no_{act.lower()} BEFORE {act} "
    "ON acknowledgement "
    "BEGIN SELECT RAISE(ABORT, 'acknowledgement is insert-only'); END"
    for act in ("UPDATE", "DELETE")
)
POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION acknowledgement_guard() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'acknowledgement is insert-only'; END $$ LANGUAGE plpgsql""",
    """CREATE OR REPLACE TRIGGER acknowledgement_no_change BEFORE UPDATE OR DELETE
    ON acknowledgement FOR EACH ROW EXECUTE FUNCTION acknowledgement_guard()""",
    """CREATE OR REPLACE TRIGGER acknowledgement_no_truncate BEFORE TRUNCATE ON acknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION acknowledgement_guard()""",
)
"""Statements that guard the proofs; any migration that rebuilds the table must run them again."""

for _dialect, _statements in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRESQL_GUARDS)):
    for _statement in _statements:
        event.listen(
            AcknowledgementRow.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),
        )
