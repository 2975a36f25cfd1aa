"""What a request that did not come by the site must satisfy: when it arrived, and by what door.

The date of arrival is the date of receipt: the month runs from it, whoever keys it in and when
(GDPR 12(3); EDPB 01/2022 §159; RULES T2).
"""

from dataclasses import dataclass
from datetime import date, datetime

from hub.domain.working_days import start_of_day
from hub.errors import Invalid

GDPR_APPLIES_FROM = date(2018, 5, 25)
"""GDPR 99(2)."""


@dataclass(frozen=True)
class IntakePolicy:
    """What may be keyed in or imported; sizes and counts are a policy of the hub [P].

    `earliest_on` is the law's; `most_bytes` is the size of a file, `most_rows` of its table;
    files of up to `at_once` rows are imported while one waits, longer ones by a job.
    """

    earliest_on: date = GDPR_APPLIES_FROM
    most_bytes: int = 10 * 1024 * 1024
    most_rows: int = 5_000
    at_once: int = 50
    rows_per_turn: int = 2_000


POLICY = IntakePolicy()


class ArrivedBeforeGdpr(Invalid):
    """The GDPR did not apply yet on that day (GDPR 99(2))."""

    code = "arrived_before_gdpr"


class ArrivesInFuture(Invalid):
    """A request cannot have been received after today."""

    code = "arrives_in_future"


def arrival_instant(arrived_on: date, today: date, policy: IntakePolicy = POLICY) -> datetime:
    """The instant of receipt of what arrived on a day: its first in Paris, in UTC.

    Raises ArrivedBeforeGdpr, ArrivesInFuture.
    """
    if arrived_on < policy.earliest_on:
        raise ArrivedBeforeGdpr(field="arrived_on", earliest_on=policy.earliest_on)
    if arrived_on > today:
        raise ArrivesInFuture(field="arrived_on", today=today)
    return start_of_day(arrived_on)
