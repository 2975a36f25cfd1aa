"""What comes by letter, by call or in a backlog: from which day on, and up to which size."""

from datetime import UTC, date, datetime

import pytest

from hub.domain.intake import POLICY, ArrivedBeforeGdpr, ArrivesInFuture, arrival_instant

TODAY = date(2026, 9, 14)


def test_a_letter_is_received_from_the_first_minute_of_its_day_in_paris_gdpr_12_3() -> None:
    assert arrival_instant(date(2026, 9, 1), TODAY) == datetime(2026, 8, 31, 22, tzinfo=UTC)
    assert arrival_instant(TODAY, TODAY) == datetime(2026, 9, 13, 22, tzinfo=UTC)


def test_nothing_arrived_before_the_regulation_applied_gdpr_99() -> None:
    first = date(2018, 5, 25)
    assert arrival_instant(first, TODAY) == datetime(2018, 5, 24, 22, tzinfo=UTC)
    with pytest.raises(ArrivedBeforeGdpr) as refused:
        arrival_instant(date(2018, 5, 24), TODAY)
    assert refused.value.facts == {"field": "arrived_on", "earliest_on": first}


def test_nothing_has_arrived_tomorrow() -> None:
    with pytest.raises(ArrivesInFuture) as refused:
        arrival_instant(date(2026, 9, 15), TODAY)
    assert refused.value.facts == {"field": "arrived_on", "today": TODAY}


def test_the_sizes_of_a_backlog_are_those_its_page_announces() -> None:
    assert (POLICY.most_bytes, POLICY.most_rows) == (10_485_760, 5_000)
    assert (POLICY.at_once, POLICY.rows_per_turn) == (50, 2_000)
