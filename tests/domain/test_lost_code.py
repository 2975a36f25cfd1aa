"""When a new secret code may be taken, and when it no longer may."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.lost_code import (
    PROOF_LASTS,
    TOLD_AGAIN_AFTER,
    LostCodePolicy,
    LostCodeStanding,
    dates_for,
    standing_at,
)

ASKED = datetime(2026, 9, 1, 10, tzinfo=UTC)
READY, UNTIL = dates_for(ASKED, LostCodePolicy())
INSTANT = timedelta(microseconds=1)


def test_by_the_mailbox_alone_one_waits_three_days_then_has_a_week() -> None:
    assert datetime(2026, 9, 4, 10, tzinfo=UTC) == READY
    assert datetime(2026, 9, 11, 10, tzinfo=UTC) == UNTIL


@pytest.mark.parametrize(
    ("now", "ended_at", "standing"),
    [
        (ASKED, None, LostCodeStanding.WAITING),
        (READY - INSTANT, None, LostCodeStanding.WAITING),
        (READY, None, LostCodeStanding.READY),
        (UNTIL - INSTANT, None, LostCodeStanding.READY),
        (UNTIL, None, LostCodeStanding.OVER),
        (ASKED, ASKED, LostCodeStanding.OVER),
        (READY, ASKED, LostCodeStanding.OVER),
    ],
)
def test_it_waits_is_ready_then_is_over_and_at_once_when_stopped_or_taken(
    now: datetime, ended_at: datetime | None, standing: LostCodeStanding
) -> None:
    assert standing_at(now, READY, UNTIL, ended_at) is standing


def test_asking_again_within_a_day_writes_to_nobody_and_a_proof_of_identity_is_fresh() -> None:
    assert timedelta(days=1) == TOLD_AGAIN_AFTER
    assert timedelta(minutes=15) == PROOF_LASTS
