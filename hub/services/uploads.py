"""Receives a large file in parts: announced, sent, and, in whole_uploads, checked and sealed.

Its sender makes a token of 32 random bytes and keeps it. The key of the parts comes from the token
alone, and the database keeps its hash: whoever copies the database, the files and the keys of the
hub while a file is on its way opens nothing of it. A connection that breaks loses one part.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from hub.domain.lifecycle import Action, ActionNotAllowed
from hub.errors import Conflict, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.referral import Referral
from hub.models.upload import Upload, UploadPart, UploadState
from hub.port_errors import FileTooLarge
from hub.ports import StoredFile
from hub.sealing import Place
from hub.services.referrals import exists_for, referral_for
from hub.services.unit_of_work import Work

PART_BYTES = 8 * 1024 * 1024
TOKEN_BYTES = 32
ABANDONED_AFTER = timedelta(days=1)
_LONGEST_NAME = 255


class BeingChecked(Conflict):
    """The file is whole and is being checked: ask again in a moment."""

    code = "being_checked"


@dataclass(frozen=True)
class Announced:
    """A file that will come: its name, its size in bytes, and the token of its sender."""

    filename: str
    size: int
    token: bytes


@dataclass(frozen=True)
class KnownUpload:
    """Which file is meant, and the token that proves whose it is."""

    referral_id: UUID
    id: UUID
    token: bytes


@dataclass(frozen=True)
class Progress:
    """How far a file has come: the numbers of the parts that are there, from 0."""

    id: UUID
    state: UploadState
    size: int
    received: tuple[int, ...]

    @property
    def parts(self) -> int:
        """How many parts the whole file has."""
        return parts_of(self.size)


def parts_of(size: int) -> int:
    """How many parts a file of this size has."""
    return -(-size // PART_BYTES)


def size_of_part(size: int, number: int) -> int:
    """How many bytes a part has: as many as any, but for the last. Raises Invalid (`part`)."""
    if not 0 <= number < parts_of(size):
        raise Invalid(field="part", reason="out_of_range", parts=parts_of(size))
    return min(PART_BYTES, size - number * PART_BYTES)


def key_of_parts(token: bytes) -> bytes:
    """The key that seals the parts of a file, from its sender's token alone."""
    return hmac.digest(token, b"parts of an upload", hashlib.sha256)


def begin_upload(work: Work, referral_id: UUID, announced: Announced, most_bytes: int) -> Progress:
    """Announce a file of the answer to come; the same token finds the same file again.

    `most_bytes` is what the files of one answer may weigh in all. Raises Invalid (`name`, `size`,
    `token`), FileTooLarge, and what `referral_for` raises.
    """
    referral = _answerable(work, referral_id)
    _check_announced(announced)
    known = work.session.scalar(
        select(Upload).where(Upload.token_hash == _hash(announced.token)).with_for_update()
    )
    if known is not None:
        if (known.referral_id, known.size) != (referral_id, announced.size):
            raise Conflict(already="announced")
        return _progress(work, known)
    on_their_way = select(func.sum(Upload.size)).where(Upload.referral_id == referral_id)
    room = most_bytes - int(work.session.scalar(on_their_way) or 0)
    if announced.size > room:
        raise FileTooLarge(field="file", size=announced.size, limit=most_bytes)
    row = _upload_row(work, referral, announced)
    work.session.add(row)
    return Progress(row.id, row.state, row.size, ())


def progress_of(work: Work, known: KnownUpload) -> Progress:
    """How far a file has come; raises NotFound for another's."""
    return _progress(work, upload_for(work, known))


def expected_bytes(work: Work, known: KnownUpload, number: int) -> int:
    """How many bytes a part must have; raises NotFound, Invalid (`part`), Conflict once whole."""
    return size_of_part(_receiving(work, known).size, number)


def enter_part(work: Work, known: KnownUpload, number: int, stored: StoredFile) -> str | None:
    """Write down that a part has come; gives the key of the one it replaces, to be deleted.

    Raises NotFound, Conflict, and Invalid (`part`) for a part of another size.
    """
    row = _receiving(work, known)
    if stored.size != size_of_part(row.size, number):
        raise Invalid(field="part", reason="size")
    row.touched_at = work.now
    part = work.session.get(UploadPart, (row.id, number))
    if part is not None:
        replaced, part.storage_key = part.storage_key, stored.key
        return replaced
    work.session.add(
        UploadPart(upload_id=row.id, number=number, size=stored.size, storage_key=stored.key)
    )
    return None


