"""Receives files before the lock, and enters them in the inventory inside it."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.errors import Invalid
from hub.models.answer import UNSENT, Answer, CleanedCopy, Direction, Document
from hub.models.columns import new_id
from hub.models.referral import Referral
from hub.port_errors import FilesUnavailable
from hub.ports import Caution, CheckedFile, Inspection, Ports, Scan, StoredFile
from hub.sealing import Place
from hub.services.unit_of_work import Work

MOST_BYTES_FROM_PERSON = 20 * 1024 * 1024
EMPTIED = b""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReceivedFile:
    """A file checked, sealed and stored, not yet in the inventory."""

    title: str
    checked: CheckedFile
    stored: StoredFile
    cautions: tuple[Caution, ...] = ()
    cleaned: StoredFile | None = None

    def stored_keys(self) -> Iterator[str]:
        """Where its bytes lie in the store."""
        yield self.stored.key
        if self.cleaned is not None:
            yield self.cleaned.key


def receive_file(
    ports: Ports, filename: str, stream: BinaryIO, *, sealed_to: str | bytes, limit: int
) -> ReceivedFile:
    """Check an upload and store it sealed, with a cleaned copy where it does something by itself.

    It is looked at now because nobody but its reader can look later. Raises FileTooLarge,
    FileKindRefused, FileInfected, ScannerUnavailable, StorageFull, FilesUnavailable.
    """
    checked = ports.check_upload(filename, stream, limit)
    cautions = list(_scanned(ports, stream))
    found = ports.inspect_pdf(stream) if checked.extension == "pdf" else Inspection()
    stream.seek(0)
    stored = ports.files.put(stream, sealed_to=sealed_to)
    try:
        cleaned = _put_cleaned(ports, found, sealed_to)
    except BaseException:
        release_files(ports, [stored.key])
        raise
    cautions.extend(found.cautions)
    return ReceivedFile(checked.safe_name, checked, stored, tuple(cautions), cleaned)


def _scanned(ports: Ports, stream: BinaryIO) -> Iterator[Caution]:
    if ports.antivirus is None:
        return
    if ports.antivirus.scan(stream) is Scan.TOO_LARGE:
        yield Caution.NOT_SCANNED


def _put_cleaned(ports: Ports, found: Inspection, sealed_to: str | bytes) -> StoredFile | None:
    """Only for the person: her own files are looked at as she sent them, and then destroyed."""
    if found.cleaned is None or not isinstance(sealed_to, str):
        return None
    return ports.files.put(io.BytesIO(found.cleaned), sealed_to=sealed_to)


def discard_files(ports: Ports, files: Sequence[ReceivedFile]) -> None:
    """Delete files whose unit of work failed."""
    release_files(ports, [key for received in files for key in received.stored_keys()])


def release_files(ports: Ports, keys: Iterable[str]) -> bool:
    """Delete files that no line names any more; whether all are gone.

    What was decided stands even where the store is away: what it could not delete is left over,
    and found by `rights-hub files check`.
    """
    left = 0
    for key in keys:
        try:
            ports.files.delete(key)
        except FilesUnavailable:
            left += 1
    if left:
        log.warning("files_left_over", count=left)
    return not left


def enter_documents(
    work: Work,
    referral: Referral,
    files: Sequence[ReceivedFile],
    *,
    direction: Direction,
    answer_id: UUID | None = None,
    message_id: UUID | None = None,
) -> None:
    """Write the inventory lines of files already stored."""
    for received in files:
        row = _document_row(work, referral, received, direction)
        row.answer_id, row.message_id = answer_id, message_id


def take_over_documents(
    work: Work, referral: Referral, document_ids: Sequence[UUID], answer_id: UUID
) -> list[Document]:
    """Give a new answer the files of one sent back that its author still wants; the rest goes.

    They stay sealed to the person as they were. Raises Invalid (`files`) for any other file.
    """
    waiting = {row.id: row for row in _unsent(work, referral)}
    if not set(document_ids) <= set(waiting):
        raise Invalid(field="files", reason="unknown")
    taken = [waiting.pop(document_id) for document_id in dict.fromkeys(document_ids)]
    for row in taken:
        row.answer_id = answer_id
    remove_documents(work, waiting.values())
    return taken


def drop_unsent_documents(work: Work, referral: Referral) -> None:
    """Remove the files of answers that will not leave: the run of retention deletes them."""
    remove_documents(work, _unsent(work, referral))


def _unsent(work: Work, referral: Referral) -> Sequence[Document]:
    return work.session.scalars(
        select(Document)
        .join(Answer, Answer.id == Document.answer_id)
        .where(
            Document.referral_id == referral.id,
            Document.deleted_at.is_(None),
            Answer.state.in_(UNSENT),
        )
    ).all()


def remove_documents(work: Work, rows: Iterable[Document]) -> None:
    """Take files away: nobody opens them from now on, and the run of retention deletes them."""
    for row in rows:
        row.deleted_at, row.title_sealed = work.now, EMPTIED
        work.record(EventKind.DOCUMENT_REMOVED, row.rights_request_id, row.id)


def keep_documents(
    work: Work, referral: Referral, files: Sequence[ReceivedFile], referral_item_id: UUID
) -> None:
    """Write the inventory lines of files that prove what was done about one item."""
    for received in files:
        row = _document_row(work, referral, received, Direction.KEPT)
        row.referral_item_id = referral_item_id


def _document_row(
    work: Work, referral: Referral, received: ReceivedFile, direction: Direction
) -> Document:
    document_id = new_id()
    place = Place(referral.rights_request_id, "document.title_sealed", document_id)
    row = Document(
        id=document_id,
        rights_request_id=referral.rights_request_id,
        referral_id=referral.id,
        direction=direction,
        title_sealed=work.keys.seal(place, received.title),
        extension=received.checked.extension,
        media_type=received.checked.media_type,
        size=received.stored.size,
        sha256=received.stored.sha256,
        storage_key=received.stored.key,
        cautions=",".join(received.cautions),
        created_at=work.now,
    )
    work.session.add(row)
    if received.cleaned is not None:
        # Its document goes in first: no relationship tells the unit their order.
        work.session.flush()
        copy = received.cleaned
        work.session.add(
            CleanedCopy(
                document_id=document_id, size=copy.size, sha256=copy.sha256, storage_key=copy.key
            )
        )
    work.record(EventKind.DOCUMENT_SENT, referral.rights_request_id, document_id)
    return row


def open_document(work: Work, document: Document) -> None:
    """Write down that a document was opened, by whom the unit's actor says."""
    open_documents(work, [document.id])


def open_documents(work: Work, document_ids: Sequence[UUID]) -> None:
    """The same for several, in one query."""
    wanted = select(Document).where(Document.id.in_(document_ids)).order_by(Document.id)
    for row in work.session.scalars(wanted):
        row.opened_at = row.opened_at or work.now
        work.record(EventKind.DOCUMENT_OPENED, row.rights_request_id, row.id)
