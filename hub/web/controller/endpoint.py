"""The endpoint of an organisation's software: its address, its key, what came of the calls."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import URLField
from wtforms.validators import DataRequired, Length

from hub.domain.actors import Actor
from hub.domain.outward_addresses import LONGEST_URL, AddressRefusal
from hub.domain.permissions import Permission
from hub.errors import HubError
from hub.models.delivery import DeliveryKind
from hub.models.webhook import EndpointState
from hub.queries.endpoints import EndpointShown, attempts_of, endpoint_of
from hub.services import endpoints
from hub.services.unit_of_work import Work
from hub.web.access import member
from hub.web.confirmation import lately_confirmed
from hub.web.endpoint_words import CALL_KINDS, REFUSED_ADDRESSES, result_words
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("endpoint", __name__, url_prefix="/equipe/logiciel")

MOST_SHOWN = 50


class EndpointForm(FlaskForm):
    """Where the software is called."""

    url = URLField(
        _l("Address to call"),
        validators=[
            DataRequired(_l("Enter the address of your software.")),
            Length(max=LONGEST_URL, message=_l("500 characters at most.")),
        ],
    )


@bp.route("", methods=["GET", "POST"])
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def endpoint(actor: Actor) -> str:
    """Where the software is called, its health and log; a new key is shown once, on this answer."""
    form, fresh = EndpointForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(actor) as work:
                fresh = endpoints.set_endpoint(work, _organisation(actor), form.url.data.strip())
        except endpoints.AddressRefused as refusal:
            reason = AddressRefusal(refusal.facts["reason"])
            form.url.errors = [str(REFUSED_ADDRESSES[reason])]
    return _page(actor, form, fresh)


@bp.post("/cle")
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def change_key(actor: Actor) -> str:
    """Make a new key, shown once; the former one stays good for a while."""
    with unit_of_work(actor) as work:
        fresh = endpoints.change_key(work, _organisation(actor))
    return _page(actor, EndpointForm(formdata=None), fresh)


@bp.post("/ancienne-cle")
@member(Permission.ADMINISTER_ORGANISATION)
def end_former_key(actor: Actor) -> Response:
    """Sign with the new key alone from now on."""
    return _done(actor, endpoints.end_former_key, _("From now on calls carry the new key alone."))


@bp.post("/verifier")
@member(Permission.ADMINISTER_ORGANISATION)
def check(actor: Actor) -> Response:
    """Send the challenge once more."""
    return _done(actor, endpoints.check_again, _("We are calling your software: look below."))


@bp.post("/essai")
@member(Permission.ADMINISTER_ORGANISATION)
def test(actor: Actor) -> Response:
    """Send a test call."""
    return _done(actor, endpoints.ask_test, _("We are calling your software: look below."))


@bp.post("/retirer")
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def remove(actor: Actor) -> Response:
    """Call it no more."""
    said = _("Your software is no longer called. Your requests stay in your inbox.")
    return _done(actor, endpoints.remove_endpoint, said)


@bp.post("/appels/<uuid:delivery_id>")
@member(Permission.ADMINISTER_ORGANISATION)
def replay(actor: Actor, delivery_id: UUID) -> Response:
    """Announce a request again."""

    def again(work: Work, organisation_id: UUID) -> None:
        endpoints.replay(work, organisation_id, delivery_id)

    return _done(actor, again, _("We are making this call again: look below."))


def state_words(row: EndpointShown) -> str:
    """Where the endpoint stands, and what there is to do."""
    if row.state is EndpointState.CONFIRMED:
        return _("Nothing to do: your software is called for each new request.")
    if row.state is EndpointState.STOPPED:
        return _("Calls are stopped: your software answered that this address is closed.")
    if row.state is EndpointState.IN_REVIEW and DeliveryKind.WEBHOOK_CHALLENGE not in row.asked:
        return _(
            "To do: your software has answered nothing for a week, and calls are at rest. "
            "Put it right, then have the address checked."
        )
    if DeliveryKind.WEBHOOK_CHALLENGE in row.asked:
        return _("We are checking the address: reload this page in a few seconds.")
    return _("To do: put the key in your software, then have the address checked.")


def _page(actor: Actor, form: EndpointForm, fresh: str | None) -> str:
    row = endpoint_of(reading(), _organisation(actor), ports().clock.now())
    if row and not form.is_submitted():
        form.url.data = row.url
    return render_template(
        "controller/endpoint.html",
        form=form,
        fresh=fresh,
        row=row,
        state=state_words(row) if row else None,
        is_confirmed=row is not None and row.state is EndpointState.CONFIRMED,
        attempts=attempts_of(reading(), _organisation(actor), MOST_SHOWN),
        kind_words=lambda kind: str(CALL_KINDS[kind]),
        result_words=result_words,
    )


def _done(actor: Actor, act: Callable[[Work, UUID], object], said: str) -> Response:
    try:
        with unit_of_work(actor) as work:
            act(work, _organisation(actor))
    except endpoints.NotConfirmed:
        flash(_("Have the address checked first."), "late")
    else:
        flash(said, "ok")
    return redirect(url_for("endpoint.endpoint"))


def _organisation(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise HubError()
    return actor.organisation_id
