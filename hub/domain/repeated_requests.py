"""When an earlier request may make a new one excessive, and when it never can (GDPR 12(5)).

EDPB 01/2022 §185: an interval of one year is never excessive. The burden of proof is the
controller's, which names the earlier requests that it means: those made to itself, no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hub.domain.working_days import add_months
from hub.errors import Invalid

EXCESSIVE = "ALL-EXCESSIVE"


@dataclass(frozen=True)
class RepeatPolicy:
    """After how many months a request is never excessive because of an earlier one [P]."""

    never_excessive_months: int = 12


REPEATS = RepeatPolicy()


@dataclass(frozen=True, order=True)
class EarlierRequest:
    """A request of the same person to the same controller, for the same right, before this one."""

    received_on: date
    number: str


class NeverExcessive(Invalid):
    """The last earlier request is too long ago to make this one excessive; `facts` name it."""

    code = "never_excessive"


class EarlierNotNamed(Invalid):
    """The evidence names none of the earlier requests that count."""

    code = "earlier_not_named"


def that_count(
    earlier: Iterable[EarlierRequest], received_on: date, policy: RepeatPolicy = REPEATS
) -> tuple[EarlierRequest, ...]:
    """Those close enough to this one, the latest first."""
    months = policy.never_excessive_months
    close = (one for one in earlier if received_on < add_months(one.received_on, months))
    return tuple(sorted(close, reverse=True))


def check_excessive(
    earlier: Iterable[EarlierRequest],
    received_on: date,
    evidence: str,
    policy: RepeatPolicy = REPEATS,
) -> None:
    """Whether a refusal as excessive may rest on what came before.

    With no earlier request known to the hub, the evidence alone is judged elsewhere. Raises
    NeverExcessive, EarlierNotNamed.
    """
    known = sorted(earlier, reverse=True)
    if not known:
        return
    close = that_count(known, received_on, policy)
    if not close:
        last = known[0]
        raise NeverExcessive(field="ground", number=last.number, received_on=last.received_on)
    if not any(one.number in evidence.upper() for one in close):
        numbers = [one.number for one in close]
        raise EarlierNotNamed(field="evidence", numbers=numbers)
