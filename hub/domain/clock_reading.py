"""What a clock says once read: tracks, typed steps of the explanation, and the reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hub.domain.clock_ledger import Pause
from hub.domain.working_days import CALENDAR_VERSION, DayOff, HolidayZone

RULE_VERSION = "2026.1"


class Track(StrEnum):
    """Which rule `due_on` follows; one request may run on several at once."""

    ACKNOWLEDGEMENT = "acknowledgement"
    CADA_APPEAL = "cada_appeal"
    CNIL_COMPLAINT = "cnil_complaint"
    GDPR = "gdpr"
    GDPR_REFUSAL = "gdpr_refusal"
    MEDICAL_FILE_OLD = "medical_file_old"
    MEDICAL_FILE_RECENT = "medical_file_recent"
    REGISTRATION_RECEIPT = "registration_receipt"
    SILENCE_CADA = "silence_cada"
    SILENCE_PUBLIC_BODY = "silence_public_body"


SUSPENDABLE = frozenset({Track.GDPR, Track.CNIL_COMPLAINT})
"""Tracks an identity question stops: the French decree suspends the time of 12(3) only."""


class ExtensionReason(StrEnum):
    """Causes that make an extension lawful (GDPR 12(3); EDPB guidelines 01/2022 §162-164)."""

    EXCEPTIONAL_INFLUX = "exceptional_influx"
    MAKING_INTELLIGIBLE = "making_intelligible"
    NUMBER_OF_REQUESTS = "number_of_requests"
    REDACTION = "redaction"
    SCATTERED_DATA = "scattered_data"
    VOLUME = "volume"


class ClockStatus(StrEnum):
    """Where a clock stands on a given day."""

    DUE_SOON = "due_soon"
    ON_TIME = "on_time"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    SUSPENDED = "suspended"


class StepKind(StrEnum):
    """One sentence of the explanation; the comment gives the keys of its values."""

    DAYS_ADDED = "days_added"  # from_on, to_on, days
    DUE = "due"  # due_on, track
    EXTENDED = "extended"  # notified_on, reason
    EXTENSION_ALREADY_MADE = "extension_already_made"  # notified_on
    EXTENSION_BEFORE_RECEIPT = "extension_before_receipt"  # notified_on
    EXTENSION_CANCELLED = "extension_cancelled"  # cancelled_on
    EXTENSION_TOO_LATE = "extension_too_late"  # notified_on, notice_limit_on
    EXTENSION_WITHOUT_REASON = "extension_without_reason"  # notified_on
    MONTHS_ADDED = "months_added"  # from_on, to_on, months, day_missing
    NOTICE_LIMIT = "notice_limit"  # notice_limit_on
    NOT_BEFORE = "not_before"  # not_before_at
    PAUSE_ADDED = "pause_added"  # from_on, to_on, days
    PAUSE_ASKED_LATE = "pause_asked_late"  # asked_on, expected_on
    PAUSE_COUNTED = "pause_counted"  # asked_on, answered_on, days
    PAUSE_OPEN = "pause_open"  # asked_on
    PAUSE_TOO_LATE = "pause_too_late"  # asked_on, strict_on
    PAUSE_WITHOUT_REASON = "pause_without_reason"  # asked_on
    RECEIVED = "received"  # received_on
    REFUSAL = "refusal"  # refusal_due_on
    ROLLED = "rolled"  # from_on, to_on, days_off
    START_CORRECTED = "start_corrected"  # from_on, to_on
    STOPPED = "stopped"  # stopped_on, in_time
    STRICT = "strict"  # strict_on
    SUSPENDED = "suspended"  # strict_on
    WORKING_DAYS_ADDED = "working_days_added"  # from_on, to_on, days


StepValue = date | datetime | int | str | tuple[DayOff, ...]


@dataclass(frozen=True)
class Step:
    """One step of the explanation, worded in hub/web; dates are local, `values` by name."""

    kind: StepKind
    values: Mapping[str, StepValue] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ClockReading:
    """The legal time of a referral, read from its ledger.

    `strict_on` ignores every pause and extension; `notice_limit_on` is the last day to notify an
    extension; `refusal_due_on` the last day to refuse (GDPR 12(4)); `cnil_unlock_on` the first day
    without an answer in time. `due_on` is the track's date. Those that a pause holds are None
    while it is open. `protective_on` counts an extension from the end of the first month instead
    of from receipt. `paused_since` is set while an identity question that counts is open.
    """

    track: Track
    zone: HolidayZone
    received_at: datetime
    received_on: date
    strict_on: date
    due_on: date | None
    notice_limit_on: date | None
    refusal_due_on: date
    cnil_unlock_on: date | None
    not_before_at: datetime | None
    protective_on: date | None
    suspended: bool
    extended: bool
    extended_on: date | None
    paused_days: int
    paused_since: date | None
    pauses: tuple[Pause, ...]
    question_asked_late: bool
    stopped_on: date | None
    steps: tuple[Step, ...]
    extra_holidays: frozenset[date] = frozenset()
    rule_version: str = RULE_VERSION
    calendar_version: str = CALENDAR_VERSION
