"""The figures a DPO answers for: on time, late, outcome, median delay, by right and controller."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import ENDED, UNDELIVERED, ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.domain.working_days import local_date, start_of_day
from hub.models.directory import Organisation
from hub.models.referral import Referral

_ENDED_WITHOUT_ANSWER = ENDED - {ReferralState.CLOSED}


@dataclass(frozen=True)
class Figures:
    """Counts of one group of referrals; `median_days` is None while nothing was answered."""

    received: int
    answered: int
    on_time: int
    late: int
    extended: int
    median_days: float | None

    @property
    def on_time_share(self) -> float | None:
        """The share (0 to 1) of ended matters that were on time: answers in time / due by now."""
        due = self.on_time + self.late
        return self.on_time / due if due else None

    @property
    def extended_share(self) -> float | None:
        """The share (0 to 1) of requests whose time was extended: it should stay the exception."""
        return self.extended / self.received if self.received else None


@dataclass(frozen=True)
class Indicators:
    """All the figures of a period."""

    whole: Figures
    by_right: dict[Right, Figures]
    by_controller: dict[str, Figures]
    by_outcome: dict[Outcome, int]
    by_month: dict[date, int]
    by_quarter: dict[date, Figures]


@dataclass(frozen=True)
class _Fact:
    right: Right
    controller: str
    received_on: date
    answered_on: date | None
    due_on: date | None
    state: ReferralState
    outcome: Outcome | None
    is_extended: bool

    def is_late(self, today: date) -> bool:
        """Answered after its date, or still open after it."""
        if self.due_on is None or self.state in _ENDED_WITHOUT_ANSWER:
            return False
        return (self.answered_on or today) > self.due_on

    def is_on_time(self) -> bool:
        """Answered on or before its date."""
        return bool(self.answered_on and self.due_on and self.answered_on <= self.due_on)


def indicators(
    session: Session, organisation_id: UUID | None, since_on: date, today: date
) -> Indicators:
    """The figures of referrals received since a day; of all controllers when none is given."""
    facts = [_fact(*row) for row in _light_rows(session, organisation_id, since_on)]
    by_right: dict[Right, list[_Fact]] = defaultdict(list)
    by_controller: dict[str, list[_Fact]] = defaultdict(list)
    for fact in facts:
        by_right[fact.right].append(fact)
        by_controller[fact.controller].append(fact)
    outcomes = Counter(fact.outcome for fact in facts if fact.outcome)
    months = Counter(fact.received_on.replace(day=1) for fact in facts)
    by_quarter: dict[date, list[_Fact]] = defaultdict(list)
    for fact in facts:
        by_quarter[_quarter(fact.received_on)].append(fact)
    return Indicators(
        whole=_figures(facts, today),
        by_right={right: _figures(by_right[right], today) for right in Right if right in by_right},
        by_controller={
            name: _figures(group, today) for name, group in sorted(by_controller.items())
        },
        by_outcome={outcome: outcomes[outcome] for outcome in Outcome if outcomes[outcome]},
        by_month={month: months[month] for month in _months(since_on, today)},
        by_quarter={
            quarter: _figures(by_quarter[quarter], today)
            for quarter in dict.fromkeys(_quarter(month) for month in _months(since_on, today))
        },
    )


def _light_rows(session: Session, organisation_id: UUID | None, since_on: date) -> Iterable[Any]:
    wanted = (
        select(
            Referral.right,
            Organisation.name,
            Referral.received_at,
            Referral.answered_at,
            Referral.due_on,
            Referral.state,
            Referral.outcome,
            Referral.is_extended,
        )
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(Referral.received_at >= start_of_day(since_on))
    )
    if organisation_id is not None:
        wanted = wanted.where(
            Referral.organisation_id == organisation_id, Referral.state.not_in(UNDELIVERED)
        )
    return session.execute(wanted)


def _fact(
    right: Right,
    controller: str,
    received_at: datetime,
    answered_at: datetime | None,
    *rest: Any,
) -> _Fact:
    answered_on = local_date(answered_at) if answered_at else None
    return _Fact(right, controller, local_date(received_at), answered_on, *rest)


def _figures(facts: list[_Fact], today: date) -> Figures:
    delays = [(f.answered_on - f.received_on).days for f in facts if f.answered_on]
    return Figures(
        received=len(facts),
        answered=len(delays),
        on_time=sum(fact.is_on_time() for fact in facts),
        late=sum(fact.is_late(today) for fact in facts),
        extended=sum(fact.is_extended for fact in facts),
        median_days=float(median(delays)) if delays else None,
    )


def _quarter(day: date) -> date:
    """The first day of its quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _months(since_on: date, today: date) -> list[date]:
    months, month = [], since_on.replace(day=1)
    while month <= today:
        months.append(month)
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return months
