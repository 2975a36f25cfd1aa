"""From decided to done: record what was applied with its proof, and that recipients were told."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Blueprint, abort, flash, request
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.lifecycle import Action
from hub.domain.outcomes import GRANTING
from hub.domain.permissions import Permission
from hub.errors import HubError, NotFound
from hub.models.referral import ToldBy
from hub.models.rights_request import KeyClass
from hub.queries.referral_rows import Asked, ReferralPage
from hub.services.applying import Done, NotTold, Told, close_recipient_notice, mark_applied
from hub.services.documents import ReceivedFile, discard_files, receive_file
from hub.web.access import member
from hub.web.controller.act_forms import AppliedForm, RecipientForm
from hub.web.controller.case_frame import (
    act_page,
    act_refused,
    case_of,
    say_refused,
    to_case,
    tried,
)
from hub.web.file_words import KINDS, file_refusal_words, limit_words
from hub.web.law_words import outcome_words, words_of
from hub.web.work import ports, request_keys, settings, unit_of_work

bp = Blueprint("applying", __name__, url_prefix="/dossiers/<uuid:referral_id>")


@bp.route("/applique/<uuid:processing_id>", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def applied(actor: Actor, referral_id: UUID, processing_id: UUID) -> Any:
    """Record that a decision is done, what was done, and the proof."""
    case = case_of(actor, referral_id)
    item = next((one for one in case.items if one.processing_id == processing_id), None)
    if item is None or item.outcome not in GRANTING:
        raise NotFound(processing_id=processing_id)
    form = AppliedForm()
    if request.method == "GET":
        return act_refused(actor, case, Action.MARK_APPLIED) or _applied_page(case, item, form)
    if not form.validate() or not _recorded(actor, case, item, form):
        return _applied_page(case, item, form)
    flash(_("Recorded. The person is told that it is done."), "ok")
    return to_case(referral_id)


@bp.route("/destinataire/<uuid:notice_id>", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def recipient(actor: Actor, referral_id: UUID, notice_id: UUID) -> Any:
    """Record that one recipient was told of the change, or why it is not (GDPR 19)."""
    case = case_of(actor, referral_id)
    found = next((one for one in case.recipients if one.id == notice_id), None)
    if found is None:
        raise NotFound(notice_id=notice_id)
    form = RecipientForm()
    if form.validate_on_submit():
        said = _said(form)
        if tried(
            actor,
            referral_id,
            form,
            lambda work: close_recipient_notice(work, referral_id, notice_id, said),
        ):
            flash(_("Recorded: %(name)s.", name=found.name), "ok")
            return to_case(referral_id)
    return (
        not form.is_submitted() and act_refused(actor, case, Action.TELL_RECIPIENT)
    ) or act_page("recipient", case, form, recipient=found, kind=words_of(found.kind))


def _said(form: RecipientForm) -> Told | NotTold:
    if form.told.data == "no":
        return NotTold(form.reason.data or "")
    return Told(form.told_on.data, ToldBy(form.channel.data), form.proof.data or "")


def _recorded(actor: Actor, case: ReferralPage, item: Asked, form: AppliedForm) -> bool:
    """Store the proof's file before the lock, then record; what fails is said beside its field."""
    files: tuple[ReceivedFile, ...] = ()
    try:
        files = _proof_file(case)
        done = Done(form.applied_on.data, form.what.data, form.proof.data or "", files)
        with unit_of_work(actor) as work:
            mark_applied(work, case.id, item.processing_id, done)
    except BaseException as failure:
        discard_files(ports(), files)
        if isinstance(failure, NotFound):
            abort(404)
        if not isinstance(failure, HubError):
            raise
        _say_why(form, failure, case)
        return False
    return True


def _say_why(form: AppliedForm, failure: HubError, case: ReferralPage) -> None:
    sent = request.files.get("file")
    words = file_refusal_words(str(sent.filename), failure) if sent and sent.filename else ""
    if failure.code in ("file_too_large", "file_kind_refused") and words:
        form.proof.errors = [*form.proof.errors, words]
        return
    say_refused(form, failure, case.id)


def _proof_file(case: ReferralPage) -> tuple[ReceivedFile, ...]:
    """The file that proves it, sealed with the key of the case so that its DPO can open it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return ()
    key = request_keys().key(case.rights_request_id, KeyClass.CONTENT)
    limit = settings().max_file_bytes
    stream = cast(BinaryIO, sent.stream)
    return (receive_file(ports(), sent.filename, stream, sealed_to=key, limit=limit),)


def _applied_page(case: ReferralPage, item: Asked, form: AppliedForm) -> Any:
    sent = request.files.get("file")
    return act_page(
        "applied",
        case,
        form,
        item=item,
        words_of_outcome=outcome_words(item.outcome).staff if item.outcome else "",
        kinds=KINDS,
        limit=limit_words(settings().max_file_bytes),
        had_file=bool(sent and sent.filename),
    )
