"""The files of a case, handed to who answers it: by a ticket, once, within a minute."""

from uuid import UUID

from flask import Response, flash
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.models.answer import Document
from hub.models.rights_request import KeyClass
from hub.port_errors import FilesUnavailable
from hub.queries.documents import person_document
from hub.sealing import Place
from hub.services.opening import open_case_document
from hub.services.tickets import give_ticket, use_ticket
from hub.web.controller.inbox import organisation_of
from hub.web.downloads import away_words, download_of
from hub.web.work import ports, reading, request_keys, unit_of_work


def ticket_for(actor: Actor, referral_id: UUID, document_id: UUID, holder: bytes) -> str:
    """A ticket for a file of a case of this reader's organisation, good in her session alone.

    `holder` is what only that session has. Raises NotFound for any other file.
    """
    found = person_document(reading(), organisation_of(actor), referral_id, document_id)
    asked = found.id
    with unit_of_work(actor) as work:
        return give_ticket(work, asked, holder)


def handed_over(actor: Actor, referral_id: UUID, ticket: str, holder: bytes) -> Response | None:
    """The file that a ticket opens, its opening written in the log.

    None, and the reason is said on the next page, where the ticket is over or another's, or where
    the store is away. Raises NotFound for a file that is gone since.
    """
    with unit_of_work(actor) as work:
        granted = use_ticket(work, ticket, holder)
    if granted is None:
        flash(_("This download is over: press “Save” again."), "info")
        return None
    found = person_document(reading(), organisation_of(actor), referral_id, granted.document_id)
    try:
        return _opened(actor, referral_id, found)
    except FilesUnavailable:
        flash(away_words(), "late")
        return None


def _opened(actor: Actor, referral_id: UUID, found: Document) -> Response:
    keys = request_keys()
    title = keys.open(
        Place(found.rights_request_id, "document.title_sealed", found.id), found.title_sealed
    )
    key = keys.key(found.rights_request_id, KeyClass.CONTENT)
    size = found.size
    content = ports().files.read(str(found.storage_key), opened_with=key)
    with unit_of_work(actor) as work:
        open_case_document(work, referral_id, found)
    return download_of(content, title, size)
