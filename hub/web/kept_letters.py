"""The letter of an answer as a file: set once, kept with its hash, handed to who may read it."""

from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import structlog
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.errors import HubError, NotFound
from hub.models.rights_request import KeyClass
from hub.queries.letters import KeptCopy, kept_copy, letter_of
from hub.services.documents import release_files
from hub.services.letters import keep_letter
from hub.web.answer_letter import letter_paper
from hub.web.downloads import download_of
from hub.web.work import ports, reading, request_keys, unit_of_work

log = structlog.get_logger(__name__)


def letter_kept(actor: Actor, answer_id: UUID) -> None:
    """Set and keep the letter of an answer just sent.

    Where that fails the answer has left all the same: the letter is set when first asked for.
    """
    try:
        _keep(actor, answer_id, _request_of(actor, answer_id))
    except HubError as failure:
        log.warning("letter_not_kept_yet", reason=failure.code)


def letter_download(
    actor: Actor,
    answer_id: UUID,
    *,
    organisation_id: UUID | None = None,
    rights_request_id: UUID | None = None,
) -> Response:
    """The letter as a PDF; raises NotFound for who may not read it, or where none was set.

    The edge names whose it must be: an organisation's, or a request's.
    """
    whose = {"organisation_id": organisation_id, "rights_request_id": rights_request_id}
    copy = kept_copy(reading(), answer_id, **whose)
    if copy.was_given_outside:
        raise NotFound(answer_id=answer_id)
    if copy.key is None:
        _keep(actor, answer_id, copy.rights_request_id)
        copy = kept_copy(reading(), answer_id, **whose)
    return download_of(_content(copy), f"{copy.number}.pdf", copy.size)


def _keep(actor: Actor, answer_id: UUID, rights_request_id: UUID) -> None:
    """Set it before any lock, store it sealed with the key of the case, then write it down."""
    letter = letter_of(reading(), request_keys(), answer_id)
    key = request_keys().key(rights_request_id, KeyClass.CONTENT)
    pdf = ports().papers.render_letter(letter_paper(letter))
    stored = ports().files.put(BytesIO(pdf), sealed_to=key)
    kept = False
    try:
        with unit_of_work(actor) as work:
            kept = keep_letter(work, answer_id, stored)
    finally:
        if not kept:
            release_files(ports(), [stored.key])


def _request_of(actor: Actor, answer_id: UUID) -> UUID:
    organisation_id = actor.organisation_id
    copy = kept_copy(
        reading(),
        answer_id,
        organisation_id=organisation_id,
        rights_request_id=None if organisation_id else actor.id,
    )
    return copy.rights_request_id


def _content(copy: KeptCopy) -> Iterator[bytes]:
    key = request_keys().key(copy.rights_request_id, KeyClass.CONTENT)
    return ports().files.read(str(copy.key), opened_with=key)
