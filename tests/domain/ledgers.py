"""Ledgers in few words, for the tests of the clock."""

from datetime import datetime

from hub.domain.clock import ClockEvent, ClockReading, ExtensionReason, StepKind, Track, read_clock
from hub.domain.clock import ClockEventKind as Kind
from hub.domain.working_days import PARIS, HolidayZone


def at(text: str) -> datetime:
    """An instant of Paris; noon when only a date is written."""
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")
    return moment.replace(tzinfo=PARIS)


def started(text: str = "2026-01-15") -> ClockEvent:
    return ClockEvent(Kind.START, at(text))


def asked(text: str, reason: str | None = "two people of that name") -> ClockEvent:
    return ClockEvent(Kind.PAUSE, at(text), reason)


def answered(text: str) -> ClockEvent:
    return ClockEvent(Kind.RESUME, at(text))


def extended(text: str, reason: str | None = ExtensionReason.VOLUME) -> ClockEvent:
    return ClockEvent(Kind.EXTEND, at(text), reason)


def read(*events: ClockEvent, track: Track = Track.GDPR) -> ClockReading:
    return read_clock(events, zone=HolidayZone.METROPOLE, track=track)


def kinds(reading: ClockReading) -> list[StepKind]:
    return [step.kind for step in reading.steps]
