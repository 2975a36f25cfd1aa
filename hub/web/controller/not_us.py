""" "Not us": find who is in charge, say why, check, then hand over or decline."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.lifecycle import Action
from hub.domain.permissions import Permission
from hub.queries.directory import organisations_matching
from hub.queries.referral_rows import ReferralPage
from hub.services.rerouting import decline, transfer
from hub.services.unit_of_work import Work
from hub.web.access import member
from hub.web.controller.act_forms import NotUsForm
from hub.web.controller.case_frame import act_page, act_refused, case_of, to_case, tried
from hub.web.work import reading

bp = Blueprint("not_us", __name__, url_prefix="/dossiers/<uuid:referral_id>/pas-nous")

NOBODY_FOUND = "none"
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Successor:
    """Whom the member names: an organisation of the directory, a name outside it, or nobody."""

    organisation_id: UUID | None
    name: str


@bp.route("", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def choose(actor: Actor, referral_id: UUID) -> Any:
    """Search, choose and explain on one page; check on the next."""
    case = case_of(actor, referral_id)
    if request.method == "GET":
        return act_refused(actor, case, Action.DECLINE) or _write(case, NotUsForm(formdata=None))
    form = NotUsForm()
    step = request.form.get("step")
    _offer(form, case)
    if step in ("search", "edit") or not form.validate():
        return _write(case, form)
    successor = _successor(form)
    if step != "send":
        return act_page("not_us_check", case, form, successor=successor)
    if tried(actor, referral_id, form, lambda work: _hand_over(work, referral_id, form, successor)):
        flash(_("Recorded. The person is told, with your reasons."), "ok")
        return to_case(referral_id)
    return _write(case, form)


def _write(case: ReferralPage, form: NotUsForm) -> Any:
    if form.organisation.choices is None:
        form.organisation.choices = []
    words = request.form.get("mots", "")[:LONGEST_SEARCH]
    return act_page("not_us", case, form, words=words)


def _offer(form: NotUsForm, case: ReferralPage) -> None:
    words = request.form.get("mots", "").strip()[:LONGEST_SEARCH]
    found = [(str(one.id), one.name) for one in _matching(words) if one.id != case.organisation_id]
    known = {value for value, _name in found}
    chosen = form.organisation.data
    if chosen and chosen not in known and chosen != NOBODY_FOUND:
        form.organisation.data = None
    if found:
        found.append((NOBODY_FOUND, _("None of these")))
    form.organisation.choices = found


def _matching(words: str) -> Any:
    return organisations_matching(reading(), words, limit=10) if words else ()


def _successor(form: NotUsForm) -> Successor:
    chosen = form.organisation.data
    if chosen and chosen != NOBODY_FOUND:
        names = dict(form.organisation.choices)
        return Successor(UUID(chosen), names[chosen])
    return Successor(None, (form.named.data or "").strip())


def _hand_over(work: Work, referral_id: UUID, form: NotUsForm, successor: Successor) -> None:
    if successor.organisation_id is not None:
        transfer(work, referral_id, successor.organisation_id, form.words.data)
    else:
        decline(work, referral_id, form.words.data, successor.name)
