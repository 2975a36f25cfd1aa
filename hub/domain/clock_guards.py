"""What may still be done to a clock, and how late it is: asked of a reading, before an act."""

from datetime import date, datetime, timedelta

from hub.domain.clock_ledger import Pause, paused_days
from hub.domain.clock_reading import ClockReading, ClockStatus, ExtensionReason, Track
from hub.domain.grounds import says_something
from hub.domain.working_days import HolidayZone, add_months, local_date, roll_forward
from hub.errors import HubError


class AlreadyPaused(HubError):
    """An identity question is already open."""

    code = "already_paused"


class ClockAlreadyStopped(HubError):
    """The referral was answered or ended: its clock takes no further act."""

    code = "clock_already_stopped"


class DeadlineAlreadyExtended(HubError):
    """The time was extended before; the law allows it once."""

    code = "deadline_already_extended"


class ExtensionBeforeReceipt(HubError):
    """An extension cannot be notified before the rights request arrived."""

    code = "extension_before_receipt"


class ExtensionTooLate(HubError):
    """The last day to notify an extension has passed."""

    code = "extension_too_late"


class ExtensionWithoutReason(HubError):
    """An extension needs one of the listed causes and words of its own."""

    code = "extension_without_reason"


class NotPaused(HubError):
    """No identity question is open."""

    code = "not_paused"


class PauseAfterDeadline(HubError):
    """Identity was asked after the first month: the time can no longer be stopped."""

    code = "pause_after_deadline"


class PauseBeforeReceipt(HubError):
    """Identity cannot have been asked before the rights request arrived."""

    code = "pause_before_receipt"


class PauseWithoutReason(HubError):
    """Identity may be asked on reasonable doubt only, written down (GDPR 12(6))."""

    code = "pause_without_reason"


class ReplyBeforeQuestion(HubError):
    """The reply is dated before the question it answers."""

    code = "reply_before_question"


# Days before the end at which a clock is "due soon", by track; a week unless named here.
_SOON_DAYS = {
    Track.ACKNOWLEDGEMENT: 3,
    Track.CNIL_COMPLAINT: 0,
    Track.MEDICAL_FILE_RECENT: 2,
    Track.REGISTRATION_RECEIPT: 0,
}
SOON_DAYS = 7
"""From how many days before its date a case is shown as due soon."""


def notice_limit(
    received_on: date,
    pauses: tuple[Pause, ...],
    today: date,
    zone: HolidayZone,
    extra_holidays: frozenset[date],
) -> date:
    """Return the last day to notify an extension; a pause still open counts up to `today`."""
    end = add_months(received_on, 1) + timedelta(days=paused_days(pauses, until=today))
    return roll_forward(end, zone, extra_holidays)


def check_may_extend(reading: ClockReading, at: datetime) -> None:
    """Refuse an extension notified at the aware instant `at` (GDPR 12(3)).

    Raises ClockAlreadyStopped, DeadlineAlreadyExtended, ExtensionBeforeReceipt, or
    ExtensionTooLate from local midnight after the last day to notify it.
    """
    _check_running(reading)
    if reading.extended:
        raise DeadlineAlreadyExtended(extended_on=reading.extended_on)
    day = local_date(at)
    if day < reading.received_on:
        raise ExtensionBeforeReceipt(received_on=reading.received_on)
    limit_on = notice_limit(
        reading.received_on, reading.pauses, day, reading.zone, reading.extra_holidays
    )
    if day > limit_on:
        raise ExtensionTooLate(notice_limit_on=limit_on)


def check_extension_grounds(cause: str | None, words: str | None) -> ExtensionReason:
    """Return the listed cause of an extension; both it and the controller's words are mandatory.

    Large effort as such is no cause (EDPB guidelines 01/2022 §162-164). Raises
    ExtensionWithoutReason.
    """
    if cause not in set(ExtensionReason) or not says_something(words or ""):
        raise ExtensionWithoutReason
    return ExtensionReason(cause)


def check_may_pause(reading: ClockReading, at: datetime, reason: str | None) -> None:
    """Refuse to stop the clock for an identity question asked at the aware instant `at`.

    `reason` is the reasonable doubt (GDPR 12(6)). Raises ClockAlreadyStopped, PauseWithoutReason,
    AlreadyPaused, PauseBeforeReceipt or PauseAfterDeadline.
    """
    _check_running(reading)
    if not says_something(reason or ""):
        raise PauseWithoutReason
    if reading.paused_since is not None:
        raise AlreadyPaused(paused_since=reading.paused_since)
    day = local_date(at)
    if day < reading.received_on:
        raise PauseBeforeReceipt(received_on=reading.received_on)
    if day > reading.strict_on:
        raise PauseAfterDeadline(strict_on=reading.strict_on)


def check_may_resume(reading: ClockReading, at: datetime) -> None:
    """Refuse a reply at the aware instant `at` if nothing waits for it.

    Raises ClockAlreadyStopped, NotPaused or ReplyBeforeQuestion.
    """
    _check_running(reading)
    if reading.paused_since is None:
        raise NotPaused
    if local_date(at) < reading.paused_since:
        raise ReplyBeforeQuestion(asked_on=reading.paused_since)


def _check_running(reading: ClockReading) -> None:
    if reading.stopped_on is not None:
        raise ClockAlreadyStopped(stopped_on=reading.stopped_on)


def days_left(reading: ClockReading, today: date) -> int | None:
    """Return the days from `today` (Paris) to the due date, negative once overdue.

    None when no date runs: suspended or stopped.
    """
    if reading.due_on is None or reading.stopped_on is not None:
        return None
    return (reading.due_on - today).days


def status_on(reading: ClockReading, today: date) -> ClockStatus:
    """Return where a clock stands on a day (Paris); it is overdue from the day after the due one.

    A complaint is no duty of the controller: its date opens a door and is never overdue.
    """
    if reading.stopped_on is not None:
        return ClockStatus.STOPPED
    left = days_left(reading, today)
    if left is None:
        return ClockStatus.SUSPENDED
    if left < 0 and reading.track is not Track.CNIL_COMPLAINT:
        return ClockStatus.OVERDUE
    soon = left <= _SOON_DAYS.get(reading.track, SOON_DAYS)
    return ClockStatus.DUE_SOON if soon else ClockStatus.ON_TIME
