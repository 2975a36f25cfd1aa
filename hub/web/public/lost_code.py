"""A lost secret code: asking for a new one, stopping it, taking it.

A mailbox may be shared: the page of the link names neither a right nor an organisation, and the
code is shown for the date of birth alone.
"""

import hmac
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import DataRequired, Email, Length

from hub.domain.actors import person
from hub.domain.directory import IdentityLevel
from hub.domain.lost_code import LostCodeStanding
from hub.errors import HubError
from hub.queries.lost_codes import AskedCode, asked_code
from hub.queries.visits import OpenVisit
from hub.services.filing_plans import Receipt
from hub.services.identifications import keep_token_alone
from hub.services.lost_code import (
    ask_new_code,
    give_code_of_reference,
    new_code_token,
    stop_new_code,
    take_new_code,
)
from hub.web.access import anyone, holder
from hub.web.form_fields import PressForm
from hub.web.identification import NAMES, provider_for
from hub.web.public.filing_proof import name_of
from hub.web.public.identification import attested_for_new_code
from hub.web.public.in_my_name import BirthDateForm
from hub.web.public.tracking import too_many_words
from hub.web.public.tracking_forms import ReferenceForm
from hub.web.public.tracking_frame import me, to_request
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("lost_code", __name__)
LINK = "/nouveau-code/<uuid:rights_request_id>/<token>"


class LostCodeForm(ReferenceForm):
    """Her reference, and the mailbox that she confirmed."""

    email = EmailField(
        _l("The e-mail address that you confirmed"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Email(_l("This address is not complete: it looks like name@example.fr.")),
            Length(max=255, message=_l("255 characters at most.")),
        ],
    )


@bp.route("/suivre/perdu", methods=["GET", "POST"])
@anyone
def lost() -> Any:
    """What to do without the secret code, and the form that begins the waiting time."""
    form = LostCodeForm(data={"reference": request.args.get("reference", "")[:20]})
    hours = ports().policies.codes.waiting_hours
    if not form.validate_on_submit():
        provider = provider_for(IdentityLevel.L1)
        page = render_template(
            "public/tracking/lost.html",
            form=form,
            hours=hours,
            provider=provider,
            provider_name=NAMES[provider] if provider else "",
        )
        return (page, 422) if form.errors else page
    with unit_of_work(person()) as work:
        ask_new_code(work, form.reference.data, form.email.data.strip())
    return render_template("public/lost_code/asked.html", hours=hours)


@bp.route("/suivre/perdu/identite", methods=["GET", "POST"])
@anyone
def for_proven() -> Any:
    """Who proved her identity gives her reference, and is shown her new code at once."""
    found = attested_for_new_code()
    if found is None or found.proven is None:
        flash(_("Too much time has passed since you were identified. Start again."), "soon")
        return redirect(url_for("lost_code.lost"))
    form = ReferenceForm(reference=request.args.get("reference", "")[:20])
    if form.validate_on_submit():
        with unit_of_work(person()) as work:
            given = give_code_of_reference(work, form.reference.data, found.proven)
            if isinstance(given, Receipt):
                keep_token_alone(work, found.id, found.token, found.id_token)
        if isinstance(given, Receipt):
            return render_template("public/lost_code/given.html", receipt=given)
        form.reference.errors = [_refused_to_proven(given)]
    page = render_template(
        "public/lost_code/proven.html", form=form, name=name_of(found.proven.means)
    )
    return (page, 422) if form.errors else page


@bp.get(LINK)
@anyone
def show(rights_request_id: UUID, token: str) -> Any:
    """Where the asking stands: stop it, wait, or take the code."""
    found = _found(rights_request_id, token)
    return _page(found, token, BirthDateForm()) if found else _over()


@bp.post(f"{LINK}/arreter")
@anyone
def stop(rights_request_id: UUID, token: str) -> Any:
    """ "It was not me": no new code; the former one goes on working."""
    if _found(rights_request_id, token) is None or not PressForm().validate_on_submit():
        return _over()
    try:
        with unit_of_work(person(rights_request_id)) as work:
            stop_new_code(work, rights_request_id)
    except HubError:
        return _over()
    return render_template("public/lost_code/stopped.html")


@bp.post(LINK)
@anyone
def take(rights_request_id: UUID, token: str) -> Any:
    """The new code, shown once, for her date of birth."""
    found = _found(rights_request_id, token)
    if found is None:
        return _over()
    form = BirthDateForm()
    if not form.validate_on_submit():
        return _page(found, token, form), 422
    try:
        with unit_of_work(person(found.rights_request_id)) as work:
            given = take_new_code(work, found.rights_request_id, token, form.birth_date.data)
    except HubError:
        return redirect(url_for("lost_code.show", rights_request_id=rights_request_id, token=token))
    if isinstance(given, Receipt):
        return render_template("public/lost_code/given.html", receipt=given)
    form.birth_date.errors = [_refused(given)]
    return _page(found, token, form), 422


@bp.post("/suivre/nouveau-code/arreter")
@holder
def stop_from_visit(visit: OpenVisit) -> Any:
    """The same, by whoever holds the present code."""
    if PressForm().validate_on_submit():
        try:
            with unit_of_work(me(visit)) as work:
                stop_new_code(work, visit.rights_request_id)
        except HubError:
            flash(_("Nothing was left to stop."), "info")
        else:
            flash(_("It is stopped. Your present code goes on working."), "ok")
    return to_request()


def _refused(refusal: HubError) -> str:
    if "seconds" in refusal.facts:
        return too_many_words(int(refusal.facts["seconds"]))
    return _("This is not the date of birth that was given with the request. Call us if it is.")


def _refused_to_proven(refusal: HubError) -> str:
    if "seconds" in refusal.facts:
        return too_many_words(int(refusal.facts["seconds"]))
    return _(
        "We cannot give a new code for this reference. Check it, or identify yourself again; else "
        "call us: a request made under another name, or by somebody for you, is dealt with by "
        "telephone."
    )


def _found(rights_request_id: UUID, token: str) -> AskedCode | None:
    """The asking of a link, while it stands."""
    found = asked_code(reading(), rights_request_id, ports().clock.now())
    if found is None or found.standing is LostCodeStanding.OVER:
        return None
    expected = new_code_token(ports().keyring, rights_request_id, found.round)
    return found if hmac.compare_digest(expected.encode(), token[:200].encode()) else None


def _page(found: AskedCode, token: str, form: BirthDateForm) -> str:
    return render_template(
        "public/lost_code/show.html", found=found, token=token, form=form, press=PressForm()
    )


def _over() -> Any:
    return render_template("public/lost_code/over.html"), 410
