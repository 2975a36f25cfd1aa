"""Confirming the address: by the code typed on her page, or by the link of the message."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.actors import person
from hub.domain.lifecycle import RequestState
from hub.errors import HubError, NotFound
from hub.models.rights_request import RightsRequest
from hub.queries.visits import OpenVisit
from hub.services.confirming import (
    LinkNoLongerValid,
    WrongCode,
    confirm_by_code,
    confirm_by_link,
    correct_email,
    link_still_opens,
    send_code_again,
)
from hub.web.access import anyone, holder
from hub.web.form_fields import PressForm
from hub.web.public.tracking import request_page
from hub.web.public.tracking_forms import AddressForm, CodeForm
from hub.web.public.tracking_frame import (
    done_or_said,
    me,
    refusal_words,
    request_of,
    to_request,
)
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("tracking_confirmation", __name__)


@bp.get("/suivre/confirmer")
@bp.get("/suivre/adresse", endpoint="address_reopened")
@bp.get("/suivre/renvoyer", endpoint="sending_reopened")
@anyone
def reopened() -> Any:
    """A browser that reopens the page of a mistyped form asks for it anew: show the request."""
    return to_request()


@bp.post("/suivre/confirmer")
@holder
def code(visit: OpenVisit) -> Any:
    """Confirm with the six digits; a wrong code counts as a try."""
    form = CodeForm()
    if form.validate_on_submit():
        refusal = _try_code(visit, form.code.data)
        if refusal is None:
            flash(_("Your address is confirmed. Your request is on its way."), "ok")
            return to_request()
        form.code.errors = [_code_words(refusal)]
    return _again(visit, code=form)


@bp.post("/suivre/adresse")
@holder
def address(visit: OpenVisit) -> Any:
    """Correct the address; a new code leaves for it, the old one is void."""
    form = AddressForm()
    if not form.validate_on_submit():
        return _again(visit, address=form)
    email = form.email.data.strip()
    return done_or_said(
        visit,
        lambda work: correct_email(work, visit.rights_request_id, email),
        _("Your address is corrected. A new code leaves for %(email)s.", email=email),
    )


@bp.post("/suivre/renvoyer")
@holder
def send_again(visit: OpenVisit) -> Any:
    """Send a new code to the same address."""
    if not PressForm().validate_on_submit():
        return to_request()
    return done_or_said(
        visit,
        lambda work: send_code_again(work, visit.rights_request_id),
        _("A new code has left. The former one no longer works."),
    )


@bp.route("/confirmer/<uuid:rights_request_id>/<token>", methods=["GET", "POST"])
@anyone
def link(rights_request_id: UUID, token: str) -> Any:
    """The link of the message: it shows a button, and only the button confirms.

    A link that is over says so at once, before anything is pressed.
    """
    form = PressForm()
    if not link_still_opens(reading(), ports().keyring, rights_request_id, token[:200]):
        return render_template("public/tracking/link_over.html"), 410
    row = reading().get_one(RightsRequest, rights_request_id)
    if row.state is not RequestState.AWAITING_CONFIRMATION:
        return render_template("public/tracking/link_done.html", reference=row.reference)
    if not form.validate_on_submit():
        return render_template("public/tracking/confirm_link.html", form=form)
    try:
        with unit_of_work(person(rights_request_id)) as work:
            row = confirm_by_link(work, rights_request_id, token[:200])
            reference = row.reference
    except LinkNoLongerValid:
        return render_template("public/tracking/link_over.html"), 410
    return render_template("public/tracking/link_done.html", reference=reference)


def _try_code(visit: OpenVisit, typed: str) -> HubError | None:
    try:
        with unit_of_work(me(visit)) as work:
            return confirm_by_code(work, visit.rights_request_id, typed)
    except NotFound:
        raise
    except HubError as refusal:
        return refusal


def _code_words(refusal: HubError) -> str:
    if not isinstance(refusal, WrongCode):
        return refusal_words(refusal)
    left = int(refusal.facts["tries_left"])
    if left < 1:
        return _("This code was mistyped too many times. Ask for a new one.")
    return ngettext(
        "This is not the code of the last message. %(num)s try left.",
        "This is not the code of the last message. %(num)s tries left.",
        left,
    )


def _again(
    visit: OpenVisit, code: CodeForm | None = None, address: AddressForm | None = None
) -> Any:
    found = request_of(visit)
    if found.state is not RequestState.AWAITING_CONFIRMATION:
        return to_request()
    return request_page(found, code, address), 422
