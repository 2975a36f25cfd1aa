"""Filing, the end: check, send once, and the receipt that proves it."""

from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField

from hub.domain.actors import person
from hub.domain.directory import Identifier
from hub.domain.identity_proof import ProvenIdentity
from hub.domain.lifecycle import RequestState
from hub.domain.representation import Limit, Representation, representation_from
from hub.domain.rights import Right
from hub.errors import Conflict, StorageUnavailable
from hub.models.rights_request import Identity, RightsRequest
from hub.queries.cases import RequestRow, request_by_reference
from hub.queries.confirmation_mails import confirmation_held_until
from hub.queries.repeated_requests import (
    AskedAlready,
    asked_already_by_subject,
    asked_already_in_visit,
)
from hub.queries.visits import visit_id_of, visit_of
from hub.sealing import Place
from hub.services.filing import AlreadyFiling, KeyUsedOtherwise
from hub.services.filing_plans import Receipt, secret_of
from hub.services.identifying import prove_identity, subject_of
from hub.services.visits import close_visit, start_visit
from hub.web.access import VISIT_COOKIE, anyone
from hub.web.clock_words import explain
from hub.web.downloads import download_of
from hub.web.filters import day
from hub.web.identification import after_leaving
from hub.web.identity_words import needs_words
from hub.web.law_words import identifier_words, right_words
from hub.web.locale import current_language
from hub.web.public.filing_course import (
    answers_elsewhere,
    chosen_rows,
    go_on,
    identifiers_given,
    keep,
    next_page,
    standing_of,
    state_or_new,
)
from hub.web.public.filing_draft import SCOPE, draft_of, file_once, fingerprint_of, routed
from hub.web.public.filing_forms import SEXES
from hub.web.public.filing_proof import known_email, name_of, proof_for, still_stands
from hub.web.public.filing_state import FilingState, forget_state, new_state, read_state
from hub.web.public.filing_work import bits_of, challenge_for, wait_of
from hub.web.public.visit_cookie import end_visit, give_visit
from hub.web.receipt_paper import Filed, medical_file_of, receipt_paper
from hub.web.representation_words import CAPACITIES_FOR_STAFF, PURPOSES, limit_sentence
from hub.web.routing_words import route_words_to_person
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("filing_sending", __name__, url_prefix="/demander")


class SendForm(FlaskForm):
    """The one button that sends; `checked` binds it to what the page showed.

    `challenge` and `nonce`: what sending costs while very many are sent.
    """

    checked = HiddenField()
    challenge = HiddenField()
    nonce = HiddenField()


class FinishForm(FlaskForm):
    """The one button that erases the filing from this browser."""


@bp.get("/verifier")
@anyone
def check() -> Any:
    """Check your answers, and see which controllers will receive what, and why."""
    state = state_or_new()
    if next_page(state) != "filing_sending.check":
        return go_on(state, next_page(state))
    if not still_stands(state, proof_for(state)):
        return _identify_again(state)
    return _check_page(state)


@bp.post("/envoyer")
@anyone
def send() -> Any:
    """File; sent twice it is one request, and when nothing was recorded it says so."""
    state = read_state(ports().keyring)
    if state is None:
        flash(_("Nothing was sent: this browser no longer holds your answers."), "soon")
        return redirect(url_for("filing.start"))
    if state.is_filed:
        return redirect(url_for("filing_sending.receipt"))
    form = SendForm()
    if next_page(state) != "filing_sending.check" or not form.validate_on_submit():
        return go_on(state, next_page(state))
    if not still_stands(state, proof_for(state)):
        return _identify_again(state)
    return _held_back(state, form) or _filed_now(state)


def _held_back(state: FilingState, form: SendForm) -> Any:
    """The page shown again where what was read has changed, or the wait is not over; else None."""
    if form.checked.data != fingerprint_of(draft_of(state)):
        return _check_page(state, trouble="changed"), 409
    challenge = form.challenge.data or ""
    if wait := wait_of(state.key, challenge, form.nonce.data or ""):
        page = _check_page(state, trouble="wait", before=challenge, wait=wait)
        return page, 429, {"Retry-After": str(wait)}
    return None


def _filed_now(state: FilingState) -> Any:
    draft = draft_of(state)
    try:
        filed = file_once(draft)
    except (StorageUnavailable, AlreadyFiling, Conflict):
        return _check_page(state, trouble="busy"), 503
    except KeyUsedOtherwise:
        state.key = new_state().key
        return keep(make_response(_check_page(state, trouble="sent_before"), 409), state)
    state.reference = filed.reference
    return let_in(go_on(state, "filing_sending.receipt"), filed, _proof_filed(state))


