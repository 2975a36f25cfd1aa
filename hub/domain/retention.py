"""How long each thing is kept: rules of dates alone, so that any day can be replayed.

No text sets a period for the file of a request; each one here is a choice of the hub [P], in one
table, to be weighed by counsel (GDPR 5(1)(c) and (e), recital 64: never kept only to be able to
answer later requests; "keep the facts of the procedure, not its substance").
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.domain.working_days import add_months

_ONE_DAY = timedelta(days=1)


class RetentionStep(StrEnum):
    """What a run does, in the order in which it does it (values are stored in its report)."""

    ANSWERS_TOLD = "answers_told"
    ANSWERS_DELETED = "answers_deleted"
    CONTENTS_DELETED = "contents_deleted"
    CONSULTATIONS_DELETED = "consultations_deleted"
    PROCEDURES_DELETED = "procedures_deleted"
    ACCOUNTS_TOLD = "accounts_told"
    ACCOUNTS_DELETED = "accounts_deleted"
    FILES_DELETED = "files_deleted"


class HoldReason(StrEnum):
    """Why a case is kept although its time is over (values are stored)."""

    COMPLAINT = "complaint"
    COURT = "court"
    DATA_BREACH = "data_breach"


@dataclass(frozen=True)
class RetentionPolicy:
    """Periods in days or months, each ending with its last day; notices are days before that end.

    Sources: CNIL guide for developers sheet 14 (logs: 6 to 12 months); EDPB coordinated action
    2024 (no borrowed periods); the rest is policy.
    """

    content_months: int = 12
    answer_days_after_download: int = 30
    answer_days_after_arrival: int = 90
    answer_notice_days: int = 14
    procedure_months: int = 60
    consultations_months: int = 12
    account_months: int = 24
    account_notice_days: int = 30


POLICY = RetentionPolicy()


def last_kept_on(since: date, months: int) -> date:
    """The last day on which something is kept: the same-numbered day, `months` later."""
    return add_months(since, months)


def latest_start_over(today: date, months: int) -> date:
    """The latest day since which a period of so many months is over on the morning of `today`."""
    day = add_months(today, -months)
    while last_kept_on(day, months) >= today:
        day -= _ONE_DAY
    return day


def answer_kept_until(
    arrived_on: date,
    downloaded_on: date | None,
    told_on: date | None = None,
    policy: RetentionPolicy = POLICY,
) -> date:
    """The last day on which an answer can be opened in the hub.

    It runs from the download of its last file, else from its arrival; a letter alone is never
    downloaded. A notice that left late (`told_on`) gives the person its whole time all the same.
    """
    if downloaded_on is None:
        until = arrived_on + timedelta(days=policy.answer_days_after_arrival)
    else:
        until = downloaded_on + timedelta(days=policy.answer_days_after_download)
    if told_on is None:
        return until
    return max(until, told_on + timedelta(days=policy.answer_notice_days))


def answer_told_on(until: date, policy: RetentionPolicy = POLICY) -> date:
    """The first day on which the person is told that an answer will be deleted after `until`."""
    return until - timedelta(days=policy.answer_notice_days)


def account_kept_until(
    seen_on: date, told_on: date | None, policy: RetentionPolicy = POLICY
) -> date:
    """The last day of an account nobody uses; a notice sent before she was last seen is void."""
    until = last_kept_on(seen_on, policy.account_months)
    if told_on is None or told_on < seen_on:
        return until
    return max(until, told_on + timedelta(days=policy.account_notice_days))
