"""The holidays that operators added: read beside each clock, and what one more would move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import UNDELIVERED, WORKABLE
from hub.domain.working_days import HolidayZone
from hub.models.calendar import AddedHoliday
from hub.models.member import Member
from hub.models.referral import Referral

_ADDED = select(AddedHoliday.day, AddedHoliday.zone)

RUNNING = WORKABLE | UNDELIVERED
"""States in which a referral's clock runs or waits for a reply."""


@dataclass(frozen=True)
class AddedHolidays:
    """Days added to the table of the law, each for one zone or (None) for all."""

    days: frozenset[tuple[date, HolidayZone | None]] = frozenset()

    def in_zone(self, zone: HolidayZone) -> frozenset[date]:
        """The added days on which no time ends in a zone, for `read_clock`."""
        return frozenset(day for day, where in self.days if where in (None, zone))


@dataclass(frozen=True)
class HolidayRow:
    """One added holiday as the operators' page lists it."""

    id: UUID
    day: date
    zone: HolidayZone | None
    label: str
    added_by: str
    added_at: datetime


def added_holidays(session: Session) -> AddedHolidays:
    """Every added holiday. A few rows read each time: a kept copy would give stale dates."""
    rows = session.connection().execute(_ADDED)
    return AddedHolidays(frozenset((day, zone) for day, zone in rows))


def listed_holidays(session: Session) -> tuple[HolidayRow, ...]:
    """Added holidays with who added them, the latest day first."""
    rows = session.execute(
        select(AddedHoliday, Member.name)
        .outerjoin(Member, Member.id == AddedHoliday.added_by_id)
        .order_by(AddedHoliday.day.desc(), AddedHoliday.id)
    )
    return tuple(
        HolidayRow(row.id, row.day, row.zone, row.label, name or "", row.added_at)
        for row, name in rows
    )


def open_cases_ending_on(session: Session, day: date, zone: HolidayZone | None) -> int:
    """How many open referrals have a date that a holiday on this day would move."""
    here = [Referral.zone == zone] if zone else []
    wanted = select(func.count()).where(Referral.state.in_(RUNNING), _ends_on([day]), *here)
    return session.scalar(wanted) or 0


def holds_a_date_on_an_added_holiday() -> ColumnElement[bool]:
    """The referrals to date again: a date of the law never falls on a holiday of its zone."""
    return exists().where(
        or_(AddedHoliday.zone.is_(None), AddedHoliday.zone == Referral.zone),
        AddedHoliday.day.in_([Referral.strict_on, Referral.due_on, Referral.notice_limit_on]),
    )


def _ends_on(days: Iterable[date]) -> ColumnElement[bool]:
    kept = list(days)
    columns = (Referral.strict_on, Referral.due_on, Referral.notice_limit_on)
    return or_(*(column.in_(kept) for column in columns))
