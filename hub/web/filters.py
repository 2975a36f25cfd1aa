"""Jinja filters: dates, numbers and spaces as French and English readers expect them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from hub.web.locale import TIMEZONE, current_language

PARIS = ZoneInfo(TIMEZONE)
NBSP = "\u00a0"
NON_BREAKING_HYPHEN = "\u2011"
# Begun at the first of several blanks alone: else a long row of them is read once for each.
_BEFORE_SIGN = re.compile(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+([;:!?»%])(?=\s|$|[)\].,<])")
_AFTER_QUOTE = re.compile(r"«[ \u00a0\u202f]*")


def _local_day(value: date | datetime) -> date:
    return _in_paris(value).date() if isinstance(value, datetime) else value


def _in_paris(instant: datetime) -> datetime:
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(PARIS)


def _date_words(value: date, month: str, year: bool) -> str:
    language = current_language()
    words = dates.format_date(value, f"d {month}{' y' if year else ''}", locale=language)
    return re.sub(r"^1(?= )", "1er", words) if language == "fr" else words


def day(value: date | datetime | None) -> str:
    """Return "14 octobre 2026" or "14 October 2026"; an instant gives its day in Paris."""
    return "" if value is None else _date_words(_local_day(value), "MMMM", year=True)


def short_day(value: date | datetime | None) -> str:
    """Return "14 oct." or "14 Oct", kept on one line."""
    if value is None:
        return ""
    return _date_words(_local_day(value), "MMM", year=False).replace(" ", NBSP)


def clock_time(value: datetime | None) -> str:
    """Return "10 h 02" or "10:02", Paris time."""
    if value is None:
        return ""
    local = _in_paris(value)
    if current_language() == "fr":
        return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"
    return f"{local.hour}:{local.minute:02d}"


def moment(value: datetime | None) -> str:
    """Return "14 octobre 2026, 10 h 02" or "14 October 2026, 10:02", Paris time."""
    return "" if value is None else f"{day(value)}, {clock_time(value)}"


def when(value: Any) -> Any:
    """Return a `<time>` element for a date or an instant; words pass through."""
    if isinstance(value, date):
        words = moment(value) if isinstance(value, datetime) else day(value)
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), words)
    return value


def number(value: int | float | Decimal | None) -> str:
    """Return "12 345,5" or "12,345.5"; none gives an en dash."""
    return "–" if value is None else numbers.format_decimal(value, locale=current_language())


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """Return "96,4 %" or "96.4%" for the ratio 0.964; only the whole is ever said to be 100 %."""
    if value is None:
        return "–"
    shown = round(float(value) * 100, digits)
    if shown >= 100 and value < 1:
        shown = 100 - 10**-digits
    words = number(shown)
    return f"{words}{NBSP}%" if current_language() == "fr" else f"{words}%"


def file_size(octets: int) -> str:
    """Return the size of a file in words: "245 ko" or "245 kB", "1,5 Go" or "1.5 GB"."""
    unit = "o" if current_language() == "fr" else "B"
    if octets < 1000:
        return ngettext("%(num)s byte", "%(num)s bytes", octets)
    # From 999.5 kB on, rounding would say "1,000 kB"; from 999.5 MB on, "1,000 MB".
    size, prefix = (octets / 1000, "k") if octets < 999_500 else (octets / 1_000_000, "M")
    if octets >= 999_500_000:
        size, prefix = octets / 1_000_000_000, "G"
    return f"{number(round(size, 0 if size >= 10 else 1))}{NBSP}{prefix}{unit}"


def days_mark(days: int) -> str:
    """Return "J-3" (three days left), "J" (today) or "J+2" (two days late); D in English."""
    letter = "J" if current_language() == "fr" else "D"
    if days == 0:
        return letter
    return f"{letter}{NON_BREAKING_HYPHEN}{days}" if days > 0 else f"{letter}+{-days}"


def days_words(days: int) -> str:
    """Return what a screen reader says for `days_mark`: "in 3 days", "today", "2 days late"."""
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(num)s day", "in %(num)s days", days)
    return ngettext("%(num)s day late", "%(num)s days late", -days)


def nbsp(text: str) -> str:
    """Put French non-breaking spaces in words that come from data; English is left alone."""
    if current_language() != "fr":
        return text
    return _AFTER_QUOTE.sub("«" + NBSP, _BEFORE_SIGN.sub(NBSP + r"\1", text))


def phone_link(phone: str) -> str:
    """Return the digits of a telephone number for a `tel:` link, without the (0) of "+33 (0)1"."""
    return re.sub(r"\(0\)|[^0-9+]", "", phone)


def chart_words(rows: Iterable[Mapping[str, Any]], suffix: str = "") -> str:
    """Return the rows of a chart as a sentence for its description."""
    return ", ".join(f"{row['label']}{_pair()}{number(row['value'])}{suffix}" for row in rows)


def _pair() -> str:
    return f"{NBSP}: " if current_language() == "fr" else ": "


FILTERS = (
    day,
    short_day,
    clock_time,
    moment,
    when,
    number,
    percent,
    file_size,
    days_mark,
    days_words,
    nbsp,
    phone_link,
    chart_words,
)


def init_app(app: Flask) -> None:
    """Give every filter to the templates of `app` under its own name."""
    for each in FILTERS:
        app.jinja_env.filters[each.__name__] = each
