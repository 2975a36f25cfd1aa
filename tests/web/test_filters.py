"""Dates, numbers and spaces read as French and English readers write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from apiflask import APIFlask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from hub.web import filters

NBSP = "\u00a0"
THIN = "\u202f"
HYPHEN = "\u2011"
BOTH = ("fr", "en")


@pytest.fixture(params=BOTH)
def language(request: pytest.FixtureRequest, shown_app: APIFlask) -> Iterator[str]:
    """Each language in turn."""
    with shown_app.app_context(), force_locale(request.param):
        yield request.param


@pytest.fixture
def french(shown_app: APIFlask) -> Iterator[None]:
    """A French reader."""
    with shown_app.app_context(), force_locale("fr"):
        yield


@pytest.fixture
def english(shown_app: APIFlask) -> Iterator[None]:
    """An English reader."""
    with shown_app.app_context(), force_locale("en"):
        yield


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_day_is_in_full_words(language: str) -> None:
    words = {"fr": "14 octobre 2026", "en": "14 October 2026"}
    assert filters.day(date(2026, 10, 14)) == words[language]


def test_the_first_of_the_month_is_an_ordinal_in_french_alone(language: str) -> None:
    assert filters.day(date(2026, 3, 1)) == {"fr": "1er mars 2026", "en": "1 March 2026"}[language]
    assert filters.day(date(2026, 3, 11))[:2] == "11"
    short = {"fr": f"1er{NBSP}sept.", "en": f"1{NBSP}Sep"}
    assert filters.short_day(date(2026, 9, 1)) == short[language]


def test_an_instant_of_the_evening_in_utc_falls_on_the_next_day_in_paris(language: str) -> None:
    new_year = {"fr": "1er janvier 2027", "en": "1 January 2027"}
    assert filters.day(_utc(2026, 12, 31, 23, 30)) == new_year[language]
    assert filters.short_day(_utc(2026, 10, 13, 22, 30))[:2] == "14"
    assert filters.short_day(_utc(2026, 11, 13, 22, 30))[:2] == "13"


def test_a_short_day_stays_on_one_line(language: str) -> None:
    words = {"fr": f"14{NBSP}oct.", "en": f"14{NBSP}Oct"}
    assert filters.short_day(date(2026, 10, 14)) == words[language]


def test_the_time_is_that_of_paris_with_two_digits_of_minutes(language: str) -> None:
    words = {"fr": f"8{NBSP}h{NBSP}05", "en": "8:05"}
    assert filters.clock_time(_utc(2026, 1, 5, 7, 5)) == words[language]
    assert filters.clock_time(_utc(2026, 7, 5, 6, 5)) == words[language]


@pytest.mark.parametrize(
    ("instant", "hour", "minute"),
    [
        (_utc(2026, 3, 29, 0, 59), 1, "59"),
        (_utc(2026, 3, 29, 1, 0), 3, "00"),
        (_utc(2026, 10, 25, 0, 30), 2, "30"),
        (_utc(2026, 10, 25, 1, 30), 2, "30"),
        (_utc(2026, 10, 25, 2, 0), 3, "00"),
    ],
)
def test_a_moment_follows_the_change_of_hour(
    language: str, instant: datetime, hour: int, minute: str
) -> None:
    clock = f"{hour}{NBSP}h{NBSP}{minute}" if language == "fr" else f"{hour}:{minute}"
    assert filters.moment(instant) == f"{filters.day(instant)}, {clock}"


def test_an_instant_says_the_same_from_any_zone_and_without_zone_is_utc(language: str) -> None:
    instant = _utc(2026, 9, 14, 8, 2)
    tokyo = instant.astimezone(timezone(timedelta(hours=9)))
    assert filters.moment(tokyo) == filters.moment(instant)
    assert filters.moment(instant.replace(tzinfo=None)) == filters.moment(instant)


def test_when_gives_machines_the_value_and_people_the_words(language: str) -> None:
    instant = _utc(2026, 9, 14, 8, 2)
    said = filters.when(instant)
    assert isinstance(said, Markup)
    assert said == f'<time datetime="2026-09-14T08:02:00+00:00">{filters.moment(instant)}</time>'
    on = date(2026, 9, 14)
    assert filters.when(on) == f'<time datetime="2026-09-14">{filters.day(on)}</time>'


def test_when_lets_words_pass_to_be_escaped_later() -> None:
    said = filters.when("<b>in June</b>")
    assert said == "<b>in June</b>"
    assert not isinstance(said, Markup)
    assert filters.when(None) is None


def test_numbers_have_the_separators_of_their_readers(language: str) -> None:
    words = {"fr": f"12{THIN}345,5", "en": "12,345.5"}
    assert filters.number(12345.5) == words[language]
    assert filters.number(Decimal("12345.5")) == words[language]
    assert filters.number(0) == "0"


def test_a_ratio_is_said_in_hundredths(language: str) -> None:
    assert filters.percent(0.964) == {"fr": f"96,4{NBSP}%", "en": "96.4%"}[language]
    assert filters.percent(Decimal("0.1235"), 2) == filters.percent(0.1235, 2)
    assert filters.percent(0) == {"fr": f"0{NBSP}%", "en": "0%"}[language]
    assert filters.percent(1, 0) == {"fr": f"100{NBSP}%", "en": "100%"}[language]
    assert filters.percent(0.9999) == {"fr": f"99,9{NBSP}%", "en": "99.9%"}[language]


@pytest.mark.parametrize(
    ("octets", "french_words", "english_words"),
    [
        (0, "0 octet", "0 bytes"),
        (1, "1 octet", "1 byte"),
        (999, "999 octets", "999 bytes"),
        (1500, f"1,5{NBSP}ko", f"1.5{NBSP}kB"),
        (245_000, f"245{NBSP}ko", f"245{NBSP}kB"),
        (999_499, f"999{NBSP}ko", f"999{NBSP}kB"),
        (999_500, f"1{NBSP}Mo", f"1{NBSP}MB"),
        (999_999, f"1{NBSP}Mo", f"1{NBSP}MB"),
        (1_250_000, f"1,2{NBSP}Mo", f"1.2{NBSP}MB"),
        (999_499_999, f"999{NBSP}Mo", f"999{NBSP}MB"),
        (1_500_000_000, f"1,5{NBSP}Go", f"1.5{NBSP}GB"),
        (20_000_000, f"20{NBSP}Mo", f"20{NBSP}MB"),
    ],
)
def test_a_size_is_said_in_the_nearest_unit(
    language: str, octets: int, french_words: str, english_words: str
) -> None:
    assert filters.file_size(octets) == {"fr": french_words, "en": english_words}[language]


@pytest.mark.parametrize(
    ("days", "mark", "french_words", "english_words"),
    [
        (3, f"{HYPHEN}3", "dans 3 jours", "in 3 days"),
        (1, f"{HYPHEN}1", "dans 1 jour", "in 1 day"),
        (0, "", "aujourd’hui", "today"),
        (-1, "+1", "1 jour de retard", "1 day late"),
        (-2, "+2", "2 jours de retard", "2 days late"),
    ],
)
def test_days_left_are_a_mark_for_eyes_and_words_for_ears(
    language: str, days: int, mark: str, french_words: str, english_words: str
) -> None:
    assert filters.days_mark(days) == {"fr": "J", "en": "D"}[language] + mark
    assert filters.days_words(days) == {"fr": french_words, "en": english_words}[language]


@pytest.mark.usefixtures("french")
def test_french_signs_never_start_a_line() -> None:
    assert filters.nbsp("Où ? Ici : « oui » ; non !") == (
        f"Où{NBSP}? Ici{NBSP}: «{NBSP}oui{NBSP}»{NBSP}; non{NBSP}!"
    )
    assert filters.nbsp("(vrai ?) 50 %, <b>ah !</b>") == (
        f"(vrai{NBSP}?) 50{NBSP}%, <b>ah{NBSP}!</b>"
    )
    assert filters.nbsp("«collé»") == f"«{NBSP}collé»"


@pytest.mark.usefixtures("french")
def test_addresses_and_times_keep_their_signs() -> None:
    for words in ("https://a.example/b?c=d;e", "10:02", "a :b"):
        assert filters.nbsp(words) == words


@pytest.mark.usefixtures("french")
@given(st.text("a ?!:;«»%\u00a0.,", max_size=30))
def test_french_spaces_change_spaces_alone_and_settle_at_once(words: str) -> None:
    spaced = filters.nbsp(words)
    assert "".join(spaced.split()) == "".join(words.split())
    assert filters.nbsp(spaced) == spaced


@pytest.mark.usefixtures("english")
def test_english_is_left_alone() -> None:
    assert filters.nbsp("Where ? « here » !") == "Where ? « here » !"


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("01 99 00 12 34", "0199001234"),
        ("+33 1.99-00 12 34", "+33199001234"),
        ("+33 (0)1 99 00 12 34", "+33199001234"),
        ("3939", "3939"),
    ],
)
def test_a_telephone_link_dials_what_is_written(phone: str, digits: str) -> None:
    assert filters.phone_link(phone) == digits


def test_a_chart_is_also_a_sentence(language: str) -> None:
    rows = [{"label": "Accès", "value": 1200}, {"label": "Oubli", "value": 2.5}]
    words = {
        "fr": f"Accès{NBSP}: 1{THIN}200 %, Oubli{NBSP}: 2,5 %",
        "en": "Accès: 1,200 %, Oubli: 2.5 %",
    }
    assert filters.chart_words(rows, " %") == words[language]
    assert filters.chart_words([]) == ""


def test_what_is_not_known_is_blank_or_a_dash(language: str) -> None:
    assert [f(None) for f in (filters.day, filters.short_day)] == ["", ""]
    assert [f(None) for f in (filters.clock_time, filters.moment)] == ["", ""]
    assert [f(None) for f in (filters.number, filters.percent)] == ["–", "–"]


def test_templates_know_each_filter_under_its_own_name(shown_app: APIFlask) -> None:
    for each in filters.FILTERS:
        assert shown_app.jinja_env.filters[each.__name__] is each
