"""Treating two requests of one person as one, with one press, and taking that back."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.services.joining import join, separate
from hub.web.access import member
from hub.web.controller.case_frame import done_or_said, to_case
from hub.web.form_fields import PressForm

bp = Blueprint("joining", __name__, url_prefix="/dossiers/<uuid:referral_id>")


@bp.post("/joindre/<uuid:earlier_id>")
@member(Permission.WORK_REFERRALS)
def join_to(actor: Actor, referral_id: UUID, earlier_id: UUID) -> Any:
    """Join a case to an earlier one of the same person."""
    if not PressForm().validate_on_submit():
        return to_case(referral_id)
    said = _("The two requests are treated as one: one answer leaves for both.")
    return done_or_said(actor, referral_id, lambda work: join(work, referral_id, earlier_id), said)


@bp.post("/separer")
@member(Permission.WORK_REFERRALS)
def take_apart(actor: Actor, referral_id: UUID) -> Any:
    """Treat a case by itself again."""
    if not PressForm().validate_on_submit():
        return to_case(referral_id)
    said = _("This request is treated by itself again.")
    return done_or_said(actor, referral_id, lambda work: separate(work, referral_id), said)
