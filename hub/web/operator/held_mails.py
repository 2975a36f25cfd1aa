"""Mails that came to an address of ours that names nobody: the hub's agents say where they go."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.web.access import member
from hub.web.mail_pages import Desk, list_page, one_page

bp = Blueprint("held_mails", __name__, url_prefix="/a-faire/courriels")
DESK = Desk("held_mails", None)


@bp.get("")
@member(Permission.DO_HUB_TASKS)
def listed(actor: Actor) -> str:
    """The mails of nobody that wait."""
    return list_page(DESK)


@bp.route("/<uuid:received_id>", methods=["GET", "POST"])
@member(Permission.DO_HUB_TASKS)
def mail(actor: Actor, received_id: UUID) -> Any:
    """One of them."""
    return one_page(actor, DESK, received_id)
