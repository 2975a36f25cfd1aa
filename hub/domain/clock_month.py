"""The month of GDPR 12(3): its end, the pauses that move it, the extension that lengthens it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hub.domain.clock_guards import notice_limit
from hub.domain.clock_ledger import (
    Acts,
    ClockEvent,
    ClockEventKind,
    Pause,
    merge_pauses,
    paused_days,
)
from hub.domain.clock_reading import Step, StepKind
from hub.domain.clock_reckoning import Reckoning
from hub.domain.working_days import add_months, add_working_days, local_date, roll_forward

# "Without undue delay" has no figure in law; past this many working days a person is told.
PROMPT_QUESTION_DAYS = 5


@dataclass(frozen=True)
class Month:
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
        """The date of the identity question still open, None when the clock runs."""
        last = self.pauses[-1] if self.pauses else None
        return last.asked_on if last and last.answered_on is None else None


def read_month(acts: Acts, path: Reckoning) -> Month:
    """Reckon the dates of 12(3) and 12(4) from sifted acts, telling each step to `path`."""
    received_on = local_date(acts.received_at)
    limit_on, pauses = _read_notice_limit(acts, received_on, path)
    base = add_months(received_on, 1)
    days = paused_days(pauses)
    extension = _standing_extension(acts.extensions, received_on, pauses, path)
    due_on, protective_on = limit_on, None
    if extension is not None:
        suspended = pauses and pauses[-1].answered_on is None
        untold = Reckoning(path.zone, path.extra_holidays)
        due_on, protective_on = _extend(received_on, base, days, untold if suspended else path)
    return Month(
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
    if any(pause.answered_on is None and _counts(pause, strict_on) for pause in acts.pauses):
        path.roll(base)
        pauses = _counted_pauses(acts.pauses, received_on, strict_on, path)
        path.note(StepKind.SUSPENDED, strict_on=strict_on)
        # No date holds while a question is open: this one is told to nobody.
        return strict_on, pauses
    pauses = _counted_pauses(acts.pauses, received_on, strict_on, path)
    # The days of the pauses come before the roll: rolled first, a weekend would count twice.
    return path.roll(path.add_pause(base, paused_days(pauses))), pauses


def _counts(pause: Pause, strict_on: date) -> bool:
    return pause.reasoned and pause.asked_on <= strict_on


def _counted_pauses(
    asked: Iterable[Pause], received_on: date, strict_on: date, path: Reckoning
) -> tuple[Pause, ...]:
    """Keep the pauses asked with a reason on or before the strict date, from receipt on."""
    prompt_until = add_working_days(
        received_on, PROMPT_QUESTION_DAYS, path.zone, path.extra_holidays
    )
    counted = []
    for pause in asked:
        if _counts(pause, strict_on):
            counted.append(_from_receipt(pause, received_on))
        elif not pause.reasoned:
            path.note(StepKind.PAUSE_WITHOUT_REASON, asked_on=pause.asked_on)
        else:
            path.note(StepKind.PAUSE_TOO_LATE, asked_on=pause.asked_on, strict_on=strict_on)
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
