"""Mails that answer by e-mail: read, put with a case, made into an answer or set aside."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.web.access import member
from hub.web.controller.inbox import organisation_of
from hub.web.mail_pages import Desk, list_page, one_page

bp = Blueprint("mails", __name__, url_prefix="/courriels")


@bp.get("")
@member(Permission.WORK_REFERRALS)
def listed(actor: Actor) -> str:
    """The organisation's mails that wait for a decision."""
    return list_page(_desk(actor))


@bp.route("/<uuid:received_id>", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def mail(actor: Actor, received_id: UUID) -> Any:
    """One of them."""
    return one_page(actor, _desk(actor), received_id)


def _desk(actor: Actor) -> Desk:
    return Desk("mails", organisation_of(actor))
