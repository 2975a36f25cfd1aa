"""Destroys copies of identity documents: with the verdict, or after too long without one (X9).

The line goes with the unit: from its commit nobody may open the copy. The file itself is deleted
after, and if that is cut short the daily run of retention deletes it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from hub.domain.audit_log import EventKind
from hub.domain.sightings import SeenKind
from hub.models.answer import Document
from hub.queries.identity_documents import is_identity_copy
from hub.services.sightings import Seen, note_sighting
from hub.services.unit_of_work import Work

EMPTIED = b""
Destroyed = Mapping[UUID, str]
"""Documents destroyed, each with the key of its file, to be deleted after the commit."""


def note_and_destroy(work: Work, referral_id: UUID, seen: Seen) -> Destroyed:
    """Note a paper that was looked at; a verdict on identity destroys the copies that came for it.

    Raises what `note_sighting` raises.
    """
    note_sighting(work, referral_id, seen)
    if seen.kind is not SeenKind.IDENTITY_DOCUMENT:
        return {}
    return _destroy(work, Document.referral_id == referral_id, seen.verdict.value)


def destroy_forgotten(work: Work) -> Destroyed:
    """Destroy the copies on which nobody has decided in time."""
    too_old = timedelta(days=work.ports.policies.identity.longest_days)
    return _destroy(work, Document.created_at < work.now - too_old, "none")


def forget_destroyed(work: Work, document_ids: Sequence[UUID]) -> None:
    """Write down that these files are gone from the store."""
    work.session.execute(
        update(Document).where(Document.id.in_(document_ids)).values(storage_key=None)
    )


def _destroy(work: Work, which: ColumnElement[bool], verdict: str) -> Destroyed:
    rows = work.session.scalars(select(Document).where(which, is_identity_copy())).all()
    for row in rows:
        row.deleted_at, row.title_sealed = work.now, EMPTIED
        work.record(
            EventKind.DOCUMENT_DESTROYED, row.rights_request_id, row.referral_id, verdict=verdict
        )
    return {row.id: row.storage_key for row in rows if row.storage_key}
