"""What may be written as a date: anything the calendar can count from, and nothing past it."""

import pytest

from hub.domain.clock import read_clock
from hub.domain.clock_notation import UnreadableClock, WrittenClock, parse_case


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("received_at", "9999-12-31"),
        ("received_at", "0001-01-01"),
        ("pauses", "2026-01-02->9999-12-31"),
        ("extensions", "9999-12-31"),
    ],
)
def test_a_date_the_calendar_cannot_count_from_is_refused_by_its_field(field, text):
    written = WrittenClock(**({"received_at": "2026-01-01"} | {field: text}))
    with pytest.raises(UnreadableClock) as refusal:
        parse_case(written)
    assert refusal.value.facts["field"] == field


def test_the_last_year_that_is_taken_can_still_be_counted_from():
    written = WrittenClock(
        received_at="9990-10-31", pauses="9990-11-01->9990-12-31", extensions="9990-11-02"
    )
    case = parse_case(written)
    assert read_clock(case.events, zone=case.zone, track=case.track).due_on.year == 9991
