"""The register of opt-outs from secondary use: what stands, and for which permits.

Regulation (EU) 2025/327 (EHDS) art. 71: at any time, without reason, reversible, and for permits
approved after it alone. An act counts from the moment it is recorded: no clock runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hub.domain.representation import Capacity, Objection, Representation, stand
from hub.domain.rights import Right
from hub.domain.rights_table import SECONDARY_USE_FROM_ON
from hub.domain.working_days import PARIS, local_date
from hub.errors import Conflict, Invalid

LONGEST_REASON = 500
LAST_MINUTE = 23 * 60 + 59
_ONE_DAY = timedelta(days=1)
MAY_ACT = frozenset({Capacity.GUARDIAN, Capacity.PARENT})
"""Who may opt another out: a child's parents, whoever was appointed for an adult (LIL 70)."""


class MayNotActFor(Invalid):
    """Who acts may not opt this person out: `facts['objection']` says why, None for a capacity."""

    code = "may_not_act_for"


class OptOutAct(StrEnum):
    """What the register holds of one person, act after act (values are stored for ever)."""

    REGISTERED = "registered"
    REVERSED = "reversed"


@dataclass(frozen=True)
class OptOutPolicy:
    """From when the register is open (EHDS 105), and the daily cut-off [P], in minutes of Paris.

    A permit approved on a day is measured against the list as it stood at the cut-off of that
    day: what was recorded before it counts for the permit, whatever the hour of the approval.
    """

    from_on: date = SECONDARY_USE_FROM_ON
    cut_off_minute: int = LAST_MINUTE

    def is_open(self, today: date) -> bool:
        """Whether anybody may register on this day."""
        return today >= self.from_on

    @property
    def cut_off(self) -> time:
        """The hour of the daily cut-off."""
        hours, minutes = divmod(self.cut_off_minute, 60)
        return time(hours, minutes)


OPT_OUTS = OptOutPolicy()


@dataclass(frozen=True)
class RecordedAct:
    """One act of the register and the moment from which it counts."""

    act: OptOutAct
    recorded_at: datetime


def cut_off_for(permit_on: date, policy: OptOutPolicy = OPT_OUTS) -> datetime:
    """The instant at which the list is read for the permits approved on a day."""
    return datetime.combine(permit_on, policy.cut_off, PARIS)


def counts_from(recorded_at: datetime, policy: OptOutPolicy = OPT_OUTS) -> date:
    """The first day whose permits an act counts for: its own, or the next after the cut-off."""
    on = local_date(recorded_at)
    return on if recorded_at < cut_off_for(on, policy) else on + _ONE_DAY


def stands_at(acts: Iterable[RecordedAct], instant: datetime) -> bool:
    """Whether a person was opted out just before an instant: her last act before it decides."""
    return _stands(one for one in acts if one.recorded_at < instant)


def stands_for_permit(
    acts: Iterable[RecordedAct], permit_on: date, policy: OptOutPolicy = OPT_OUTS
) -> bool:
    """Whether a permit approved on a day must leave the person out (EHDS 71(3)).

    A reversal opens her data, those of the time of the opt-out too, to later permits only; an
    earlier permit keeps the list it was given.
    """
    return stands_at(acts, cut_off_for(permit_on, policy))


def next_act(acts: Iterable[RecordedAct]) -> OptOutAct:
    """The one act that is open now: to reverse what stands, or to register (again)."""
    return OptOutAct.REVERSED if _stands(acts) else OptOutAct.REGISTERED


def check_may_act(said: Representation, birth_date: date | None, today: date) -> None:
    """Raises MayNotActFor for another capacity, or for the parent of an adult.

    An opt-out made for a child stays when she comes of age: she may take it back herself.
    """
    if said.capacity not in MAY_ACT:
        raise MayNotActFor(field="capacity", objection=None)
    objection: Objection | None = stand(
        said, Right.SECONDARY_USE_OPT_OUT, birth_date, today
    ).objection
    if objection is not None:
        raise MayNotActFor(field="capacity", objection=objection)


def check_may(act: OptOutAct, acts: Iterable[RecordedAct]) -> None:
    """Raises Conflict when the register says so already: pressed twice, it is one act."""
    if act is not next_act(acts):
        raise Conflict(already=act.value)


def _stands(acts: Iterable[RecordedAct]) -> bool:
    """Whether the last act is an opt-out; of two at one instant, the later in the register."""
    ordered = sorted(acts, key=lambda one: one.recorded_at)
    return bool(ordered) and ordered[-1].act is OptOutAct.REGISTERED
