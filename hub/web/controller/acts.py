"""Acts on a case that ask for words: question, identity check, extension, task."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.lifecycle import Action
from hub.domain.permissions import Permission
from hub.queries.identity_documents import identity_copies
from hub.queries.referral_rows import ReferralPage
from hub.services.documents import release_files
from hub.services.exchanging import ask_completion, ask_question, verify_identity
from hub.services.identity_documents import forget_destroyed, note_and_destroy
from hub.services.working import ColleagueAsked, extend, open_task
from hub.web.access import member
from hub.web.clock_words import long_day
from hub.web.controller.act_forms import (
    CompletionForm,
    ExtensionForm,
    IdentityForm,
    QuestionForm,
    TaskForm,
)
from hub.web.controller.acting_forms import SightingForm
from hub.web.controller.case_frame import act_page, act_refused, case_of, to_case, tried
from hub.web.controller.case_words import identifier_label
from hub.web.controller.inbox import today
from hub.web.locale import current_language
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("acts", __name__, url_prefix="/dossiers/<uuid:referral_id>")


@bp.route("/question", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def question(actor: Actor, referral_id: UUID) -> Any:
    """Ask the person something."""
    case = case_of(actor, referral_id)
    form = QuestionForm(today=today())
    if form.validate_on_submit():
        text, by = form.text.data, form.reply_by_on.data
        if tried(actor, referral_id, form, lambda work: ask_question(work, referral_id, text, by)):
            flash(_("The question is sent. The clock runs on."), "ok")
            return to_case(referral_id)
    return (not form.is_submitted() and act_refused(actor, case, Action.ASK_QUESTION)) or act_page(
        "question", case, form
    )


@bp.route("/a-completer", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def completion(actor: Actor, referral_id: UUID) -> Any:
    """List what the filing lacks, and until when (CRPA R112-11-4)."""
    case = case_of(actor, referral_id)
    form = CompletionForm(today=today())
    if form.validate_on_submit():
        text, by = form.text.data, form.reply_by_on.data
        if tried(
            actor, referral_id, form, lambda work: ask_completion(work, referral_id, text, by)
        ):
            flash(_("The list is sent, with a new acknowledgement. The clock runs on."), "ok")
            return to_case(referral_id)
    return (not form.is_submitted() and act_refused(actor, case, Action.ASK_QUESTION)) or act_page(
        "completion", case, form
    )


@bp.route("/identite", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def identity(actor: Actor, referral_id: UUID) -> Any:
    """Ask for what identifies the person, and stop the clock."""
    case = case_of(actor, referral_id)
    form = IdentityForm()
    if form.validate_on_submit():
        text, doubt = form.text.data, form.doubt.data
        if tried(
            actor, referral_id, form, lambda work: verify_identity(work, referral_id, text, doubt)
        ):
            flash(_("The identity check is sent. The clock is stopped until the reply."), "ok")
            return to_case(referral_id)
    return (
        not form.is_submitted() and act_refused(actor, case, Action.VERIFY_IDENTITY)
    ) or act_page("identity", case, form)


@bp.route("/vu", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def seen(actor: Actor, referral_id: UUID) -> Any:
    """Note a paper that was looked at; a verdict on identity destroys the copies that came."""
    case = case_of(actor, referral_id)
    form = SightingForm(today=today(), data={"kind": request.args.get("quoi")})
    destroyed: dict[UUID, str] = {}
    if form.validate_on_submit() and tried(
        actor,
        referral_id,
        form,
        lambda work: destroyed.update(note_and_destroy(work, referral_id, form.seen())),
    ):
        _delete_files(actor, destroyed)
        flash(_("Noted. Give the paper back or destroy it: the hub keeps none."), "ok")
        return to_case(referral_id)
    return (not form.is_submitted() and act_refused(actor, case, Action.NOTE)) or act_page(
        "seen", case, form, copies=identity_copies(reading(), referral_id)
    )


def _delete_files(actor: Actor, destroyed: dict[UUID, str]) -> None:
    """The store after the commit: cut short, the daily run of retention deletes the rest."""
    if destroyed and release_files(ports(), destroyed.values()):
        with unit_of_work(actor) as work:
            forget_destroyed(work, list(destroyed))


@bp.route("/prolonger", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def extension(actor: Actor, referral_id: UUID) -> Any:
    """Extend by two further months."""
    case = case_of(actor, referral_id)
    form = ExtensionForm(translate=_)
    if form.validate_on_submit():
        cause, words = form.cause.data, form.words.data
        if tried(actor, referral_id, form, lambda work: extend(work, referral_id, cause, words)):
            flash(_("The time limit is extended. The person is told, with your reasons."), "ok")
            return to_case(referral_id)
    limit = case.clock.notice_limit_on
    return (not form.is_submitted() and act_refused(actor, case, Action.EXTEND)) or act_page(
        "extension", case, form, limit=long_day(limit, current_language()) if limit else None
    )


@bp.route("/collegue", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def task(actor: Actor, referral_id: UUID) -> Any:
    """Ask a colleague without account, by a link."""
    case = case_of(actor, referral_id)
    form = TaskForm(identifiers=_identifiers(case), today=today())
    if form.validate_on_submit() and tried(
        actor, referral_id, form, lambda work: open_task(work, referral_id, _asked(form))
    ):
        flash(_("The colleague receives a link that opens this question and nothing else."), "ok")
        return to_case(referral_id)
    return (not form.is_submitted() and act_refused(actor, case, Action.OPEN_TASK)) or act_page(
        "task", case, form
    )


def _identifiers(case: ReferralPage) -> list[tuple[str, str]]:
    """What may be shown to a colleague: the name and birth date, and what the holder asks for."""
    known = [name for name in ("given_names", "family_name", "birth_date") if case.person.get(name)]
    words = {
        "given_names": _("Given names"),
        "family_name": _("Family name"),
        "birth_date": _("Born on"),
    }
    asked = [name for item in case.items for name in item.identifiers]
    given = case.person.get("identifiers") or {}
    more = [name for name in dict.fromkeys([*asked, *given]) if given.get(name)]
    return [(name, words[name]) for name in known] + [(n, identifier_label(n)) for n in more]


def _asked(form: TaskForm) -> ColleagueAsked:
    return ColleagueAsked(
        name=form.name.data.strip(),
        email=form.email.data.strip(),
        text=form.text.data.strip(),
        identifiers=tuple(form.identifiers.data),
        reply_by_on=form.reply_by_on.data,
    )
