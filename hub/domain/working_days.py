"""Working days in France, and the arithmetic of legal periods (Regulation 1182/71, CRPA).

Two French notions are kept apart: a *jour ouvré* (Monday to Friday, no public holiday; the
"working day" of Regulation 1182/71 art. 2(2)) and a *jour ouvrable* (Saturday included).
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

CALENDAR_VERSION = "fr-2026.1"
PARIS = ZoneInfo("Europe/Paris")
NO_DAYS: frozenset[date] = frozenset()

_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class HolidayZone(StrEnum):
    """Where public holidays differ. The national list is METROPOLE; others are an option."""

    ALSACE_MOSELLE = "ALSACE-MOSELLE"
    GUADELOUPE = "GUADELOUPE"
    GUYANE = "GUYANE"
    LA_REUNION = "LA-REUNION"
    MARTINIQUE = "MARTINIQUE"
    MAYOTTE = "MAYOTTE"
    METROPOLE = "METROPOLE"
    SAINT_BARTHELEMY = "SAINT-BARTHELEMY"
    SAINT_MARTIN = "SAINT-MARTIN"


class DayOff(StrEnum):
    """Why a day is not a working day."""

    ABOLITION_OF_SLAVERY = "abolition_of_slavery"
    ADDED = "added"
    ALL_SAINTS = "all_saints"
    ARMISTICE = "armistice"
    ASCENSION = "ascension"
    ASSUMPTION = "assumption"
    CHRISTMAS = "christmas"
    EASTER_MONDAY = "easter_monday"
    GOOD_FRIDAY = "good_friday"
    LABOUR_DAY = "labour_day"
    NATIONAL_DAY = "national_day"
    NEW_YEAR = "new_year"
    SAINT_STEPHEN = "saint_stephen"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    VICTORY_1945 = "victory_1945"
    WHIT_MONDAY = "whit_monday"


# (month, day), Code du travail L3133-1.
_NATIONAL = {
    (1, 1): DayOff.NEW_YEAR,
    (5, 1): DayOff.LABOUR_DAY,
    (5, 8): DayOff.VICTORY_1945,
    (7, 14): DayOff.NATIONAL_DAY,
    (8, 15): DayOff.ASSUMPTION,
    (11, 1): DayOff.ALL_SAINTS,
    (11, 11): DayOff.ARMISTICE,
    (12, 25): DayOff.CHRISTMAS,
}
# Days counted from Easter Sunday.
_MOVABLE = {1: DayOff.EASTER_MONDAY, 39: DayOff.ASCENSION, 50: DayOff.WHIT_MONDAY}

# Code du travail L3422-2 and décret 83-1003: the day is kept where slavery was abolished.
_ABOLITION = {
    HolidayZone.GUADELOUPE: (5, 27),
    HolidayZone.GUYANE: (6, 10),
    HolidayZone.LA_REUNION: (12, 20),
    HolidayZone.MARTINIQUE: (5, 22),
    HolidayZone.MAYOTTE: (4, 27),
    HolidayZone.SAINT_BARTHELEMY: (10, 9),
    HolidayZone.SAINT_MARTIN: (5, 28),
}


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the "anonymous" computus, Nature, 1876)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, of_leaps = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon_shift + 15) % 30
    quads, of_quads = divmod(of_century, 4)
    to_sunday = (32 + 2 * of_leaps + 2 * quads - epact - of_quads) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=512)
def holidays_of(year: int, zone: HolidayZone) -> Mapping[date, DayOff]:
    """Return the public holidays of a year in a zone, by date (Code du travail L3133-1)."""
    easter = easter_sunday(year)
    days: dict[date, DayOff] = {}
    if zone in _ABOLITION:
        days[date(year, *_ABOLITION[zone])] = DayOff.ABOLITION_OF_SLAVERY
    if zone == HolidayZone.ALSACE_MOSELLE:  # Code du travail L3134-13
        days[easter - 2 * _ONE_DAY] = DayOff.GOOD_FRIDAY
        days[date(year, 12, 26)] = DayOff.SAINT_STEPHEN
    days.update({easter + shift * _ONE_DAY: name for shift, name in _MOVABLE.items()})
    days.update({date(year, *month_day): name for month_day, name in _NATIONAL.items()})
    return MappingProxyType(days)


def holiday_on(
    day: date, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS
) -> DayOff | None:
    """Return the public holiday that falls on a day, or None. `extra_holidays` are added ones."""
    named = holidays_of(day.year, zone).get(day)
    if named is None and day in extra_holidays:
        return DayOff.ADDED
    return named


def day_off(
    day: date, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS
) -> DayOff | None:
    """Return why a day is not a working day (holiday first, then weekend), or None if it is."""
    holiday = holiday_on(day, zone, extra_holidays)
    if holiday is not None:
        return holiday
    return {_SATURDAY: DayOff.SATURDAY, _SUNDAY: DayOff.SUNDAY}.get(day.weekday())


def is_working_day(day: date, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS) -> bool:
    """Say whether a day is a *jour ouvré*: no weekend, no holiday (Reg. 1182/71 art. 2(2))."""
    return day_off(day, zone, extra_holidays) is None


def is_jour_ouvrable(
    day: date, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS
) -> bool:
    """Say whether a day is a *jour ouvrable*: any day but Sundays and holidays."""
    return day.weekday() != _SUNDAY and holiday_on(day, zone, extra_holidays) is None


def roll_forward(day: date, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS) -> date:
    """Return the day itself if it is a working day, else the next one (Reg. 1182/71 art. 3(4))."""
    while not is_working_day(day, zone, extra_holidays):
        day += _ONE_DAY
    return day


def add_working_days(
    day: date, count: int, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS
) -> date:
    """Return the `count`-th *jour ouvré* after a day; the day itself is never counted.

    Raises ValueError if `count` is less than 1.
    """
    if count < 1:
        raise ValueError("count of working days must be at least 1")
    for _ in range(count):
        day = roll_forward(day + _ONE_DAY, zone, extra_holidays)
    return day


def add_months(day: date, months: int) -> date:
    """Return the same-numbered day `months` later, or the last day of that month if it has none.

    Regulation 1182/71 art. 3(2)(c). Raises ValueError past the year 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def local_date(instant: datetime) -> date:
    """Return the date in Paris at an aware instant. Raises ValueError if it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(PARIS).date()


def start_of_day(day: date) -> datetime:
    """Return the instant, in UTC, at which a day begins in Paris."""
    return datetime.combine(day, time.min, tzinfo=PARIS).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the last instant, in UTC, of a day in Paris (Reg. 1182/71 art. 3(4): last hour)."""
    return start_of_day(day + _ONE_DAY) - timedelta(microseconds=1)
