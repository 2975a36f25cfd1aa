"""The written form of a clock: dates, instants, pauses and extensions as people type them.

`asked->answered` is a pause (nothing after the arrow while it is open); `;` joins several.
A date alone or an instant without a time zone is Paris time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar

from hub.domain.clock_ledger import ClockEvent, ClockEventKind
from hub.domain.clock_reading import Track
from hub.domain.working_days import PARIS, HolidayZone, local_date
from hub.errors import HubError

_Choice = TypeVar("_Choice", bound=StrEnum)

# A written case is one of identity doubt and of a notice with its reasons, whatever they were.
_DOUBT = "identity"
_CAUSE = "stated"
# Past it, the months and pauses to add would leave the calendar.
_LAST_YEAR = 9990


class UnreadableClock(HubError):
    """A written clock cannot be read; `facts` name the `field` and the `text` at fault."""

    code = "unreadable_clock"


@dataclass(frozen=True)
class WrittenClock:
    """One case in words: receipt, pauses, extensions, and the zone and track to read it by."""

    received_at: str
    holiday_zone: str = ""
    pauses: str = ""
    extensions: str = ""
    track: str = ""


@dataclass(frozen=True)
class ClockCase:
    """A written clock once understood, ready for `read_clock`."""

    events: tuple[ClockEvent, ...]
    zone: HolidayZone
    track: Track

    @property
    def last_on(self) -> date:
        """The date in Paris of the last event it tells."""
        return max(event.on for event in self.events)


def parse_case(written: WrittenClock) -> ClockCase:
    """Understand a written clock. Raises UnreadableClock naming the field."""
    received_at = parse_moment(written.received_at, "received_at")
    received_on = local_date(received_at)
    events = [ClockEvent(ClockEventKind.START, received_at)]
    events += parse_pauses(written.pauses, received_on)
    events += parse_extensions(written.extensions)
    return ClockCase(
        events=tuple(events),
        zone=_choice(HolidayZone, written.holiday_zone, "holiday_zone", HolidayZone.METROPOLE),
        track=_choice(Track, written.track, "track", Track.GDPR),
    )


def parse_moment(text: str, field: str, at: time = time.min) -> datetime:
    """Return the aware UTC instant of an ISO date (taken at the time `at`, Paris) or instant.

    Raises UnreadableClock.
    """
    text = text.strip()
    try:
        # Only the extended forms: "20260609" would be one slip of the keyboard from anything.
        if len(text) < 10 or text[4] != "-" or text[7] != "-":
            raise ValueError(text)
        if len(text) == 10:
            moment = datetime.combine(date.fromisoformat(text), at, tzinfo=PARIS)
        else:
            moment = datetime.fromisoformat(text)
        if moment.year > _LAST_YEAR:
            raise ValueError(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=PARIS)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableClock(field=field, text=text) from error


def parse_pauses(text: str, received_on: date) -> Iterator[ClockEvent]:
    """Yield the questions and replies written in `text`. Raises UnreadableClock."""
    for number, part in enumerate(_parts(text), start=1):
        asked, arrow, answered = part.replace("→", "->").partition("->")
        if not arrow:
            raise UnreadableClock(field="pauses", text=part)
        asked_at = parse_moment(asked, "pauses")
        question = str(number)
        if local_date(asked_at) < received_on:
            raise UnreadableClock(field="pauses", text=part, why="before receipt")
        yield ClockEvent(ClockEventKind.PAUSE, asked_at, _DOUBT, question)
        if answered.strip():
            answered_at = parse_moment(answered, "pauses", time.max)
            if answered_at < asked_at:
                raise UnreadableClock(field="pauses", text=part, why="answered before asked")
            yield ClockEvent(ClockEventKind.RESUME, answered_at, question=question)


def parse_extensions(text: str) -> Iterator[ClockEvent]:
    """Yield the extensions notified at the moments in `text`. Raises UnreadableClock."""
    for part in _parts(text):
        yield ClockEvent(ClockEventKind.EXTEND, parse_moment(part, "extensions"), _CAUSE)


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";") if part.strip())


def _choice(kind: type[_Choice], text: str, field: str, default: _Choice) -> _Choice:
    text = text.strip()
    if not text:
        return default
    try:
        return kind(text)
    except ValueError as error:
        raise UnreadableClock(field=field, text=text) from error
