"""Filing: from what a person wants to the holders concerned, one question a page, no account."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _

from hub.domain.rights import Right
from hub.domain.routing import CHOSEN, RouteKind, RouteReason, read_reasons, reasons_trace
from hub.domain.suggesting import Facts, suggest
from hub.queries.directory import (
    processings_of,
    reuser_counts,
    reusers_of,
    search_processings,
    suggestion_candidates,
)
from hub.queries.directory_rows import ProcessingRow
from hub.web.access import anyone
from hub.web.law_words import right_words
from hub.web.locale import current_language
from hub.web.public.filing_course import (
    acting_shown,
    chosen_rows,
    go_on,
    next_page,
    open_limits,
    state_or_new,
)
from hub.web.public.filing_forms import RIGHTS_OFFERED, BasesForm, FactsForm, InsistForm, RightForm
from hub.web.public.filing_state import MOST_CHOICES, FilingState, TooMuchToCarry
from hub.web.routing_words import suggestion_sentence
from hub.web.work import reading

bp = Blueprint("filing", __name__, url_prefix="/demander")
bp.context_processor(acting_shown)

MOST_SUGGESTIONS = 12
MOST_FOUND = 20
GUIDED, FOR_SOMEBODY = "guide", "proche"


@bp.get("")
@anyone
def start() -> Any:
    """What do you want? A card of the home page or a controller's own link may have said it."""
    state = state_or_new()
    wanted, base = request.args.get("droit"), request.args.get("base")
    if wanted == FOR_SOMEBODY:
        return go_on(state, "filing_acting.capacity")
    if base:
        _choose_own_link(state, base)
    if wanted in {right.value for right in RIGHTS_OFFERED}:
        state.right, state.insisted = wanted, []
        return go_on(state, next_page(state))
    if wanted == GUIDED:
        return go_on(state, "filing.find")
    if base:
        return go_on(state, next_page(state))
    form = RightForm(right=state.right)
    return render_template("public/filing/right.html", form=form, hints=_right_hints())


@bp.post("")
@anyone
def choose_right() -> Any:
    """Keep the right that was chosen."""
    form = RightForm()
    if not form.validate_on_submit():
        page = render_template("public/filing/right.html", form=form, hints=_right_hints())
        return page, 422
    state = state_or_new()
    state.right, state.insisted = form.right.data, []
    return go_on(state, next_page(state))


@bp.get("/trouver")
@anyone
def find() -> str:
    """Five questions in plain words; each may be skipped, none is kept."""
    return render_template("public/filing/find.html", form=FactsForm())


@bp.post("/trouver")
@anyone
def suggest_bases() -> Any:
    """From the answers to suggestions, each with its "why perhaps"."""
    form = FactsForm()
    if not form.validate_on_submit():
        return render_template("public/filing/find.html", form=form), 422
    state = state_or_new()
    found = suggest(_facts(form), suggestion_candidates(reading()))[:MOST_SUGGESTIONS]
    state.suggested = {
        str(one.processing_id): reasons_trace([RouteReason(RouteKind.SUGGESTED, (), one.reasons)])
        for one in found
    }
    if not found:
        flash(_("Nothing was found from your answers. Search by words, or see the whole list."))
    return go_on(state, "filing.bases")


@bp.get("/bases")
@anyone
def bases() -> str:
    """The suggestions, the search, and what is chosen so far."""
    return _bases_page(state_or_new(), BasesForm())


@bp.post("/bases")
@anyone
def choose_bases() -> Any:
    """Keep the boxes; then search, add all that reuse a database, or go on."""
    form = BasesForm()
    state = state_or_new()
    if not form.validate_on_submit():
        return _bases_page(state, form), 422
    _keep_boxes(state)
    act = request.form.get("act", "continue")
    if act == "search":
        state.words = (form.words.data or "").strip()
        return go_on(state, "filing.bases")
    if act.startswith("reusers:"):
        _add_reusers(state, act.partition(":")[2])
        return go_on(state, "filing.bases")
    if not state.choices:
        form.words.errors = [_("Choose at least one database or project.")]
        return _bases_page(state, form), 422
    return _continue(state, form)


@bp.get("/limites")
@anyone
def limits() -> Any:
    """Where the right does not apply, why, what to use instead; the person may insist."""
    state = state_or_new()
    found = open_limits(state, chosen_rows(state))
    if not found:
        return go_on(state, next_page(state))
    return _limits_page(state, found, InsistForm())


@bp.post("/limites")
@anyone
def settle_limits() -> Any:
    """Leave out what was left out, keep what she insists on, or change the right."""
    state = state_or_new()
    form = InsistForm()
    found = open_limits(state, chosen_rows(state))
    if not form.validate_on_submit():
        return _limits_page(state, found, form), 422
    instead = request.form.get("instead")
    if instead in {right.value for right in RIGHTS_OFFERED}:
        state.right, state.insisted = instead, []
        return go_on(state, next_page(state))
    kept = set(request.form.getlist("keep"))
    for limit in found:
        key = str(limit.row.id)
        if key in kept:
            state.insisted.append(key)
        else:
            state.choices.pop(key, None)
    if not state.choices:
        flash(_("Nothing is left to send. Choose another database, or another right."), "soon")
        return go_on(state, "filing.bases")
    return go_on(state, next_page(state))