@bp.get("/envoyer")
@anyone
def back_to_check() -> Response:
    """The address of the button, when it is opened again or in the other language."""
    return redirect(url_for("filing_sending.check"))  # type: ignore[return-value]


@bp.get("/recu")
@anyone
def receipt() -> Any:
    """The receipt: reference, secret, dates of each controller, and how to confirm."""
    state, row = filed_here()
    if state is None or row is None or not row.referrals:
        return redirect(url_for("filing.start"))
    language = current_language()
    rows = {one.id: one for one in chosen_rows(state)}
    return render_template(
        "public/filing/receipt.html",
        row=row,
        secret=secret_shown(state),
        own_email=str(state.acting.get("own_email") or ""),
        right=right_words(Right(state.right or "")),
        titles={key: one.title_in(language) for key, one in rows.items()},
        awaits=row.state is RequestState.AWAITING_CONFIRMATION,
        held_until=confirmation_held_until(reading(), row.id, ports().clock.now()),
        email=_email_now(row),
        tells_person=any(state.acting.get(name) for name in ("own_email", "own_postal_address")),
        tells_known=known_email(state) is not None,
        lapses_at=reading().get_one(RightsRequest, row.id).lapses_at,
        needs={
            one.id: needs_words(
                Right(state.right or ""),
                [rows[key].answer_level for key in one.processings if key in rows],
            )
            for one in row.referrals
        },
        explained={
            one.id: explain(one.clock, current_language(), gettext) for one in row.referrals
        },
        medical_files={one.id: medical_file_of(one) for one in row.referrals},
    )


@bp.get("/recu.pdf")
@anyone
def receipt_pdf() -> Any:
    """The same on paper (PDF/UA-1), with a code that leads to the tracking page."""
    state, row = filed_here()
    if state is None or row is None or not row.referrals:
        return redirect(url_for("filing.start"))
    language = current_language()
    rows = {one.id: one for one in chosen_rows(state)}
    titles = {key: one.title_in(language) for key, one in rows.items()}
    filed = Filed(
        Right(state.right or ""),
        f"{state.person['given_names']} {state.person['family_name']}",
        date.fromisoformat(state.person["birth_date"]),
        state.statement or "",
        needs=needs_words(Right(state.right or ""), [one.answer_level for one in rows.values()]),
        code_goes_to_person=answers_elsewhere(state),
    )
    paper = receipt_paper(filed, row, secret_shown(state), titles)
    return download_of(ports().papers.render_receipt(paper), f"recepisse-{row.reference}.pdf")


@bp.post("/terminer")
@anyone
def finish() -> Response:
    """Leave nothing of the request in this browser, and end the visit it opened."""
    FinishForm().validate_on_submit()
    response: Any = end_visit(redirect(after_leaving(url_for("pages.home"))))
    visit = visit_of(reading(), request.cookies.get(VISIT_COOKIE, ""), ports().clock.now())
    if visit is not None:
        with unit_of_work(person(visit.rights_request_id)) as work:
            close_visit(work, visit.token)
    flash(_("Your answers were erased from this device. Keep your reference and secret code."))
    return forget_state(response)


def filed_here() -> tuple[FilingState | None, RequestRow | None]:
    """What this browser has just filed, while it still carries it."""
    state = read_state(ports().keyring)
    if state is None or state.reference is None:
        return None, None
    return state, request_by_reference(reading(), state.reference)


def _email_now(row: RequestRow) -> str:
    """Where we write to her; she may have corrected it since."""
    identity = reading().get(Identity, row.id)
    place = Place(row.id, "identity.sealed", row.id)
    sealed = identity.sealed if identity else None
    return str(request_keys().open_facts(place, sealed).get("email") or "")


def secret_shown(state: FilingState) -> str:
    """The secret of what this browser has just filed, derived again: it is kept nowhere.

    Empty where a mandate leaves the answers to the person, who takes her own.
    """
    if answers_elsewhere(state):
        return ""
    return secret_of(ports().keyring, SCOPE, state.key, state.reference or "")


def let_in(response: Any, filed: Receipt, proven: ProvenIdentity | None = None) -> Any:
    """Open a visit at once, so that she can confirm and follow without typing her secret; who was
    identified for the filing is known in that visit.

    Her request is recorded by then: without a visit she still has her receipt, and can come in
    with it.
    """
    if filed.secret is None:
        return response
    row = reading().get_one(RightsRequest, filed.rights_request_id)
    keyring = ports().keyring
    private = keyring.unwrap_private(row.box_private_wrapped, filed.secret, filed.reference)
    try:
        with unit_of_work(person(filed.rights_request_id)) as work:
            token = start_visit(work, work.session.get_one(RightsRequest, row.id), private)
            if proven is not None:
                work.session.flush()
                prove_identity(work, visit_id_of(work.session, token), proven)
    except StorageUnavailable:
        return response
    return give_visit(response, token)


