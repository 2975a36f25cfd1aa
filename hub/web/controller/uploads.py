"""A large file of an answer, sent in parts by the page that checks the answer; it speaks JSON."""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import HubError, Invalid, NotFound
from hub.port_errors import FileKindRefused, FileRefusal
from hub.services.uploads import PART_BYTES, Announced, KnownUpload, Progress
from hub.web.access import by_link, case_of_visit, member
from hub.web.errors import status_of
from hub.web.file_words import KINDS, file_refusal_words
from hub.web.part_uploads import announce, finish, give_up, keep_part
from hub.web.work import settings

bp = Blueprint("uploads", __name__, url_prefix="/dossiers/<uuid:referral_id>/depots")
by_link_bp = Blueprint("uploads_by_link", __name__, url_prefix="/reponse/depots")


def said_in_json(view: Callable[..., Any]) -> Callable[..., Any]:
    """Tell a refusal as one sentence; the script shows it beside the file."""

    @wraps(view)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except HubError as refusal:
            name = str(request.form.get("name", ""))
            answer = jsonify(code=refusal.code, said=_words(name, refusal))
            answer.status_code = status_of(refusal)
            return answer

    return told


@bp.post("")
@member(Permission.WORK_REFERRALS)
@said_in_json
def begin(actor: Actor, referral_id: UUID) -> Response:
    """Announce a file, or find again how far it has come."""
    return _begun(actor, referral_id)


@by_link_bp.post("")
@by_link
@said_in_json
def begin_by_link(actor: Actor) -> Response:
    """The same, for a contact without account: the case is that of her visit."""
    return _begun(actor, case_of_visit(actor))


def _begun(actor: Actor, referral_id: UUID) -> Response:
    name, size = request.form.get("name", ""), request.form.get("size", "")
    if PurePosixPath(name.casefold()).suffix not in KINDS.split(","):
        raise FileKindRefused(field="file", reason=FileRefusal.KIND_NOT_ALLOWED)
    if not (size.isascii() and size.isdigit()):
        raise FileKindRefused(field="file", reason=FileRefusal.EMPTY)
    return _progress(announce(actor, referral_id, Announced(name, int(size), _token())))


@bp.put("/<uuid:upload_id>/<int:number>")
@member(Permission.WORK_REFERRALS)
@said_in_json
def part(actor: Actor, referral_id: UUID, upload_id: UUID, number: int) -> Response:
    """Keep one part, sealed."""
    keep_part(actor, _known(referral_id, upload_id), number)
    return jsonify(received=number)


@by_link_bp.put("/<uuid:upload_id>/<int:number>")
@by_link
@said_in_json
def part_by_link(actor: Actor, upload_id: UUID, number: int) -> Response:
    """The same, for a contact without account."""
    keep_part(actor, _known(case_of_visit(actor), upload_id), number)
    return jsonify(received=number)


@bp.post("/<uuid:upload_id>/fin")
@member(Permission.WORK_REFERRALS)
@said_in_json
def end(actor: Actor, referral_id: UUID, upload_id: UUID) -> Response:
    """Check the whole file and seal it to the person."""
    finish(actor, _known(referral_id, upload_id))
    return jsonify(id=str(upload_id), state="ready")


@by_link_bp.post("/<uuid:upload_id>/fin")
@by_link
@said_in_json
def end_by_link(actor: Actor, upload_id: UUID) -> Response:
    """The same, for a contact without account."""
    finish(actor, _known(case_of_visit(actor), upload_id))
    return jsonify(id=str(upload_id), state="ready")


@bp.post("/<uuid:upload_id>/abandon")
@member(Permission.WORK_REFERRALS)
@said_in_json
def drop(actor: Actor, referral_id: UUID, upload_id: UUID) -> Response:
    """Give the file up."""
    give_up(actor, _known(referral_id, upload_id))
    return jsonify(id=str(upload_id), state="gone")


@by_link_bp.post("/<uuid:upload_id>/abandon")
@by_link
@said_in_json
def drop_by_link(actor: Actor, upload_id: UUID) -> Response:
    """The same, for a contact without account."""
    give_up(actor, _known(case_of_visit(actor), upload_id))
    return jsonify(id=str(upload_id), state="gone")


def _known(referral_id: UUID, upload_id: UUID) -> KnownUpload:
    return KnownUpload(referral_id, upload_id, _token())


def _token() -> bytes:
    """What the script made for this file, in a header: it is in no address and no form."""
    try:
        return bytes.fromhex(request.headers.get("Upload-Token", ""))
    except ValueError as error:
        raise Invalid(field="token", reason="not_hexadecimal") from error


def _progress(found: Progress) -> Response:
    return jsonify(
        id=str(found.id),
        state=found.state.value,
        part_bytes=PART_BYTES,
        parts=found.parts,
        received=list(found.received),
        most_bytes=settings().max_answer_bytes,
    )


def _words(name: str, refusal: HubError) -> str:
    return "" if isinstance(refusal, NotFound) else file_refusal_words(name, refusal)
