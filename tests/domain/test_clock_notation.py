"""What may be written as a date: anything the calendar can count from, and nothing past it."""

from datetime import UTC, date, datetime

import pytest

from hub.domain.clock import ClockEventKind as Kind
from hub.domain.clock import Track, read_clock
from hub.domain.clock_notation import UnreadableClock, WrittenClock, parse_case, parse_moment
from hub.domain.working_days import HolidayZone


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


@pytest.mark.parametrize(
    ("written", "facts"),
    [
        ({"received_at": "2026"}, {"field": "received_at", "text": "2026"}),
        ({"received_at": "20260609"}, {"field": "received_at", "text": "20260609"}),
        ({"received_at": "2026-06-9"}, {"field": "received_at", "text": "2026-06-9"}),
        ({"received_at": "2026/06-09"}, {"field": "received_at", "text": "2026/06-09"}),
        ({"received_at": "2026-06/09"}, {"field": "received_at", "text": "2026-06/09"}),
        ({"received_at": "20260609T100000"}, {"field": "received_at", "text": "20260609T100000"}),
        ({"received_at": "9991-01-01"}, {"field": "received_at", "text": "9991-01-01"}),
        ({"holiday_zone": "CORSE"}, {"field": "holiday_zone", "text": "CORSE"}),
        ({"track": "none"}, {"field": "track", "text": "none"}),
        ({"pauses": "2026-06-10"}, {"field": "pauses", "text": "2026-06-10"}),
        ({"pauses": "soon->"}, {"field": "pauses", "text": "soon"}),
        ({"pauses": "2026-06-10->later"}, {"field": "pauses", "text": "later"}),
        (
            {"pauses": "2026-06-08->"},
            {"field": "pauses", "text": "2026-06-08->", "why": "before receipt"},
        ),
        (
            {"pauses": "2026-06-12->2026-06-11"},
            {
                "field": "pauses",
                "text": "2026-06-12->2026-06-11",
                "why": "answered before asked",
            },
        ),
        ({"extensions": "soon"}, {"field": "extensions", "text": "soon"}),
    ],
)
def test_what_cannot_be_read_is_said_with_its_field_and_its_text(written, facts):
    with pytest.raises(UnreadableClock) as refusal:
        parse_case(WrittenClock(**({"received_at": "2026-06-09"} | written)))
    assert refusal.value.facts == facts


def test_a_question_may_be_put_and_answered_on_the_day_of_receipt():
    case = parse_case(WrittenClock(received_at="2026-06-09", pauses="2026-06-09->2026-06-09"))
    assert [event.kind for event in case.events] == [Kind.START, Kind.PAUSE, Kind.RESUME]
    instant = "2026-06-09T10:00:00"
    at_once = parse_case(WrittenClock(received_at="2026-06-09", pauses=f"{instant}->{instant}"))
    assert at_once.events[1].effective_at == at_once.events[2].effective_at


def test_a_case_is_written_in_one_line_with_arrows_of_either_kind():
    written = WrittenClock(
        received_at=" 2026-06-09 ",
        pauses="2026-06-10->2026-06-12; 2026-06-15 → 2026-06-16;",
        extensions="2026-07-01;2026-07-02",
        holiday_zone=" GUYANE ",
        track="cnil_complaint",
    )
    case = parse_case(written)
    assert (case.zone, case.track) == (HolidayZone.GUYANE, Track.CNIL_COMPLAINT)
    assert [event.kind.value for event in case.events] == [
        *("start", "pause", "resume", "pause", "resume", "extend", "extend")
    ]
    assert case.last_on == date(2026, 7, 2)
    first, second = case.events[1], case.events[3]
    assert first.question != second.question, "each reply is tied to its own question"
    assert read_clock(case.events, zone=case.zone, track=case.track).paused_days == 3


def test_what_is_not_written_is_the_plain_case():
    case = parse_case(WrittenClock(received_at="2026-06-09"))
    assert (case.zone, case.track, len(case.events)) == (HolidayZone.METROPOLE, Track.GDPR, 1)


def test_a_date_or_an_instant_without_zone_is_of_paris():
    assert parse_moment("2026-06-09", "f") == datetime(2026, 6, 8, 22, tzinfo=UTC)
    assert parse_moment("2026-06-09T10:00:00", "f") == datetime(2026, 6, 9, 8, tzinfo=UTC)
    assert parse_moment("2026-06-09T10:00:00Z", "f") == datetime(2026, 6, 9, 10, tzinfo=UTC)
