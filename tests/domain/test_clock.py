"""The legal clock: worked cases, what may still be done to it, and how it is told."""

import csv
import os
from datetime import date, datetime
from pathlib import Path

import pytest

from hub.domain.clock import (
    ClockEvent,
    ClockNotStarted,
    StepKind,
    Track,
    read_clock,
)
from hub.domain.clock import ClockEventKind as Kind
from hub.domain.clock_notation import WrittenClock, parse_case
from hub.domain.working_days import PARIS, HolidayZone
from tests.domain.ledgers import answered, asked, at, extended, kinds, read, started

OUR_CASES = Path(__file__).with_name("deadline_cases.csv")


def _cases() -> list[dict[str, str]]:
    files = [OUR_CASES]
    if elsewhere := os.environ.get("RIGHTS_HUB_CASES"):
        files.append(Path(elsewhere))
    rows: list[dict[str, str]] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows += csv.DictReader(lines)
    return rows


@pytest.mark.parametrize("row", _cases(), ids=lambda row: row["id"])
def test_each_worked_case_gives_its_date(row: dict[str, str]) -> None:
    names = ("received_at", "holiday_zone", "pauses", "extensions", "track")
    case = parse_case(WrittenClock(**{name: row[name] for name in names}))
    reading = read_clock(case.events, zone=case.zone, track=case.track)
    due_on = reading.due_on.isoformat() if reading.due_on else ""
    assert due_on == row["expected_date"]
    if row.get("strict_on"):
        assert reading.strict_on.isoformat() == row["strict_on"]


def test_our_cases_cover_every_track_zone_and_group() -> None:
    with OUR_CASES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["track"] for row in rows} >= set(Track)
    assert {row["holiday_zone"] for row in rows} >= set(HolidayZone)
    assert {row["group"] for row in rows} >= {
        *("month", "holiday", "timezone", "receipt", "pause", "extension"),
        *("refusal", "health", "ack", "silence", "cada"),
    }


def test_a_ledger_without_a_start_has_no_date() -> None:
    with pytest.raises(ClockNotStarted):
        read(extended("2026-02-10"))


def test_passing_the_request_on_inside_does_not_restart_the_time() -> None:
    assert read(started("2026-01-15"), started("2026-01-27")) == read(started("2026-01-15"))


def test_a_corrected_start_moves_every_date() -> None:
    later = read(started("2026-01-15"), ClockEvent(Kind.CORRECT_START, at("2026-01-20")))
    assert later.received_on == date(2026, 1, 20)
    assert later.due_on == date(2026, 2, 20)
    assert StepKind.START_CORRECTED in kinds(later)


def test_the_correction_recorded_last_holds_even_if_it_goes_back() -> None:
    first = ClockEvent(Kind.CORRECT_START, at("2026-01-20"), recorded_at=at("2026-01-21"))
    last = ClockEvent(Kind.CORRECT_START, at("2026-01-18"), recorded_at=at("2026-01-22"))
    assert read(started(), first, last).received_on == date(2026, 1, 18)
    assert read(started(), last, first).received_on == date(2026, 1, 18)


def test_a_pause_counts_from_receipt_once_receipt_is_corrected_past_it() -> None:
    reading = read(
        started("2026-06-01"),
        asked("2026-06-03"),
        answered("2026-06-08"),
        ClockEvent(Kind.CORRECT_START, at("2026-06-05")),
    )
    assert reading.paused_days == 3
    assert reading.due_on == date(2026, 7, 8)


def test_a_pause_without_its_reasonable_doubt_does_not_stop_the_clock() -> None:
    reading = read(started(), asked("2026-01-20", reason=" "))
    assert not reading.suspended
    assert reading.due_on == date(2026, 2, 16)
    assert StepKind.PAUSE_WITHOUT_REASON in kinds(reading)


def test_a_reply_to_nothing_changes_nothing() -> None:
    assert read(started(), answered("2026-01-20")).due_on == date(2026, 2, 16)


def test_a_reply_answers_the_question_that_waited_longest() -> None:
    late_question = [asked("2026-07-03"), answered("2026-07-05")]
    reading = read(started("2026-06-01"), asked("2026-06-25"), *late_question)
    assert not reading.suspended
    assert reading.paused_days == 10


def test_one_reply_does_not_close_another_question() -> None:
    events = [
        started(),
        ClockEvent(Kind.PAUSE, at("2026-01-20"), "doubt", question="identity"),
        ClockEvent(Kind.RESUME, at("2026-01-22"), question="mandate"),
    ]
    assert read(*events).paused_since == date(2026, 1, 20)


def test_while_suspended_only_the_dates_a_pause_cannot_hold_are_given() -> None:
    reading = read(started(), asked("2026-01-20"))
    assert reading.suspended
    assert (reading.due_on, reading.notice_limit_on, reading.cnil_unlock_on) == (None, None, None)
    assert reading.strict_on == reading.refusal_due_on == date(2026, 2, 16)


