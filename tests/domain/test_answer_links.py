"""How long the link of a controller without account lives, and how hard its code is to guess."""

from datetime import timedelta

from hub.domain import answer_links as links
from hub.domain.references import ALPHABET


def test_a_link_outlives_the_month_of_gdpr_12_3_and_a_letter_waits_a_year_for_its_reader() -> None:
    assert timedelta(days=40) == links.LINK_LASTS
    assert timedelta(days=400) == links.LETTER_LASTS


def test_a_code_is_short_lived_and_another_one_may_be_asked_for_after_two_minutes() -> None:
    assert timedelta(minutes=20) == links.CODE_LASTS
    assert timedelta(minutes=2) == links.SEND_AGAIN_AFTER
    assert timedelta(hours=2) == links.VISIT_LASTS


def test_guessing_the_six_digits_right_within_a_day_stays_under_one_in_sixteen_thousand() -> None:
    tries = links.MOST_CODES_A_DAY * links.MOST_TRIES
    assert (links.CODE_DIGITS, links.MOST_CODES_A_DAY, links.MOST_TRIES) == (6, 10, 6)
    assert tries / 10**links.CODE_DIGITS < 1 / 16_000


def test_the_code_of_a_letter_is_worth_eighty_bits() -> None:
    assert len(ALPHABET) ** links.LETTER_CODE_LENGTH == 2**80
