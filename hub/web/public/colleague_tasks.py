"""The link of a colleague without account: one question, the identifiers it needs, one reply."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from hub.domain.actors import Actor, ActorKind
from hub.domain.directory import Identifier
from hub.errors import HubError, StorageUnavailable
from hub.queries.colleague_tasks import ColleagueQuestion, colleague_question
from hub.services.exchanging import LONGEST_TEXT
from hub.services.working import TaskNoLongerOpen, answer_task, hash_of_task_token
from hub.web.access import anyone
from hub.web.filters import day
from hub.web.law_words import identifier_words
from hub.web.public.tracking_frame import refusal_words
from hub.web.work import reading, request_keys, unit_of_work

bp = Blueprint("colleague_tasks", __name__)


class TaskReplyForm(FlaskForm):
    """What the colleague found."""

    text = TextAreaField(
        _l("Your reply"),
        validators=[
            DataRequired(_l("Write your reply.")),
            Length(max=LONGEST_TEXT, message=_l("10,000 characters at most.")),
        ],
    )


@bp.route("/tache/<token>", methods=["GET", "POST"])
@anyone
def task(token: str) -> Any:
    """See what is asked and reply, once; a link that is over says so."""
    found = colleague_question(reading(), request_keys(), hash_of_task_token(token[:200]))
    if found is None:
        return render_template("public/colleague/over.html"), 410
    form = TaskReplyForm()
    if form.validate_on_submit():
        refusal = _reply(found, token, form.text.data)
        if refusal is None:
            return render_template("public/colleague/done.html", task=found)
        if isinstance(refusal, TaskNoLongerOpen):
            return render_template("public/colleague/over.html"), 410
        form.form_errors.append(refusal_words(refusal))
    page = render_template(
        "public/colleague/task.html", task=found, form=form, identifiers=_labelled(found)
    )
    return (page, 422) if form.is_submitted() else page


def _reply(found: ColleagueQuestion, token: str, text: str) -> HubError | None:
    actor = Actor(ActorKind.COLLEAGUE, found.id, name=found.colleague_name)
    try:
        with unit_of_work(actor) as work:
            answer_task(work, token, text)
    except (TaskNoLongerOpen, StorageUnavailable) as refusal:
        return refusal
    return None


def _labelled(found: ColleagueQuestion) -> list[tuple[str, str]]:
    civil = {
        "given_names": _("Given names"),
        "family_name": _("Family name"),
        "birth_date": _("Born on"),
    }
    return [
        (civil.get(name) or identifier_words(Identifier(name)).label, _shown(name, value))
        for name, value in found.identifiers
    ]


def _shown(name: str, value: str) -> str:
    if name != "birth_date":
        return value
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value
