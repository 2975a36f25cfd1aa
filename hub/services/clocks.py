"""Keeps each referral's clock: adds to its ledger, and re-reads its dates from it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.clock import (
    ClockEvent,
    ClockEventKind,
    ClockReading,
    check_extension_grounds,
    check_may_extend,
    check_may_pause,
    check_may_resume,
    read_clock,
)
from hub.domain.working_days import NO_DAYS, HolidayZone
from hub.models.columns import new_id
from hub.models.referral import ClockEntry, Referral
from hub.queries.calendar import added_holidays
from hub.sealing import Place
from hub.services.unit_of_work import Work


def dates_of(reading: ClockReading) -> dict[str, Any]:
    """The cached columns of a referral, as its clock reads."""
    return {
        "strict_on": reading.strict_on,
        "due_on": reading.due_on,
        "notice_limit_on": reading.notice_limit_on,
        "refusal_due_on": reading.refusal_due_on,
        "is_suspended": reading.suspended,
        "is_extended": reading.extended,
        "rule_version": reading.rule_version,
        "calendar_version": _calendar_of(reading),
    }


def _calendar_of(reading: ClockReading) -> str:
    """The version of the table of holidays, and how many days operators had added to it."""
    added = len(reading.extra_holidays)
    return f"{reading.calendar_version}+{added}" if added else reading.calendar_version


def first_reading(
    received_at: datetime, zone: HolidayZone, extra_holidays: frozenset[date] = NO_DAYS
) -> ClockReading:
    """The clock of a referral that was just received; `extra_holidays` are those of the zone."""
    start = ClockEvent(ClockEventKind.START, received_at)
    return read_clock([start], zone=zone, extra_holidays=extra_holidays)


def start_row(referral_id: UUID, received_at: datetime, now: datetime) -> Mapping[str, Any]:
    """The first line of a referral's ledger."""
    return {
        "id": new_id(),
        "referral_id": referral_id,
        "kind": ClockEventKind.START,
        "effective_at": received_at,
        "recorded_at": now,
    }


def ledger_of(session: Session, referral_id: UUID) -> list[ClockEvent]:
    """The events of one referral's clock."""
    return ledgers_of(session, [referral_id])[referral_id]


def ledgers_of(session: Session, referral_ids: Sequence[UUID]) -> dict[UUID, list[ClockEvent]]:
    """The events of several clocks, by referral, in one query."""
    ledgers: dict[UUID, list[ClockEvent]] = {key: [] for key in referral_ids}
    rows = session.scalars(select(ClockEntry).where(ClockEntry.referral_id.in_(referral_ids)))
    for row in rows:
        event = ClockEvent(row.kind, row.effective_at, row.reason, recorded_at=row.recorded_at)
        ledgers[row.referral_id].append(event)
    return ledgers


def reading_of(session: Session, referral: Referral) -> ClockReading:
    """What the clock of a referral says now."""
    extra_holidays = added_holidays(session).in_zone(referral.zone)
    ledger = ledger_of(session, referral.id)
    return read_clock(ledger, zone=referral.zone, extra_holidays=extra_holidays)


def pause_clock(work: Work, referral: Referral, doubt: str) -> None:
    """Stop the clock for an identity question, with its reasonable doubt (GDPR 12(6)).

    Raises PauseWithoutReason, AlreadyPaused, PauseBeforeReceipt, PauseAfterDeadline or
    ClockAlreadyStopped.
    """
    check_may_pause(reading_of(work.session, referral), work.now, doubt)
    _add(work, referral, ClockEventKind.PAUSE, reason="identity", text=doubt)


def resume_clock(work: Work, referral: Referral) -> None:
    """Start the clock again; raises NotPaused."""
    check_may_resume(reading_of(work.session, referral), work.now)
    _add(work, referral, ClockEventKind.RESUME)


def extend_clock(work: Work, referral: Referral, cause: str, words: str) -> None:
    """Extend to three months from receipt, once, within the notice limit (GDPR 12(3)).

    Raises ExtensionWithoutReason, DeadlineAlreadyExtended, ExtensionTooLate or
    ClockAlreadyStopped.
    """
    reason = check_extension_grounds(cause, words)
    check_may_extend(reading_of(work.session, referral), work.now)
    _add(work, referral, ClockEventKind.EXTEND, reason=reason.value, text=words)


def stop_clock(work: Work, referral: Referral) -> None:
    """The controller has answered: the clock stops."""
    _add(work, referral, ClockEventKind.STOP)


def _add(
    work: Work,
    referral: Referral,
    kind: ClockEventKind,
    reason: str | None = None,
    text: str | None = None,
) -> None:
    entry = ClockEntry(
        id=new_id(),
        referral_id=referral.id,
        kind=kind,
        effective_at=work.now,
        recorded_at=work.now,
        reason=reason,
    )
    if text:
        place = Place(referral.rights_request_id, "clock_entry.text_sealed", entry.id)
        entry.text_sealed = work.keys.seal(place, text)
    work.session.add(entry)
    work.session.flush()
    for column, value in dates_of(reading_of(work.session, referral)).items():
        setattr(referral, column, value)
