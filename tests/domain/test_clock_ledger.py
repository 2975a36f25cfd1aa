"""A ledger at its edges: one instant, periods that touch, a question not yet put."""

from datetime import date

from hub.domain.clock import ClockEvent, read_clock
from hub.domain.clock import ClockEventKind as Kind
from hub.domain.clock_ledger import Pause, merge_pauses, paused_days
from hub.domain.working_days import HolidayZone
from tests.domain.ledgers import answered, asked, at, extended, read, started


def day(number: int) -> date:
    return date(2026, 1, number)


def test_what_happened_at_the_very_instant_asked_about_counts() -> None:
    events = [started(), asked("2026-01-20T09:00:00")]
    then = read_clock(events, zone=HolidayZone.METROPOLE, as_of=at("2026-01-20T09:00:00"))
    assert then.suspended


def test_an_extension_notified_in_the_instant_of_the_answer_stands() -> None:
    stopped = ClockEvent(Kind.STOP, at("2026-02-10"))
    assert read(started(), extended("2026-02-10"), stopped).extended
    assert read(started(), stopped, extended("2026-02-10")).extended


def test_two_questions_of_one_instant_are_read_whether_they_have_a_name_or_not() -> None:
    named = ClockEvent(Kind.PAUSE, at("2026-01-20"), "doubt", question="mandate")
    reading = read(started(), asked("2026-01-20", reason="doubt"), named, answered("2026-01-22"))
    assert reading.paused_since == day(20), "the named one is still open"


def test_periods_that_touch_are_one_and_the_others_stay_apart() -> None:
    touching = [Pause(day(5), day(8)), Pause(day(8), day(10))]
    assert merge_pauses(touching) == (Pause(day(5), day(10)),)
    overlapping = [Pause(day(1), day(2)), Pause(day(5), day(8)), Pause(day(7), day(9))]
    assert merge_pauses(overlapping) == (Pause(day(1), day(2)), Pause(day(5), day(9)))


def test_a_period_within_another_adds_nothing_and_an_open_one_swallows_what_follows() -> None:
    within = [Pause(day(5), day(10)), Pause(day(6), day(7))]
    assert merge_pauses(within) == (Pause(day(5), day(10)),)
    still_open = [Pause(day(5), day(8)), Pause(day(6), None), Pause(day(20), day(22))]
    assert merge_pauses(still_open) == (Pause(day(5), None),)


def test_a_question_not_yet_put_on_a_day_has_stopped_nothing() -> None:
    still_open = [Pause(day(20), None)]
    assert paused_days(still_open, until=day(10)) == 0
    assert paused_days(still_open, until=day(23)) == 3
    assert paused_days(still_open) == 0
