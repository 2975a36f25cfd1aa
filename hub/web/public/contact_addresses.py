"""The link of each mail to a controller about its own address: it is right, or it is not."""

import hmac
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from hub.domain.actors import SYSTEM
from hub.queries.contact_points import AddressAsked, address_asked
from hub.services.contact_points import AddressLinkOver, address_token, say_right, say_wrong
from hub.web.access import anyone
from hub.web.form_fields import PressForm
from hub.web.mailbox_words import masked
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("contact_addresses", __name__)

LONGEST_TOKEN = 200
ACTS = {"juste": say_right, "fausse": say_wrong}


@bp.route("/adresse/<uuid:point_id>/<token>", methods=["GET", "POST"])
@anyone
def address(point_id: UUID, token: str) -> Any:
    """Say whether requests belong in this mailbox; a look changes nothing, a button does."""
    found = _found(point_id, token[:LONGEST_TOKEN])
    if found is None:
        return render_template("public/contact_address_over.html", nav=[]), 410
    form = PressForm()
    act = ACTS.get(request.form.get("reponse", ""))
    said = ""
    if act is not None and form.validate_on_submit():
        try:
            with unit_of_work(SYSTEM) as work:
                act(work, point_id, token[:LONGEST_TOKEN])
        except AddressLinkOver:
            return render_template("public/contact_address_over.html", nav=[]), 410
        said = request.form["reponse"]
    return render_template(
        "public/contact_address.html",
        found=found,
        mailbox=masked(found.address),
        said=said,
        form=form,
        nav=[],
    )


def _found(point_id: UUID, token: str) -> AddressAsked | None:
    found = address_asked(reading(), point_id)
    address = found.address if found else ""
    expected = address_token(ports().keyring, point_id, address)
    return found if hmac.compare_digest(expected.encode(), token.encode()) else None
