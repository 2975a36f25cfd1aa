"""Writes down that a person made her file for the CNIL: what it held, never what it says."""

from collections.abc import Sequence
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.models.columns import new_id
from hub.services.documents import open_documents
from hub.services.unit_of_work import Work


def record_cnil_file(
    work: Work,
    rights_request_id: UUID,
    *,
    sha256: str,
    referral_ids: Sequence[UUID],
    document_ids: Sequence[UUID],
) -> None:
    """One event for the file, and one for each document opened to be put in it.

    Its subject is the file's own id: a controller must learn neither that she turns to the CNIL
    nor to whom else she wrote.
    """
    open_documents(work, document_ids)
    work.record(
        EventKind.CNIL_FILE_MADE,
        rights_request_id,
        new_id(),
        sha256=sha256,
        referrals=[str(key) for key in referral_ids],
    )
