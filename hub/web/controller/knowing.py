"""A controller that knows the person: its word, and its letter with a code."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.identity_proof import KnownBy
from hub.domain.lifecycle import Action
from hub.domain.permissions import Permission
from hub.services.vouching import WrittenLetter, vouch, write_letter
from hub.web.access import member
from hub.web.controller.act_forms import IdentityLetterForm, VouchForm
from hub.web.controller.case_frame import act_page, act_refused, case_of, to_case, tried
from hub.web.controller.identity_letter import identity_letter
from hub.web.downloads import download_of
from hub.web.work import ports

bp = Blueprint("knowing", __name__, url_prefix="/dossiers/<uuid:referral_id>")


@bp.route("/connu", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def known(actor: Actor, referral_id: UUID) -> Any:
    """Confirm that the organisation knows this person, and by what."""
    case = case_of(actor, referral_id)
    form = VouchForm()
    if form.validate_on_submit():
        by, words = KnownBy(form.known_by.data), form.words.data or ""
        if tried(actor, referral_id, form, lambda work: vouch(work, referral_id, by, words)):
            flash(_("Noted. The person is told that your answer opens to her."), "ok")
            return to_case(referral_id)
    return (not form.is_submitted() and act_refused(actor, case, Action.VOUCH)) or act_page(
        "known", case, form
    )


@bp.route("/courrier-code", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def letter(actor: Actor, referral_id: UUID) -> Any:
    """Print a letter with a new code; the address on it is the organisation's, and kept nowhere."""
    case = case_of(actor, referral_id)
    form = IdentityLetterForm()
    written: list[WrittenLetter] = []
    if form.validate_on_submit() and tried(
        actor, referral_id, form, lambda work: written.append(write_letter(work, referral_id))
    ):
        paper = identity_letter(case, written[0], form.postal.data, ports().clock.now())
        return download_of(ports().papers.render_letter(paper), f"{case.number}-code.pdf")
    if form.is_submitted():
        return act_page("identity_letter", case, form)
    refused = act_refused(actor, case, Action.WRITE_IDENTITY_LETTER)
    return refused or act_page("identity_letter", case, form)
