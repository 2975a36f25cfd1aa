"""An answer that holds what is not hers: she says it, and it is closed at once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from hub.errors import Conflict
from hub.queries.visits import OpenVisit
from hub.services.incidents import LONGEST_SAID, report_incident
from hub.web.access import holder
from hub.web.public.tracking_frame import me, referral_of, request_of, tracking_nav
from hub.web.public.tracking_identity import answer_gate
from hub.web.work import unit_of_work

bp = Blueprint("tracking_incident", __name__, url_prefix="/suivre/pas-a-moi/<uuid:answer_id>")


class NotMineForm(FlaskForm):
    """What is not hers, if she wishes to say it."""

    said = TextAreaField(
        _l("What is not yours?"),
        validators=[
            Length(max=LONGEST_SAID, message=_l("%(max)d characters at most.", max=LONGEST_SAID))
        ],
    )


@bp.route("", methods=["GET", "POST"])
@holder
def report(visit: OpenVisit, answer_id: UUID) -> Any:
    """Say that an answer holds what is not hers; once said, what happens next."""
    gate = answer_gate(visit, answer_id)
    if not gate.is_proven:
        return redirect(url_for("tracking_identity.ways", answer_id=answer_id))
    form = NotMineForm()
    if gate.frozen_at is None and form.validate_on_submit():
        try:
            with unit_of_work(me(visit)) as work:
                report_incident(work, answer_id, form.said.data or "")
        except Conflict:
            flash(_("It was said already: the answer is closed."), "info")
        return redirect(url_for("tracking_incident.report", answer_id=answer_id))
    page = render_template(
        "public/tracking/not_mine.html",
        nav=tracking_nav("request"),
        gate=gate,
        referral=referral_of(request_of(visit), gate.referral_id),
        form=form,
    )
    return (page, 422) if form.errors else page
