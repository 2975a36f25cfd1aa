"""Sending files again, when the person's code no longer opens those that were sent."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, request
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.lifecycle import Action
from hub.domain.permissions import Permission
from hub.errors import HubError, NotFound
from hub.queries.referral_rows import ReferralPage
from hub.services.documents import discard_files
from hub.services.files_again import send_files_again
from hub.web.access import member
from hub.web.controller.act_forms import EmptyForm
from hub.web.controller.answers import FilesRefused, received_files
from hub.web.controller.case_frame import act_page, act_refused, case_of, to_case
from hub.web.controller.refusals import refusal_words
from hub.web.file_words import KINDS, limit_words, total_words
from hub.web.work import ports, settings, unit_of_work

bp = Blueprint("files_again", __name__, url_prefix="/dossiers/<uuid:referral_id>")


@bp.route("/fichiers", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def send_again(actor: Actor, referral_id: UUID) -> Any:
    """Choose the files again; each is sealed to the person as it arrives."""
    case = case_of(actor, referral_id)
    if request.method == "GET":
        return act_refused(actor, case, Action.SEND_FILES_AGAIN) or _page(case)
    if not EmptyForm().validate_on_submit():
        return _page(case)
    try:
        files = received_files(case)
    except FilesRefused as refused:
        return _page(case, refused.sentences)
    try:
        with unit_of_work(actor) as work:
            send_files_again(work, referral_id, files, case.box_public)
    except BaseException as failure:
        discard_files(ports(), files)
        if isinstance(failure, NotFound):
            abort(404)
        if not isinstance(failure, HubError):
            raise
        return _page(case, [_why(failure)])
    flash(_("The files are sent. The person is told that she can open them."), "ok")
    return to_case(referral_id)


def _why(failure: HubError) -> str:
    if failure.facts.get("field") == "files":
        return _("Choose at least one file.")
    if failure.code == "sealed_to_former":
        return _("The person’s code changed at this very moment. Send the files once more.")
    return refusal_words(failure)


def _page(case: ReferralPage, refused: list[str] | None = None) -> Any:
    return act_page(
        "files_again",
        case,
        EmptyForm(),
        asked=case.files_asked_again,
        kinds=KINDS,
        limit=limit_words(settings().max_file_bytes),
        total=total_words(settings().max_body_bytes),
        refused_files=refused or [],
        had_files=any(one.filename for one in request.files.getlist("files")),
        errors_of_items=[{"text": text, "href": "#files"} for text in refused or []],
    )
