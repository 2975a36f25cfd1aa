"""A document in the wrong hands: what the register must hold, and until when to notify it.

GDPR 33(1) gives 72 hours from the moment one is aware; 33(5) says what is written down of every
breach, notified or not; 34 who tells the persons. The hours are counted strictly: a holiday or a
Sunday moves nothing [P].
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum

from hub.domain.working_days import local_date
from hub.errors import HubError

NOTIFY_WITHIN_HOURS = 72
LONGEST_WORDS = 4_000


class IncidentRisk(StrEnum):
    """The risk for the persons, as assessed (values are stored)."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"


class IncidentState(StrEnum):
    """Where an incident stands; late: its 72 hours are over and nothing says whether to notify."""

    LATE = "late"
    OPEN = "open"
    CLOSED = "closed"


class IncidentIncomplete(HubError):
    """The register lacks something before it can be closed: `facts['missing']` are its fields."""

    code = "incident_incomplete"


@dataclass(frozen=True)
class IncidentEntry:
    """What the register says of one breach (GDPR 33(5)).

    `not_notified` and `not_told` say why, where the CNIL or the persons are not told; `delay` why
    the CNIL was told after 72 hours (33(1)).
    """

    facts: str = ""
    effects: str = ""
    measures: str = ""
    risk: IncidentRisk | None = None
    notified_on: date | None = None
    cnil_number: str = ""
    delay: str = ""
    not_notified: str = ""
    told_on: date | None = None
    not_told: str = ""

    @property
    def says_whether_notified(self) -> bool:
        """Whether it was notified, or the register says why not."""
        return self.notified_on is not None or bool(self.not_notified.strip())


def notify_by(opened_at: datetime) -> datetime:
    """The last moment to notify the CNIL (GDPR 33(1))."""
    return opened_at + timedelta(hours=NOTIFY_WITHIN_HOURS)


def state_of(
    opened_at: datetime, closed_at: datetime | None, entry: IncidentEntry, now: datetime
) -> IncidentState:
    """Where an incident stands now."""
    if closed_at is not None:
        return IncidentState.CLOSED
    is_late = now >= notify_by(opened_at) and not entry.says_whether_notified
    return IncidentState.LATE if is_late else IncidentState.OPEN


def missing(entry: IncidentEntry, opened_at: datetime) -> tuple[str, ...]:
    """What the register still lacks before it may be closed, by the names of its fields.

    Where a risk is likely the CNIL is notified, and where it is high the persons are told, unless
    a reason of article 34(3) is given: then no word takes the place of the notification.
    """
    lacking = [name for name in ("facts", "effects", "measures") if not _said(entry, name)]
    if entry.risk is None:
        lacking.append("risk")
    if entry.notified_on is None:
        if entry.risk in {IncidentRisk.RISK, IncidentRisk.HIGH}:
            lacking.append("notified_on")
        elif not _said(entry, "not_notified"):
            lacking.append("not_notified")
    elif entry.notified_on > local_date(notify_by(opened_at)) and not _said(entry, "delay"):
        lacking.append("delay")
    if entry.told_on is None and not _said(entry, "not_told"):
        lacking.append("not_told")
    return tuple(lacking)


def texts() -> tuple[str, ...]:
    """The fields of an entry that are words."""
    return tuple(one.name for one in fields(IncidentEntry) if one.type is str)


def _said(entry: IncidentEntry, name: str) -> bool:
    return bool(str(getattr(entry, name)).strip())
