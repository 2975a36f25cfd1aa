"""When a decision put online counts as notified (CRPA R112-17 to R112-20)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.notification import Notification, notified

PUT_ON = date(2026, 10, 1)


def after(days):
    return PUT_ON + timedelta(days=days)


@pytest.mark.parametrize(
    ("opened", "today", "how", "on"),
    [
        (None, 0, Notification.WAITING, None),
        (None, 15, Notification.WAITING, None),
        (None, 16, Notification.UNREAD, 0),
        (0, 0, Notification.OPENED, 0),
        (15, 40, Notification.OPENED, 15),
        (16, 40, Notification.UNREAD, 0),
    ],
)
def test_an_agreed_decision_counts_when_opened_or_from_the_first_day_if_left_crpa_r112_20(
    opened, today, how, on
):
    opened_on = None if opened is None else after(opened)
    found = notified(PUT_ON, opened_on, after(today), agreed=True)
    assert (found.how, found.on) == (how, None if on is None else after(on))
    assert (found.put_on, found.unread_after) == (PUT_ON, date(2026, 10, 16))


@given(st.none() | st.integers(0, 60), st.integers(0, 60))
def test_without_agreement_nothing_put_online_counts_crpa_r112_17(opened, today):
    opened_on = None if opened is None else after(opened)
    found = notified(PUT_ON, opened_on, after(today), agreed=False)
    assert (found.how, found.on) == (Notification.NOT_AGREED, None)
