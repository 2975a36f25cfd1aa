"""The link of a trial: who follows it without an account shows that such links arrive and open."""

from typing import Any

from flask import Blueprint, render_template

from hub.domain.actors import SYSTEM
from hub.services.channel_trials import TrialOver, link_opens, pass_by_link
from hub.web.access import anyone
from hub.web.form_fields import PressForm
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("channel_trials", __name__)

LONGEST_TOKEN = 200


@bp.route("/essai/<token>", methods=["GET", "POST"])
@anyone
def link(token: str) -> Any:
    """A look changes nothing, the button says that the link has arrived."""
    form, given = PressForm(), token[:LONGEST_TOKEN]
    if not link_opens(reading(), ports().keyring, given, ports().clock.now()):
        return _page("over"), 410
    if not form.validate_on_submit():
        return _page("asked", form)
    try:
        with unit_of_work(SYSTEM) as work:
            pass_by_link(work, given)
    except TrialOver:
        return _page("over"), 410
    return _page("passed")


def _page(state: str, form: PressForm | None = None) -> str:
    return render_template("public/channel_trial.html", state=state, form=form, nav=[])
