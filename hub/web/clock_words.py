"""The clock in words a non-lawyer follows, in French and English, from its typed steps.

Nothing here knows Flask, so that the command line says the same as the pages: `translate` is
`flask_babel.gettext` there, and `catalogue_of` here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel import dates
from babel.messages.pofile import read_po

from hub.domain.clock_reading import (
    ClockReading,
    ClockStatus,
    ExtensionReason,
    Step,
    StepKind,
    StepValue,
    Track,
)
from hub.domain.working_days import PARIS
from hub.web.clock_sentences import (
    DAYS_OFF,
    DUE,
    EXTENSION_REASONS,
    MONTHS_LATER,
    MONTHS_LATER_CLAMPED,
    N_,
    SENTENCES,
    STATUSES,
    mark,
)

Translate = Callable[[str], str]

CATALOGUE = Path(__file__).parents[1] / "translations" / "fr" / "LC_MESSAGES" / "clock.po"


def explain(reading: ClockReading, locale: str, translate: Translate) -> list[str]:
    """Return how the dates of a reading were found, a sentence a step, in `locale` (fr or en)."""
    return [_sentence(step, locale, translate) for step in reading.steps]


def summary(reading: ClockReading, locale: str, translate: Translate) -> list[tuple[str, str]]:
    """Return (label, words) of the dates of a reading; a date a pause holds is said to be so."""
    held = translate(N_("suspended"))
    labels = (
        (N_("Date of this rule:"), reading.due_on),
        (N_("Without pause or extension:"), reading.strict_on),
        (N_("Last day to announce an extension:"), reading.notice_limit_on),
        (N_("Last day to refuse:"), reading.refusal_due_on),
    )
    return [(translate(label), long_day(on, locale) if on else held) for label, on in labels]


def status_words(status: ClockStatus, translate: Translate) -> str:
    """Return a status in words."""
    return translate(STATUSES[status])


@lru_cache(maxsize=2048)
def long_day(day: date, locale: str, weekday: bool = True) -> str:
    """Return "vendredi 1er mai 2026" or "Friday 1 May 2026"; the day of the week if wanted."""
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    return _first(dates.format_date(day, pattern, locale=locale), locale)


def catalogue_of(locale: str) -> Translate:
    """Return the translation of the clock's sentences, read from its catalogue; English is none."""
    if locale != "fr":
        return mark
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="fr")
    words = {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
    return lambda msgid: words.get(msgid, msgid)


def _first(words: str, locale: str) -> str:
    # French says "1er" for the first day of a month alone.
    return re.sub(r"\b1(?= \D)", "1er", words, count=1) if locale == "fr" else words


def _sentence(step: Step, locale: str, translate: Translate) -> str:
    template = _TEMPLATES.get(step.kind, lambda values: SENTENCES[step.kind])(step.values)
    shown = {name: _show(name, each, locale, translate) for name, each in step.values.items()}
    if "day_missing" in step.values:
        shown["missing"] = _missing_day(step.values, locale)
    return translate(template) % shown


def _show(name: str, value: StepValue, locale: str, translate: Translate) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(PARIS)
        hour = dates.format_time(local, "H:mm", locale=locale)
        return f"{long_day(local.date(), locale)}, {hour}"
    if isinstance(value, date):
        return long_day(value, locale, weekday=name in {"due_on", "to_on"})
    if isinstance(value, tuple):
        return translate(N_(", then ")).join(translate(DAYS_OFF[day]) for day in value)
    if name == "days":
        return _count_days(int(value), translate)
    if name == "reason" and value in EXTENSION_REASONS:
        return translate(EXTENSION_REASONS[ExtensionReason(str(value))])
    return str(value)


def _count_days(days: int, translate: Translate) -> str:
    return translate(N_("1 day")) if days == 1 else translate(N_("%(num)s days")) % {"num": days}


def _missing_day(values: Mapping[str, StepValue], locale: str) -> str:
    start, end = values["from_on"], values["to_on"]
    assert isinstance(start, date)  # noqa: S101
    assert isinstance(end, date)  # noqa: S101
    return f"{start.day} {dates.get_month_names('wide', locale=locale)[end.month]}"


def _months_added(values: Mapping[str, StepValue]) -> str:
    months = values["months"]
    assert isinstance(months, int)  # noqa: S101
    return (MONTHS_LATER_CLAMPED if values["day_missing"] else MONTHS_LATER)[months]


def _due(values: Mapping[str, StepValue]) -> str:
    return DUE[Track(str(values["track"]))]


def _extended(values: Mapping[str, StepValue]) -> str:
    if values["reason"] in set(ExtensionReason):
        return N_(
            "An extension was notified on %(notified_on)s because of %(reason)s: "
            "the organisation has three months in all."
        )
    return N_(
        "An extension was notified on %(notified_on)s with its reasons: "
        "the organisation has three months in all."
    )


def _pause_counted(values: Mapping[str, StepValue]) -> str:
    if values["days"] == 0:
        return N_("Identity was asked for and proved on %(asked_on)s: no day is added.")
    return N_(
        "Identity was asked for on %(asked_on)s, the reply came on %(answered_on)s: "
        "the clock was stopped for %(days)s."
    )


def _days_added(values: Mapping[str, StepValue]) -> str:
    return (
        N_("The day after: %(to_on)s.") if values["days"] == 1 else N_("%(days)s later: %(to_on)s.")
    )


def _working_days_added(values: Mapping[str, StepValue]) -> str:
    if values["days"] == 1:
        return N_("The next working day: %(to_on)s.")
    return N_("%(days)s later, counting working days only: %(to_on)s.")


def _rolled(values: Mapping[str, StepValue]) -> str:
    return N_("%(from_on)s is not a working day (%(days_off)s): the next working day is %(to_on)s.")


def _stopped(values: Mapping[str, StepValue]) -> str:
    if values["in_time"]:
        return N_("The clock stopped on %(stopped_on)s, in time.")
    return N_("The clock stopped on %(stopped_on)s, after the date.")


_TEMPLATES: dict[StepKind, Callable[[Mapping[str, StepValue]], str]] = {
    StepKind.DAYS_ADDED: _days_added,
    StepKind.DUE: _due,
    StepKind.EXTENDED: _extended,
    StepKind.MONTHS_ADDED: _months_added,
    StepKind.PAUSE_COUNTED: _pause_counted,
    StepKind.ROLLED: _rolled,
    StepKind.STOPPED: _stopped,
    StepKind.WORKING_DAYS_ADDED: _working_days_added,
}
