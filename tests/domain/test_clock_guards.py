"""What may still be done to a clock, and how late it is."""

from datetime import date, timedelta

import pytest

from hub.domain.clock import (
    AlreadyPaused,
    ClockAlreadyStopped,
    ClockEvent,
    ClockStatus,
    DeadlineAlreadyExtended,
    ExtensionBeforeReceipt,
    ExtensionReason,
    ExtensionTooLate,
    ExtensionWithoutReason,
    NotPaused,
    PauseAfterDeadline,
    PauseBeforeReceipt,
    PauseWithoutReason,
    ReplyBeforeQuestion,
    Track,
    check_extension_grounds,
    check_may_extend,
    check_may_pause,
    check_may_resume,
    days_left,
    status_on,
)
from hub.domain.clock import ClockEventKind as Kind
from tests.domain.ledgers import answered, asked, at, extended, read, started


def test_an_extension_is_refused_from_the_midnight_after_the_last_day() -> None:
    reading = read(started())
    check_may_extend(reading, at("2026-02-16T23:59:59"))
    with pytest.raises(ExtensionTooLate) as refusal:
        check_may_extend(reading, at("2026-02-17T00:00:00"))
    assert refusal.value.facts == {"notice_limit_on": date(2026, 2, 16)}
    assert status_on(reading, date(2026, 2, 17)) is ClockStatus.OVERDUE


def test_a_second_extension_is_refused() -> None:
    with pytest.raises(DeadlineAlreadyExtended):
        check_may_extend(read(started(), extended("2026-02-01")), at("2026-02-02"))


def test_an_extension_before_receipt_is_refused() -> None:
    with pytest.raises(ExtensionBeforeReceipt):
        check_may_extend(read(started()), at("2026-01-14"))


def test_an_extension_is_allowed_while_identity_is_checked() -> None:
    waiting = [started(), asked("2026-01-20")]
    check_may_extend(read(*waiting), at("2026-03-10"))
    replied = [*waiting, extended("2026-03-10"), answered("2026-03-12")]
    assert read(*replied).extended


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (None, "why"),
        ("large_effort", "why"),
        ("volume", ""),
        ("volume", " "),
        ("volume", "."),
        ("volume", None),
    ],
)
def test_an_extension_needs_a_listed_cause_and_words(cause: str | None, words: str | None) -> None:
    with pytest.raises(ExtensionWithoutReason):
        check_extension_grounds(cause, words)
    assert check_extension_grounds("volume", "40 boxes") is ExtensionReason.VOLUME


def test_a_pause_is_refused_when_it_cannot_count() -> None:
    reading = read(started())
    check_may_pause(reading, at("2026-02-16"), "two people of that name")
    for nothing in (None, "", "  ", "-"):
        with pytest.raises(PauseWithoutReason):
            check_may_pause(reading, at("2026-02-16"), nothing)
    with pytest.raises(PauseBeforeReceipt):
        check_may_pause(reading, at("2026-01-14"), "doubt")
    with pytest.raises(PauseAfterDeadline):
        check_may_pause(reading, at("2026-02-17"), "doubt")
    with pytest.raises(AlreadyPaused):
        check_may_pause(read(started(), asked("2026-01-20")), at("2026-01-21"), "doubt")


def test_a_reply_needs_a_question_asked_before_it() -> None:
    with pytest.raises(NotPaused):
        check_may_resume(read(started()), at("2026-01-20"))
    waiting = read(started(), asked("2026-01-20"))
    check_may_resume(waiting, at("2026-01-20"))
    with pytest.raises(ReplyBeforeQuestion):
        check_may_resume(waiting, at("2026-01-19"))


def test_nothing_can_be_done_to_a_stopped_clock() -> None:
    reading = read(started(), ClockEvent(Kind.STOP, at("2026-01-20")))
    with pytest.raises(ClockAlreadyStopped):
        check_may_extend(reading, at("2026-01-21"))
    with pytest.raises(ClockAlreadyStopped):
        check_may_pause(reading, at("2026-01-21"), "doubt")
    with pytest.raises(ClockAlreadyStopped):
        check_may_resume(reading, at("2026-01-21"))


@pytest.mark.parametrize(
    ("today", "left", "status"),
    [
        ("2026-02-08", 8, ClockStatus.ON_TIME),
        ("2026-02-09", 7, ClockStatus.DUE_SOON),
        ("2026-02-16", 0, ClockStatus.DUE_SOON),
        ("2026-02-17", -1, ClockStatus.OVERDUE),
    ],
)
def test_lateness_goes_by_days(today: str, left: int, status: ClockStatus) -> None:
    reading = read(started())
    assert days_left(reading, date.fromisoformat(today)) == left
    assert status_on(reading, date.fromisoformat(today)) is status


def test_nothing_is_late_while_suspended_or_once_stopped() -> None:
    suspended = read(started(), asked("2026-01-20"))
    stopped = read(started(), ClockEvent(Kind.STOP, at("2026-01-20")))
    for reading, status in ((suspended, ClockStatus.SUSPENDED), (stopped, ClockStatus.STOPPED)):
        assert days_left(reading, date(2026, 12, 1)) is None
        assert status_on(reading, date(2026, 12, 1)) is status


def test_the_time_to_complain_is_a_door_and_never_overdue() -> None:
    reading = read(started(), track=Track.CNIL_COMPLAINT)
    assert status_on(reading, date(2027, 1, 1)) is ClockStatus.DUE_SOON


def test_an_extension_or_an_identity_question_may_come_on_the_day_of_receipt() -> None:
    reading = read(started())
    check_may_extend(reading, at("2026-01-15T18:00:00"))
    check_may_pause(reading, at("2026-01-15T18:00:00"), "two people of that name")


@pytest.mark.parametrize(
    ("track", "soon_days"),
    [
        (Track.ACKNOWLEDGEMENT, 3),
        (Track.CNIL_COMPLAINT, 0),
        (Track.MEDICAL_FILE_RECENT, 2),
        (Track.REGISTRATION_RECEIPT, 0),
        (Track.GDPR, 7),
    ],
)
def test_each_time_limit_is_soon_in_its_own_measure(track: Track, soon_days: int) -> None:
    reading = read(started(), track=track)
    assert reading.due_on is not None
    first_soon = reading.due_on - timedelta(days=soon_days)
    assert status_on(reading, first_soon) is ClockStatus.DUE_SOON
    assert status_on(reading, first_soon - timedelta(days=1)) is ClockStatus.ON_TIME
