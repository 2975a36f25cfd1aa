"""What every page about one case shares: finding it, who may do what, saying why not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm

from hub.domain.actors import Actor
from hub.domain.lifecycle import Action, ActionNotAllowed, actions_open
from hub.domain.permissions import Permission, may_enter
from hub.domain.second_reading import AnswerAwaitsReader
from hub.errors import HubError, NotFound
from hub.queries.referral_page import referral_page
from hub.queries.referral_rows import ReferralPage
from hub.services.referrals import STOPPED_BY_DISPUTE
from hub.services.unit_of_work import Work
from hub.web.controller.inbox import organisation_of, today
from hub.web.controller.refusals import field_of, refusal_words
from hub.web.controller.words import deadline_words
from hub.web.law_words import right_term
from hub.web.work import reading, request_keys, unit_of_work

Run = Callable[[Work], object]
READING = frozenset({Action.APPROVE_ANSWER, Action.SEND_ANSWER_BACK})
ANSWERING = frozenset({Action.ANSWER, Action.CORRECT_ANSWER, Action.RECORD_OUTSIDE_ANSWER})
"""What waits until the second reader has decided."""


def case_of(actor: Actor, referral_id: UUID) -> ReferralPage:
    """The case; raises NotFound (404) for another organisation's."""
    return referral_page(reading(), request_keys(), organisation_of(actor), referral_id)


def open_actions(actor: Actor, case: ReferralPage) -> frozenset[Action]:
    """The acts whose buttons this member sees; a reader sees none."""
    if not may_enter(actor.roles, Permission.WORK_REFERRALS):
        return frozenset()
    found = actions_open(actor, case.state)
    if case.is_disputed:
        return found - STOPPED_BY_DISPUTE - READING
    if case.pending is None:
        return found - READING
    own = {Action.APPROVE_ANSWER} if case.pending.author_id == actor.id else set()
    return found - ANSWERING - own


def act_refused(actor: Actor, case: ReferralPage, action: Action) -> Any:
    """Back to the case with the reason when the act is not open any more; None when it is."""
    if action in open_actions(actor, case):
        return None
    waits = case.pending is not None and action in ANSWERING
    refusal = AnswerAwaitsReader() if waits else ActionNotAllowed(action=action.value)
    flash(refusal_words(refusal, case.id), "late")
    return to_case(case.id)


def to_case(referral_id: UUID) -> Any:
    """Back to the page of the case."""
    return redirect(url_for("referral.case", referral_id=referral_id))


def tried(actor: Actor, referral_id: UUID, form: FlaskForm, run: Run) -> bool:
    """Do an act; what is refused is said beside its field, or above the form."""
    try:
        with unit_of_work(actor) as work:
            run(work)
    except NotFound:
        abort(404)
    except HubError as refusal:
        say_refused(form, refusal, referral_id)
        return False
    return True


def say_refused(form: FlaskForm, refusal: HubError, referral_id: UUID) -> None:
    """Put a refusal where the member looks for it; what she typed stays in the form."""
    words, field = refusal_words(refusal, referral_id), field_of(refusal)
    if field in form:
        form[field].errors = [*form[field].errors, words]
    else:
        form.form_errors.append(words)


def done_or_said(actor: Actor, referral_id: UUID, run: Run, said: str) -> Any:
    """Do an act that has no form of its own, and say on the case what came of it."""
    try:
        with unit_of_work(actor) as work:
            run(work)
    except NotFound:
        abort(404)
    except HubError as refusal:
        flash(refusal_words(refusal, referral_id), "late")
    else:
        flash(said, "ok")
    return to_case(referral_id)


def act_page(template: str, case: ReferralPage, form: Any, **more: Any) -> Any:
    """The page of one act: 200 when it is first shown, 422 when something is to correct."""
    deadline = deadline_words(case.state, case.clock.due_on, case.clock.strict_on, today())
    page = render_template(
        f"controller/acts/{template}.html",
        case=case,
        form=form,
        deadline=deadline,
        right=right_term(case.right),
        **more,
    )
    return (page, 422) if form.errors or more.get("errors_of_items") else page