def test_an_extension_without_reason_does_not_extend() -> None:
    reading = read(started(), extended("2026-02-01", reason=None))
    assert not reading.extended
    assert StepKind.EXTENSION_WITHOUT_REASON in kinds(reading)


def test_a_cancelled_extension_leaves_the_month_and_allows_another() -> None:
    cancelled = [
        started(),
        extended("2026-02-01"),
        ClockEvent(Kind.CANCEL_EXTEND, at("2026-02-03")),
    ]
    assert read(*cancelled).due_on == date(2026, 2, 16)
    assert read(*cancelled, extended("2026-02-05")).due_on == date(2026, 4, 15)
    assert read(*cancelled, extended("2026-02-17")).due_on == date(2026, 2, 16)


def test_the_careful_date_of_an_extension_is_shown_beside() -> None:
    reading = read(started("2026-01-31"), extended("2026-02-20"))
    assert reading.due_on == date(2026, 4, 30)
    assert reading.protective_on == date(2026, 4, 28)


def test_a_question_asked_late_is_told() -> None:
    prompt = read(started("2026-06-01"), asked("2026-06-08"), answered("2026-06-09"))
    slow = read(started("2026-06-01"), asked("2026-06-09"), answered("2026-06-10"))
    assert not prompt.question_asked_late
    assert slow.question_asked_late
    assert slow.due_on == date(2026, 7, 2)


def test_the_medical_file_waits_forty_eight_true_hours() -> None:
    # The clocks go forward on 29 March 2026: 48 hours end at 10 in the morning.
    reading = read(started("2026-03-28T09:00:00"), track=Track.MEDICAL_FILE_RECENT)
    assert reading.not_before_at is not None
    assert reading.not_before_at.astimezone(PARIS).isoformat() == "2026-03-30T10:00:00+02:00"
    assert read(started()).not_before_at is None


def test_reading_as_of_a_day_ignores_what_came_after() -> None:
    events = [started(), asked("2026-01-20"), answered("2026-01-25"), extended("2026-02-10")]
    as_of = read_clock(events, zone=HolidayZone.METROPOLE, as_of=at("2026-01-22"))
    assert as_of == read(*events[:2])


def test_the_stop_ends_an_open_question_and_what_follows_is_ignored() -> None:
    reading = read(
        started("2026-06-01"),
        asked("2026-06-03"),
        ClockEvent(Kind.STOP, at("2026-06-08")),
        extended("2026-06-09"),
    )
    assert reading.stopped_on == date(2026, 6, 8)
    assert reading.due_on == date(2026, 7, 6)
    assert not reading.extended


def test_an_event_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ClockEvent(Kind.START, datetime(2026, 1, 15))  # noqa: DTZ001


def test_a_question_answered_beside_one_still_open_leaves_the_clock_stopped() -> None:
    reading = read(started(), asked("2026-01-18"), answered("2026-01-19"), asked("2026-01-25"))
    assert reading.suspended
    assert reading.paused_since == date(2026, 1, 25)


def test_the_careful_date_of_an_extension_keeps_the_days_of_a_pause() -> None:
    paused = (asked("2026-01-20"), answered("2026-01-30"))
    without = read(started(), extended("2026-02-10")).protective_on
    with_pause = read(started(), *paused, extended("2026-02-10")).protective_on
    assert without == date(2026, 4, 15)
    assert with_pause == date(2026, 4, 27), "15 April and ten days is a Saturday"


def test_an_extension_announced_on_the_day_of_receipt_stands_with_its_reason_told() -> None:
    reading = read(started(), extended("2026-01-15"))
    assert reading.extended
    told = next(step for step in reading.steps if step.kind is StepKind.EXTENDED)
    assert told.values["reason"] == "volume"


def test_the_door_of_the_cnil_opens_the_day_after_the_date_gdpr_77() -> None:
    assert read(started()).cnil_unlock_on == date(2026, 2, 17)
    assert read(started(), extended("2026-02-10")).cnil_unlock_on == date(2026, 4, 16)


@pytest.mark.parametrize("track", Track)
def test_an_identity_question_stops_the_month_and_the_complaint_alone(track: Track) -> None:
    is_stopped = read(started(), asked("2026-01-20"), track=track).suspended
    assert is_stopped is (track in {Track.GDPR, Track.CNIL_COMPLAINT})


def test_a_reading_names_the_rules_and_the_calendar_it_was_made_with() -> None:
    # Kept with each decision: they change when the law does, never by accident.
    reading = read(started())
    assert (reading.rule_version, reading.calendar_version) == ("2026.1", "fr-2026.1")


def test_a_reading_may_be_kept_in_a_set() -> None:
    assert len({read(started()), read(started())}) == 1
