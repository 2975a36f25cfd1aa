"""Filing, the end: check, send once, and the receipt that proves it."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from hub.domain.actors import Actor, ActorKind, person
from hub.domain.directory import Identifier
from hub.domain.lifecycle import RequestState
from hub.domain.rights import Right
from hub.domain.routing import Choice, RoutedReferral, forget_answers, read_reasons
from hub.errors import Conflict, StorageUnavailable
from hub.models.rights_request import IntakeChannel, RightsRequest
from hub.queries.cases import RequestRow, request_by_reference
from hub.queries.directory import processings_of
from hub.queries.visits import visit_of
from hub.services.filing import (
    AlreadyFiling,
    FilingDraft,
    PersonGiven,
    PlannedReferral,
    Receipt,
    file_request,
    find_replay,
    plan_filing,
    secret_of,
)
from hub.services.routing import plan_referrals, route_choices
from hub.services.visits import VISIT_LASTS, close_visit, start_visit
from hub.web.access import VISIT_COOKIE, anyone
from hub.web.clock_words import explain
from hub.web.downloads import download_of
from hub.web.law_words import identifier_words, identity_level_words, right_words
from hub.web.locale import current_language
from hub.web.public.filing import go_on, next_page, state_or_new
from hub.web.public.filing_forms import SEXES
from hub.web.public.filing_state import FilingState, forget_state, read_state
from hub.web.public.receipt_paper import receipt_paper
from hub.web.public.visit_cookie import end_visit
from hub.web.routing_words import route_words
from hub.web.work import ports, reading, settings, unit_of_work

bp = Blueprint("filing_sending", __name__, url_prefix="/demander")

SCOPE = "web"
TRIES = 3


class SendForm(FlaskForm):
    """The one button that sends."""


@bp.get("/verifier")
@anyone
def check() -> Any:
    """Check your answers, and see which controllers will receive what, and why."""
    state = state_or_new()
    if next_page(state) != "filing_sending.check":
        return go_on(state, next_page(state))
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
    if next_page(state) != "filing_sending.check" or not SendForm().validate_on_submit():
        return go_on(state, next_page(state))
    try:
        filed = _file(_draft(state))
    except (StorageUnavailable, AlreadyFiling, Conflict):
        return _check_page(state, failed=True), 503
    state.reference = filed.reference
    return _let_in(go_on(state, "filing_sending.receipt"), filed)


@bp.get("/recu")
@anyone
def receipt() -> Any:
    """The receipt: reference, secret, dates of each controller, and how to confirm."""
    state, row = _filed()
    if state is None or row is None:
        return redirect(url_for("filing.start"))
    language = current_language()
    rows = {one.id: one for one in processings_of(reading(), state.chosen_ids)}
    return render_template(
        "public/filing/receipt.html",
        row=row,
        secret=_secret(state),
        right=right_words(Right(state.right or "")),
        titles={key: one.title_in(language) for key, one in rows.items()},
        awaits=row.state is RequestState.AWAITING_CONFIRMATION,
        email=state.person.get("email"),
        lapses_at=reading().get_one(RightsRequest, row.id).lapses_at,
        explained={
            one.id: explain(one.clock, current_language(), gettext) for one in row.referrals
        },
        form=SendForm(),
    )


@bp.get("/recu.pdf")
@anyone
def receipt_pdf() -> Any:
    """The same on paper (PDF/UA-1), with a code that leads to the tracking page."""
    state, row = _filed()
    if state is None or row is None:
        return redirect(url_for("filing.start"))
    language = current_language()
    rows = {one.id: one for one in processings_of(reading(), state.chosen_ids)}
    titles = {key: one.title_in(language) for key, one in rows.items()}
    paper = receipt_paper(state, row, _secret(state), titles)
    return download_of(ports().papers.render_receipt(paper), f"recepisse-{row.reference}.pdf")


@bp.post("/terminer")
@anyone
def finish() -> Response:
    """Leave nothing of the request in this browser, and end the visit it opened."""
    SendForm().validate_on_submit()
    response: Any = end_visit(redirect(url_for("pages.home")))
    visit = visit_of(reading(), request.cookies.get(VISIT_COOKIE, ""), ports().clock.now())
    if visit is not None:
        with unit_of_work(person(visit.rights_request_id)) as work:
            close_visit(work, visit.token)
    flash(_("Your answers were erased from this device. Keep your reference and secret code."))
    return forget_state(response)


def _filed() -> tuple[FilingState | None, RequestRow | None]:
    state = read_state(ports().keyring)
    if state is None or state.reference is None:
        return None, None
    return state, request_by_reference(reading(), state.reference)


def _secret(state: FilingState) -> str:
    return secret_of(ports().keyring, SCOPE, state.key, state.reference or "")


def _choices(state: FilingState) -> list[Choice]:
    return [
        Choice(key, reasons[0])
        for key in state.chosen_ids
        if (reasons := read_reasons(state.choices[str(key)]))
    ]


def _routed(state: FilingState) -> tuple[RoutedReferral, ...]:
    return route_choices(reading(), _choices(state))


def _routed_to_keep(state: FilingState) -> tuple[RoutedReferral, ...]:
    """As checked, but what she answered about her illness, hospital and years is kept nowhere."""
    choices = [replace(one, reason=forget_answers(one.reason)) for one in _choices(state)]
    return route_choices(reading(), choices)


def _draft(state: FilingState) -> FilingDraft:
    referrals: tuple[PlannedReferral, ...] = plan_referrals(_routed_to_keep(state))
    given = state.person
    email = given.get("email") or None
    return FilingDraft(
        right=Right(state.right or ""),
        person=PersonGiven(
            given_names=given["given_names"],
            family_name=given["family_name"],
            birth_date=date.fromisoformat(given["birth_date"]),
            email=email,
            postal_address=given.get("postal_address") or None,
            identifiers=given.get("identifiers", {}),
        ),
        statement=state.statement or "",
        language=current_language(),
        channel=IntakeChannel.WEB,
        referrals=referrals,
        idempotency_key=state.key,
        idempotency_scope=SCOPE,
        actor=Actor(ActorKind.PERSON),
        active_at_once=email is None,
    )


def _file(draft: FilingDraft) -> Receipt:
    for _try in range(TRIES):
        replay = find_replay(reading(), ports().keyring, draft)
        if replay is not None:
            return replay
        plan = plan_filing(draft, ports().keyring, ports().clock.now())
        try:
            with unit_of_work(draft.actor) as work:
                return file_request(work, plan)
        except AlreadyFiling:
            continue
    raise AlreadyFiling


def _let_in(response: Any, filed: Receipt) -> Any:
    """Open a visit at once, so that she can confirm and follow without typing her secret."""
    row = reading().get_one(RightsRequest, filed.rights_request_id)
    keyring = ports().keyring
    private = keyring.unwrap_private(row.box_private_wrapped, filed.secret, filed.reference)
    with unit_of_work(person(filed.rights_request_id)) as work:
        token = start_visit(work, work.session.get_one(RightsRequest, row.id), private)
    response.set_cookie(
        VISIT_COOKIE,
        token.hex(),
        max_age=int(VISIT_LASTS.total_seconds()),
        httponly=True,
        secure=settings().is_public_url_secure,
        samesite="Lax",
    )
    return response


def _shown(kind: Identifier, value: str) -> str:
    return str(dict(SEXES).get(value, value)) if kind is Identifier.SEX else value


def _check_page(state: FilingState, *, failed: bool = False) -> Any:
    language = current_language()
    rows = {one.id: one for one in processings_of(reading(), state.chosen_ids)}
    controllers = [
        {
            "name": referral.name,
            "items": [
                {
                    "title": rows[item.processing_id].title_in(language),
                    "why": [route_words(reason) for reason in item.reasons],
                    "proof": identity_level_words(rows[item.processing_id].answer_level).person,
                }
                for item in referral.items
            ],
            "informed": sorted({one.name for one in referral.informed}),
        }
        for referral in _routed(state)
    ]
    identifiers = state.person.get("identifiers", {})
    return render_template(
        "public/filing/check.html",
        form=SendForm(),
        failed=failed,
        state=state,
        right=right_words(Right(state.right or "")),
        controllers=controllers,
        born_on=date.fromisoformat(state.person["birth_date"]),
        identifiers=[
            (identifier_words(kind).label, _shown(kind, identifiers[kind.value]))
            for kind in Identifier
            if kind.value in identifiers
        ],
    )
