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
    OPT_OUTS_DELETED = "opt_outs_deleted"
    OBJECTIONS_DELETED = "objections_deleted"
    MAILS_DELETED = "mails_deleted"
    REPLAYS_DELETED = "replays_deleted"
    FILES_DELETED = "files_deleted"
    LOGS_DELETED = "logs_deleted"
    JOURNAL_DELETED = "journal_deleted"


class HoldReason(StrEnum):
    """Why a case is kept although its time is over (values are stored)."""

    COMPLAINT = "complaint"
    COURT = "court"
    DATA_BREACH = "data_breach"


@dataclass(frozen=True)
class RetentionPolicy:
    """Periods in days or months, each ending with its last day; notices are days before that end.

    Sources: CNIL guide for developers sheet 14 (logs: 6 to 12 months); EDPB coordinated action
    2024 (no borrowed periods); CNIL practice of three years at least for a list of objections,
    taken here for an opt-out taken back too; the rest is policy. `log_part_days`: a log has two
    parts, the one being written and the one before; `journal_days`: how far back a restored
    database can be completed; `replay_days`: for how long a program's repeated call gets its
    first answer again; `mail_days`: a mail that came back and that nobody put with a case.
    """

    content_months: int = 12
    answer_days_after_download: int = 30
    answer_days_after_arrival: int = 90
    answer_notice_days: int = 14
    procedure_months: int = 60
    consultations_months: int = 12
    account_months: int = 24
    account_notice_days: int = 30
    objection_months: int = 36
    opt_out_months: int = 36
    log_part_days: int = 90
    journal_days: int = 35
    replay_days: int = 30
    mail_days: int = 90


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


def mandate_kept_until(closed_on: date, policy: RetentionPolicy = POLICY) -> date:
    """The last day of what was said of who acts for a person (EDPB §80-81).

    The hub keeps no mandate beyond the request it was given for: it lives as long as the request,
    and then for the time of the facts of the procedure. Its document is never kept at all.
    """
    return last_kept_on(closed_on, policy.procedure_months)


def objection_kept_until(
    decided_on: date,
    *,
    is_in_use: bool,
    ended_on: date | None = None,
    policy: RetentionPolicy = POLICY,
) -> date | None:
    """The last day of a line of the list of objections; None as long as the data are in use.

    Who refused a use must stay refused while it lasts (GDPR 21; LIL 74). A line that a corrected
    answer ended proves the lists of earlier days, for the same time.
    """
    if ended_on is not None:
        return last_kept_on(ended_on, policy.objection_months)
    return None if is_in_use else last_kept_on(decided_on, policy.objection_months)


def opt_out_kept_until(reversed_on: date | None, policy: RetentionPolicy = POLICY) -> date | None:
    """The last day on which the register says who had opted out; None while the opt-out stands.

    One that was taken back still proves the lists of the permits approved before (EHDS 71(3)).
    """
    return None if reversed_on is None else last_kept_on(reversed_on, policy.opt_out_months)


def log_lines_kept_days(policy: RetentionPolicy = POLICY) -> int:
    """The most days that a line of the application's logs may live: both parts of a log."""
    return 2 * policy.log_part_days


def account_kept_until(
    seen_on: date, told_on: date | None, policy: RetentionPolicy = POLICY
) -> date:
    """The last day of an account nobody uses; a notice sent before she was last seen is void."""
    until = last_kept_on(seen_on, policy.account_months)
    if told_on is None or told_on < seen_on:
        return until
    return max(until, told_on + timedelta(days=policy.account_notice_days))