def _proof_filed(state: FilingState) -> ProvenIdentity | None:
    """The proof of what is filed; one that she brought back and did not take is none."""
    return proof_for(state) if state.proven else None


def _identify_again(state: FilingState) -> Any:
    """What was proven is no longer good: nothing is filed as proven that is not."""
    state.person, state.proven, state.asked = {}, False, []
    flash(
        _(
            "Nothing was sent: too much time has passed since you were identified. Identify "
            "yourself again, or fill in the page; your other answers are kept."
        ),
        "soon",
    )
    return go_on(state, "filing_identity.identity")


def _shown(kind: Identifier, value: str) -> str:
    return str(dict(SEXES).get(value, value)) if kind is Identifier.SEX else value


def _asked_already(state: FilingState) -> tuple[AskedAlready, ...]:
    """Her open requests for the same, where this browser showed that they are hers."""
    right = Right(state.right or "")
    if proven := _proof_filed(state):
        subject = subject_of(ports().keyring, proven)
        if found := asked_already_by_subject(reading(), subject, right, state.chosen_ids):
            return found
    visit = visit_of(reading(), request.cookies.get(VISIT_COOKIE, ""), ports().clock.now())
    if visit is None or state.acting:
        return ()
    return asked_already_in_visit(reading(), visit.rights_request_id, right, state.chosen_ids)


def _acting(state: FilingState) -> dict[str, Any] | None:
    """For whom she acts, in what capacity, and what she should know of it."""
    said, standing = representation_from(state.acting), standing_of(state)
    if said is None or standing is None:
        return None
    warned = Limit.MINOR_MAY_ACT_ALONE in standing.limits
    return {
        "rows": _acting_rows(said, state),
        "warning": limit_sentence(Limit.MINOR_MAY_ACT_ALONE) if warned else "",
    }


def _acting_rows(said: Representation, state: FilingState) -> list[tuple[str, str]]:
    """What was said of who acts, as it will be passed on, and where the person is told."""
    capacity = str(CAPACITIES_FOR_STAFF[said.capacity])
    rights = ", ".join(right_words(one).title for one in said.rights)
    rows = [
        (_("You act as"), f"{said.name} – {capacity}"),
        (_("What the mandate covers"), rights),
        (_("End of the mandate"), day(said.ends_on) if said.ends_on else ""),
        (_("Purpose"), str(PURPOSES[said.purpose]) if said.purpose else ""),
        (_("The person’s own e-mail address"), str(state.acting.get("own_email") or "")),
        (_("The person’s own postal address"), str(state.acting.get("own_postal_address") or "")),
    ]
    return [(label, value) for label, value in rows if value]


def _check_page(state: FilingState, *, trouble: str = "", before: str = "", wait: int = 0) -> Any:
    """The page that sends; `before`: the challenge of the page that was sent too early."""
    challenge = challenge_for(state.key, before)
    language = current_language()
    rows = {one.id: one for one in chosen_rows(state)}
    controllers = [
        {
            "name": referral.name,
            "items": [
                {
                    "title": rows[item.processing_id].title_in(language),
                    "why": [route_words_to_person(reason) for reason in item.reasons],
                }
                for item in referral.items
            ],
            "informed": sorted({one.name for one in referral.informed}),
            "needs": needs_words(
                Right(state.right or ""),
                [rows[item.processing_id].answer_level for item in referral.items],
            ),
        }
        for referral in routed(state)
    ]
    return render_template(
        "public/filing/check.html",
        asked_already=_asked_already(state),
        form=SendForm(formdata=None, checked=fingerprint_of(draft_of(state)), challenge=challenge),
        trouble=trouble,
        wait=wait,
        proof_bits=bits_of(challenge),
        state=state,
        proven=name_of(proven.means) if (proven := _proof_filed(state)) else "",
        acting=_acting(state),
        to_person=answers_elsewhere(state),
        right=right_words(Right(state.right or "")),
        controllers=controllers,
        born_on=date.fromisoformat(state.person["birth_date"]),
        identifiers=[
            (identifier_words(kind).label, _shown(kind, value))
            for kind, value in identifiers_given(state, rows.values()).items()
        ],
    )
