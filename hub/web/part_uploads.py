"""How a file comes in parts, by a page or by a program: the same acts, in short units of work."""

from typing import BinaryIO, cast
from uuid import UUID

from flask import request

from hub.domain.actors import Actor
from hub.errors import Invalid
from hub.port_errors import FileTooLarge
from hub.services.documents import discard_files, receive_file, release_files
from hub.services.joined_parts import joined
from hub.services.uploads import (
    Announced,
    KnownUpload,
    Progress,
    begin_upload,
    drop_upload,
    enter_part,
    expected_bytes,
    key_of_parts,
    progress_of,
)
from hub.services.whole_uploads import Whole, claim_whole, drop_refused, enter_ready, give_back
from hub.web.work import ports, settings, unit_of_work


def announce(actor: Actor, referral_id: UUID, announced: Announced) -> Progress:
    """Announce a file; raises what `begin_upload` raises."""
    with unit_of_work(actor) as work:
        return begin_upload(work, referral_id, announced, settings().max_answer_bytes)


def progress(actor: Actor, known: KnownUpload) -> Progress:
    """How far a file has come; raises NotFound."""
    with unit_of_work(actor) as work:
        return progress_of(work, known)


def keep_part(actor: Actor, known: KnownUpload, number: int) -> None:
    """Seal the body of this request as one part; it is never in clear anywhere but in memory.

    Raises NotFound, Conflict, Invalid (`part`), FileTooLarge, StorageFull.
    """
    with unit_of_work(actor) as work:
        expected = expected_bytes(work, known, number)
    if request.content_length is None:
        raise Invalid(field="part", reason="length_required")
    if request.content_length > expected:
        raise FileTooLarge(field="part", size=request.content_length, limit=expected)
    body = cast(BinaryIO, request.stream)
    stored = ports().files.put(body, sealed_to=key_of_parts(known.token))
    try:
        with unit_of_work(actor) as work:
            replaced = enter_part(work, known, number, stored)
    except BaseException:
        release_files(ports(), [stored.key])
        raise
    if replaced:
        release_files(ports(), [replaced])


def finish(actor: Actor, known: KnownUpload) -> None:
    """Check a whole file and seal it to the person; asked again once done, it does nothing.

    A refused file is gone with its parts; where it could not be checked now, they stay. Raises
    NotFound, PartsMissing, BeingChecked, and what `receive_file` raises.
    """
    with unit_of_work(actor) as work:
        whole = claim_whole(work, known)
    if whole is None:
        return
    try:
        _seal_whole(actor, known, whole)
    except Invalid:
        with unit_of_work(actor) as work:
            keys = drop_refused(work, known.id)
        release_files(ports(), keys)
        raise
    except BaseException:
        with unit_of_work(actor) as work:
            give_back(work, known.id)
        raise


def _seal_whole(actor: Actor, known: KnownUpload, whole: Whole) -> None:
    with joined(ports().files, whole.parts, key_of_parts(known.token)) as stream:
        received = receive_file(
            ports(), whole.title, stream, sealed_to=whole.box_public, limit=whole.size
        )
    try:
        with unit_of_work(actor) as work:
            parts = enter_ready(work, known.id, received)
    except BaseException:
        discard_files(ports(), [received])
        raise
    release_files(ports(), parts)


def give_up(actor: Actor, known: KnownUpload) -> None:
    """Forget a file and its parts; raises NotFound, BeingChecked."""
    with unit_of_work(actor) as work:
        keys = drop_upload(work, known)
    release_files(ports(), keys)
