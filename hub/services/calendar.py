"""Holidays added by operators, and the open referrals that a change of calendar dates again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.clock import ClockEvent, ClockReading, read_clock
from hub.domain.working_days import DayOff, HolidayZone, day_off, local_date
from hub.errors import HubError, NotFound
from hub.models.calendar import AddedHoliday
from hub.models.columns import new_id
from hub.models.referral import Referral
from hub.queries.calendar import (
    RUNNING,
    AddedHolidays,
    added_holidays,
    holds_a_date_on_an_added_holiday,
)
from hub.services.clocks import dates_of, ledgers_of
from hub.services.unit_of_work import Work

AT_ONCE = 200
# No two holidays are so close that a date rolls further than this.
_FURTHEST_ROLL = timedelta(days=14)
_DATES = ("strict_on", "due_on", "notice_limit_on", "refusal_due_on")


class HolidayInThePast(HubError):
    """A day that is over cannot become a holiday: times have already ended on it."""

    code = "holiday_in_the_past"


class DayAlreadyOff(HubError):
    """No time ends on this day already; `facts['why']` is the DayOff."""

    code = "day_already_off"


def check_may_add(
    calendar: AddedHolidays, day: date, zone: HolidayZone | None, now_on: date
) -> None:
    """Refuse a day that is over, a weekend, or one that is a holiday in the zone already.

    `now_on` is the present day in Paris. Raises HolidayInThePast or DayAlreadyOff.
    """
    if day < now_on:
        raise HolidayInThePast(day=day)
    # For all zones, a day that only some of them know already still has to be added.
    where = zone or HolidayZone.METROPOLE
    everywhere = frozenset(added for added, of in calendar.days if of is None)
    why: DayOff | None = day_off(day, where, calendar.in_zone(zone) if zone else everywhere)
    if why is not None:
        raise DayAlreadyOff(day=day, why=why)


def add_holiday(work: Work, day: date, zone: HolidayZone | None, label: str) -> int:
    """Add a holiday to one zone, or to all (None); gives how many open referrals it dated again.

    At most AT_ONCE of them: `redate_open` goes on until it gives 0. Raises HolidayInThePast or
    DayAlreadyOff. (Reg. 1182/71 art. 2(1): holidays are those the Member State designates.)
    """
    check_may_add(added_holidays(work.session), day, zone, local_date(work.now))
    row = AddedHoliday(
        id=new_id(),
        day=day,
        zone=zone,
        label=label.strip(),
        added_by_id=work.actor.id,
        added_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    _record(work, EventKind.HOLIDAY_ADDED, row)
    return redate_open(work, AT_ONCE)


def redate_open(work: Work, limit: int = AT_ONCE) -> int:
    """Date again up to `limit` open referrals that have a date on an added holiday; gives how many.

    Safe to run at any time: it finds what an addition, or a filing at the same instant, left.
    """
    wanted = select(Referral).where(Referral.state.in_(RUNNING), holds_a_date_on_an_added_holiday())
    found = work.session.scalars(wanted.order_by(Referral.id).limit(limit).with_for_update()).all()
    return _redate(work, found)


def remove_holiday(work: Work, holiday_id: UUID) -> int:
    """Take back a holiday added by mistake; gives how many open referrals it dated again.

    Raises NotFound, or HolidayInThePast: a day that was a holiday stays one.
    """
    row = work.session.get(AddedHoliday, holiday_id)
    if row is None:
        raise NotFound(holiday_id=holiday_id)
    if row.day <= local_date(work.now):
        raise HolidayInThePast(day=row.day)
    here = [Referral.zone == row.zone] if row.zone else []
    after = row.day + _FURTHEST_ROLL
    moved = (
        Referral.strict_on.between(row.day, after)
        | Referral.due_on.between(row.day, after)
        | Referral.notice_limit_on.between(row.day, after)
    )
    _record(work, EventKind.HOLIDAY_REMOVED, row)
    work.session.delete(row)
    work.session.flush()
    wanted = select(Referral).where(Referral.state.in_(RUNNING), moved, *here)
    return _redate(work, work.session.scalars(wanted.order_by(Referral.id).with_for_update()).all())


def _record(work: Work, kind: EventKind, row: AddedHoliday) -> None:
    stream_id = work.actor.organisation_id
    assert stream_id is not None  # noqa: S101  (operators are members of the hub's organisation)
    zone = row.zone.value if row.zone else None
    work.record(kind, stream_id, row.id, day=row.day.isoformat(), zone=zone, label=row.label)


def _redate(work: Work, referrals: Sequence[Referral]) -> int:
    calendar = added_holidays(work.session)
    ledgers = ledgers_of(work.session, [referral.id for referral in referrals])
    moved = [one for one in referrals if _read_again(work, one, ledgers[one.id], calendar)]
    work.session.flush()
    return len(moved)


def _read_again(
    work: Work, referral: Referral, ledger: list[ClockEvent], calendar: AddedHolidays
) -> bool:
    reading = read_clock(ledger, zone=referral.zone, extra_holidays=calendar.in_zone(referral.zone))
    changes = _changes(referral, reading)
    if not changes:
        return False
    for column, value in dates_of(reading).items():
        setattr(referral, column, value)
    referral.last_event_at = work.now
    referral.last_event_kind = EventKind.CLOCK_REDATED.value
    work.record(EventKind.CLOCK_REDATED, referral.rights_request_id, referral.id, dates=changes)
    return True


def _changes(referral: Referral, reading: ClockReading) -> dict[str, Any]:
    """Each date that moves, as [before, after]."""
    pairs = {name: (getattr(referral, name), getattr(reading, name)) for name in _DATES}
    return {
        name: [day and day.isoformat() for day in pair]
        for name, pair in pairs.items()
        if pair[0] != pair[1]
    }
