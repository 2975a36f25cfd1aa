"""The legal clock: a ledger of events in, the dates of the law and their explanation out.

GDPR 12(3) and 12(4); Regulation 1182/71; décret 2019-536 art. 77; CRPA; CSP L1111-7.
A due date is never changed: it is read again from the ledger whenever that ledger grows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.domain.clock_guards import (
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
    notice_limit,
    status_on,
    was_late,
)
from hub.domain.clock_ledger import (
    Acts,
    ClockEvent,
    ClockEventKind,
    ClockNotStarted,
    Pause,
    merge_pauses,
    paused_days,
    sift,
)
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
    add_months,
    add_working_days,
    local_date,
    roll_forward,
)

__all__ = [
    "RULE_VERSION",
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
    "was_late",
]

_REFLECTION_TIME = timedelta(hours=48)
# "Without undue delay" has no figure in law; past this many working days a person is told.
_PROMPT_QUESTION_DAYS = 5


@dataclass(frozen=True)
class _Month:
    """The time of GDPR 12(3) and 12(4), and how it was reckoned."""

    received_on: date
    strict_on: date
    pauses: tuple[Pause, ...]
    days: int
    limit_on: date
    due_on: date
    extension: ClockEvent | None
    protective_on: date | None
    steps: tuple[Step, ...]

    @property
    def paused_since(self) -> date | None:
        last = self.pauses[-1] if self.pauses else None
        return last.asked_on if last and last.answered_on is None else None


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
    month = _read_month(acts, Reckoning(zone, extra_holidays))
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
    return acts.received_at + _REFLECTION_TIME if medical else None


def _read_month(acts: Acts, path: Reckoning) -> _Month:
    received_on = local_date(acts.received_at)
    limit_on, pauses = _read_notice_limit(acts, received_on, path)
    base = add_months(received_on, 1)
    days = paused_days(pauses)
    extension = _standing_extension(acts.extensions, received_on, pauses, path)
    due_on, protective_on = limit_on, None
    if extension is not None:
        due_on, protective_on = _extend(received_on, base, days, path)
    return _Month(
        received_on=received_on,
        strict_on=roll_forward(base, path.zone, path.extra_holidays),
        pauses=pauses,
        days=days,
        limit_on=limit_on,
        due_on=due_on,
        extension=extension,
        protective_on=protective_on,
        steps=tuple(path.steps),
    )


def _read_notice_limit(
    acts: Acts, received_on: date, path: Reckoning
) -> tuple[date, tuple[Pause, ...]]:
    base = path.add_months(received_on, 1)
    strict_on = roll_forward(base, path.zone, path.extra_holidays)
    pauses = _counted_pauses(acts.pauses, received_on, strict_on, path)
    if pauses and pauses[-1].answered_on is None:
        path.note(StepKind.SUSPENDED, strict_on=strict_on)
        days = paused_days(pauses)
        return roll_forward(base + timedelta(days), path.zone, path.extra_holidays), pauses
    # The days of the pauses come before the roll: rolled first, a weekend would count twice.
    return path.roll(path.add_pause(base, paused_days(pauses))), pauses


def _counted_pauses(
    asked: Iterable[Pause], received_on: date, strict_on: date, path: Reckoning
) -> tuple[Pause, ...]:
    """Keep the pauses asked with a reason on or before the strict date, from receipt on."""
    prompt_until = add_working_days(
        received_on, _PROMPT_QUESTION_DAYS, path.zone, path.extra_holidays
    )
    counted = []
    for pause in asked:
        if not pause.reasoned:
            path.note(StepKind.PAUSE_WITHOUT_REASON, asked_on=pause.asked_on)
        elif pause.asked_on > strict_on:
            path.note(StepKind.PAUSE_TOO_LATE, asked_on=pause.asked_on, strict_on=strict_on)
        else:
            counted.append(_from_receipt(pause, received_on))
    merged = merge_pauses(counted)
    for pause in merged:
        _tell_pause(pause, prompt_until, path)
    return merged


def _from_receipt(pause: Pause, received_on: date) -> Pause:
    answered_on = pause.answered_on and max(pause.answered_on, received_on)
    return Pause(max(pause.asked_on, received_on), answered_on)


def _tell_pause(pause: Pause, prompt_until: date, path: Reckoning) -> None:
    if pause.answered_on is None:
        path.note(StepKind.PAUSE_OPEN, asked_on=pause.asked_on)
    else:
        days = (pause.answered_on - pause.asked_on).days
        path.note(
            StepKind.PAUSE_COUNTED,
            asked_on=pause.asked_on,
            answered_on=pause.answered_on,
            days=days,
        )
    if pause.asked_on > prompt_until:
        path.note(StepKind.PAUSE_ASKED_LATE, asked_on=pause.asked_on, expected_on=prompt_until)


def _standing_extension(
    acts: Iterable[ClockEvent], received_on: date, pauses: tuple[Pause, ...], path: Reckoning
) -> ClockEvent | None:
    """Return the extension that holds: the first valid one, unless it was cancelled since."""
    standing: ClockEvent | None = None
    for act in acts:
        if act.kind is ClockEventKind.CANCEL_EXTEND:
            if standing is not None:
                path.note(StepKind.EXTENSION_CANCELLED, cancelled_on=act.on)
            standing = None
        elif standing is not None:
            path.note(StepKind.EXTENSION_ALREADY_MADE, notified_on=act.on)
        elif _is_valid_extension(act, received_on, pauses, path):
            standing = act
    if standing is not None:
        path.note(StepKind.EXTENDED, notified_on=standing.on, reason=standing.reason or "")
    return standing


def _is_valid_extension(
    act: ClockEvent, received_on: date, pauses: tuple[Pause, ...], path: Reckoning
) -> bool:
    limit_on = notice_limit(received_on, pauses, act.on, path.zone, path.extra_holidays)
    if act.on < received_on:
        path.note(StepKind.EXTENSION_BEFORE_RECEIPT, notified_on=act.on)
    elif not act.reasoned:
        path.note(StepKind.EXTENSION_WITHOUT_REASON, notified_on=act.on)
    elif act.on > limit_on:
        path.note(StepKind.EXTENSION_TOO_LATE, notified_on=act.on, notice_limit_on=limit_on)
    else:
        return True
    return False


def _extend(received_on: date, base: date, days: int, path: Reckoning) -> tuple[date, date]:
    """Return the extended date, counted from receipt, and the more careful chained one."""
    due_on = path.roll(path.add_pause(path.add_months(received_on, 3), days))
    chained = add_months(base, 2) + timedelta(days)
    return due_on, roll_forward(chained, path.zone, path.extra_holidays)


def _follow_track(
    track: Track, acts: Acts, month: _Month, path: Reckoning
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


def _due_on(track: Track, month: _Month, path: Reckoning) -> date | None:
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


def _tell_other_dates(month: _Month, path: Reckoning) -> None:
    path.note(StepKind.REFUSAL, refusal_due_on=month.strict_on)
    if month.paused_since is not None:
        return
    if month.due_on != month.strict_on:
        path.note(StepKind.STRICT, strict_on=month.strict_on)
    if month.extension is None:
        path.note(StepKind.NOTICE_LIMIT, notice_limit_on=month.limit_on)
