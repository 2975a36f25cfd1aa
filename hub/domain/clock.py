"""The legal clock: a ledger of events in, the dates of the law and their explanation out.

GDPR 12(3) and 12(4); Regulation 1182/71; décret 2019-536 art. 77; CRPA; CSP L1111-7.
A due date is never changed: it is read again from the ledger whenever that ledger grows.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hub.domain.clock_guards import (
    SOON_DAYS,
    AlreadyPaused,
    ClockAlreadyStopped,
    DeadlineAlreadyExtended,
    ExtensionBeforeReceipt,
    ExtensionTooLate,
    ExtensionWithoutReason,
    NotPaused,
    PauseAfterDeadline,
    PauseBeforeReceipt,
    PauseWithoutReason,
    ReplyBeforeQuestion,
    check_extension_grounds,
    check_may_extend,
    check_may_pause,
    check_may_resume,
    days_left,
    status_on,
)
from hub.domain.clock_ledger import (
    Acts,
    ClockEvent,
    ClockEventKind,
    ClockNotStarted,
    Pause,
    sift,
)
from hub.domain.clock_month import Month, read_month
from hub.domain.clock_reading import (
    RULE_VERSION,
    SUSPENDABLE,
    ClockReading,
    ClockStatus,
    ExtensionReason,
    Step,
    StepKind,
    Track,
)
from hub.domain.clock_reckoning import NATIONAL_TRACKS, Reckoning
from hub.domain.working_days import (
    NO_DAYS,
    HolidayZone,
)

__all__ = [
    "REFLECTION_TIME",
    "RULE_VERSION",
    "SOON_DAYS",
    "AlreadyPaused",
    "ClockAlreadyStopped",
    "ClockEvent",
    "ClockEventKind",
    "ClockNotStarted",
    "ClockReading",
    "ClockStatus",
    "DeadlineAlreadyExtended",
    "ExtensionBeforeReceipt",
    "ExtensionReason",
    "ExtensionTooLate",
    "ExtensionWithoutReason",
    "NotPaused",
    "Pause",
    "PauseAfterDeadline",
    "PauseBeforeReceipt",
    "PauseWithoutReason",
    "ReplyBeforeQuestion",
    "Step",
    "StepKind",
    "Track",
    "check_extension_grounds",
    "check_may_extend",
    "check_may_pause",
    "check_may_resume",
    "days_left",
    "read_clock",
    "status_on",
]

REFLECTION_TIME = timedelta(hours=48)


def read_clock(
    events: Iterable[ClockEvent],
    *,
    zone: HolidayZone,
    track: Track = Track.GDPR,
    extra_holidays: frozenset[date] = NO_DAYS,
    as_of: datetime | None = None,
) -> ClockReading:
    """Read the legal dates from a ledger, in any order, and the typed steps that explain them.

    `zone` and `extra_holidays` are the controller's; events after the aware instant `as_of` are
    left out. Raises ClockNotStarted if there is neither start nor corrected start.
    """
    acts = sift(events, as_of)
    month = read_month(acts, Reckoning(zone, extra_holidays))
    paused_since = month.paused_since
    running = paused_since is None
    due_on, steps = _follow_track(track, acts, month, Reckoning(zone, extra_holidays))
    return ClockReading(
        track=track,
        zone=zone,
        received_at=acts.received_at,
        received_on=month.received_on,
        strict_on=month.strict_on,
        due_on=due_on,
        notice_limit_on=month.limit_on if running else None,
        refusal_due_on=month.strict_on,
        cnil_unlock_on=month.due_on + timedelta(days=1) if running else None,
        not_before_at=_not_before(track, acts),
        protective_on=month.protective_on if running else None,
        suspended=not running and track in SUSPENDABLE,
        extended=month.extension is not None,
        extended_on=month.extension.on if month.extension else None,
        paused_days=month.days,
        paused_since=paused_since,
        pauses=month.pauses,
        question_asked_late=any(s.kind is StepKind.PAUSE_ASKED_LATE for s in month.steps),
        stopped_on=acts.stopped_on,
        steps=steps,
        extra_holidays=extra_holidays,
    )


def _not_before(track: Track, acts: Acts) -> datetime | None:
    medical = track in (Track.MEDICAL_FILE_RECENT, Track.MEDICAL_FILE_OLD)
    return acts.received_at + REFLECTION_TIME if medical else None


def _follow_track(
    track: Track, acts: Acts, month: Month, path: Reckoning
) -> tuple[date | None, tuple[Step, ...]]:
    path.note(StepKind.RECEIVED, received_on=month.received_on)
    if acts.corrected_from is not None and acts.corrected_from != month.received_on:
        path.note(StepKind.START_CORRECTED, from_on=acts.corrected_from, to_on=month.received_on)
    not_before = _not_before(track, acts)
    if not_before is not None:
        path.note(StepKind.NOT_BEFORE, not_before_at=not_before)
    due_on = _due_on(track, month, path)
    if due_on is not None:
        path.note(StepKind.DUE, due_on=due_on, track=track)
    if track is Track.GDPR:
        _tell_other_dates(month, path)
    if acts.stopped_on is not None:
        in_time = due_on is None or acts.stopped_on <= due_on
        path.note(StepKind.STOPPED, stopped_on=acts.stopped_on, in_time=in_time)
    return due_on, tuple(path.steps)


def _due_on(track: Track, month: Month, path: Reckoning) -> date | None:
    if track in NATIONAL_TRACKS:
        return NATIONAL_TRACKS[track](path, month.received_on)
    if track is Track.GDPR_REFUSAL:
        return path.roll(path.add_months(month.received_on, 1))
    path.steps.extend(month.steps)
    if month.paused_since is not None:
        return None
    if track is Track.CNIL_COMPLAINT:
        return path.add_days(month.due_on, 1)
    return month.due_on


def _tell_other_dates(month: Month, path: Reckoning) -> None:
    path.note(StepKind.REFUSAL, refusal_due_on=month.strict_on)
    if month.paused_since is not None:
        return
    if month.due_on != month.strict_on:
        path.note(StepKind.STRICT, strict_on=month.strict_on)
    if month.extension is None:
        path.note(StepKind.NOTICE_LIMIT, notice_limit_on=month.limit_on)
