"""A date, as people type it."""

from datetime import date

import pytest

from hub.web.form_fields import read_date

BORN = date(1965, 3, 8)


@pytest.mark.parametrize(
    "typed",
    [
        "1965-03-08",
        "08/03/1965",
        "8 3 1965",
        "8.3.1965",
        "8 mars 1965",
        "8 MARS 1965",
        "le 8 mars 1965",
        "8 March 1965",
        "March 8, 1965",
        "8 mar. 1965",
        "8th March 1965",
    ],
)
def test_a_date_is_read_as_people_type_it_in_both_languages(typed):
    assert read_date(typed) == BORN


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("1er février 1950", 2),
        ("1 fevrier 1950", 2),
        ("1er août 1950", 8),
        ("1 aout 1950", 8),
        ("1 juil. 1950", 7),
        ("1 juin 1950", 6),
        ("1 déc. 1950", 12),
        ("1 sept 1950", 9),
        ("1st June 1950", 6),
    ],
)
def test_months_are_known_with_or_without_accents_and_shortened(typed, month):
    assert read_date(typed) == date(1950, month, 1)


@pytest.mark.parametrize(
    "typed",
    ["8 jui 1950", "8 ma 1950", "mars 1965", "31 avril 1965", "8 brumaire 1965", "²/3/1965", "x"],
)
def test_what_could_be_two_dates_or_none_is_not_guessed(typed):
    with pytest.raises(ValueError):  # noqa: PT011  (the field words it)
        read_date(typed)
