"""How long each thing is kept, and what a run deletes, in words: one home for every page."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hub.domain.retention import (
    HoldReason,
    RetentionPolicy,
    RetentionStep,
    log_lines_kept_days,
)

STEPS = {
    RetentionStep.ANSWERS_TOLD: _l("Persons told that an answer will be deleted"),
    RetentionStep.ANSWERS_DELETED: _l("Answers deleted"),
    RetentionStep.CONTENTS_DELETED: _l("Requests and identities deleted"),
    RetentionStep.CONSULTATIONS_DELETED: _l("Lists of who looked deleted"),
    RetentionStep.PROCEDURES_DELETED: _l("Files of the procedure deleted"),
    RetentionStep.ACCOUNTS_TOLD: _l("Members told that their account will be deleted"),
    RetentionStep.ACCOUNTS_DELETED: _l("Unused accounts deleted"),
    RetentionStep.OPT_OUTS_DELETED: _l("Refusals of all reuse, taken back, deleted"),
    RetentionStep.OBJECTIONS_DELETED: _l("Lines of the list of objections deleted"),
    RetentionStep.MAILS_DELETED: _l("E-mails of no case deleted"),
    RetentionStep.REPLAYS_DELETED: _l("Answers kept for repeated calls of programs deleted"),
    RetentionStep.FILES_DELETED: _l("Files deleted from the store"),
    RetentionStep.LOGS_DELETED: _l("Parts of technical logs deleted"),
    RetentionStep.JOURNAL_DELETED: _l("Parts of the second copy of filings deleted"),
}
HOLD_REASONS = {
    HoldReason.COMPLAINT: _l("A complaint to the CNIL"),
    HoldReason.COURT: _l("A case before a court"),
    HoldReason.DATA_BREACH: _l("A personal data breach"),
}


def periods(policy: RetentionPolicy) -> list[dict[str, str]]:
    """What the hub keeps and for how long, as rows of a table for anybody."""
    told = ngettext(
        "We write to you %(num)s day before.",
        "We write to you %(num)s days before.",
        policy.answer_notice_days,
    )
    kept = (
        (
            _("Your request and its attachments"),
            _("%(period)s after it is closed", period=months_words(policy.content_months)),
        ),
        (
            _("Answers and their files"),
            _(
                "%(download)s days after you save all their files, %(arrival)s days after they "
                "arrive if you do not",
                download=policy.answer_days_after_download,
                arrival=policy.answer_days_after_arrival,
            )
            + ". "
            + told,
        ),
        (_("Copy of an identity document"), _("destroyed as soon as it is checked")),
        (
            _("Dates, decisions and proofs of sending"),
            _(
                "%(period)s after the request is closed, out of daily reach",
                period=months_words(policy.procedure_months),
            ),
        ),
        (
            _("Who acts for you, and within what limits"),
            _(
                "%(period)s after the request is closed; the paper itself is never kept",
                period=months_words(policy.procedure_months),
            ),
        ),
        (
            _("A refusal of all reuse, registered here, and what became of it"),
            _(
                "as long as it stands; once you have taken it back, %(period)s, to prove the lists "
                "of the days before",
                period=months_words(policy.opt_out_months),
            ),
        ),
        (
            _("The objections that were accepted"),
            _(
                "as long as the data are in use, and %(period)s at least, under a code that says "
                "nothing of you",
                period=months_words(policy.objection_months),
            ),
        ),
        (
            _("Who looked at your request"),
            _(
                "%(period)s after the request is closed and was last looked at",
                period=months_words(policy.consultations_months),
            ),
        ),
        (
            _("Accounts of the organisations’ staff"),
            _(
                "%(period)s after the last sign-in",
                period=months_words(policy.account_months),
            ),
        ),
    )
    of_service = (
        (
            _("Technical logs of this service"),
            _("%(days)s days at most", days=log_lines_kept_days(policy)),
        ),
        (
            _("Sealed second copy of your request, in case of a failure"),
            _("%(days)s days", days=policy.journal_days),
        ),
        (
            _("Answers given to programs, to repeat them"),
            _("%(days)s days", days=policy.replay_days),
        ),
        (
            _("E-mails received that belong to no case"),
            _("%(days)s days", days=policy.mail_days),
        ),
    )
    return [{"what": what, "period": period} for what, period in (*kept, *of_service)]


def months_words(months: int) -> str:
    """A period: "1 year", "18 months"."""
    if months % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", months // 12)
    return ngettext("%(num)s month", "%(num)s months", months)
