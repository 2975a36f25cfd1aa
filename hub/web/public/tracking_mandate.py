"""Ending the mandate under which a request was filed, from its tracking page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from hub.domain.lifecycle import RequestState
from hub.errors import HubError, NotFound
from hub.queries.visits import OpenVisit
from hub.services.representing import end_mandate
from hub.web.access import holder
from hub.web.form_fields import PressForm
from hub.web.public.tracking_acts import ToConfirm
from hub.web.public.tracking_frame import me, refusal_words, request_of, to_request, tracking_nav
from hub.web.public.visit_cookie import end_visit
from hub.web.work import unit_of_work

bp = Blueprint("tracking_mandate", __name__, url_prefix="/suivre")


@bp.route("/mandat", methods=["GET", "POST"])
@holder
def end(visit: OpenVisit) -> Any:
    """Put an end to the mandate, after a page that says what it means.

    Whoever holds the code may press: so the new code goes to the person's own address, never here.
    """
    found = request_of(visit)
    if not found.has_mandate or found.state is not RequestState.ACTIVE:
        flash(_("There is no mandate to end any more."), "info")
        return to_request()
    form = PressForm()
    if not form.validate_on_submit():
        return render_template(
            "public/tracking/confirm_act.html",
            nav=tracking_nav("request"),
            asked=_asked(found.acting.name if found.acting else ""),
            form=form,
        )
    try:
        with unit_of_work(me(visit)) as work:
            end_mandate(work, visit.rights_request_id)
    except NotFound:
        raise
    except HubError as refusal:
        flash(refusal_words(refusal), "late")
        return to_request()
    flash(
        _(
            "The mandate has ended. The secret code used so far opens nothing any more: the person "
            "receives her own by e-mail, or else by post."
        ),
        "ok",
    )
    return end_visit(redirect(url_for("tracking.enter")))


def _asked(name: str) -> ToConfirm:
    return ToConfirm(
        _("End the mandate of %(name)s?", name=name),
        (
            _("The request goes on, in the person’s own name: the answers go to her alone."),
            _(
                "The secret code used so far stops working at once. The person receives her own by "
                "e-mail where we know her address, else by post."
            ),
            _("The organisations that have not answered yet are told."),
        ),
        _("End the mandate"),
        "danger",
    )
