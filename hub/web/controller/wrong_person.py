"""A member sees first that an answer went to the wrong person: it is closed at once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import NotFound
from hub.models.answer import GIVEN
from hub.services.incidents import LONGEST_SAID, report_incident
from hub.web.access import member
from hub.web.controller.case_frame import act_page, case_of, to_case, tried

bp = Blueprint("wrong_person", __name__, url_prefix="/dossiers/<uuid:referral_id>")


class WrongPersonForm(FlaskForm):
    """What went wrong."""

    said = TextAreaField(
        _l("What happened"),
        validators=[
            DataRequired(_l("Say in a few words what happened.")),
            Length(max=LONGEST_SAID, message=_l("%(max)d characters at most.", max=LONGEST_SAID)),
        ],
    )


@bp.route("/mauvais-destinataire/<uuid:answer_id>", methods=["GET", "POST"])
@member(Permission.READ_REFERRALS)
def report(actor: Actor, referral_id: UUID, answer_id: UUID) -> Any:
    """Close an answer that holds what is somebody else's, and open an incident."""
    case = case_of(actor, referral_id)
    if not any(one.id == answer_id and one.state in GIVEN for one in case.answers):
        raise NotFound(answer_id=answer_id)
    form = WrongPersonForm()
    if form.validate_on_submit() and tried(
        actor, referral_id, form, lambda work: report_incident(work, answer_id, form.said.data)
    ):
        flash(_("The answer is closed, and your DPO is told. The 72 hours run."), "ok")
        return to_case(referral_id)
    return act_page("wrong_person", case, form)
