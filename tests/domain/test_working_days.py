"""French working days: holidays by territory, months that are too short, dates in Paris."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.working_days import (
    DayOff,
    HolidayZone,
    add_months,
    add_working_days,
    day_off,
    easter_sunday,
    end_of_day,
    holidays_of,
    is_jour_ouvrable,
    is_working_day,
    local_date,
    roll_forward,
    start_of_day,
)

PARIS = HolidayZone.METROPOLE

EASTERS = [
    "2018-04-01 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20",
    "2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21 2035-03-25 2038-04-25 2285-03-22",
    # The years on which short-cuts of the computation fail, and the earliest and latest Easters.
    "1609-04-19 1818-03-22 1943-04-25 1954-04-18 1981-04-19 2049-04-18 2076-04-19",
]


@pytest.mark.parametrize("day", " ".join(EASTERS).split())
def test_easter_falls_when_almanacs_say(day: str) -> None:
    assert easter_sunday(int(day[:4])).isoformat() == day


def test_metropolitan_france_has_eleven_public_holidays() -> None:
    assert {day.isoformat()[5:]: name for day, name in holidays_of(2026, PARIS).items()} == {
        "01-01": DayOff.NEW_YEAR,
        "04-06": DayOff.EASTER_MONDAY,
        "05-01": DayOff.LABOUR_DAY,
        "05-08": DayOff.VICTORY_1945,
        "05-14": DayOff.ASCENSION,
        "05-25": DayOff.WHIT_MONDAY,
        "07-14": DayOff.NATIONAL_DAY,
        "08-15": DayOff.ASSUMPTION,
        "11-01": DayOff.ALL_SAINTS,
        "11-11": DayOff.ARMISTICE,
        "12-25": DayOff.CHRISTMAS,
    }


@pytest.mark.parametrize(
    ("zone", "own"),
    [
        ("ALSACE-MOSELLE", {"04-03", "12-26"}),
        ("GUADELOUPE", {"05-27"}),
        ("GUYANE", {"06-10"}),
        ("LA-REUNION", {"12-20"}),
        ("MARTINIQUE", {"05-22"}),
        ("MAYOTTE", {"04-27"}),
        ("SAINT-BARTHELEMY", {"10-09"}),
        ("SAINT-MARTIN", {"05-28"}),
    ],
)
def test_each_territory_adds_its_own_days_and_keeps_the_national_ones(
    zone: str, own: set[str]
) -> None:
    local = holidays_of(2026, HolidayZone(zone)).keys()
    national = holidays_of(2026, PARIS).keys()
    assert national < local
    assert {day.isoformat()[5:] for day in local - national} == own


def test_the_zones_are_the_nine_of_the_contract() -> None:
    assert sorted(zone.value for zone in HolidayZone) == [
        *("ALSACE-MOSELLE", "GUADELOUPE", "GUYANE", "LA-REUNION", "MARTINIQUE", "MAYOTTE"),
        *("METROPOLE", "SAINT-BARTHELEMY", "SAINT-MARTIN"),
    ]


def test_two_holidays_on_one_day_are_one_day_off() -> None:
    # In 2008 Ascension fell on 1 May: ten dates, not eleven.
    assert len(holidays_of(2008, PARIS)) == 10


def test_saturday_is_ouvrable_but_not_ouvre() -> None:
    saturday, sunday, holiday = date(2026, 6, 6), date(2026, 6, 7), date(2026, 7, 14)
    assert is_jour_ouvrable(saturday, PARIS)
    assert not is_working_day(saturday, PARIS)
    assert not is_jour_ouvrable(sunday, PARIS)
    assert not is_jour_ouvrable(holiday, PARIS)


def test_a_day_added_by_the_organisation_is_off() -> None:
    bridge = date(2026, 5, 15)
    assert is_working_day(bridge, PARIS)
    assert day_off(bridge, PARIS, frozenset({bridge})) is DayOff.ADDED
    assert roll_forward(bridge, PARIS, frozenset({bridge})) == date(2026, 5, 18)


def test_a_holiday_on_a_saturday_is_named_as_a_holiday() -> None:
    assert day_off(date(2026, 8, 15), PARIS) is DayOff.ASSUMPTION
    assert day_off(date(2026, 8, 16), PARIS) is DayOff.SUNDAY


def test_the_roll_crosses_weekend_and_holidays_together() -> None:
    assert roll_forward(date(2026, 4, 3), HolidayZone.ALSACE_MOSELLE) == date(2026, 4, 7)
    assert roll_forward(date(2026, 4, 3), PARIS) == date(2026, 4, 3)


def test_working_days_are_counted_from_the_day_after() -> None:
    assert add_working_days(date(2026, 6, 3), 10, PARIS) == date(2026, 6, 17)
    assert add_working_days(date(2026, 6, 6), 1, PARIS) == date(2026, 6, 8)


@pytest.mark.parametrize("count", [0, -1])
def test_counting_no_working_day_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        add_working_days(date(2026, 6, 3), count, PARIS)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-10-31", 14, "2027-12-31"),
    ],
)
def test_months_keep_the_day_number_or_end_the_month(start: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), months).isoformat() == end


def test_the_date_is_the_one_in_paris() -> None:
    assert local_date(datetime(2026, 9, 30, 21, 59, 59, tzinfo=UTC)) == date(2026, 9, 30)
    assert local_date(datetime(2026, 9, 30, 22, 0, 0, tzinfo=UTC)) == date(2026, 10, 1)
    assert local_date(datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)


def test_an_instant_without_time_zone_has_no_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 9, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-09", 24)]
)
def test_a_day_lasts_what_it_lasts_in_paris(day: str, hours: int) -> None:
    on = date.fromisoformat(day)
    last = end_of_day(on)
    assert last - start_of_day(on) == timedelta(hours=hours) - timedelta(microseconds=1)
    assert local_date(last) == on
    assert local_date(last + timedelta(microseconds=1)) == on + timedelta(days=1)


def test_easter_agrees_with_the_tables_of_the_church_for_every_year_of_the_calendar() -> None:
    # The tables that the formula sums up: golden number, epact, then the Sunday after the moon.
    for year in range(1583, 10_000):
        assert easter_sunday(year) == _easter_by_the_tables(year), year


def _easter_by_the_tables(year: int) -> date:
    """Easter as Clavius's tables give it (Explicatio, 1603), without the shortened formula."""
    golden = year % 19 + 1
    century = year // 100 + 1
    lost_leap_days = 3 * century // 4 - 12
    moon_correction = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moon_correction - lost_leap_days) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full_moon = 44 - epact
    if full_moon < 21:
        full_moon += 30
    after_new_year = date(year, 3, 1) + timedelta(days=full_moon - 1)
    return after_new_year + timedelta(days=6 - after_new_year.weekday() or 7)
