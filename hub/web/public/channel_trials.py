"""The link of a trial: who follows it without an account shows that such links arrive and open."""

from typing import Any

from flask import Blueprint, render_template
from flask_wtf import FlaskForm

from hub.domain.actors import SYSTEM
from hub.services.channel_trials import TrialOver, pass_by_link
from hub.web.access import anyone
from hub.web.work import unit_of_work

bp = Blueprint("channel_trials", __name__)

LONGEST_TOKEN = 200


class PressForm(FlaskForm):
    """A button alone, with its hidden token."""


@bp.route("/essai/<token>", methods=["GET", "POST"])
@anyone
def link(token: str) -> Any:
    """A look changes nothing, the button says that the link has arrived."""
    form, is_passed = PressForm(), False
    if form.validate_on_submit():
        try:
            with unit_of_work(SYSTEM) as work:
                pass_by_link(work, token[:LONGEST_TOKEN])
        except TrialOver:
            return render_template("public/channel_trial.html", state="over", nav=[]), 410
        is_passed = True
    state = "passed" if is_passed else "asked"
    return render_template("public/channel_trial.html", state=state, form=form, nav=[])
