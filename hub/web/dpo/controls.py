"""The thirty controls on one page: each with its figures of today, its state and where to go."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.controls import CONTROLS, ControlState, Evidence, Number
from hub.domain.permissions import Permission, may_enter
from hub.queries.control_registers import CHAINS_READ
from hub.queries.controls import control_evidence
from hub.queries.incidents import Register
from hub.queries.indicators import indicators
from hub.web.access import member
from hub.web.control_vocabulary import (
    FAULTS,
    FIGURES,
    NOTES,
    NOTHING_YET,
    STATES,
    TAGS,
    TITLES,
)
from hub.web.downloads import download_of
from hub.web.dpo.cases import scope_of
from hub.web.filters import day, number, percent
from hub.web.law_words import right_term, source_words
from hub.web.spreadsheets import Value, csv_of
from hub.web.work import ports, reading, request_keys

bp = Blueprint("controls", __name__, url_prefix="/dpo")

PERIOD = timedelta(days=365)
_CASES = {
    "C01": "all",
    "C02": "all",
    "C03": "late",
    "C04": "all",
    "C05": "all",
    "C06": "all",
    "C07": "all",
    "C08": "refused",
    "C09": "refused",
    "C10": "to_review",
    "C11": "all",
    "C12": "unacknowledged",
    "C13": "all",
    "C15": "all",
    "C17": "all",
    "C20": "all",
}
"""Which list of cases shows what a control counts."""

_PLACES = {
    "C14": ("recipients.register", Permission.AUDIT_ORGANISATION),
    "C19": ("objections.register", Permission.AUDIT_ORGANISATION),
    "C21": ("retention.report", Permission.READ_RULES),
    "C23": ("incidents.listed", Permission.AUDIT_ORGANISATION),
    "C24": ("hub_file.shown", Permission.AUDIT_HUB),
    "C25": ("hub_file.shown", Permission.AUDIT_HUB),
    "C26": ("hub_file.shown", Permission.AUDIT_HUB),
    "C27": ("complaints.register", Permission.READ_COMPLAINTS),
    "C28": ("hub_file.shown", Permission.AUDIT_HUB),
    "C29": ("hub_file.shown", Permission.AUDIT_HUB),
    "C30": ("controls.report", Permission.AUDIT_ORGANISATION),
}
"""The page of the register a control reads, and who may open it."""


@bp.get("/controles")
@member(Permission.AUDIT_ORGANISATION)
def listed(actor: Actor) -> str:
    """Every control, or those in one state; the ones to look at are told first."""
    found = _evidence(actor)
    counts, asked = Counter(one.state for one in found), _asked()
    shown = [one for one in found if asked in (None, one.state)]
    return render_template(
        "dpo/controls.html",
        rows=[_row(actor, one) for one in shown],
        to_look_at=counts[ControlState.TO_LOOK_AT],
        held=counts[ControlState.HELD],
        not_counted=counts[ControlState.NOT_COUNTED],
        chips=_chips(counts, asked),
        since=_since(actor),
        is_of_hub=scope_of(actor).organisation_id is None,
        chains=CHAINS_READ,
    )


@bp.get("/controles.csv")
@member(Permission.AUDIT_ORGANISATION)
def export(actor: Actor) -> Response:
    """The same, whole, as CSV: one line a control."""
    columns = [_("Control"), _("What it asks"), _("Article"), _("State"), _("Evidence"), _("As of")]
    today = scope_of(actor).today
    rows = [_exported(one, today) for one in _evidence(actor)]
    return download_of(csv_of(columns, rows), f"controles-{today.isoformat()}.csv")


@bp.get("/rapport")
@member(Permission.AUDIT_ORGANISATION)
def report(actor: Actor) -> str:
    """The report to the management and to the DPOs, on one page made to be printed (C30)."""
    scope, since = scope_of(actor), _since(actor)
    found = _evidence(actor)
    figures = indicators(reading(), scope.organisation_id, since, scope.today)
    counts = Counter(one.state for one in found)
    return render_template(
        "dpo/report.html",
        since=since,
        today=scope.today,
        figures=figures.whole,
        by_right=[
            {"name": right_term(right), "figures": group}
            for right, group in figures.by_right.items()
        ],
        by_controller=[
            {"name": name, "figures": group} for name, group in figures.by_controller.items()
        ]
        if scope.organisation_id is None
        else [],
        counts={state.value: counts[state] for state in ControlState},
        to_look_at=[_row(actor, one) for one in found if one.state is ControlState.TO_LOOK_AT],
        may_enter_report=may_enter(actor.roles, Permission.AUDIT_HUB),
    )


def _exported(one: Evidence, today: date) -> list[Value]:
    head = [
        one.code,
        str(TITLES[one.code]),
        source_words(CONTROLS[one.code]),
        str(STATES[one.state]),
    ]
    return [*head, _evidence_words(one), today]


def _evidence(actor: Actor) -> Sequence[Evidence]:
    scope = scope_of(actor)
    register = Register(reading(), request_keys(), scope.organisation_id, ports().clock.now())
    return control_evidence(reading(), scope, _since(actor), ports().policies, register)


def _since(actor: Actor) -> date:
    """The same year as the figures of the control room."""
    return (scope_of(actor).today - PERIOD).replace(day=1)


def _asked() -> ControlState | None:
    text = request.args.get("etat")
    return ControlState(text) if text in set(ControlState) else None


def _row(actor: Actor, one: Evidence) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": TITLES[one.code],
        "article": source_words(CONTROLS[one.code]),
        "state": {"word": STATES[one.state], "kind": TAGS[one.state]},
        "figures": [(str(FIGURES[name]), _number(value)) for name, value in one.figures.items()],
        "faults": [
            {"word": str(FAULTS[name]), "count": count} for name, count in one.faults.items()
        ],
        "note": _note(one),
        "href": _place(actor, one.code),
    }


def _note(one: Evidence) -> str:
    if one.state is not ControlState.NOT_COUNTED:
        return ""
    return str(NOTES[one.code] if not one.figures and one.code in NOTES else NOTHING_YET)


def _place(actor: Actor, code: str) -> str | None:
    if code in _CASES:
        return url_for("dpo.cases", vue=_CASES[code])
    endpoint, needed = _PLACES.get(code, ("", Permission.AUDIT_HUB))
    return url_for(endpoint) if endpoint and may_enter(actor.roles, needed) else None


def _evidence_words(one: Evidence) -> str:
    """The figures and faults of a control on one line."""
    said = [(FIGURES[name], _number(value)) for name, value in one.figures.items()]
    said += [(FAULTS[name], str(count)) for name, count in one.faults.items()]
    lines = [_("%(label)s: %(number)s", label=label, number=value) for label, value in said]
    return " · ".join(lines) or _note(one)


def _number(value: Number) -> str:
    """A figure in words: a count, a share, or a day."""
    if isinstance(value, date):
        return day(value)
    return percent(value) if isinstance(value, float) else number(value)


def _chips(counts: Mapping[ControlState, int], asked: ControlState | None) -> list[dict[str, Any]]:
    every = {
        "text": _("All"),
        "href": url_for("controls.listed"),
        "count": sum(counts.values()),
        "current": asked is None,
    }
    order = (ControlState.TO_LOOK_AT, ControlState.HELD, ControlState.NOT_COUNTED)
    return [every] + [
        {
            "text": STATES[one],
            "href": url_for("controls.listed", etat=one.value),
            "count": counts[one],
            "current": asked is one,
        }
        for one in order
    ]
