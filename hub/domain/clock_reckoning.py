"""Reckoning a date in steps, each kept so that it can be told to people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.domain.clock_reading import Step, StepKind, StepValue, Track
from hub.domain.working_days import (
    DayOff,
    HolidayZone,
    add_months,
    add_working_days,
    day_off,
    roll_forward,
)


@dataclass
class Reckoning:
    """Dates worked out in one zone; `steps` tells how."""

    zone: HolidayZone
    extra_holidays: frozenset[date]
    steps: list[Step] = field(default_factory=list)

    def note(self, kind: StepKind, **values: StepValue) -> None:
        """Keep a step."""
        self.steps.append(Step(kind, values))

    def add_months(self, day: date, months: int) -> date:
        """Return the same-numbered day `months` later, clamped (Reg. 1182/71 art. 3(2)(c))."""
        end = add_months(day, months)
        missing = end.day != day.day
        self.note(StepKind.MONTHS_ADDED, from_on=day, to_on=end, months=months, day_missing=missing)
        return end

    def add_days(self, day: date, days: int) -> date:
        """Return the day `days` calendar days later."""
        end = day + timedelta(days=days)
        self.note(StepKind.DAYS_ADDED, from_on=day, to_on=end, days=days)
        return end

    def add_pause(self, day: date, days: int) -> date:
        """Return the day later by the `days` the clock was stopped; no step if none."""
        end = day + timedelta(days=days)
        if days:
            self.note(StepKind.PAUSE_ADDED, from_on=day, to_on=end, days=days)
        return end

    def add_working_days(self, day: date, days: int) -> date:
        """Return the `days`-th *jour ouvré* after a day (CRPA R112-11-2)."""
        end = add_working_days(day, days, self.zone, self.extra_holidays)
        self.note(StepKind.WORKING_DAYS_ADDED, from_on=day, to_on=end, days=days)
        return end

    def roll(self, day: date) -> date:
        """Return the next working day if this one is none (Reg. 1182/71 art. 3(4))."""
        end = roll_forward(day, self.zone, self.extra_holidays)
        if end != day:
            closed = tuple(self._days_off(day, end))
            self.note(StepKind.ROLLED, from_on=day, to_on=end, days_off=closed)
        return end

    def _days_off(self, start: date, end: date) -> list[DayOff]:
        days = (start + timedelta(days=n) for n in range((end - start).days))
        reasons = (day_off(day, self.zone, self.extra_holidays) for day in days)
        return [reason for reason in reasons if reason is not None]


def _medical_file_recent(path: Reckoning, received_on: date) -> date:
    return path.add_days(received_on, 8)


def _medical_file_old(path: Reckoning, received_on: date) -> date:
    return path.add_months(received_on, 2)


def _registration_receipt(path: Reckoning, received_on: date) -> date:
    return path.add_working_days(received_on, 1)


def _acknowledgement(path: Reckoning, received_on: date) -> date:
    return path.add_working_days(received_on, 10)


def _silence_public_body(path: Reckoning, received_on: date) -> date:
    return path.add_months(received_on, 2)


def _silence_cada(path: Reckoning, received_on: date) -> date:
    return path.add_months(received_on, 1)


def _cada_appeal(path: Reckoning, received_on: date) -> date:
    # The two months run from the implied refusal, itself the end of a month: they are chained.
    return path.add_months(path.add_months(received_on, 1), 2)


# None of these rolls, pauses or extends: the earlier date is the one that protects the person.
NATIONAL_TRACKS: dict[Track, Callable[[Reckoning, date], date]] = {
    Track.ACKNOWLEDGEMENT: _acknowledgement,  # CRPA R112-11-2
    Track.CADA_APPEAL: _cada_appeal,  # CRPA R343-1
    Track.MEDICAL_FILE_OLD: _medical_file_old,  # CSP L1111-7
    Track.MEDICAL_FILE_RECENT: _medical_file_recent,  # CSP L1111-7, R1111-1
    Track.REGISTRATION_RECEIPT: _registration_receipt,  # CRPA R112-11-2
    Track.SILENCE_CADA: _silence_cada,  # CRPA R*311-12, R311-13
    Track.SILENCE_PUBLIC_BODY: _silence_public_body,  # CRPA L231-4, L114-3
}
