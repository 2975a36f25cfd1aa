"""One mail a day and three a week to a mailbox that nobody has confirmed."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.mail_to_strangers import free_at

NOW = datetime(2026, 9, 14, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours_ago", "free_in"),
    [
        ([], 0),
        ([1], 23),
        ([23], 1),
        ([24], 0),
        ([25, 50], 0),
        ([25, 50, 75], 93),
        ([1, 50, 75], 93),
        ([25, 50, 168], 0),
        ([1, 2, 3, 4], 165),
    ],
)
def test_the_next_mail_waits_for_the_day_and_for_the_week(hours_ago, free_in):
    sent = [NOW - timedelta(hours=one) for one in hours_ago]
    assert free_at(sent, NOW) == NOW + timedelta(hours=free_in)
