"""Before an answer with her data opens: what is needed, and every way there is to prove it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import AskedWay, IdentityMatch
from hub.errors import Conflict, HubError
from hub.queries.answer_gates import Gate, gate_of
from hub.queries.identity_proofs import last_proof
from hub.queries.identity_ways import ways_of
from hub.queries.visits import OpenVisit
from hub.services.vouching import WrongIdentityCode, ask_to_be_known, type_code
from hub.web.access import holder
from hub.web.form_fields import PressForm
from hub.web.identification import NAMES, provider_for
from hub.web.law_words import identity_level_words
from hub.web.public.tracking_frame import (
    me,
    referral_of,
    refusal_words,
    request_of,
    tracking_nav,
)
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("tracking_identity", __name__, url_prefix="/suivre/identite/<uuid:answer_id>")


class AskForm(FlaskForm):
    """Which way she asks for."""

    way = RadioField(choices=[one.value for one in AskedWay], validators=[InputRequired()])


class LetterCodeForm(FlaskForm):
    """The code of the letter she received."""

    code = StringField(
        _l("Code of the letter"),
        validators=[
            DataRequired(_l("Enter the code of the letter.")),
            Length(max=80, message=_l("The code has 13 letters and digits.")),
        ],
    )


def answer_gate(visit: OpenVisit, answer_id: UUID) -> Gate:
    """What an answer of this visit needs and what the visit holds; raises NotFound (404)."""
    return gate_of(reading(), visit, answer_id, ports().clock.now(), ports().policies.proofs)


def prove_first(visit: OpenVisit, answer_id: UUID) -> Response | None:
    """Where to go before an answer opens, or while it is frozen; None when it is open."""
    gate = answer_gate(visit, answer_id)
    if gate.is_open:
        return None
    page = "tracking_incident.report" if gate.is_proven else "tracking_identity.ways"
    return redirect(url_for(page, answer_id=answer_id))


@bp.get("")
@holder
def ways(visit: OpenVisit, answer_id: UUID) -> Any:
    """What this answer needs, and the ways to prove it; once proven, the button that opens it."""
    return _page(visit, answer_id, LetterCodeForm())


@bp.post("/demander")
@holder
def ask(visit: OpenVisit, answer_id: UUID) -> Any:
    """Ask the organisation to confirm that it knows her, or to write to her."""
    form, gate = AskForm(), answer_gate(visit, answer_id)
    if form.validate_on_submit():
        way = AskedWay(form.way.data)
        try:
            with unit_of_work(me(visit)) as work:
                ask_to_be_known(work, gate.referral_id, way)
        except Conflict:
            flash(_("You have already asked. It is told; you have nothing more to do."), "info")
        except HubError as refusal:
            flash(refusal_words(refusal), "late")
        else:
            flash(_("The organisation is told. We write to you as soon as it has acted."), "ok")
    return redirect(url_for("tracking_identity.ways", answer_id=answer_id))


@bp.post("/code")
@holder
def code(visit: OpenVisit, answer_id: UUID) -> Any:
    """Type the code of the letter."""
    form, gate = LetterCodeForm(), answer_gate(visit, answer_id)
    if not form.validate_on_submit():
        return _page(visit, answer_id, form), 422
    with unit_of_work(me(visit)) as work:
        refusal = type_code(work, gate.referral_id, visit.id, form.code.data)
    if refusal is None:
        return redirect(url_for("tracking_identity.ways", answer_id=answer_id))
    form.code.errors = [_wrong_code(refusal)]
    return _page(visit, answer_id, form), 422


@bp.get("/demander")
@bp.get("/code")
@holder
def back(visit: OpenVisit, answer_id: UUID) -> Response:
    """The address of a button, when it is opened again or in the other language."""
    answer_gate(visit, answer_id)
    return redirect(url_for("tracking_identity.ways", answer_id=answer_id))


def _page(visit: OpenVisit, answer_id: UUID, form: LetterCodeForm) -> str:
    gate = answer_gate(visit, answer_id)
    referral = referral_of(request_of(visit), gate.referral_id)
    proof = last_proof(reading(), visit.id)
    provider = provider_for(gate.needed)
    return render_template(
        "public/tracking/identity.html",
        nav=tracking_nav("request"),
        gate=gate,
        referral=referral,
        needs=identity_level_words(gate.needed).person,
        ways=ways_of(reading(), gate.referral_id, ports().clock.now()),
        takes_word=gate.needed <= IdentityLevel.L2,
        is_other_person=proof is not None and proof.match is IdentityMatch.DIFFERS,
        is_unsure=proof is not None and proof.match is IdentityMatch.CANNOT_TELL,
        visit_minutes=ports().policies.proofs.visit_minutes,
        provider=provider,
        provider_name=NAMES[provider] if provider else "",
        form=form,
        press=PressForm(),
    )


def _wrong_code(refusal: HubError) -> str:
    if isinstance(refusal, WrongIdentityCode):
        left = int(refusal.facts["left"])
        return ngettext(
            "This is not the code of the letter. %(num)s try is left.",
            "This is not the code of the letter. %(num)s tries are left.",
            left,
        )
    return _(
        "This code opens nothing any more: its time is over, or it was mistyped too often. Ask for "
        "another letter."
    )
