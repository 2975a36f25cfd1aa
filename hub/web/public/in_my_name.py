"""What somebody filed in a person's name, by the link of her own mailbox: stop it, end a mandate.

A mailbox may be shared or mistyped: these pages name neither a right, nor an organisation, nor who
acts, and her own code is shown for her date of birth alone.
"""

import hmac
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from hub.domain.actors import person
from hub.errors import HubError
from hub.queries.represented import InMyName, filed_in_my_name
from hub.services.filing_plans import Receipt
from hub.services.representing import dispute, in_my_name_token, take_code
from hub.web.access import anyone
from hub.web.form_fields import PressForm, TypedDateField
from hub.web.public.tracking import too_many_words
from hub.web.public.tracking_frame import refusal_words
from hub.web.representation_words import filed_by_words
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("in_my_name", __name__, url_prefix="/en-mon-nom/<uuid:rights_request_id>/<token>")


class BirthDateForm(FlaskForm):
    """Her date of birth, which whoever shares her mailbox may not know."""

    birth_date = TypedDateField(
        _l("Your date of birth"),
        description=_l("For instance: 08/03/1965"),
        validators=[InputRequired(_l("Give your date of birth."))],
    )


@bp.get("")
@anyone
def show(rights_request_id: UUID, token: str) -> Any:
    """That a request was made in her name, and what she can do."""
    found = _found(rights_request_id, token)
    return _page(found, token) if found else _over()


@bp.post("/pas-moi")
@anyone
def not_me(rights_request_id: UUID, token: str) -> Any:
    """ "This was not me": everything stands still until we have looked."""
    if _found(rights_request_id, token) is None:
        return _over()
    try:
        if PressForm().validate_on_submit():
            with unit_of_work(person(rights_request_id)) as work:
                dispute(work, rights_request_id)
    except HubError as refusal:
        flash(refusal_words(refusal), "late")
    return redirect(url_for("in_my_name.show", rights_request_id=rights_request_id, token=token))


@bp.route("/code", methods=["GET", "POST"])
@anyone
def code(rights_request_id: UUID, token: str) -> Any:
    """End the mandate, if it has not ended, and take her own code, shown once."""
    found = _found(rights_request_id, token)
    if found is None:
        return _over()
    if not (found.may_end_mandate or found.may_take_code):
        return redirect(url_for("in_my_name.show", rights_request_id=found.id, token=token))
    form = BirthDateForm()
    if form.validate_on_submit():
        with unit_of_work(person(found.id)) as work:
            given = take_code(work, found.id, form.birth_date.data)
        if isinstance(given, Receipt):
            had_code = not found.is_code_waiting
            page = "public/in_my_name/code_given.html"
            return render_template(page, receipt=given, had_code=had_code)
        form.birth_date.errors = [_refused(given)]
    page = render_template("public/in_my_name/code.html", found=found, form=form, token=token)
    return (page, 422) if form.is_submitted() else page


def _refused(refusal: HubError) -> str:
    if "seconds" in refusal.facts:
        return too_many_words(int(refusal.facts["seconds"]))
    return _("This is not the date of birth that was given with the request. Call us if it is.")


def _found(rights_request_id: UUID, token: str) -> InMyName | None:
    expected = in_my_name_token(ports().keyring, rights_request_id)
    if not hmac.compare_digest(expected.encode(), token[:200].encode()):
        return None
    return filed_in_my_name(reading(), request_keys(), rights_request_id)


def _page(found: InMyName, token: str) -> str:
    return render_template(
        "public/in_my_name/show.html",
        found=found,
        token=token,
        who=filed_by_words(found.capacity, found.channel),
        form=PressForm(),
    )


def _over() -> Any:
    return render_template("public/in_my_name/over.html"), 410
