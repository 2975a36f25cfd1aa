"""The second reader's page: read what would leave, then approve it or send it back with words."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from hub.domain.actors import Actor
from hub.domain.lifecycle import Action
from hub.domain.permissions import Permission
from hub.queries.letters import Letter, Signatory
from hub.queries.referral_rows import AnswerLine, ReferralPage
from hub.services.second_reading import LONGEST_WORDS, approve_answer, send_answer_back
from hub.web.access import member
from hub.web.answer_letter import letter_paper, previewed_letter
from hub.web.controller.case_frame import (
    act_page,
    act_refused,
    case_of,
    done_or_said,
    to_case,
    tried,
)
from hub.web.kept_letters import letter_kept
from hub.web.law_words import ground_words
from hub.web.work import ports

bp = Blueprint("second_reading", __name__, url_prefix="/dossiers/<uuid:referral_id>")


class ReadingForm(FlaskForm):
    """What the second reader writes to the author."""

    words = TextAreaField(
        _l("What the author should change"),
        validators=[Length(max=LONGEST_WORDS, message=_l("4,000 characters at most."))],
    )


@bp.get("/relire")
@member(Permission.WORK_REFERRALS)
def read(actor: Actor, referral_id: UUID) -> Any:
    """The answer that waits, as the person would read it."""
    case = case_of(actor, referral_id)
    refused = act_refused(actor, case, Action.APPROVE_ANSWER)
    if refused or case.pending is None:
        return refused or to_case(referral_id)
    return _page(case, case.pending, ReadingForm(formdata=None))


@bp.post("/relire/<uuid:answer_id>")
@member(Permission.WORK_REFERRALS)
def decide(actor: Actor, referral_id: UUID, answer_id: UUID) -> Any:
    """Approve the answer that was read, or send it back."""
    case = case_of(actor, referral_id)
    form = ReadingForm()
    if form.validate() and _done(actor, referral_id, answer_id, form):
        return to_case(referral_id)
    now = case_of(actor, referral_id)
    if now.pending is None or now.pending.id != answer_id:
        for words in form.form_errors:
            flash(words, "late")
        return to_case(referral_id)
    return _page(case, now.pending, form)


@bp.post("/reprendre-reponse/<uuid:answer_id>")
@member(Permission.WORK_REFERRALS)
def take_back(actor: Actor, referral_id: UUID, answer_id: UUID) -> Any:
    """The author takes her own answer back before it is approved."""
    said = _("Your answer is back. Nothing was sent to the person.")
    return done_or_said(
        actor, referral_id, lambda work: send_answer_back(work, referral_id, answer_id, ""), said
    )


def _done(actor: Actor, referral_id: UUID, answer_id: UUID, form: ReadingForm) -> bool:
    words = form.words.data or ""
    if request.form.get("step") == "approve":
        done = tried(
            actor, referral_id, form, lambda work: approve_answer(work, referral_id, answer_id)
        )
        if done:
            letter_kept(actor, answer_id)
        said = _("Approved: the answer is sent. The person is told that she can read it.")
    else:
        done = tried(
            actor,
            referral_id,
            form,
            lambda work: send_answer_back(work, referral_id, answer_id, words),
        )
        said = _("Sent back. The author is told; nothing was sent to the person.")
    if done:
        flash(said, "ok")
    return done


def _page(case: ReferralPage, answer: AnswerLine, form: ReadingForm) -> Any:
    return act_page(
        "second_reading",
        case,
        form,
        answer=answer,
        files=[one for one in case.documents if one.answer_id == answer.id],
        titles={one.processing_id: one.title for one in case.items},
        ground_words=ground_words,
        paper=letter_paper(_previewed(case, answer)),
    )


def _previewed(case: ReferralPage, answer: AnswerLine) -> Letter:
    """The letter as it would leave now."""
    signatory = Signatory(answer.author_name, answer.author_capacity, answer.author_service)
    return previewed_letter(case, ports().clock.now(), answer, signatory)
