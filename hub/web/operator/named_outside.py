"""Organisations named by a "not us" and unknown to the directory: find or enter, then pass on."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from hub.domain.actors import Actor
from hub.domain.lifecycle import ActionNotAllowed
from hub.domain.permissions import Permission
from hub.errors import HubError, Invalid, NotFound
from hub.queries.directory import organisations_matching
from hub.queries.named_outside import NamedOutside, named_outside
from hub.services.rerouting import LONGEST_WORDS, end_search, enter_organisation, route_on
from hub.web.access import member
from hub.web.confirmation import lately_confirmed
from hub.web.work import reading, unit_of_work

bp = Blueprint("named_outside", __name__, url_prefix="/exploitation/organismes-nommes")

LONGEST_SEARCH = 100


class FindForm(FlaskForm):
    """The organisation of the directory, or what is needed to enter it."""

    organisation = RadioField(
        _l("Is it one of these?"), validators=[Optional()], validate_choice=False
    )
    name = StringField(
        _l("Name of the organisation"),
        validators=[Length(max=300, message=_l("300 characters at most."))],
    )
    email = EmailField(
        _l("E-mail address of its service for rights requests"),
        validators=[
            Optional(),
            Email(_l("This address is not complete: it looks like name@organisation.fr.")),
            Length(max=255, message=_l("255 characters at most.")),
        ],
    )


class NotFoundForm(FlaskForm):
    """What was tried before giving up; the person reads it."""

    words = TextAreaField(
        _l("What we tried"),
        validators=[
            InputRequired(_l("Say what was tried: the person reads it.")),
            Length(max=LONGEST_WORDS, message=_l("2,000 characters at most.")),
        ],
    )


@bp.get("")
@member(Permission.OPERATE)
def listed(actor: Actor) -> str:
    """Every organisation still to find, the most urgent first."""
    return render_template("operator/named_outside.html", rows=named_outside(reading()))


@bp.route("/<uuid:referral_id>", methods=["GET", "POST"])
@member(Permission.OPERATE)
@lately_confirmed
def find(actor: Actor, referral_id: UUID) -> Any:
    """Search the directory, choose or enter, and pass the request on."""
    row = next(iter(named_outside(reading(), referral_id)), None)
    if row is None:
        raise NotFound(referral_id=referral_id)
    form = FindForm(data={"name": row.named})
    words = request.form.get("mots", row.named)[:LONGEST_SEARCH].strip()
    found = organisations_matching(reading(), words, limit=10) if words else ()
    form.organisation.choices = [(str(one.id), one.name) for one in found]
    if request.form.get("step") == "route" and _may_route(form) and _routed(actor, row, form):
        flash(_("Passed on. The person is told, and no date changes."), "ok")
        return redirect(url_for("named_outside.listed"))
    page = render_template("operator/named_outside_find.html", row=row, form=form, words=words)
    return (page, 422) if form.errors else page


@bp.route("/<uuid:referral_id>/introuvable", methods=["GET", "POST"])
@member(Permission.OPERATE)
def give_up(actor: Actor, referral_id: UUID) -> Any:
    """Close the search of what cannot be found, with what was tried."""
    row = next(iter(named_outside(reading(), referral_id)), None)
    form = NotFoundForm()
    if row is None and not form.is_submitted():
        raise NotFound(referral_id=referral_id)
    if row is None:
        flash(_("Somebody else has just closed or passed on this search."), "info")
        return redirect(url_for("named_outside.listed"))
    if form.validate_on_submit() and _ended(actor, referral_id, form):
        flash(_("Closed. The person is told what was tried, and what she can do."), "ok")
        return redirect(url_for("named_outside.listed"))
    page = render_template("operator/named_outside_give_up.html", row=row, form=form)
    return (page, 422) if form.errors else page


def _ended(actor: Actor, referral_id: UUID, form: NotFoundForm) -> bool:
    try:
        with unit_of_work(actor) as work:
            end_search(work, referral_id, form.words.data or "")
    except Invalid:
        form.words.errors = [_("Say what was tried: the person reads it.")]
    except ActionNotAllowed:
        form.form_errors.append(_("Somebody else has just closed or passed on this search."))
    return not form.errors


def _may_route(form: FindForm) -> bool:
    """One of the directory, or a name and an address to enter it with."""
    if not form.validate():
        return False
    known = {value for value, _name in form.organisation.choices}
    if form.organisation.data in known:
        return True
    if not (form.name.data or "").strip():
        form.name.errors = [_("Choose an organisation above, or write its name.")]
    if not form.email.data:
        form.email.errors = [_("Choose an organisation above, or write its address.")]
    return not form.errors


def _routed(actor: Actor, row: NamedOutside, form: FindForm) -> bool:
    try:
        with unit_of_work(actor) as work:
            chosen = form.organisation.data
            heir = UUID(chosen) if chosen else None
            if heir is None:
                heir = enter_organisation(work, form.name.data or "", form.email.data or "")
            route_on(work, row.id, heir)
    except HubError:
        form.form_errors.append(_("This could not be done. Nothing was recorded."))
        return False
    return True
