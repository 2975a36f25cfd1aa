"""`/api/v1/referrals/{id}/uploads`: a file of an answer that a program sends in parts."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.models.member import TokenScope
from hub.services.uploads import PART_BYTES, Announced, KnownUpload, Progress
from hub.web.access import api_client
from hub.web.api.schemas import UploadHeaders, UploadIn, UploadOut
from hub.web.part_uploads import announce, finish, give_up, keep_part, progress

bp = APIBlueprint(
    "api_uploads", __name__, url_prefix="/api/v1/referrals/<uuid:referral_id>/uploads", tag="Files"
)


@bp.post("")
@api_client(TokenScope.ANSWER)
@bp.input(UploadHeaders, location="headers", arg_name="headers")
@bp.input(UploadIn, arg_name="body")
@bp.output(UploadOut, status_code=201)
@bp.doc(security="token")
def begin(
    referral_id: UUID, headers: UploadHeaders, body: UploadIn, client: Actor
) -> dict[str, Any]:
    """Announce a file of the answer to come; the same token finds the same file again."""
    return _shown(announce(client, referral_id, Announced(body.name, body.size, headers.token)))


@bp.get("/<uuid:upload_id>")
@api_client(TokenScope.ANSWER)
@bp.input(UploadHeaders, location="headers", arg_name="headers")
@bp.output(UploadOut)
@bp.doc(security="token")
def one(
    referral_id: UUID, upload_id: UUID, headers: UploadHeaders, client: Actor
) -> dict[str, Any]:
    """How far it has come: after a broken connection, send the parts that are not there."""
    return _shown(progress(client, _known(referral_id, upload_id, headers)))


@bp.put("/<uuid:upload_id>/parts/<int:number>")
@api_client(TokenScope.ANSWER)
@bp.input(UploadHeaders, location="headers", arg_name="headers")
@bp.output({}, status_code=204)
@bp.doc(security="token")
def part(
    referral_id: UUID, upload_id: UUID, number: int, headers: UploadHeaders, client: Actor
) -> str:
    """Send one part, numbered from 0: `part_bytes` bytes, fewer for the last alone."""
    keep_part(client, _known(referral_id, upload_id, headers), number)
    return ""


@bp.post("/<uuid:upload_id>/finish")
@api_client(TokenScope.ANSWER)
@bp.input(UploadHeaders, location="headers", arg_name="headers")
@bp.output(UploadOut)
@bp.doc(security="token")
def end(
    referral_id: UUID, upload_id: UUID, headers: UploadHeaders, client: Actor
) -> dict[str, Any]:
    """Have the whole file checked and sealed to the person: it is then ready for an answer.

    It takes as long as the file is large. 409 `being_checked` while another call does it; 503
    while the antivirus does not answer: the parts stay, call again.
    """
    known = _known(referral_id, upload_id, headers)
    finish(client, known)
    return _shown(progress(client, known))


@bp.delete("/<uuid:upload_id>")
@api_client(TokenScope.ANSWER)
@bp.input(UploadHeaders, location="headers", arg_name="headers")
@bp.output({}, status_code=204)
@bp.doc(security="token")
def drop(referral_id: UUID, upload_id: UUID, headers: UploadHeaders, client: Actor) -> str:
    """Give a file up; one that nobody goes on with for a day is given up by itself."""
    give_up(client, _known(referral_id, upload_id, headers))
    return ""


def _known(referral_id: UUID, upload_id: UUID, headers: UploadHeaders) -> KnownUpload:
    return KnownUpload(referral_id, upload_id, headers.token)


def _shown(found: Progress) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state,
        "size": found.size,
        "part_bytes": PART_BYTES,
        "parts": found.parts,
        "received": list(found.received),
    }
