"""Holding back the deliveries to one controller, with the reason, and letting them leave again."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import Invalid, NotFound
from hub.queries.directory import organisations_matching
from hub.queries.held_back import organisations_named, suspended_organisations
from hub.services.circuits import organisation_recipient
from hub.services.suspending import LONGEST_REASON, resume_deliveries, suspend_deliveries
from hub.web.access import member
from hub.web.work import reading, unit_of_work

bp = Blueprint("suspensions", __name__, url_prefix="/exploitation/suspensions")

LONGEST_SEARCH = 100
MOST_FOUND = 20


class SuspendForm(FlaskForm):
    """Why nothing may leave for now."""

    reason = TextAreaField(
        _l("Why"),
        validators=[
            InputRequired(_l("Say why: whoever resumes needs to know.")),
            Length(max=LONGEST_REASON, message=_l("300 characters at most.")),
        ],
    )


@bp.get("")
@member(Permission.OPERATE)
def listed(actor: Actor) -> str:
    """Who is held back, and a search of whom to hold back."""
    words = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    found = organisations_matching(reading(), words, limit=MOST_FOUND) if words else ()
    return render_template(
        "operator/suspensions.html",
        rows=suspended_organisations(reading()),
        words=words,
        found=found,
    )


@bp.route("/<uuid:organisation_id>", methods=["GET", "POST"])
@member(Permission.OPERATE)
def suspend(actor: Actor, organisation_id: UUID) -> Any:
    """Say why, then nothing leaves to this controller."""
    form = SuspendForm()
    recipient = organisation_recipient(organisation_id)
    name = organisations_named(reading(), [recipient]).get(recipient)
    if name is None:
        raise NotFound(organisation_id=organisation_id)
    if form.validate_on_submit() and _suspended(actor, organisation_id, form):
        flash(_("Nothing leaves to this controller until somebody resumes."), "ok")
        return redirect(url_for("suspensions.listed"))
    page = render_template("operator/suspend.html", form=form, name=name)
    return (page, 422) if form.errors else page


@bp.post("/<uuid:organisation_id>/reprendre")
@member(Permission.OPERATE)
def resume(actor: Actor, organisation_id: UUID) -> Response:
    """Let what was held back leave."""
    with unit_of_work(actor) as work:
        done = resume_deliveries(work, organisation_id)
    if done:
        flash(_("Deliveries resume: what was held back leaves within seconds."), "ok")
    else:
        flash(_("Somebody else has already resumed these deliveries."), "info")
    return redirect(url_for("suspensions.listed"))


def _suspended(actor: Actor, organisation_id: UUID, form: SuspendForm) -> bool:
    try:
        with unit_of_work(actor) as work:
            suspend_deliveries(work, organisation_id, form.reason.data or "")
    except Invalid:
        form.reason.errors = [_("Say why: whoever resumes needs to know.")]
    except NotFound:
        form.form_errors.append(_("This could not be done. Nothing was recorded."))
    return not form.errors
