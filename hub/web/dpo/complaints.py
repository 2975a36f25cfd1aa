"""What is transmitted to the CNIL: the start page of its liaison, one complaint, its two steps."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from hub.domain.actors import Actor
from hub.domain.complaints import ComplaintOutcome, ComplaintState
from hub.domain.permissions import Permission, may_enter
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.queries.complaints import (
    ComplaintRow,
    complainant,
    complaint_counts,
    complaint_row,
    complaints,
)
from hub.queries.opt_outs import opt_out_history
from hub.services.complaining import (
    LONGEST_CNIL_NUMBER,
    close_complaint,
    read_complaint,
    transmit_complaint,
)
from hub.services.unit_of_work import Work
from hub.web.access import member
from hub.web.complaint_vocabulary import OUTCOMES, STATES
from hub.web.confirmation import lately_confirmed
from hub.web.downloads import download_of
from hub.web.filters import day, moment
from hub.web.form_fields import DatedField
from hub.web.opt_out_words import ACTS
from hub.web.paging import cursor_of, instant_and_id
from hub.web.spreadsheets import csv_of
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("complaints", __name__, url_prefix="/cnil")

PAGE = 50
MOST_EXPORTED = 20_000
COLUMNS = (
    _l("Complaint no."),
    _l("Arrived on"),
    _l("Transmitted on"),
    _l("CNIL number"),
    _l("State"),
    _l("Outcome"),
    _l("Outcome of"),
)


def _number_field() -> StringField:
    return StringField(
        _l("Number given by the CNIL"),
        validators=[Length(max=LONGEST_CNIL_NUMBER, message=_l("60 characters at most."))],
    )


class TransmittedForm(FlaskForm):
    """On which day the CNIL received it, and under which number."""

    on = DatedField(
        _l("Day of transmission"), validators=[InputRequired(_l("Give the day of transmission."))]
    )
    cnil_number = _number_field()


class OutcomeForm(FlaskForm):
    """What the CNIL decided, and when."""

    outcome = RadioField(
        _l("What did the CNIL decide?"),
        choices=[(one.value, words) for one, words in OUTCOMES.items()],
        validators=[InputRequired(_l("Choose an outcome."))],
    )
    on = DatedField(
        _l("Day of the decision"), validators=[InputRequired(_l("Give the day of the decision."))]
    )
    cnil_number = _number_field()


@bp.get("")
@member(Permission.READ_COMPLAINTS)
def register(actor: Actor) -> str:
    """What waits to be transmitted, then every complaint with its dates, its outcome and counts."""
    state = _chosen()
    found = complaints(reading(), state, instant_and_id(request.args.get("suite")), PAGE + 1)
    shown = found[:PAGE]
    counts = complaint_counts(reading())
    more = len(found) > PAGE
    return render_template(
        "dpo/complaints.html",
        counts=counts,
        states=STATES,
        outcomes=[(OUTCOMES[one], count) for one, count in counts.by_outcome.items()],
        waiting_days=_days_since(counts.oldest_on),
        may_transmit=may_enter(actor.roles, Permission.TRANSMIT_COMPLAINTS),
        chips=_chips(state, counts.by_state, counts.whole),
        rows=[_listed(one) for one in shown],
        total=counts.whole if state is None else counts.by_state[state],
        next_url=_link(state, cursor_of(shown[-1].made_at.isoformat(), shown[-1].id))
        if more
        else None,
        first_url=_link(state) if request.args.get("suite") else None,
    )


@bp.get("/reclamations.csv")
@member(Permission.READ_COMPLAINTS)
def export(actor: Actor) -> Response:
    """The register as CSV: numbers, dates, outcomes; nothing of a person."""
    rows = complaints(reading(), _chosen(), None, MOST_EXPORTED)
    body = csv_of([str(label) for label in COLUMNS], [_cells(one) for one in rows])
    return download_of(body, f"reclamations-cnil-{_today().isoformat()}.csv")


@bp.get("/<uuid:complaint_id>")
@member(Permission.READ_COMPLAINTS)
def one(complaint_id: UUID, actor: Actor) -> str:
    """One complaint: its dates and what to do; its words only once they are asked for."""
    return _page(actor, _found(complaint_id))


@bp.post("/<uuid:complaint_id>/lire")
@member(Permission.TRANSMIT_COMPLAINTS)
@lately_confirmed
def read(complaint_id: UUID, actor: Actor) -> str:
    """The complaint to hand over: its words, its person and her acts; the reading is logged."""
    row = _found(complaint_id)
    with unit_of_work(actor) as work:
        text = read_complaint(work, complaint_id)
    keys = request_keys()
    history = opt_out_history(reading(), keys, row.rights_request_id)
    content = {
        "text": text,
        "person": _person_facts(complainant(reading(), keys, row.rights_request_id)),
        "acts": [(str(ACTS[one.act]), moment(one.recorded_at)) for one in history.lines],
    }
    return _page(actor, row, content=content)


@bp.post("/<uuid:complaint_id>/transmise")
@member(Permission.TRANSMIT_COMPLAINTS)
def transmitted(complaint_id: UUID, actor: Actor) -> Any:
    """Record the transmission; the person is told."""
    form = TransmittedForm()
    row = _found(complaint_id)
    if not form.validate_on_submit():
        return _page(actor, row, transmitted_form=form), 422
    on, number = form.on.data, form.cnil_number.data or ""

    def run(work: Work) -> None:
        transmit_complaint(work, complaint_id, on, number)

    return _done(actor, row, form, run, _("Recorded. The person is told."))


@bp.post("/<uuid:complaint_id>/suite")
@member(Permission.TRANSMIT_COMPLAINTS)
def outcome(complaint_id: UUID, actor: Actor) -> Any:
    """Record what the CNIL decided; the person is told."""
    form = OutcomeForm()
    row = _found(complaint_id)
    if not form.validate_on_submit():
        return _page(actor, row, outcome_form=form), 422
    decided, on = ComplaintOutcome(form.outcome.data), form.on.data
    number = form.cnil_number.data or ""

    def run(work: Work) -> None:
        close_complaint(work, complaint_id, decided, on, number)

    return _done(actor, row, form, run, _("Recorded. The person is told."))


def _done(actor: Actor, row: ComplaintRow, form: Any, run: Any, said: str) -> Any:
    try:
        with unit_of_work(actor) as work:
            run(work)
    except Conflict:
        flash(_("Somebody else has just recorded it. Look below."), "info")
    except Invalid as refusal:
        least, most = refusal.facts["least"], refusal.facts["most"]
        form.on.errors = [
            _("Give a day from %(least)s to %(most)s.", least=day(least), most=day(most))
        ]
        name = "outcome_form" if isinstance(form, OutcomeForm) else "transmitted_form"
        return _page(actor, _found(row.id), **{name: form}), 422
    else:
        flash(said, "ok")
    return redirect(url_for("complaints.one", complaint_id=row.id))


def _page(
    actor: Actor,
    row: ComplaintRow,
    *,
    content: dict[str, Any] | None = None,
    transmitted_form: TransmittedForm | None = None,
    outcome_form: OutcomeForm | None = None,
) -> str:
    may_transmit = may_enter(actor.roles, Permission.TRANSMIT_COMPLAINTS)
    steps: dict[ComplaintState, Any] = {
        ComplaintState.TO_TRANSMIT: transmitted_form or TransmittedForm(formdata=None, on=_today()),
        ComplaintState.TRANSMITTED: outcome_form
        or OutcomeForm(formdata=None, on=_today(), cnil_number=row.cnil_number),
    }
    return render_template(
        "dpo/complaint.html",
        row=row,
        state=STATES[row.state],
        outcome=OUTCOMES[row.outcome] if row.outcome else "",
        content=content,
        may_transmit=may_transmit,
        form=steps.get(row.state) if may_transmit else None,
    )


def _person_facts(identity: dict[str, Any] | None) -> list[tuple[str, str]]:
    if identity is None:
        return []
    name = f"{identity.get('given_names') or ''} {identity.get('family_name') or ''}".strip()
    born = identity.get("birth_date")
    facts = [(_("Person"), name), (_("Born on"), day(date.fromisoformat(born)) if born else "–")]
    if identity.get("email"):
        facts.append((_("E-mail address"), str(identity["email"])))
    return facts


def _found(complaint_id: UUID) -> ComplaintRow:
    row = complaint_row(reading(), complaint_id)
    if row is None:
        raise NotFound(complaint_id=complaint_id)
    return row


def _today() -> date:
    return local_date(ports().clock.now())


def _days_since(instant: Any) -> int:
    return (_today() - local_date(instant)).days if instant else 0


def _chosen() -> ComplaintState | None:
    wanted = request.args.get("vue", "")
    return ComplaintState(wanted) if wanted in set(ComplaintState) else None


def _link(state: ComplaintState | None, after: str | None = None) -> str:
    return url_for("complaints.register", vue=state.value if state else None, suite=after)


def _chips(
    chosen: ComplaintState | None, by_state: dict[ComplaintState, int], whole: int
) -> list[dict[str, Any]]:
    chips: list[dict[str, Any]] = [
        {"text": _("All"), "href": _link(None), "count": whole, "current": chosen is None}
    ]
    for state in STATES:
        chips.append(
            {
                "text": STATES[state],
                "href": _link(state),
                "count": by_state[state],
                "current": chosen is state,
            }
        )
    return chips


def _listed(row: ComplaintRow) -> dict[str, Any]:
    kinds = {
        ComplaintState.TO_TRANSMIT: "soon",
        ComplaintState.TRANSMITTED: "info",
        ComplaintState.CLOSED: "ok",
    }
    return {
        "number": {
            "text": row.number,
            "href": url_for("complaints.one", complaint_id=row.id),
        },
        "made_at": row.made_at,
        "transmitted_on": row.transmitted_on,
        "cnil_number": row.cnil_number,
        "state": {"word": STATES[row.state], "kind": kinds[row.state]},
        "outcome": OUTCOMES[row.outcome] if row.outcome else "",
        "outcome_on": row.outcome_on,
    }


def _cells(row: ComplaintRow) -> list[Any]:
    return [
        row.number,
        row.made_at,
        row.transmitted_on,
        row.cnil_number,
        str(STATES[row.state]),
        str(OUTCOMES[row.outcome]) if row.outcome else "",
        row.outcome_on,
    ]
