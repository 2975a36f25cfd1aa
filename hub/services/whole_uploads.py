"""What becomes of a file once all its parts are there: checked, sealed, taken by an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from hub.errors import Conflict, Invalid
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.models.upload import Upload, UploadPart, UploadState
from hub.ports import Caution, CheckedFile, StoredFile
from hub.services.documents import ReceivedFile
from hub.services.joined_parts import StoredPart
from hub.services.unit_of_work import Work
from hub.services.uploads import (
    KnownUpload,
    forget_uploads,
    parts_of,
    parts_received,
    refuse_while_checked,
    title_place,
    upload_for,
)

CHECK_LASTS = timedelta(minutes=15)


class PartsMissing(Conflict):
    """The file is not whole yet; `facts['parts']` are the numbers that have not come."""

    code = "parts_missing"


@dataclass(frozen=True)
class Whole:
    """Every part of a file, and the box to seal it to."""

    title: str
    size: int
    parts: tuple[StoredPart, ...]
    box_public: str


def claim_whole(work: Work, known: KnownUpload) -> Whole | None:
    """Take a file for its check, which happens outside any lock; None when it is ready already.

    Raises NotFound, PartsMissing, BeingChecked.
    """
    row = upload_for(work, known)
    if row.state is UploadState.READY:
        return None
    refuse_while_checked(work, row)
    parts = parts_received(work, row.id)
    if missing := set(range(parts_of(row.size))) - {part.number for part in parts}:
        raise PartsMissing(parts=sorted(missing))
    row.state, row.touched_at = UploadState.CHECKING, work.now
    row.checking_until = work.now + CHECK_LASTS
    request = work.session.get_one(RightsRequest, _request_of(work, row))
    return Whole(
        work.keys.open(title_place(request.id, row.id), row.title_sealed),
        row.size,
        tuple(StoredPart(part.storage_key, part.size) for part in parts),
        request.box_public,
    )


def enter_ready(work: Work, upload_id: UUID, received: ReceivedFile) -> list[str]:
    """Write down that a file is checked and sealed; gives the keys of its parts, to be deleted.

    Raises Conflict when another check came first, or the file was given up.
    """
    row = work.session.get(Upload, upload_id, with_for_update=True)
    if row is None or row.state is not UploadState.CHECKING:
        raise Conflict(already="checked")
    row.state, row.checking_until, row.touched_at = UploadState.READY, None, work.now
    row.title_sealed = work.keys.seal(title_place(_request_of(work, row), row.id), received.title)
    row.extension, row.media_type = received.checked.extension, received.checked.media_type
    row.sha256, row.storage_key = received.stored.sha256, received.stored.key
    row.cautions = ",".join(received.cautions)
    if received.cleaned is not None:
        copy = received.cleaned
        row.cleaned_key, row.cleaned_size, row.cleaned_sha256 = copy.key, copy.size, copy.sha256
    parts = [part.storage_key for part in parts_received(work, upload_id)]
    work.session.execute(delete(UploadPart).where(UploadPart.upload_id == upload_id))
    return parts


def give_back(work: Work, upload_id: UUID) -> None:
    """A check that could not be done now: the parts stay, and it may be asked again."""
    row = _checking(work, upload_id)
    if row is not None:
        row.state, row.checking_until = UploadState.RECEIVING, None


def drop_refused(work: Work, upload_id: UUID) -> list[str]:
    """Forget a file that its check refused; gives the keys of its parts, to be deleted."""
    row = _checking(work, upload_id)
    return forget_uploads(work, [row] if row is not None else [])


def take_uploads(
    work: Work, referral: Referral, upload_ids: Sequence[UUID]
) -> tuple[ReceivedFile, ...]:
    """Give an answer the files that came in parts for it.

    Raises Invalid (`files`) for any other.
    """
    if not upload_ids:
        return ()
    rows = work.session.scalars(
        select(Upload)
        .where(
            Upload.id.in_(upload_ids),
            Upload.referral_id == referral.id,
            Upload.state == UploadState.READY,
        )
        .order_by(Upload.created_at, Upload.id)
        .with_for_update()
    ).all()
    if {row.id for row in rows} != set(upload_ids):
        raise Invalid(field="files", reason="unknown")
    taken = tuple(_received(work, referral, row) for row in rows)
    for row in rows:
        work.session.delete(row)
    return taken


def _checking(work: Work, upload_id: UUID) -> Upload | None:
    row = work.session.get(Upload, upload_id, with_for_update=True)
    return row if row is not None and row.state is UploadState.CHECKING else None


def _received(work: Work, referral: Referral, row: Upload) -> ReceivedFile:
    title = work.keys.open(title_place(referral.rights_request_id, row.id), row.title_sealed)
    cleaned = None
    if row.cleaned_key is not None:
        cleaned = StoredFile(row.cleaned_key, row.cleaned_size or 0, row.cleaned_sha256 or "")
    return ReceivedFile(
        title,
        CheckedFile(row.media_type, row.extension, title),
        StoredFile(str(row.storage_key), row.size, row.sha256),
        tuple(Caution(code) for code in row.cautions.split(",") if code),
        cleaned,
    )


def _request_of(work: Work, row: Upload) -> UUID:
    return work.session.get_one(Referral, row.referral_id).rights_request_id
