"""Filing, continued: who the person is, with the fields her holders need and no more; her words."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.utils import redirect

from hub.domain.directory import Identifier
from hub.domain.identity_proof import ProvenIdentity
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.queries.directory_rows import ProcessingRow
from hub.web.access import anyone
from hub.web.form_fields import read_date
from hub.web.law_words import identifier_words
from hub.web.public.filing_course import (
    acting_shown,
    answers_elsewhere,
    chosen_rows,
    go_on,
    identifiers_needed,
    is_persons_own,
    may_keep_parents_out,
    next_page,
    state_or_new,
)
from hub.web.public.filing_forms import IdentityForm, StatementForm, identity_form_for
from hub.web.public.filing_proof import (
    PROVEN_FIELDS,
    offered_to,
    proof_for,
    proven_answers,
    words_of,
)
from hub.web.public.filing_state import FilingState, TooMuchToCarry
from hub.web.work import ports

bp = Blueprint("filing_identity", __name__, url_prefix="/demander")
bp.context_processor(acting_shown)

FIXED = ("given_names", "family_name", "birth_date", "email", "postal_address")
REACHED = ("email", "postal_address", "notified_online")
GUIDANCE = {
    Right.ACCESS: _l(
        "You may say which years, which hospital or which documents you have in mind. "
        "You may also leave this empty: you will then ask for everything."
    ),
    Right.OBJECTION: _l(
        "For health research you need not say why. For other uses, say in a few words what in "
        "your own situation makes you object."
    ),
    Right.RECTIFICATION: _l("Say what is wrong, and what is right."),
    Right.ERASURE: _l("Say what should be erased and, if you wish, why."),
    Right.RESTRICTION: _l("Say what should no longer be used for the time being, and why."),
    Right.PORTABILITY: _l("Say in which format you would like your data, if it matters to you."),
    Right.CONSENT_WITHDRAWAL: _l("You need not say why. You may leave this empty."),
}


@bp.get("/identite")
@anyone
def identity() -> Any:
    """Who you are, as the chosen holders need it."""
    state = state_or_new()
    rows = chosen_rows(state)
    if not rows:
        return redirect(url_for("filing.start"))
    proven = proof_for(state)
    form = _form_for(state, rows, proven, data=_typed(state, proven))
    return _identity_page(state, form, rows, proven)


@bp.post("/identite")
@anyone
def keep_identity() -> Any:
    """Keep the identity in the browser; nothing reaches our database before the sending."""
    state = state_or_new()
    rows = chosen_rows(state)
    if not rows:
        return redirect(url_for("filing.start"))
    proven = proof_for(state)
    form = _form_for(state, rows, proven)
    if not form.validate_on_submit():
        return _identity_page(state, form, rows, proven), 422
    if "email" in form and is_persons_own(state, form.email.data):
        form.email.errors = [_("You gave this address as the person’s own. Give yours here.")]
        return _identity_page(state, form, rows, proven), 422
    state.person, state.proven = _person(form, rows, proven), proven is not None
    state.asked = [identifier.value for identifier in identifiers_needed(rows)]
    try:
        return go_on(state, next_page(state))
    except TooMuchToCarry:
        form.form_errors.append(_("This is too long for one request. Keep to what matters most."))
        return _identity_page(state, form, rows, proven), 422


@bp.get("/precisions")
@anyone
def statement() -> Any:
    """Her own words, optional."""
    state = state_or_new()
    if not state.person:
        return go_on(state, next_page(state))
    form = StatementForm(statement=state.statement, keeps_parents_out=state.parents_out)
    return _statement_page(state, form)


@bp.post("/precisions")
@anyone
def keep_statement() -> Any:
    """Keep her words in the browser."""
    state = state_or_new()
    form = StatementForm()
    if not form.validate_on_submit():
        return _statement_page(state, form), 422
    state.statement = (form.statement.data or "").strip()
    state.parents_out = bool(form.keeps_parents_out.data) and may_keep_parents_out(state)
    try:
        return go_on(state, next_page(state))
    except TooMuchToCarry:
        form.statement.errors = [_("This text is too long. Keep to what matters most.")]
        return _statement_page(state, form), 422


def _form_for(
    state: FilingState,
    rows: tuple[ProcessingRow, ...],
    proven: ProvenIdentity | None,
    **given: Any,
) -> IdentityForm:
    """The form of these holders, without what is proven: nobody types that, nor changes it.

    Nor how to reach who files, where a mandate leaves the answers to the person.
    """
    form = identity_form_for(rows, local_date(ports().clock.now()))(**given)
    unasked = REACHED if answers_elsewhere(state) else ()
    for name in (*(PROVEN_FIELDS if proven else ()), *unasked):
        if name in form:
            del form[name]
    return form


def _typed(state: FilingState, proven: ProvenIdentity | None) -> dict[str, Any]:
    kept = dict(state.person)
    if kept.get("birth_date"):
        kept["birth_date"] = read_date(kept["birth_date"])
    if proven and proven.email and not kept:
        kept["email"] = proven.email
    return kept | kept.get("identifiers", {})


def _person(
    form: IdentityForm, rows: tuple[ProcessingRow, ...], proven: ProvenIdentity | None
) -> dict[str, Any]:
    attested, identifiers = proven_answers(proven)
    kept: dict[str, Any] = {
        name: (form[name].data or "").strip()
        for name in FIXED
        if name in form and name != "birth_date"
    }
    if "birth_date" in form:
        kept["birth_date"] = form.birth_date.data.isoformat() if form.birth_date.data else ""
    kept["notified_online"] = "notified_online" in form and bool(form.notified_online.data)
    kept["identifiers"] = {
        identifier.value: value
        for identifier in identifiers_needed(rows)
        if (value := identifiers.get(identifier) or _typed_in(form, identifier))
    }
    return kept | attested


def _typed_in(form: IdentityForm, identifier: Identifier) -> str:
    return (form[identifier.value].data or "").strip() if identifier.value in form else ""


def _identity_page(
    state: FilingState,
    form: IdentityForm,
    rows: tuple[ProcessingRow, ...],
    proven: ProvenIdentity | None,
) -> str:
    needed = identifiers_needed(rows)
    asked = [
        {
            "field": form[identifier.value],
            "autocomplete": identifier_words(identifier).autocomplete,
            "is_choice": identifier is Identifier.SEX,
            "who": titles,
        }
        for identifier, titles in needed.items()
        if identifier.value in form
    ]
    return render_template(
        "public/filing/identity.html",
        form=form,
        asked=asked,
        acts=bool(state.acting),
        provider=None if proven else offered_to(state),
        proven=words_of(proven) if proven else None,
    )


def _statement_page(state: FilingState, form: StatementForm) -> str:
    right = state.chosen_right
    return render_template(
        "public/filing/statement.html",
        form=form,
        guidance=GUIDANCE.get(right) if right else None,
        may_keep_parents_out=may_keep_parents_out(state),
    )
