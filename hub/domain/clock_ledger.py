"""The ledger of a referral's clock: events as recorded, and what they amount to once sorted.

A ledger is only ever added to. Nothing here depends on the order in which events are given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from hub.domain.working_days import local_date
from hub.errors import HubError


class ClockEventKind(StrEnum):
    """What can happen to a clock."""

    CANCEL_EXTEND = "cancel_extend"
    CORRECT_START = "correct_start"
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    START = "start"
    STOP = "stop"


K = ClockEventKind
# Acts of one instant are read in this order: a question before its reply, the end last.
_SAME_INSTANT = (K.START, K.CORRECT_START, K.PAUSE, K.RESUME, K.EXTEND, K.CANCEL_EXTEND, K.STOP)


class ClockNotStarted(HubError):
    """A ledger without a start has nothing to count from."""

    code = "clock_not_started"


@dataclass(frozen=True)
class ClockEvent:
    """One line of the ledger.

    `effective_at` is aware: receipt, identity question, reply, notice of extension, answer; of a
    `correct_start`, the true instant of receipt. `reason` is mandatory for a pause and an
    extension to count. `question` ties a reply to its identity question when several are open.
    `recorded_at` only ranks corrections of the start: the last one recorded holds.
    """

    kind: ClockEventKind
    effective_at: datetime
    reason: str | None = None
    question: str | None = None
    recorded_at: datetime | None = None

    def __post_init__(self) -> None:
        # Kept in UTC: two instants of one time zone are compared and added by wall clock.
        for name in ("effective_at", "recorded_at"):
            instant: datetime | None = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise ValueError(f"{name} needs a time zone")
            object.__setattr__(self, name, instant and instant.astimezone(UTC))

    @property
    def on(self) -> date:
        """The date in Paris at which it takes effect."""
        return local_date(self.effective_at)

    @property
    def reasoned(self) -> bool:
        """Whether a reason was written down."""
        return bool(self.reason and self.reason.strip())


@dataclass(frozen=True, order=True)
class Pause:
    """Dates between which an identity question was outstanding; `answered_on` None while open."""

    asked_on: date
    answered_on: date | None
    reasoned: bool = True


@dataclass(frozen=True)
class Acts:
    """What the events of a ledger amount to, sorted."""

    received_at: datetime
    corrected_from: date | None
    pauses: tuple[Pause, ...]
    extensions: tuple[ClockEvent, ...]
    stopped_on: date | None


def sift(events: Iterable[ClockEvent], as_of: datetime | None = None) -> Acts:
    """Sort the events of a ledger into acts; those after `as_of` or after the stop are left out.

    The first start counts: passing a request on inside a controller, or to another public body,
    never restarts the time (EDPB guidelines 01/2022 §52-56; CRPA L114-3). Raises ClockNotStarted.
    """
    ordered = sorted(events, key=_rank)
    received_at, corrected_from = _receipt(ordered)
    later = ordered if as_of is None else [e for e in ordered if e.effective_at <= as_of]
    stop = next((e for e in later if e.kind is K.STOP), None)
    if stop is not None:
        later = [e for e in later if e.effective_at <= stop.effective_at]
    return Acts(
        received_at=received_at,
        corrected_from=corrected_from,
        pauses=tuple(_pair(later, stop.on if stop else None)),
        extensions=tuple(e for e in later if e.kind in (K.EXTEND, K.CANCEL_EXTEND)),
        stopped_on=stop.on if stop else None,
    )


def _rank(event: ClockEvent) -> tuple[datetime, int, str, str]:
    order = _SAME_INSTANT.index(event.kind)
    return event.effective_at, order, event.question or "", event.reason or ""


def _receipt(ordered: list[ClockEvent]) -> tuple[datetime, date | None]:
    starts = [e for e in ordered if e.kind is K.START]
    corrections = [e for e in ordered if e.kind is K.CORRECT_START]
    if not starts and not corrections:
        raise ClockNotStarted
    if not corrections:
        return starts[0].effective_at, None
    # Among corrections recorded together the earliest receipt holds: it protects the person.
    last = max(e.recorded_at or e.effective_at for e in corrections)
    kept = next(e for e in corrections if (e.recorded_at or e.effective_at) == last)
    return kept.effective_at, starts[0].on if starts else None


def _pair(ordered: list[ClockEvent], stopped_on: date | None) -> Iterable[Pause]:
    """Pair each question with the first reply that follows it; the stop ends what is open."""
    waiting: dict[str | None, list[ClockEvent]] = {}
    for event in ordered:
        if event.kind is K.PAUSE:
            waiting.setdefault(event.question, []).append(event)
        elif event.kind is K.RESUME and waiting.get(event.question):
            asked = waiting[event.question].pop(0)
            yield Pause(asked.on, event.on, asked.reasoned)
    for asked in (event for events in waiting.values() for event in events):
        yield Pause(asked.on, stopped_on, asked.reasoned)


def merge_pauses(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return the pauses as separate periods, by date: what overlaps or touches is one period."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: (p.asked_on, p.answered_on or date.max)):
        last = merged[-1] if merged else None
        if last is None or (last.answered_on is not None and pause.asked_on > last.answered_on):
            merged.append(pause)
        elif last.answered_on is not None:
            end = pause.answered_on and max(last.answered_on, pause.answered_on)
            merged[-1] = Pause(last.asked_on, end)
    return tuple(merged)


def paused_days(merged: Iterable[Pause], until: date | None = None) -> int:
    """Return the calendar days of merged pauses; one still open counts up to `until`, else 0."""
    total = timedelta(0)
    for pause in merged:
        end = pause.answered_on or until or pause.asked_on
        total += max(end - pause.asked_on, timedelta(0))
    return total.days
