"""Addresses in doubt: what depends on each, and the right address that ends the doubt."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from hub.domain.actors import Actor
from hub.domain.contact_points import Doubt
from hub.domain.directory import Channel
from hub.domain.permissions import Permission
from hub.errors import Invalid, NotFound
from hub.queries.contact_points import PAGES, DoubtedPoint, doubted_points, silent_software
from hub.services.contact_points import LONGEST_ADDRESS, put_right
from hub.web.access import member
from hub.web.form_fields import at_most
from hub.web.work import reading, unit_of_work

bp = Blueprint("contact_points", __name__, url_prefix="/exploitation/adresses")

MOST_SHOWN = 200


class AddressForm(FlaskForm):
    """The right address."""

    right_address = TextAreaField(
        _l("Right address"),
        validators=[DataRequired(_l("Enter an address.")), at_most(LONGEST_ADDRESS)],
    )


@bp.get("")
@member(Permission.OPERATE)
def listed(actor: Actor) -> str:
    """The addresses in doubt, those on which most open cases depend first."""
    return render_template(
        "operator/contact_points.html",
        rows=doubted_points(reading(), MOST_SHOWN),
        doubt_words=_doubt_words(),
        software=silent_software(reading(), MOST_SHOWN),
        channel_words={
            Channel.EMAIL: _("E-mail"),
            Channel.PORTAL: _("Their own page"),
            Channel.POST: _("Post"),
            Channel.WEBHOOK: _("Software"),
        },
    )


@bp.route("/<uuid:point_id>", methods=["GET", "POST"])
@member(Permission.OPERATE)
def review(actor: Actor, point_id: UUID) -> Any:
    """Give an address in doubt its right form, or say that it holds."""
    row = _row(point_id)
    form = AddressForm(data={"right_address": row.address})
    if form.validate_on_submit():
        try:
            with unit_of_work(actor) as work:
                put_right(work, point_id, form.right_address.data)
        except Invalid:
            form.right_address.errors = [_shape_words(row.channel)]
        else:
            flash(_("The address is used again. Send again what waits for it."), "ok")
            return redirect(url_for("contact_points.listed"))
    page = render_template(
        "operator/contact_point.html", row=row, form=form, doubt_words=_doubt_words()
    )
    return (page, 422) if form.errors else page


def _shape_words(channel: Channel) -> str:
    if channel in PAGES:
        return _("This address is not complete: it looks like https://www.organisation.fr/page.")
    return _("This address is not complete: it looks like name@organisation.fr.")


def _row(point_id: UUID) -> DoubtedPoint:
    rows = doubted_points(reading(), MOST_SHOWN)
    found = next((row for row in rows if row.id == point_id), None)
    if found is None:
        raise NotFound(point_id=point_id)
    return found


def _doubt_words() -> dict[Doubt, str]:
    return {
        Doubt.LETTER_RETURNED: _("a letter came back"),
        Doubt.NO_ANSWER: _("its page has answered nothing for two weeks"),
        Doubt.NO_MAIL_SERVER: _("its domain takes no mail"),
        Doubt.PAGE_GONE: _("its page is no longer there"),
        Doubt.SAID_WRONG: _("a reader says that it is not right"),
        Doubt.UNKNOWN: _("mails came back, or it was set aside by hand"),
    }
