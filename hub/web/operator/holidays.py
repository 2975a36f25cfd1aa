"""Public holidays: the table of the law, what operators added, and what one more would move."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.working_days import HolidayZone, holidays_of, local_date
from hub.errors import HubError, NotFound
from hub.queries.calendar import added_holidays, listed_holidays, open_cases_ending_on
from hub.services.calendar import (
    DayAlreadyOff,
    HolidayInThePast,
    add_holiday,
    check_may_add,
    redate_open,
    remove_holiday,
)
from hub.web.access import member
from hub.web.calendar_words import ZONES, day_off_words, zone_words
from hub.web.clock_words import long_day
from hub.web.locale import current_language
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("holidays", __name__, url_prefix="/exploitation/jours-feries")

LONGEST_LABEL = 100
# Batches of one addition; what is left after them, the hourly sweep dates again.
MOST_BATCHES = 50


class HolidayForm(FlaskForm):
    """One day to add."""

    day = DateField(_l("Day"), [InputRequired(_l("Write the day."))], format=["%Y-%m-%d"])
    zone = SelectField(_l("Where"))
    label = StringField(
        _l("Name of the holiday"),
        [
            InputRequired(_l("Write the name of the holiday.")),
            Length(max=LONGEST_LABEL, message=_l("Write at most 100 characters.")),
        ],
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        zones = [(zone.value, zone_words(zone)) for zone in ZONES if zone != HolidayZone.METROPOLE]
        self.zone.choices = [("", zone_words(None)), *zones]

    @property
    def chosen_zone(self) -> HolidayZone | None:
        """The zone, None for all."""
        return HolidayZone(self.zone.data) if self.zone.data else None


@bp.route("", methods=["GET", "POST"])
@member(Permission.OPERATE)
def holidays(actor: Actor) -> Any:
    """The lists and the form; a day to add is first shown with the cases it would move."""
    form = HolidayForm()
    if not form.validate_on_submit() or not _may_be_added(form):
        return _page(form)
    if request.form.get("confirmed") != "yes":
        moved = open_cases_ending_on(reading(), form.day.data, form.chosen_zone)
        return render_template(
            "operator/holiday_confirmation.html",
            form=form,
            day=long_day(form.day.data, current_language()),
            zone=zone_words(form.chosen_zone),
            moved=moved,
        )
    try:
        with unit_of_work(actor) as work:
            moved = add_holiday(work, form.day.data, form.chosen_zone, form.label.data)
    except (DayAlreadyOff, HolidayInThePast) as refusal:
        form.day.errors = [_refusal_words(refusal)]
        return _page(form)
    flash(_moved_words(_("The holiday is added."), moved + _go_on(actor, moved)), "ok")
    return redirect(url_for("holidays.holidays"))


@bp.post("/<uuid:holiday_id>/retirer")
@member(Permission.OPERATE)
def remove(holiday_id: UUID, actor: Actor) -> Response:
    """Take back a day added by mistake."""
    try:
        with unit_of_work(actor) as work:
            moved = remove_holiday(work, holiday_id)
    except NotFound:
        flash(_("Somebody else has already removed this holiday."), "info")
    except HolidayInThePast as refusal:
        flash(_refusal_words(refusal), "late")
    else:
        flash(_moved_words(_("The holiday is removed."), moved), "ok")
    return redirect(url_for("holidays.holidays"))


def _page(form: HolidayForm) -> str:
    today = local_date(ports().clock.now())
    years = (today.year, today.year + 1)
    return render_template(
        "operator/holidays.html",
        form=form,
        added=[_added_row(row, today) for row in listed_holidays(reading())],
        years=[(year, _national(year)) for year in years],
        local=[(str(words), _local(zone, years[0])) for zone, words in ZONES.items()],
    )


def _added_row(row: Any, today: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "day": long_day(row.day, current_language()),
        "zone": zone_words(row.zone),
        "label": row.label,
        "added_by": row.added_by,
        "added_at": row.added_at,
        "removable": row.day > today,
    }


def _national(year: int) -> list[tuple[str, str]]:
    return _listed(holidays_of(year, HolidayZone.METROPOLE))


def _local(zone: HolidayZone, year: int) -> list[tuple[str, str]]:
    """The days of a zone that the national list has not."""
    national = holidays_of(year, HolidayZone.METROPOLE)
    return _listed({d: why for d, why in holidays_of(year, zone).items() if d not in national})


def _listed(days: Any) -> list[tuple[str, str]]:
    """Days of one year with their names; the year is said once, above."""
    language = current_language()
    return [
        (long_day(day, language).removesuffix(f" {day.year}"), day_off_words(why))
        for day, why in sorted(days.items())
    ]


def _may_be_added(form: HolidayForm) -> bool:
    today = local_date(ports().clock.now())
    try:
        check_may_add(added_holidays(reading()), form.day.data, form.chosen_zone, today)
    except (DayAlreadyOff, HolidayInThePast) as refusal:
        form.day.errors = [_refusal_words(refusal)]
        return False
    return True


def _refusal_words(refusal: HubError) -> str:
    if isinstance(refusal, DayAlreadyOff):
        why = day_off_words(refusal.facts["why"])
        return _("No time ends on this day already: %(why)s.", why=why)
    return _("This day is over: times have already ended on it, and the past is not changed.")


def _moved_words(done: str, moved: int) -> str:
    if not moved:
        return done + " " + _("No open case had a date on it.")
    return (
        done
        + " "
        + ngettext(
            "%(num)s open case has new dates, and its timeline says why.",
            "%(num)s open cases have new dates, and their timelines say why.",
            moved,
        )
    )


def _go_on(actor: Actor, moved: int) -> int:
    """The batches after the first, each in a short unit of its own so that filings go on."""
    total = 0
    for _batch in range(MOST_BATCHES if moved else 0):
        with unit_of_work(actor) as work:
            done = redate_open(work)
        total += done
        if not done:
            break
    return total
