"""The public calculator: any receipt, its pauses and extension, and the dates of the law."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.clock import ClockReading, Track, read_clock
from hub.domain.clock_notation import parse_case
from hub.domain.clock_reading import SUSPENDABLE
from hub.domain.working_days import local_date
from hub.queries.calendar import added_holidays
from hub.web.access import anyone
from hub.web.calendar_words import TRACKS
from hub.web.clock_words import explain, long_day
from hub.web.filters import days_words
from hub.web.icalendar_text import DayEvent, calendar_response, calendar_text
from hub.web.locale import current_language
from hub.web.public.calculator_form import MOST_PAUSES, CalculatorForm
from hub.web.work import ports, reading

bp = Blueprint("calculator", __name__)


@dataclass(frozen=True, slots=True)
class NamedDate:
    """One date of a reading with its words; `on` is None while a pause holds it."""

    key: str
    title: str
    on: date | None

    @property
    def words(self) -> str:
        """The date with its day of the week."""
        return (
            long_day(self.on, current_language()) if self.on else _("not while time stands still")
        )


@bp.get("/calculer-un-delai")
@anyone
def calculator() -> str:
    """The form; with a receipt in the address, the dates, how they were found, and a calendar."""
    args = request.args
    form = CalculatorForm(args)
    adding = bool(args.get("ajouter"))
    found = None
    if "recue" in args and not adding and form.validate():
        found = _read(form)
    rows = form.shown_pauses(args)
    return render_template(
        "public/calculator.html",
        form=form,
        rows=rows,
        can_add=len(rows) < MOST_PAUSES,
        found=_shown(found, form) if found else None,
    )


@bp.get("/calculer-un-delai.ics")
@anyone
def download() -> Response:
    """The dates of the same address as a calendar; what cannot be read goes back to the form."""
    form = CalculatorForm(request.args)
    if not form.validate():
        return redirect(url_for("calculator.calculator") + "?" + urlencode(_kept()))
    found = _read(form)
    now = ports().clock.now()
    said = hashlib.sha256(urlencode(_kept()).encode()).hexdigest()[:24]
    explanation = "\n".join(explain(found, current_language(), _))
    events = [
        DayEvent(f"{each.key}-{said}@rights-hub", each.on, each.title, now, explanation)
        for each in _dates(found)
        if each.on and each.key in {"due", "notice", "cnil"}
    ]
    return calendar_response(calendar_text(_("Dates of the law"), events), "dates.ics")


def _read(form: CalculatorForm) -> ClockReading:
    case = parse_case(form.written())
    added = added_holidays(reading()).in_zone(case.zone)
    return read_clock(case.events, zone=case.zone, track=case.track, extra_holidays=added)


def _kept() -> list[tuple[str, str]]:
    """The address without the language and the button: what the dates depend on, in one order."""
    kept = request.args.items(multi=True)
    return sorted((k, v) for k, v in kept if v and k not in {"lang", "ajouter", "lignes"})


def _shown(found: ClockReading, form: CalculatorForm) -> dict[str, Any]:
    today = local_date(ports().clock.now())
    dates = _dates(found)
    return {
        "title": _title(found, dates[0]),
        "when": _when(found, today),
        "kind": "late" if found.due_on and found.due_on < today else "info",
        "rule": str(TRACKS[found.track]),
        "dates": [(each.title, each.words) for each in dates],
        "explanation": explain(found, current_language(), _),
        "protective": _protective(found),
        "timeline": _timeline(found, dates, today),
        "pauses_ignored": bool(found.pauses) and found.track not in SUSPENDABLE,
        "calendar": url_for("calculator.download") + "?" + urlencode(_kept())
        if found.due_on
        else None,
    }


def _title(found: ClockReading, first: NamedDate) -> str:
    if found.due_on is None:
        return _("Time stands still: identity is being checked.")
    return _("%(what)s: %(day)s", what=first.title, day=first.words)


def _when(found: ClockReading, today: date) -> str:
    if found.due_on is None:
        return _("The dates come back once the form says when the reply came.")
    left = (found.due_on - today).days
    if left < 0:
        return _("This day is over.")
    return days_words(left)


def _protective(found: ClockReading) -> str | None:
    """The more careful date when counting from the end of the month gives an earlier one."""
    if found.protective_on is None or found.protective_on == found.due_on:
        return None
    return long_day(found.protective_on, current_language())


def _dates(found: ClockReading) -> list[NamedDate]:
    """The dates that the rule gives, the one it is named after first."""
    due = NamedDate("due", _due_title(found.track), found.due_on)
    if found.track is not Track.GDPR:
        return [due]
    return [
        due,
        NamedDate("strict", _("Without any pause or extension"), found.strict_on),
        NamedDate("notice", _("Last day to announce an extension"), found.notice_limit_on),
        NamedDate("refusal", _("Last day to refuse"), found.refusal_due_on),
        NamedDate("cnil", _("From this day, the CNIL can be told"), found.cnil_unlock_on),
    ]


def _due_title(track: Track) -> str:
    return {
        Track.ACKNOWLEDGEMENT: _("Last day to acknowledge"),
        Track.CADA_APPEAL: _("Last day to ask the CADA"),
        Track.CNIL_COMPLAINT: _("From this day, the CNIL can be told"),
        Track.GDPR: _("Last day to answer"),
        Track.GDPR_REFUSAL: _("Last day to refuse"),
        Track.MEDICAL_FILE_OLD: _("Last day to give the medical file"),
        Track.MEDICAL_FILE_RECENT: _("Last day to give the medical file"),
        Track.REGISTRATION_RECEIPT: _("Last day to send the receipt"),
        Track.SILENCE_CADA: _("Day the silence counts as a refusal"),
        Track.SILENCE_PUBLIC_BODY: _("Day the silence has a legal effect"),
    }[track]


def _timeline(found: ClockReading, dates: list[NamedDate], today: date) -> list[dict[str, Any]]:
    """What happened and will happen, by date."""
    points = [(found.received_on, 0, _("Request received"))]
    if found.track in SUSPENDABLE:
        for pause in found.pauses:
            points.append((pause.asked_on, 1, _("Identity asked for: time stops")))
            if pause.answered_on:
                points.append((pause.answered_on, 2, _("Reply: time runs again")))
        if found.extended_on:
            points.append((found.extended_on, 3, _("More time announced")))
    shown = {"due", "notice", "cnil"}
    if found.extended:
        shown.discard("notice")
    points += [(each.on, 4, each.title) for each in dates if each.on and each.key in shown]
    return [
        {"title": title, "at": on, "state": "done" if on <= today else "next"}
        for on, _rank, title in sorted(points)
    ]
