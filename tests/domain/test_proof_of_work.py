"""What one sending costs: nothing while it is calm, then a proof or a wait, never a refusal."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from hub.domain.proof_of_work import (
    FREE,
    LASTS,
    PRICES,
    Challenge,
    is_solved,
    price_at,
    seconds_to_wait,
)

NOW = datetime(2026, 9, 14, 8, tzinfo=UTC)


def solve(challenge: Challenge) -> str:
    return next(str(one) for one in count() if is_solved(challenge, str(one)))


@pytest.mark.parametrize(
    ("sent", "bits"), [(0, 0), (119, 0), (120, 15), (599, 15), (600, 17), (3000, 19), (99999, 19)]
)
def test_the_price_grows_with_what_everybody_sends(sent, bits):
    assert price_at(sent).bits == bits


def test_the_prices_are_the_ones_that_were_reviewed():
    told = [(one.from_a_minute, one.bits, one.wait.total_seconds()) for one in PRICES]
    assert told == [(0, 0, 0), (120, 15, 20), (600, 17, 40), (3000, 19, 60)]
    assert PRICES[0] is FREE
    assert told == sorted(told)


def test_a_page_left_open_can_be_sent_for_two_hours():
    assert timedelta(hours=2) == LASTS


def test_a_proof_holds_for_its_own_challenge_alone():
    mine, other = Challenge("a", 10, NOW), Challenge("b", 10, NOW)
    nonce = solve(mine)
    assert is_solved(mine, nonce)
    assert not is_solved(other, nonce)


def test_the_hash_is_that_of_the_text_a_colon_and_the_number():
    asked = Challenge("abc", 8, NOW)
    for one in range(2_000):
        assert is_solved(asked, str(one)) == _begins_with_zero_byte(f"abc:{one}")


def _begins_with_zero_byte(text: str) -> bool:
    return hashlib.sha256(text.encode()).hexdigest().startswith("00")


@pytest.mark.parametrize("nonce", ["", "-1", "1.5", "٣", "1" * 13, "0x10", " 1"])
def test_what_is_no_number_proves_nothing(nonce):
    assert not is_solved(Challenge("a", 0, NOW), nonce)


def test_a_number_has_twelve_digits_at_most():
    assert is_solved(Challenge("a", 0, NOW), "1" * 12)


def test_without_a_proof_one_waits_and_is_then_let_through():
    price = PRICES[1]
    shown = Challenge("a", price.bits, NOW)
    for seconds, left in ((0, 20), (5, 15), (19.5, 1), (20, 0), (300, 0)):
        assert seconds_to_wait(shown, "", price, NOW + timedelta(seconds=seconds)) == left


def test_a_proof_of_what_was_asked_is_enough_though_the_price_has_risen():
    asked = Challenge("a", 10, NOW)
    assert seconds_to_wait(asked, solve(asked), PRICES[3], NOW) == 0


def test_a_page_shown_while_it_was_free_proves_nothing_later():
    assert seconds_to_wait(Challenge("a", 0, NOW), "1", PRICES[1], NOW) == 20
    assert seconds_to_wait(Challenge("a", 0, NOW), "", FREE, NOW) == 0
