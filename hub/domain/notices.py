"""Which reminders are due for one referral on one day: pure, so that any day can be replayed.

No text of law fixes a rhythm: all that is here is policy, kept in one table. A late run sends the
most useful reminder of each lane and never a burst; a date that moves moves its reminders.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hub.domain.working_days import (
    NO_DAYS,
    PARIS,
    HolidayZone,
    add_working_days,
    roll_forward,
)

_ONE_DAY = timedelta(days=1)


class NoticeKind(StrEnum):
    """What is reminded of (values are stored for ever)."""

    TEN_DAYS_BEFORE = "ten_days_before"
    FIVE_DAYS_BEFORE = "five_days_before"
    ONE_DAY_BEFORE = "one_day_before"
    DUE_TODAY = "due_today"
    OVERDUE_WEEKLY = "overdue_weekly"
    DPO_OVERDUE = "dpo_overdue"
    HUB_DPO_OVERDUE = "hub_dpo_overdue"
    PERSON_OVERDUE = "person_overdue"
    SECOND_READER_WAITING = "second_reader_waiting"
    UNACKNOWLEDGED = "unacknowledged"


class NoticePreference(StrEnum):
    """How a member wants her reminders: each by itself, or one mail in the morning."""

    DIGEST = "digest"
    SINGLE = "single"


K = NoticeKind


@dataclass(frozen=True)
class ChasingPolicy:
    """When to chase, in days; a policy of the hub [P], which counsel may change.

    Working days are those of the controller's zone; the hub's DPO comes 7 days after the
    organisation's own. CNIL and EDPB ask only that answers be followed; see GDPR 5(2), 24 and 39.
    """

    first_before: int = 10
    second_before: int = 5
    last_before: int = 1
    weekly: int = 7
    dpo_after: int = 1
    hub_dpo_after: int = 8
    person_after: int = 1
    unacknowledged_after_working: int = 2
    second_reader_after_working: int = 1
    morning: time = time(7, 30)

    @property
    def working_days(self) -> Mapping[NoticeKind, int]:
        """How many whole working days pass before what waits for someone is told."""
        return {
            K.UNACKNOWLEDGED: self.unacknowledged_after_working,
            K.SECOND_READER_WAITING: self.second_reader_after_working,
        }


POLICY = ChasingPolicy()


@dataclass(frozen=True)
class Rung:
    """A reminder that holds from `starts` to before `ends`, in days from the due date.

    `every`: it comes back at that interval. Without end nor interval it is sent once a due date.
    """

    kind: NoticeKind
    starts: int
    ends: int | None = None
    every: int | None = None

    def due_between(self, today: date) -> tuple[date | None, date]:
        """First and last due date for which this rung holds today (None: however old)."""
        first = None if self.ends is None else today - timedelta(days=self.ends - 1)
        return first, today - timedelta(days=self.starts)

    def sent_since(self, today: date) -> date | None:
        """A notice of this kind due on or after this day fills the rung (None: see `is_once`)."""
        if self.is_once:
            return None
        span = self.every or (self.ends or 0) - self.starts
        return today - timedelta(days=span - 1)

    @property
    def is_once(self) -> bool:
        """Whether any notice later than the due date fills the rung."""
        return self.ends is None and self.every is None

    def falls_on(self, due_on: date, today: date) -> date | None:
        """The day on which the notice that holds today fell due; None when none holds."""
        late = (today - due_on).days
        if late < self.starts or (self.ends is not None and late >= self.ends):
            return None
        if self.every is None:
            return due_on + timedelta(days=self.starts)
        return due_on + timedelta(days=late - (late - self.starts) % self.every)


def ladder(policy: ChasingPolicy = POLICY) -> tuple[Rung, ...]:
    """The controller's reminders: on one day at most one of them holds."""
    first, second, last = -policy.first_before, -policy.second_before, -policy.last_before
    return (
        Rung(K.TEN_DAYS_BEFORE, first, second),
        Rung(K.FIVE_DAYS_BEFORE, second, last),
        Rung(K.ONE_DAY_BEFORE, last, 0),
        Rung(K.DUE_TODAY, 0, policy.weekly),
        Rung(K.OVERDUE_WEEKLY, policy.weekly, every=policy.weekly),
    )