def drop_upload(work: Work, known: KnownUpload) -> list[str]:
    """Give a file up; gives the keys of what it had, to be deleted.

    Raises NotFound, BeingChecked.
    """
    row = upload_for(work, known)
    refuse_while_checked(work, row)
    return forget_uploads(work, [row])


def forget_abandoned(work: Work, limit: int = 100) -> list[str]:
    """Forget files nobody has gone on with for a day; gives their keys, to be deleted."""
    since = work.now - ABANDONED_AFTER
    wanted = select(Upload).where(Upload.touched_at <= since).limit(limit)
    rows = work.session.scalars(wanted.with_for_update(skip_locked=True)).all()
    return forget_uploads(work, rows)


def upload_for(work: Work, known: KnownUpload) -> Upload:
    """The file, locked; raises NotFound for another's, or another token."""
    referral = work.session.get(Referral, known.referral_id)
    row = work.session.get(Upload, known.id, with_for_update=True)
    if row is None or referral is None or not exists_for(work.actor, referral):
        raise NotFound(upload_id=known.id)
    is_sender = hmac.compare_digest(row.token_hash, _hash(known.token))
    if row.referral_id != known.referral_id or not is_sender:
        raise NotFound(upload_id=known.id)
    return row


def refuse_while_checked(work: Work, row: Upload) -> None:
    """Raises BeingChecked while a check runs; one that was cut short ends with its time."""
    if row.checking_until is not None and row.checking_until > work.now:
        raise BeingChecked


def _answerable(work: Work, referral_id: UUID) -> Referral:
    """The referral, where an answer or its correction may be given."""
    try:
        return referral_for(work, referral_id, Action.ANSWER)
    except ActionNotAllowed:
        return referral_for(work, referral_id, Action.CORRECT_ANSWER)


def _check_announced(announced: Announced) -> None:
    if len(announced.token) != TOKEN_BYTES:
        raise Invalid(field="token", reason="length", bytes=TOKEN_BYTES)
    if not 0 < len(announced.filename) <= _LONGEST_NAME:
        raise Invalid(field="name", reason="length", most=_LONGEST_NAME)
    if announced.size < 1:
        raise Invalid(field="size", reason="empty")


def _upload_row(work: Work, referral: Referral, announced: Announced) -> Upload:
    upload_id = new_id()
    title = work.keys.seal(title_place(referral.rights_request_id, upload_id), announced.filename)
    return Upload(
        id=upload_id,
        referral_id=referral.id,
        token_hash=_hash(announced.token),
        state=UploadState.RECEIVING,
        title_sealed=title,
        size=announced.size,
        created_at=work.now,
        touched_at=work.now,
        extension="",
        media_type="",
        sha256="",
        cautions="",
    )


def _receiving(work: Work, known: KnownUpload) -> Upload:
    row = upload_for(work, known)
    if row.state is not UploadState.RECEIVING:
        raise Conflict(already=row.state.value)
    return row


def _progress(work: Work, row: Upload) -> Progress:
    received = tuple(part.number for part in parts_received(work, row.id))
    return Progress(row.id, row.state, row.size, received)


def parts_received(work: Work, upload_id: UUID) -> Sequence[UploadPart]:
    """The parts that have come, in their order."""
    wanted = select(UploadPart).where(UploadPart.upload_id == upload_id)
    return work.session.scalars(wanted.order_by(UploadPart.number)).all()


def forget_uploads(work: Work, rows: Iterable[Upload]) -> list[str]:
    """Delete the lines of these files; gives the keys of all they had, to be deleted."""
    keys: list[str] = []
    for row in rows:
        keys.extend(part.storage_key for part in parts_received(work, row.id))
        keys.extend(filter(None, (row.storage_key, row.cleaned_key)))
        work.session.execute(delete(UploadPart).where(UploadPart.upload_id == row.id))
        work.session.delete(row)
    return keys


def title_place(rights_request_id: UUID, upload_id: UUID) -> Place:
    """The cell that holds the name of a file on its way."""
    return Place(rights_request_id, "upload.title_sealed", upload_id)


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(b"token of an upload\0" + token).digest()
