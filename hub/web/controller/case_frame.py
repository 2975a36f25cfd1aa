"""What every page about one case shares: finding it, who may do what, saying why not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm

from hub.domain.actors import Actor, ActorKind
from hub.domain.clock_guards import check_may_extend, check_may_pause
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
from hub.web.work import ports, reading, request_keys, unit_of_work

Run = Callable[[Work], object]
READING = frozenset({Action.APPROVE_ANSWER, Action.SEND_ANSWER_BACK})
ANSWERING = frozenset({Action.ANSWER, Action.CORRECT_ANSWER, Action.RECORD_OUTSIDE_ANSWER})
"""What waits until the second reader has decided."""
OF_THE_CLOCK = (Action.EXTEND, Action.VERIFY_IDENTITY)
"""What only some days allow: an extension is told in the first month, a pause begins in it."""


def case_of(actor: Actor, referral_id: UUID) -> ReferralPage:
    """The case; raises NotFound (404) for another organisation's."""
    return referral_page(reading(), request_keys(), organisation_of(actor), referral_id)


def open_actions(actor: Actor, case: ReferralPage) -> frozenset[Action]:
    """The acts whose buttons this member sees; a reader sees none."""
    is_contact = actor.kind is ActorKind.CONTACT
    if not is_contact and not may_enter(actor.roles, Permission.WORK_REFERRALS):
        return frozenset()
    found = actions_open(actor, case.state)
    found -= {one for one in OF_THE_CLOCK if clock_refusal(case, one)}
    if case.is_disputed:
        return found - STOPPED_BY_DISPUTE - READING
    if case.pending is None:
        return found - READING
    own = {Action.APPROVE_ANSWER} if case.pending.author_id == actor.id else set()
    return found - ANSWERING - own


def whose_page(actor: Actor, case: ReferralPage) -> dict[str, Any]:
    """What the frame of a page shows of a contact who came by a link; nothing for a member."""
    if actor.kind is not ActorKind.CONTACT:
        return {}
    home = case_address(case.id, actor)
    shown = {"organisation_name": case.sender.name, "contact_name": actor.name, "nav": []}
    return shown | {"home": home, "home_url": home}


def clock_refusal(case: ReferralPage, action: Action) -> HubError | None:
    """Why the clock does not take this act today (GDPR 12(3), 12(6)), or None."""
    now = ports().clock.now()
    try:
        if action is Action.EXTEND:
            check_may_extend(case.clock, now)
        elif action is Action.VERIFY_IDENTITY:
            check_may_pause(case.clock, now, reason="to be written")
    except HubError as refusal:
        return refusal
    return None


def act_refused(actor: Actor, case: ReferralPage, action: Action) -> Any:
    """Back to the case with the reason when the act is not open any more; None when it is."""
    if action in open_actions(actor, case):
        return None
    flash(refusal_words(_why_not(actor, case, action), case.id), "late")
    return to_case(case.id, actor)


def _why_not(actor: Actor, case: ReferralPage, action: Action) -> HubError:
    if case.pending is not None and action in ANSWERING:
        return AnswerAwaitsReader()
    is_open = action in actions_open(actor, case.state)
    refused_today = clock_refusal(case, action) if is_open else None
    return refused_today or ActionNotAllowed(action=action.value)


def to_case(referral_id: UUID, actor: Actor | None = None) -> Any:
    """Back to the page of the case; a contact without account has one of her own."""
    return redirect(case_address(referral_id, actor))


def case_address(referral_id: UUID, actor: Actor | None = None) -> str:
    """The page of the case, as this actor comes to it."""
    if actor is not None and actor.kind is ActorKind.CONTACT:
        return url_for("by_link.case")
    return url_for("referral.case", referral_id=referral_id)


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
    return to_case(referral_id, actor)


def act_page(template: str, case: ReferralPage, form: Any, **more: Any) -> Any:
    """The page of one act: 200 when it is first shown, 422 when something is to correct."""
    more.setdefault("home", case_address(case.id))
    clock = case.clock
    was_answered = clock.stopped_on is not None
    deadline = deadline_words(
        case.state, clock.due_on, clock.strict_on, today(), was_answered=was_answered
    )
    page = render_template(
        f"controller/acts/{template}.html",
        case=case,
        form=form,
        deadline=deadline,
        right=right_term(case.right),
        **more,
    )
    return (page, 422) if form.errors or more.get("errors_of_items") else page
