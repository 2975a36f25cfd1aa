"""The tasks of the hub's agents: write by post, check with a person, give a code; one at a time."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import HubError, NotFound
from hub.models.hub_task import HubTaskKind
from hub.queries.hub_tasks import TaskPage, hub_task, last_done, waiting_tasks
from hub.queries.inbound_mail import count_waiting_of
from hub.queries.postal_letters import letters_to_print
from hub.services.hub_tasks import (
    LONGEST_WORDS,
    code_for_letter,
    finish_task,
    look_at_task,
    stop_at_a_call,
)
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.form_fields import PressForm, at_most
from hub.web.operator.letters_to_represented import code_letter, telling_letter
from hub.web.representation_words import CAPACITIES_FOR_STAFF, TASK_KINDS
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("hub_tasks", __name__, url_prefix="/a-faire")

MOST_SHOWN = 100
LONGEST_REFERENCE = 80
MOST_DONE_SHOWN = 20


class StopForm(FlaskForm):
    """The reference that the person reads out."""

    reference = StringField(
        _l("Reference of the request"),
        validators=[DataRequired(_l("Enter the reference.")), at_most(LONGEST_REFERENCE)],
    )


class DoneForm(FlaskForm):
    """What was done."""

    words = TextAreaField(
        _l("What was done"),
        validators=[
            DataRequired(_l("Say in a few words what was done.")),
            at_most(LONGEST_WORDS),
        ],
    )


class CheckedForm(DoneForm):
    """What the person said when she was reached."""

    verdict = RadioField(
        _l("What does the person say?"),
        choices=[
            ("hers", _l("The request is hers after all: it goes on")),
            ("not_hers", _l("It is not hers: it ends here")),
        ],
        validators=[InputRequired(_l("Say what the person told you."))],
    )


@bp.get("")
@member(Permission.DO_HUB_TASKS)
def listed(actor: Actor) -> str:
    """What waits, the oldest first, and what was done last; nothing of the persons."""
    return render_template(
        "operator/hub_tasks.html",
        waiting=waiting_tasks(reading(), MOST_SHOWN),
        done=last_done(reading(), MOST_DONE_SHOWN),
        kinds=TASK_KINDS,
        letters=letters_to_print(reading()),
        mails=count_waiting_of(reading(), None),
    )


@bp.route("/arreter", methods=["GET", "POST"])
@member(Permission.DO_HUB_TASKS)
def stop(actor: Actor) -> Any:
    """Somebody calls: a request is not hers. It stands still, and a task says to check it."""
    form = StopForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(actor) as work:
                stop_at_a_call(work, form.reference.data)
        except HubError:
            form.reference.errors = [
                _("No open request has this reference: check it with the person. Nothing changed.")
            ]
        else:
            flash(_("Everything stands still. The task to check it is in the list."), "ok")
            return redirect(url_for("hub_tasks.listed"))
    page = render_template("operator/hub_task_stop.html", form=form)
    return (page, 422) if form.errors else page


@bp.post("/<uuid:task_id>/ouvrir")
@member(Permission.DO_HUB_TASKS)
def open_case(actor: Actor, task_id: UUID) -> Response:
    """Open the case of a task: that an agent looked is written in its log."""
    PressForm().validate_on_submit()
    with unit_of_work(actor) as work:
        look_at_task(work, task_id)
    return redirect(url_for("hub_tasks.task", task_id=task_id))


@bp.route("/<uuid:task_id>", methods=["GET", "POST"])
@member(Permission.DO_HUB_TASKS)
def task(actor: Actor, task_id: UUID) -> Any:
    """One task: to whom to write or whom to call, and the word that closes it."""
    found = hub_task(reading(), request_keys(), task_id)
    is_check = found.kind is HubTaskKind.CHECK_DISPUTE
    form = CheckedForm() if is_check else DoneForm()
    if form.validate_on_submit() and _finished(actor, found, form):
        flash(_("The task is done."), "ok")
        return redirect(url_for("hub_tasks.listed"))
    acting = found.acting
    page = render_template(
        "operator/hub_task.html",
        found=found,
        form=form,
        title=TASK_KINDS[found.kind],
        capacity=CAPACITIES_FOR_STAFF[acting.capacity] if acting else "",
        by_post=not is_check,
    )
    return (page, 422) if form.errors else page


@bp.post("/<uuid:task_id>/lettre.pdf")
@member(Permission.DO_HUB_TASKS)
def letter(actor: Actor, task_id: UUID) -> Response:
    """The letter to print; with a code, it is a new one each time, and the former opens nothing."""
    PressForm().validate_on_submit()
    found = hub_task(reading(), request_keys(), task_id)
    if found.kind is HubTaskKind.CHECK_DISPUTE or found.done_at is not None:
        raise NotFound(task_id=task_id)
    now = ports().clock.now()
    if found.kind is HubTaskKind.CODE_BY_POST:
        with unit_of_work(actor) as work:
            receipt = code_for_letter(work, task_id)
        paper = code_letter(found, receipt.secret or "", now)
    else:
        paper = telling_letter(found, now)
    return download_of(ports().papers.render_letter(paper), f"lettre-{found.reference}.pdf")


def _finished(actor: Actor, found: TaskPage, form: Any) -> bool:
    is_hers = form.verdict.data == "hers" if isinstance(form, CheckedForm) else None
    try:
        with unit_of_work(actor) as work:
            finish_task(work, found.id, form.words.data, is_hers=is_hers)
    except NotFound:
        raise
    except HubError as refusal:
        if refusal.facts.get("field") == "words":
            form.words.errors = [_("Say in a few words what was done.")]
        else:
            form.form_errors.append(_("Somebody else has done it meanwhile. Nothing was changed."))
        return False
    return True
