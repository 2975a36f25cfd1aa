"""Our table of holidays beside that of an independent library, year by year and zone by zone."""

from datetime import date

import holidays
import pytest

from hub.domain.working_days import HolidayZone, holidays_of

YEARS = range(2018, 2041)
CODES = {
    HolidayZone.METROPOLE: None,
    HolidayZone.ALSACE_MOSELLE: "6AE",
    HolidayZone.GUADELOUPE: "971",
    HolidayZone.GUYANE: "973",
    HolidayZone.LA_REUNION: "974",
    HolidayZone.MARTINIQUE: "972",
    HolidayZone.MAYOTTE: "976",
    HolidayZone.SAINT_BARTHELEMY: "BL",
    HolidayZone.SAINT_MARTIN: "MF",
}
# Local customs that the library lists and that the State's own list of holidays does not: a day
# too many would make a time limit end later, so they are left out until an operator adds them.
CUSTOMS = {
    HolidayZone.GUADELOUPE: {"Mi-Carême", "Vendredi saint", "Fête de Victor Schoelcher"},
    HolidayZone.MARTINIQUE: {"Vendredi saint", "Fête de Victor Schoelcher"},
    HolidayZone.SAINT_MARTIN: {"Fête de Victor Schoelcher"},
}


def second_source(zone: HolidayZone, year: int) -> dict[date, str]:
    """The holidays of a year as the library names them in French."""
    return dict(holidays.France(subdiv=CODES[zone], years=year, language="fr"))


@pytest.mark.parametrize("zone", HolidayZone)
def test_the_two_tables_agree_but_for_the_customs_listed_here(zone: HolidayZone) -> None:
    customs = CUSTOMS.get(zone, set())
    for year in YEARS:
        theirs = {day for day, name in second_source(zone, year).items() if name not in customs}
        assert set(holidays_of(year, zone)) == theirs, year


@pytest.mark.parametrize("zone", CUSTOMS)
def test_each_listed_custom_is_still_a_difference(zone: HolidayZone) -> None:
    theirs = second_source(zone, 2026)
    extra = {name for day, name in theirs.items() if day not in holidays_of(2026, zone)}
    assert extra == CUSTOMS[zone]
