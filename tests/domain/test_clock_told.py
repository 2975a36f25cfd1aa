"""How a date is told: the steps of each explanation, whole and in order."""

from datetime import date, datetime

import pytest

from hub.domain.clock import ClockEvent, ClockReading, StepKind, Track
from hub.domain.clock import ClockEventKind as Kind
from hub.domain.clock_reading import StepValue
from tests.domain.ledgers import answered, asked, at, extended, read, started

MONTH = [
    "received received_on=2026-01-15",
    "months_added from_on=2026-01-15 to_on=2026-02-15 months=1 day_missing=False",
]
ROLL = "rolled from_on=2026-02-15 to_on=2026-02-16 days_off=sunday"
END = [
    "due due_on=2026-02-16 track=gdpr",
    "refusal refusal_due_on=2026-02-16",
    "notice_limit notice_limit_on=2026-02-16",
]


def told(reading: ClockReading) -> list[str]:
    """Each step in one line, with its values by name."""
    return [
        " ".join([step.kind, *(f"{name}={_plain(value)}" for name, value in step.values.items())])
        for step in reading.steps
    ]


def _plain(value: StepValue) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def cancelled(text: str) -> ClockEvent:
    return ClockEvent(Kind.CANCEL_EXTEND, at(text))


def stopped(text: str) -> ClockEvent:
    return ClockEvent(Kind.STOP, at(text))


def test_a_month_is_told_from_receipt_to_the_days_the_controller_may_still_use() -> None:
    assert told(read(started())) == [*MONTH, ROLL, *END]


def test_a_month_without_that_day_says_so_and_an_answer_says_whether_it_was_in_time() -> None:
    assert told(read(started("2026-01-31"), stopped("2026-03-02"))) == [
        "received received_on=2026-01-31",
        "months_added from_on=2026-01-31 to_on=2026-02-28 months=1 day_missing=True",
        "rolled from_on=2026-02-28 to_on=2026-03-02 days_off=saturday,sunday",
        "due due_on=2026-03-02 track=gdpr",
        "refusal refusal_due_on=2026-03-02",
        "notice_limit notice_limit_on=2026-03-02",
        "stopped stopped_on=2026-03-02 in_time=True",
    ]
    assert told(read(started(), stopped("2026-02-17")))[-1] == (
        "stopped stopped_on=2026-02-17 in_time=False"
    )


def test_what_was_answered_while_identity_was_checked_is_in_time() -> None:
    reading = read(started(), asked("2026-01-20"), stopped("2026-02-20"))
    assert told(reading)[-1] == "stopped stopped_on=2026-02-20 in_time=True"
    silent = read(started(), stopped("2026-02-20"), track=Track.GDPR_REFUSAL)
    assert told(silent)[-1] == "stopped stopped_on=2026-02-20 in_time=False"


def test_days_of_a_pause_are_told_with_the_date_they_do_not_move() -> None:
    events = [asked("2026-01-20"), answered("2026-01-30"), asked("2026-02-17")]
    assert told(read(started(), *events)) == [
        *MONTH,
        "pause_too_late asked_on=2026-02-17 strict_on=2026-02-16",
        "pause_counted asked_on=2026-01-20 answered_on=2026-01-30 days=10",
        "pause_added from_on=2026-02-15 to_on=2026-02-25 days=10",
        "due due_on=2026-02-25 track=gdpr",
        "refusal refusal_due_on=2026-02-16",
        "strict strict_on=2026-02-16",
        "notice_limit notice_limit_on=2026-02-25",
    ]


def test_while_a_question_is_open_no_step_of_an_extension_promises_a_date() -> None:
    events = [asked("2026-01-18"), answered("2026-01-19"), asked("2026-01-25")]
    assert told(read(started(), *events, extended("2026-02-10"))) == [
        *MONTH,
        ROLL,
        "pause_counted asked_on=2026-01-18 answered_on=2026-01-19 days=1",
        "pause_open asked_on=2026-01-25",
        "pause_asked_late asked_on=2026-01-25 expected_on=2026-01-22",
        "suspended strict_on=2026-02-16",
        "extended notified_on=2026-02-10 reason=volume",
        "refusal refusal_due_on=2026-02-16",
    ]


def test_a_question_without_its_doubt_is_told_and_moves_nothing() -> None:
    assert told(read(started(), asked("2026-01-20", reason=None))) == [
        *MONTH,
        "pause_without_reason asked_on=2026-01-20",
        ROLL,
        *END,
    ]


