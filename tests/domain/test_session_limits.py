"""How long a member's session lasts, and what of its use is written down (ASVS 7.3, 7.5.3)."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.session_limits import is_over, newly_used

NOW = datetime(2026, 9, 14, 8, tzinfo=UTC)
AN_INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("opened", "used", "over"),
    [
        (timedelta(hours=12), timedelta(0), False),
        (timedelta(hours=12) + AN_INSTANT, timedelta(0), True),
        (timedelta(hours=2), timedelta(hours=2), False),
        (timedelta(hours=3), timedelta(hours=2) + AN_INSTANT, True),
        (timedelta(hours=13), timedelta(hours=3), True),
    ],
)
def test_a_session_ends_after_twelve_hours_or_two_left_alone(opened, used, over):
    assert is_over(NOW - opened, NOW - used, NOW) is over


def test_an_act_that_asked_for_both_factors_keeps_her_confirmed_for_ten_minutes_more():
    ends_at = NOW + timedelta(minutes=3)
    assert newly_used(NOW, ends_at, NOW, is_sensitive=True) == (NOW, NOW + timedelta(minutes=10))


def test_any_other_use_leaves_the_end_of_the_confirmation_where_it_was():
    earlier, ends_at = NOW - timedelta(minutes=5), NOW - timedelta(minutes=2)
    assert newly_used(earlier, ends_at, NOW, is_sensitive=False) == (NOW, ends_at)


@pytest.mark.parametrize(
    ("since_used", "confirmed_left", "waits"),
    [
        (timedelta(minutes=1), timedelta(minutes=9), True),
        (timedelta(minutes=1) + AN_INSTANT, timedelta(minutes=9), False),
        (timedelta(minutes=1), timedelta(minutes=9) - AN_INSTANT, False),
    ],
)
def test_a_use_is_written_down_once_a_minute_at_most(since_used, confirmed_left, waits):
    found = newly_used(NOW - since_used, NOW + confirmed_left, NOW, is_sensitive=True)
    assert (found is None) is waits
