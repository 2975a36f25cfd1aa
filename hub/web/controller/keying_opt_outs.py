"""Keying in, at the hub, a refusal of all reuse that came by letter, call or visit (EHDS 71)."""

import secrets
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.opt_outs import counts_from
from hub.domain.permissions import Permission
from hub.domain.references import ReferenceMistyped, normalise_reference
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.errors import Conflict, NotFound
from hub.models.rights_request import Identity
from hub.queries.cases import RequestRow, request_by_reference
from hub.queries.keying import KeyedLine, Sought, keyed_by, likely_same
from hub.sealing import Place
from hub.services.filing import AlreadyFiling, KeyUsedOtherwise, receipt_again
from hub.services.filing_drafts import FilingDraft
from hub.services.filing_plans import Receipt, plan_filing, same_person_index, secret_of
from hub.services.keying import note_receipt_printed, scope_of
from hub.services.opt_outs import (
    opt_out_draft,
    opt_out_for,
    register_opt_out,
    take_back_by_letter,
)
from hub.web.access import member
from hub.web.controller.keying_forms import PaperForm
from hub.web.controller.opt_out_forms import OptOutKeyingForm, TakeBackForm
from hub.web.downloads import download_of
from hub.web.law_words import channel_words
from hub.web.opt_out_paper import opt_out_paper
from hub.web.opt_out_words import said_on, showing_hour
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("keying_opt_outs", __name__, url_prefix="/saisie/refus-europeen")


@bp.get("")
@member(Permission.DO_HUB_TASKS)
def key_in(actor: Actor) -> str:
    """An empty form, ready for the next letter; and the one that takes a refusal back."""
    _check_open()
    form = OptOutKeyingForm(formdata=None, today=_today(), data={"key": secrets.token_hex(16)})
    return _page(form, TakeBackForm(formdata=None, prefix="back-"))


@bp.post("")
@member(Permission.DO_HUB_TASKS)
def record(actor: Actor) -> Any:
    """Record it at once, in force from now whatever the day of the letter."""
    _check_open()
    form = OptOutKeyingForm(today=_today())
    back = TakeBackForm(formdata=None, prefix="back-")
    if not form.validate_on_submit():
        return _page(form, back), 422
    alike = _alike(form)
    if alike and form.known.data != _seen(alike):
        return _page(form, back, alike), 409
    draft = _draft(actor, form)
    try:
        receipt = receipt_again(reading(), ports(), draft) or _registered(actor, form, draft)
    except (KeyUsedOtherwise, AlreadyFiling):
        form.key.data = secrets.token_hex(16)
        form.form_errors.append(
            _("This page was already recorded. To record another request, press the button again.")
        )
        return _page(form, back), 409
    row = request_by_reference(reading(), receipt.reference)
    return render_template(
        "controller/keying_opt_out_done.html",
        receipt=receipt,
        counts_for=said_on(row.received_at) if row else "",
        channel=form.channel.data,
        paper=PaperForm(formdata=None),
        key=form.key.data,
    )


@bp.post("/papier")
@member(Permission.DO_HUB_TASKS)
def paper(actor: Actor) -> Response:
    """The receipt on paper, to hand over or to post: reference, secret, from when it counts."""
    form = PaperForm()
    if not form.validate_on_submit() or actor.member_id is None:
        abort(404)
    filed = keyed_by(reading(), actor.member_id, form.reference.data)
    row = request_by_reference(reading(), form.reference.data)
    if filed is None or row is None or filed.right is not Right.SECONDARY_USE_OPT_OUT:
        abort(404)
    secret = secret_of(ports().keyring, scope_of(actor.member_id), form.key.data, row.reference)
    if not ports().keyring.secret_matches(filed.secret_hash, row.reference, secret):
        abort(404)
    language, channel = filed.language, filed.channel
    content = _paper(row, secret, language)
    with unit_of_work(actor) as work:
        note_receipt_printed(work, row.id, channel)
    return download_of(content, f"recepisse-{row.reference}.pdf")


@bp.post("/retirer")
@member(Permission.DO_HUB_TASKS)
def take_back(actor: Actor) -> Any:
    """Take a refusal back for a person who writes or calls: as simple as recording it."""
    _check_open()
    back = TakeBackForm(prefix="back-")
    form = OptOutKeyingForm(formdata=None, today=_today(), data={"key": secrets.token_hex(16)})
    if not back.validate_on_submit():
        return _page(form, back), 422
    try:
        reference = normalise_reference(back.reference.data or "")
        with unit_of_work(actor) as work:
            take_back_by_letter(work, reference, back.birth_date.data)
    except (NotFound, ReferenceMistyped):
        back.reference.errors = [
            _("This reference and this date of birth do not go together. Nothing was changed.")
        ]
        return _page(form, back), 422
    except Conflict:
        back.reference.errors = [_("This refusal is taken back already.")]
        return _page(form, back), 409
    flash(_("The refusal is taken back. It counts from now; earlier permits do not change."), "ok")
    return redirect(url_for("keying_opt_outs.key_in"))


def _check_open() -> None:
    if not ports().policies.opt_outs.is_open(_today()):
        raise NotFound(register="opt_outs")


def _draft(actor: Actor, form: OptOutKeyingForm) -> FilingDraft:
    draft = opt_out_draft(
        form.person(),
        language=form.language.data,
        channel=form.chosen_channel,
        key=form.key.data or "",
        scope=scope_of(actor.member_id),
        actor=actor,
    )
    said = form.said()
    return opt_out_for(draft, said, _today()) if said else draft


def _registered(actor: Actor, form: OptOutKeyingForm, draft: FilingDraft) -> Receipt:
    plan = plan_filing(draft, ports().keyring, ports().clock.now())
    with unit_of_work(actor) as work:
        return register_opt_out(work, plan, form.seen())


def _alike(form: OptOutKeyingForm) -> tuple[KeyedLine, ...]:
    """Refusals that seem to be of the same person."""
    given = form.person()
    index = same_person_index(ports().keyring, given)
    sought = Sought(given.given_names, given.family_name, index)
    found = likely_same(reading(), ports().keyring, sought, None)
    return tuple(one for one in found if one.right is Right.SECONDARY_USE_OPT_OUT)


def _seen(alike: tuple[KeyedLine, ...]) -> str:
    return " ".join(sorted(one.reference for one in alike))


def _page(form: OptOutKeyingForm, back: TakeBackForm, alike: tuple[KeyedLine, ...] = ()) -> str:
    form.known.data = _seen(alike)
    return render_template(
        "controller/keying_opt_out.html",
        form=form,
        back=back,
        alike=alike,
        cut_off=showing_hour(),
        counts_on=counts_from(ports().clock.now(), ports().policies.opt_outs),
        channel_words=channel_words,
    )


def _paper(row: RequestRow, secret: str, language: str) -> bytes:
    identity = reading().get(Identity, row.id)
    place = Place(row.id, "identity.sealed", row.id)
    facts = request_keys().open_facts(place, identity.sealed if identity else None)
    name = f"{facts.get('given_names', '')} {facts.get('family_name', '')}".strip()
    born_on = date.fromisoformat(str(facts["birth_date"]))
    with force_locale(language):
        return ports().papers.render_receipt(opt_out_paper(row, secret, name, born_on))


def _today() -> date:
    return local_date(ports().clock.now())
