"""The organisations that have an account: shutting their members out, and letting them in again."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import HubError, Invalid, NotFound
from hub.queries.organisations import (
    OrganisationStanding,
    Standing,
    organisation_standing,
    organisations_with_account,
)
from hub.services.suspending_access import LONGEST_REASON, restore_access, suspend_access
from hub.web.access import member
from hub.web.confirmation import lately_confirmed
from hub.web.form_fields import PressForm, at_most
from hub.web.paging import cursor_of, read_cursor
from hub.web.work import reading, unit_of_work

bp = Blueprint("organisations", __name__, url_prefix="/exploitation/organismes")

LONGEST_SEARCH = 100
AT_ONCE = 50


class ReasonForm(FlaskForm):
    """Why nobody may come in for now."""

    reason = TextAreaField(
        _l("Why"),
        validators=[
            InputRequired(_l("Say why: whoever gives access back needs to know.")),
            at_most(LONGEST_REASON),
        ],
    )


@bp.get("")
@member(Permission.OPERATE)
def listed(actor: Actor) -> str:
    """Those with an account, by name; all, or those held back."""
    words = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    standing = _standing_asked()
    found = organisations_with_account(reading(), standing, words, _after(), AT_ONCE + 1)
    shown = found[:AT_ONCE]
    more = None
    if len(found) > AT_ONCE:
        cursor = cursor_of(shown[-1].search_text, shown[-1].id)
        more = url_for("organisations.listed", q=words or None, etat=standing.value, suite=cursor)
    return render_template(
        "operator/organisations.html",
        rows=shown,
        words=words,
        standing=standing,
        standings=_standing_words(),
        more=more,
    )


@bp.route("/<uuid:organisation_id>", methods=["GET", "POST"])
@member(Permission.OPERATE)
@lately_confirmed
def organisation(actor: Actor, organisation_id: UUID) -> Any:
    """One organisation: say why, then nobody of it is let in."""
    found = _found(organisation_id)
    form = ReasonForm()
    if form.validate_on_submit() and _suspended(actor, organisation_id, form):
        flash(_("Nobody of this organisation is let in any more. Its DPO is told."), "ok")
        return redirect(url_for("organisations.organisation", organisation_id=organisation_id))
    page = render_template("operator/organisation.html", form=form, found=found, press=PressForm())
    return (page, 422) if form.errors else page


@bp.post("/<uuid:organisation_id>/retablir")
@member(Permission.OPERATE)
@lately_confirmed
def restore(actor: Actor, organisation_id: UUID) -> Response:
    """Let its members in again."""
    PressForm().validate_on_submit()
    with unit_of_work(actor) as work:
        done = restore_access(work, organisation_id)
    if done:
        flash(_("The members of this organisation may sign in again. Its DPO is told."), "ok")
    else:
        flash(_("Somebody else has already given access back."), "info")
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id))


def _found(organisation_id: UUID) -> OrganisationStanding:
    found = organisation_standing(reading(), organisation_id)
    if found is None:
        raise NotFound(organisation_id=organisation_id)
    return found


def _suspended(actor: Actor, organisation_id: UUID, form: ReasonForm) -> bool:
    try:
        with unit_of_work(actor) as work:
            suspend_access(work, organisation_id, form.reason.data or "")
    except Invalid:
        form.reason.errors = [_("Say why: whoever gives access back needs to know.")]
    except HubError:
        form.form_errors.append(_("This could not be done. Nothing was recorded."))
    return not form.errors


def _standing_asked() -> Standing:
    try:
        return Standing(request.args.get("etat", ""))
    except ValueError:
        return Standing.ALL


def _after() -> tuple[str, UUID] | None:
    parts = read_cursor(request.args.get("suite"), 2)
    try:
        return (parts[0], UUID(parts[1])) if parts else None
    except ValueError as error:
        raise Invalid(field="cursor", reason="unreadable") from error


def _standing_words() -> dict[Standing, str]:
    return {
        Standing.ALL: _("All organisations"),
        Standing.ACCESS_SUSPENDED: _("Access suspended"),
        Standing.DELIVERIES_SUSPENDED: _("Deliveries suspended"),
    }