def test_an_extension_cancelled_then_made_again_is_told_as_it_went() -> None:
    events = [
        cancelled("2026-01-31"),
        extended("2026-02-01"),
        cancelled("2026-02-03"),
        extended("2026-02-05"),
        extended("2026-02-06"),
    ]
    assert told(read(started(), *events)) == [
        *MONTH,
        ROLL,
        "extension_cancelled cancelled_on=2026-02-03",
        "extension_already_made notified_on=2026-02-06",
        "extended notified_on=2026-02-05 reason=volume",
        "months_added from_on=2026-01-15 to_on=2026-04-15 months=3 day_missing=False",
        "due due_on=2026-04-15 track=gdpr",
        "refusal refusal_due_on=2026-02-16",
        "strict strict_on=2026-02-16",
    ]


def test_an_extension_is_told_why_it_does_not_count() -> None:
    events = [
        extended("2026-01-14"),
        extended("2026-02-01", reason=" "),
        extended("2026-02-17"),
    ]
    assert told(read(started(), *events)) == [
        *MONTH,
        ROLL,
        "extension_before_receipt notified_on=2026-01-14",
        "extension_without_reason notified_on=2026-02-01",
        "extension_too_late notified_on=2026-02-17 notice_limit_on=2026-02-16",
        *END,
    ]


def test_a_corrected_receipt_is_told_unless_it_is_the_same_day() -> None:
    corrected = ClockEvent(Kind.CORRECT_START, at("2026-01-20"))
    assert (
        told(read(started(), corrected))[1] == "start_corrected from_on=2026-01-15 to_on=2026-01-20"
    )
    same_day = ClockEvent(Kind.CORRECT_START, at("2026-01-15T18:00:00"))
    assert told(read(started(), same_day)) == [*MONTH, ROLL, *END]
    alone = read(corrected)
    assert StepKind.START_CORRECTED not in {step.kind for step in alone.steps}


@pytest.mark.parametrize(
    ("track", "steps"),
    [
        (
            Track.ACKNOWLEDGEMENT,
            ["working_days_added from_on=2026-01-15 to_on=2026-01-29 days=10"],
        ),
        (
            Track.CADA_APPEAL,
            [
                "months_added from_on=2026-01-15 to_on=2026-02-15 months=1 day_missing=False",
                "months_added from_on=2026-02-15 to_on=2026-04-15 months=2 day_missing=False",
            ],
        ),
        (
            Track.CNIL_COMPLAINT,
            [MONTH[1], ROLL, "days_added from_on=2026-02-16 to_on=2026-02-17 days=1"],
        ),
        (Track.GDPR_REFUSAL, [MONTH[1], ROLL]),
        (
            Track.MEDICAL_FILE_OLD,
            [
                "not_before not_before_at=2026-01-17T11:00:00+00:00",
                "months_added from_on=2026-01-15 to_on=2026-03-15 months=2 day_missing=False",
            ],
        ),
        (
            Track.MEDICAL_FILE_RECENT,
            [
                "not_before not_before_at=2026-01-17T11:00:00+00:00",
                "days_added from_on=2026-01-15 to_on=2026-01-23 days=8",
            ],
        ),
    ],
)
def test_each_track_is_told_by_its_own_steps(track: Track, steps: list[str]) -> None:
    first, *between, last = told(read(started(), track=track))
    assert first == MONTH[0]
    assert between == steps
    assert last.startswith("due ")
    assert last.endswith(f"track={track}")


def test_two_extensions_of_one_instant_are_told_the_same_in_any_order() -> None:
    one, other = extended("2026-02-01", reason=None), extended("2026-02-01", reason="40 boxes")
    reading = read(started(), one, other)
    assert reading == read(started(), other, one)
    assert told(reading)[3:5] == [
        "extension_without_reason notified_on=2026-02-01",
        "extended notified_on=2026-02-01 reason=40 boxes",
    ]


def test_a_receipt_corrected_after_two_arrivals_is_told_from_the_first() -> None:
    corrected = ClockEvent(Kind.CORRECT_START, at("2026-01-20"))
    assert told(read(started("2026-01-15"), started("2026-01-18"), corrected))[1] == (
        "start_corrected from_on=2026-01-15 to_on=2026-01-20"
    )