def escalations(policy: ChasingPolicy = POLICY) -> tuple[Rung, ...]:
    """Who else is told once that a date has passed: each has a lane of her own."""
    return (
        Rung(K.DPO_OVERDUE, policy.dpo_after),
        Rung(K.HUB_DPO_OVERDUE, policy.hub_dpo_after),
        Rung(K.PERSON_OVERDUE, policy.person_after),
    )


WITHOUT_CONTROLLER = frozenset({K.HUB_DPO_OVERDUE, K.PERSON_OVERDUE})
"""Sent even while the controller could not be reached: its time runs all the same."""


@dataclass(frozen=True, order=True)
class Notice:
    """One reminder; `due_on` is the day it fell due itself, not the date it reminds of."""

    due_on: date
    kind: NoticeKind


@dataclass(frozen=True)
class Chased:
    """What one referral's reminders depend on; dates are local (Paris).

    `delivered_on` is None while the controller was not reached; `waits_for_reader_since` is set
    while an answer waits for its second reader. `is_over`: answered, withdrawn or ended.
    """

    due_on: date | None
    zone: HolidayZone = HolidayZone.METROPOLE
    delivered_on: date | None = None
    is_acknowledged: bool = False
    is_suspended: bool = False
    is_over: bool = False
    waits_for_reader_since: date | None = None
    extra_holidays: frozenset[date] = NO_DAYS


def notices_due(
    chased: Chased, today: date, already: Iterable[Notice], policy: ChasingPolicy = POLICY
) -> tuple[Notice, ...]:
    """The reminders to send today: one of the ladder at most, and each escalation once.

    None for a case that is suspended or over. A missing acknowledgement is only told before the
    ladder begins: after, the deadline says more.
    """
    if chased.is_over or chased.is_suspended or chased.due_on is None:
        return ()
    sent = frozenset(already)
    found = list(_of_rungs(chased.due_on, chased, today, sent, policy))
    on_ladder = today >= chased.due_on - timedelta(days=policy.first_before)
    waiting = [(chased.waits_for_reader_since, K.SECOND_READER_WAITING)]
    if not on_ladder and not chased.is_acknowledged:
        waiting.append((chased.delivered_on, K.UNACKNOWLEDGED))
    for since, kind in waiting:
        if since is None:
            continue
        notice = Notice(_after_working(since, policy.working_days[kind], chased), kind)
        if notice.due_on <= today and notice not in sent:
            found.append(notice)
    return tuple(found)


def last_day_waited(
    today: date,
    working_days: int,
    zone: HolidayZone,
    extra_holidays: frozenset[date] = NO_DAYS,
) -> date:
    """The latest day after which `working_days` whole working days were over this morning."""
    day = today
    while add_working_days(day, working_days + 1, zone, extra_holidays) > today:
        day -= _ONE_DAY
    return day


def leaves_at(
    now: datetime,
    preference: NoticePreference,
    zone: HolidayZone,
    policy: ChasingPolicy = POLICY,
) -> datetime:
    """When a reminder found now may leave: never at night; a digest on a working morning."""
    local = now.astimezone(PARIS)
    morning = datetime.combine(local.date(), policy.morning, PARIS)
    if preference is NoticePreference.SINGLE:
        return max(now, morning.astimezone(now.tzinfo))
    day = local.date() if local <= morning else local.date() + _ONE_DAY
    day = roll_forward(day, zone)
    return datetime.combine(day, policy.morning, PARIS).astimezone(now.tzinfo)


def _of_rungs(
    due_on: date, chased: Chased, today: date, sent: frozenset[Notice], policy: ChasingPolicy
) -> Iterator[Notice]:
    for rung in (*ladder(policy), *escalations(policy)):
        if chased.delivered_on is None and rung.kind not in WITHOUT_CONTROLLER:
            continue
        falls_on = rung.falls_on(due_on, today)
        if falls_on is None:
            continue
        since = rung.sent_since(today) or due_on + _ONE_DAY
        if not any(one.kind is rung.kind and one.due_on >= since for one in sent):
            yield Notice(falls_on, rung.kind)


def _after_working(day: date, working_days: int, chased: Chased) -> date:
    """The working day that follows so many whole working days."""
    return add_working_days(day, working_days + 1, chased.zone, chased.extra_holidays)
