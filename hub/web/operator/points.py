"""The points of the law to confirm, each with its value, what it changes and how to change it."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from config import policy_variable
from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.points import OPEN_QUESTIONS, POINTS, Point, Theme, Unit
from hub.domain.policies import BOUNDS, Policies
from hub.domain.working_days import PARIS
from hub.web import points_vocabulary as words
from hub.web.access import member
from hub.web.filters import clock_time, day, file_size, percent
from hub.web.law_words import source_words
from hub.web.work import ports

bp = Blueprint("points", __name__, url_prefix="/exploitation/points-de-droit")


OPENING = "opt_outs_from_on"
"""The one date that a variable changes."""


@bp.get("")
@member(Permission.READ_RULES)
def points(actor: Actor) -> str:
    """Every point by theme, how many were changed, and the open questions."""
    rows = {theme: [_row(one) for one in POINTS if one.theme is theme] for theme in Theme}
    return render_template(
        "operator/points.html",
        themes=[(theme.value, words.THEMES[theme], rows[theme]) for theme in Theme],
        changed=sum(row["is_changed"] for group in rows.values() for row in group),
        questions=[words.OPEN_QUESTIONS[code] for code in OPEN_QUESTIONS],
    )


def value_words(value: int | date, unit: Unit | None) -> str:
    """A value with its unit: "14 days", "23:59", "no"."""
    if isinstance(value, date):
        return day(value)
    if unit is Unit.YES_NO:
        return _("Yes") if value else _("No")
    if unit is Unit.BYTES:
        return file_size(value)
    if unit is Unit.MINUTE_OF_DAY:
        hours, minutes = divmod(value, 60)
        return clock_time(datetime(2000, 1, 1, hours, minutes, tzinfo=PARIS))
    return number_words(value, unit)


COUNTED = {
    Unit.YEARS: lambda number: ngettext("%(num)s year", "%(num)s years", number),
    Unit.ROWS: lambda number: ngettext("%(num)s line", "%(num)s lines", number),
    Unit.MONTHS: lambda number: ngettext("%(num)s month", "%(num)s months", number),
    Unit.WORKING_DAYS: lambda number: ngettext(
        "%(num)s working day", "%(num)s working days", number
    ),
    Unit.TIMES: lambda number: ngettext("%(num)s time", "%(num)s times", number),
    Unit.MINUTES: lambda number: ngettext("%(num)s minute", "%(num)s minutes", number),
    Unit.HOURS: lambda number: ngettext("%(num)s hour", "%(num)s hours", number),
}


def number_words(number: int, unit: Unit | None) -> str:
    """A number with its unit: "14 days"."""
    if unit is Unit.PERCENT:
        return percent(number / 100)
    if unit in COUNTED:
        return COUNTED[unit](number)
    return ngettext("%(num)s day", "%(num)s days", number)


def _row(point: Point) -> dict[str, Any]:
    title, effect = words.POINTS[point.code]
    present, default = _numbers(point)
    return {
        "title": title,
        "effect": effect,
        "standing": words.STANDINGS[point.standing],
        "source": source_words(point.source),
        "value": _("Built in") if present is None else value_words(present, point.unit),
        "default": "" if default is None else value_words(default, point.unit),
        "is_changed": present != default,
        "how": _how(point),
    }


def _numbers(point: Point) -> tuple[int | date | None, int | date | None]:
    """The value in force, and the default."""
    if point.code == OPENING:
        return ports().policies.opt_outs.from_on, point.fixed
    if point.setting is None:
        return point.fixed, point.fixed
    return ports().policies.value(point.setting), Policies().value(point.setting)


def _how(point: Point) -> str:
    if point.code == OPENING:
        return _("%(variable)s, a date", variable=policy_variable("opt_outs.from_on"))
    if not point.may_be_changed:
        return ""
    least, most = BOUNDS[point.code]
    variable = policy_variable(point.code)
    if point.unit is Unit.YES_NO:
        return _("%(variable)s: 0 for no, 1 for yes", variable=variable)
    return _("%(variable)s, from %(least)s to %(most)s", variable=variable, least=least, most=most)
