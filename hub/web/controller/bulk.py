"""One act on several cases at once, and what came of it for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import HubError
from hub.queries.inbox import choices_of, numbers_of
from hub.services.answering import LONGEST_TEXT, no_data_held
from hub.services.unit_of_work import Work
from hub.services.working import acknowledge, assign, for_each
from hub.web.access import member
from hub.web.controller.inbox import organisation_of
from hub.web.controller.inbox_filters_form import query_of
from hub.web.controller.refusals import refusal_words
from hub.web.work import reading, unit_of_work

bp = Blueprint("bulk", __name__, url_prefix="/dossiers/ensemble")

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Picked:
    """The cases ticked that are the organisation's own, and the list to come back to."""

    numbers: dict[UUID, str]
    back: str

    @property
    def url(self) -> str:
        """The address of the list as it was."""
        return f"{url_for('inbox.cases')}?{self.back}" if self.back else url_for("inbox.cases")


class NoDataForm(FlaskForm):
    """The one letter that says "no data held" to each of the persons ticked."""

    text = TextAreaField(
        _l("Text of the answer"),
        validators=[
            DataRequired(_l("Write the answer that each person will read.")),
            Length(max=LONGEST_TEXT, message=_l("20,000 characters at most.")),
        ],
    )


@bp.post("")
@member(Permission.WORK_REFERRALS)
def choose(actor: Actor) -> Any:
    """Do at once what is light, and ask before what the persons will read."""
    picked = _picked(actor)
    if not picked.numbers:
        flash(_("Tick at least one request first."), "soon")
        return redirect(picked.url)
    act = request.form.get("acte")
    if act == "acknowledge":
        return _done(actor, picked, acknowledge)
    if act == "assign":
        return _assigned(actor, picked)
    return _confirm(picked, NoDataForm(formdata=None, data={"text": _no_data_letter()}))


@bp.post("/sans-donnees")
@member(Permission.WORK_REFERRALS)
def confirm_no_data(actor: Actor) -> Any:
    """Answer "no data held" to every case ticked."""
    picked = _picked(actor)
    form = NoDataForm()
    if not form.validate_on_submit() or not picked.numbers:
        return _confirm(picked, form)
    text = form.text.data
    return _done(actor, picked, lambda work, key: no_data_held(work, key, text))


def _picked(actor: Actor) -> Picked:
    ids = []
    for typed in request.form.getlist("dossier")[:MOST_AT_ONCE]:
        try:
            ids.append(UUID(typed))
        except ValueError:
            continue
    back = query_of(dict(parse_qsl(request.form.get("retour", ""))))
    return Picked(numbers_of(reading(), organisation_of(actor), ids), back)


def _confirm(picked: Picked, form: NoDataForm) -> str:
    return render_template("controller/bulk_no_data.html", picked=picked, form=form)


def _assigned(actor: Actor, picked: Picked) -> Any:
    members = dict(choices_of(reading(), organisation_of(actor)).members)
    chosen = request.form.get("membre", "")
    if chosen and chosen not in members:
        flash(_("This member is no longer in your team. Nothing was changed."), "late")
        return redirect(picked.url)
    member_id = UUID(chosen) if chosen else None
    return _done(actor, picked, lambda work, key: assign(work, key, member_id))


def _done(actor: Actor, picked: Picked, act: Callable[[Work, UUID], object]) -> Any:
    with unit_of_work(actor) as work:
        results = for_each(work, list(picked.numbers), act)
    refused = {key: refusal for key, refusal in results.items() if refusal is not None}
    done = len(results) - len(refused)
    said = ngettext("%(num)s request done.", "%(num)s requests done.", done)
    if not refused:
        flash(said, "ok")
        return redirect(picked.url)
    return render_template(
        "controller/bulk_result.html", picked=picked, said=said, done=done, refused=_why(refused)
    )


def _why(refused: dict[UUID, HubError]) -> dict[UUID, str]:
    return {key: refusal_words(refusal, key) for key, refusal in refused.items()}


def _no_data_letter() -> str:
    return _(
        "We searched our databases with the information you gave us. We hold no data about you."
    )