def _right_hints() -> dict[str, str]:
    hints = {}
    for right in RIGHTS_OFFERED:
        words = right_words(right)
        hints[right.value] = f"{words.explanation} {words.article}"
    return hints


def _choose_own_link(state: FilingState, base: str) -> None:
    """A controller's own link chooses one database; an unknown one is said to be so."""
    try:
        rows = processings_of(reading(), [UUID(base)])
    except ValueError:
        rows = ()
    if not rows or not rows[0].is_open:
        flash(_("The link names a database that is not, or no longer, in our list."), "soon")
        return
    reason = RouteReason(RouteKind.CONTROLLERS_OWN_LINK)
    state.choices = {str(rows[0].id): reasons_trace([reason])}


def _facts(form: FactsForm) -> Facts:
    said = {"yes": True, "no": False}
    return Facts(
        hospitals=form.hospitals.data or "",
        year_from=form.year_from.data,
        year_to=form.year_to.data,
        joined_study=said.get(form.joined_study.data or ""),
        study=form.study.data or "",
        illness=form.illness.data or "",
        insured_in_france=said.get(form.insured_in_france.data or ""),
    )


def _keep_boxes(state: FilingState) -> None:
    """The boxes shown and left empty are dropped; those ticked keep why they were shown."""
    shown = {key for key in request.form.getlist("shown") if _is_id(key)}
    ticked = [key for key in request.form.getlist("base") if key in shown]
    for key in shown - set(ticked):
        state.choices.pop(key, None)
    _add(state, {key: state.suggested.get(key) or reasons_trace([CHOSEN]) for key in ticked})


def _add(state: FilingState, reasons: dict[str, Any]) -> None:
    """Add choices with their reasons; past the most that one request holds, she is told."""
    more = {key: why for key, why in reasons.items() if key not in state.choices}
    room = MOST_CHOICES - len(state.choices)
    state.choices |= dict(list(more.items())[:room])
    if len(more) > room:
        flash(_("One request holds %(most)s choices at most.", most=MOST_CHOICES), "soon")


def _is_id(key: str) -> bool:
    try:
        return bool(UUID(key))
    except ValueError:
        return False


def _add_reusers(state: FilingState, base: str) -> None:
    try:
        rows = processings_of(reading(), [UUID(base)])
    except ValueError:
        return
    for row in rows:
        reason = reasons_trace([RouteReason(RouteKind.ALL_REUSERS_OF, (row.title,))])
        _add(state, {str(one.id): reason for one in reusers_of(reading(), row.id)})


def _continue(state: FilingState, form: BasesForm) -> Any:
    state.suggested, state.words = {}, ""
    known = {str(row.id) for row in chosen_rows(state)}
    state.choices = {key: why for key, why in state.choices.items() if key in known}
    try:
        return go_on(state, next_page(state))
    except TooMuchToCarry:
        form.words.errors = [_("This is too much for one request: choose fewer, and file again.")]
        return _bases_page(state, form), 422


def _bases_page(state: FilingState, form: BasesForm) -> str:
    if not form.is_submitted():
        form.words.data = state.words
    found = search_processings(reading(), state.words, limit=MOST_FOUND).rows if state.words else ()
    ids = [*state.choices, *(key for key in state.suggested if key not in state.choices)]
    rows = {row.id: row for row in processings_of(reading(), [UUID(key) for key in ids])}
    listed = [rows[UUID(key)] for key in ids if UUID(key) in rows]
    more = [row for row in found if row.id not in rows]
    reusers = reuser_counts(reading(), [*rows, *(row.id for row in more)])
    return render_template(
        "public/filing/bases.html",
        form=form,
        words=state.words,
        chosen=[_card(row, state, reusers) for row in listed if str(row.id) in state.choices],
        suggested=[
            _card(row, state, reusers) for row in listed if str(row.id) not in state.choices
        ],
        found=[_card(row, state, reusers) for row in more],
        right=right_words(Right(state.right)).title if state.right else None,
    )


def _card(row: ProcessingRow, state: FilingState, reusers: dict[UUID, int]) -> dict[str, Any]:
    key, language = str(row.id), current_language()
    why = read_reasons(state.suggested.get(key) or state.choices.get(key) or [])
    because = [reason for one in why for reason in one.because]
    return {
        "id": key,
        "title": row.title_in(language),
        "summary": row.summary_in(language),
        "controllers": ", ".join(one.name for one in row.controllers),
        "why": suggestion_sentence(because) if because else "",
        "checked": key in state.choices,
        "reusers": reusers.get(row.id, 0),
    }


def _limits_page(state: FilingState, found: list[Any], form: InsistForm) -> str:
    right = state.chosen_right
    return render_template(
        "public/filing/limits.html",
        form=form,
        right=right_words(right).title if right else "",
        limits=found,
        others=len(state.choices) - len(found),
    )
