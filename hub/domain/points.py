"""The points of the law that the hub applies and that counsel has still to confirm.

One list: what is read from memory, and what is a choice of the hub. A number names its place in
`Policies`; a rule without number is built in, and changing it is a change of the law's version.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.domain.acknowledgements import POLICY as ACK
from hub.domain.complaints import POLICY as CNIL
from hub.domain.incidents import NOTIFY_WITHIN_HOURS
from hub.domain.intake import POLICY as INTAKE
from hub.domain.notices import POLICY as CHASED
from hub.domain.notification import UNREAD_DAYS
from hub.domain.opt_outs import OPT_OUTS
from hub.domain.policies import BOUNDS
from hub.domain.representation import POLICY as ACTING
from hub.domain.second_reading import POLICY as READ


class Standing(StrEnum):
    """Why a point is to be confirmed."""

    FROM_MEMORY = "from_memory"
    POLICY = "policy"


class Theme(StrEnum):
    """The parts of the list, in its order."""

    TIME = "time"
    RIGHTS = "rights"
    IDENTITY = "identity"
    RETENTION = "retention"
    CHASING = "chasing"
    HUB = "hub"


class Unit(StrEnum):
    """What a number counts; of yes and no, 0 is no and 1 is yes."""

    BYTES = "bytes"
    DATE = "date"
    DAYS = "days"
    HOURS = "hours"
    MINUTE_OF_DAY = "minute_of_day"
    MINUTES = "minutes"
    MONTHS = "months"
    PERCENT = "percent"
    ROWS = "rows"
    TIMES = "times"
    WORKING_DAYS = "working_days"
    YEARS = "years"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Point:
    """One point. `code` is its name in `Policies` for a number of theirs; `fixed` is built in.

    What is built in and belongs to another policy of the domain is read from that policy.
    """

    code: str
    theme: Theme
    standing: Standing
    source: str
    unit: Unit | None = None
    fixed: int | date | None = None

    @property
    def setting(self) -> str | None:
        """Its name in `Policies`, for a number of theirs."""
        return self.code if "." in self.code else None

    @property
    def may_be_changed(self) -> bool:
        """Whether a variable of the configuration changes it."""
        return self.code in BOUNDS


M, P = Standing.FROM_MEMORY, Standing.POLICY
TIME, RIGHTS, RETENTION, CHASING = Theme.TIME, Theme.RIGHTS, Theme.RETENTION, Theme.CHASING
ID, YES_NO = Theme.IDENTITY, Unit.YES_NO
MORNING = CHASED.morning.hour * 60 + CHASED.morning.minute
D, MONTHS, WORKING = Unit.DAYS, Unit.MONTHS, Unit.WORKING_DAYS

POINTS: tuple[Point, ...] = (
    Point("end_rolls", TIME, M, "Règl. 1182/71, art. 2(2), 3(3), 3(4)"),
    Point("national_holidays", TIME, M, "Règl. 1182/71, art. 2(1) ; C. trav. L3133-1"),
    Point("local_holidays", TIME, P, "C. trav. L3134-13, L3422-2"),
    Point("extension_from_receipt", TIME, P, "RGPD 12(3)"),
    Point("pause_is_added", TIME, M, "Décret 2019-536, art. 77 ; C. civ. 2230"),
    Point("prompt_question", TIME, P, "CEPD 01/2022, § 159", WORKING, 5),
    Point("no_pause_for_precision", TIME, P, "RGPD, cons. 63 ; CEPD 01/2022, § 159"),
    Point("medical_file_reflection", TIME, M, "CSP L1111-7", Unit.HOURS, 48),
    Point("medical_file_no_roll", TIME, P, "CSP L1111-7"),
    Point("course.reply_days", TIME, P, "CEPD 01/2022, § 159", D),
    Point("course.question_reminder_days", TIME, P, "RGPD 12(2)", D),
    Point("course.question_closing_days", TIME, P, "RGPD 11(2), 12(2)", D),
    Point("objection_lil_74", RIGHTS, M, "LIL 74"),
    Point("objection_through_hospitals", RIGHTS, M, "MR-006"),
    Point("warehouse_objection", RIGHTS, M, "CNIL, référentiel EDS"),
    Point("anonymous_data", RIGHTS, M, "RGPD, cons. 26"),
    Point("joint_controllers", RIGHTS, M, "RGPD 26(3)"),
    Point("unread_notification", RIGHTS, M, "CRPA R112-20", D, UNREAD_DAYS),
    Point("no_derogation_19_20", RIGHTS, M, "RGPD 89(2)"),
    Point("courts", RIGHTS, M, "CJA R421-1"),
    Point("levels", Theme.IDENTITY, P, "RGPD 12(6) ; CEPD 01/2022, § 65-79"),
    Point("answers_need_more", Theme.IDENTITY, P, "RGPD 32"),
    Point("represented_is_told", Theme.IDENTITY, P, "RGPD 5(1)(a) ; CEPD 01/2022, § 80-81"),
    Point("mandate_judged_at_the_door", Theme.IDENTITY, P, "Décret 2019-536, art. 77"),
    Point("not_me_stops", Theme.IDENTITY, P, "RGPD 32 ; CEPD 01/2022, § 81"),
    Point("her_agreement", Theme.IDENTITY, P, "Décret 2019-536, art. 77 ; RGPD 12(6)"),
    Point("code_after_a_mandate", Theme.IDENTITY, P, "RGPD 12(6), 32 ; C. civ. 2004"),
    Point("known_mailbox_is_told", Theme.IDENTITY, P, "RGPD 5(1)(a), 32"),
    Point("codes.waiting_hours", Theme.IDENTITY, P, "RGPD 12(6), 32", Unit.HOURS),
    Point("codes.valid_days", Theme.IDENTITY, P, "RGPD 12(6), 32", D),
    Point("identity.takes_copies", Theme.IDENTITY, P, "CEPD 01/2022, § 74-79", YES_NO),
    Point("identity.longest_days", Theme.IDENTITY, P, "CEPD 01/2022, § 79", D),
    Point("proofs.asked", Theme.IDENTITY, P, "RGPD 32 ; CEPD 01/2022, § 65-79", YES_NO),
    Point("proofs.visit_minutes", Theme.IDENTITY, P, "RGPD 32", Unit.MINUTES),
    Point("proofs.controller_days", Theme.IDENTITY, P, "RGPD 32", D),
    Point("proofs.letter_days", Theme.IDENTITY, P, "RGPD 32", D),
    Point("proofs.letter_tries", Theme.IDENTITY, P, "RGPD 32", Unit.TIMES),
    Point("retention.content_months", RETENTION, P, "RGPD 5(1)(e)", MONTHS),
    Point("retention.answer_days_after_download", RETENTION, P, "RGPD 5(1)(c), 5(1)(e)", D),
    Point("retention.answer_days_after_arrival", RETENTION, P, "RGPD 5(1)(c), 5(1)(e)", D),
    Point("retention.answer_notice_days", RETENTION, P, "RGPD 5(1)(a), 12(2)", D),
    Point("retention.procedure_months", RETENTION, P, "RGPD 5(2) ; C. civ. 2224", MONTHS),
    Point("retention.consultations_months", RETENTION, M, "CNIL, délib. 2021-122", MONTHS),
    Point("retention.account_months", RETENTION, P, "RGPD 5(1)(e)", MONTHS),
    Point("retention.account_notice_days", RETENTION, P, "RGPD 5(1)(e)", D),
    Point("retention.objection_months", RETENTION, P, "RGPD 21 ; LIL 74", MONTHS),
    Point("retention.opt_out_months", RETENTION, P, "EEDS 71(3) ; RGPD 5(1)(e)", MONTHS),
    Point("retention.log_part_days", RETENTION, P, "CNIL, délib. 2021-122", D),
    Point("retention.journal_days", RETENTION, P, "RGPD 5(1)(f), 32(1)(c)", D),
    Point("retention.replay_days", RETENTION, P, "RGPD 5(1)(e)", D),
    Point("retention.mail_days", RETENTION, P, "RGPD 5(1)(e)", D),
    Point("chasing.first_before", CHASING, P, "RGPD 5(2), 24", D),
    Point("chasing.second_before", CHASING, P, "RGPD 5(2), 24", D),
    Point("chasing.last_before", CHASING, P, "RGPD 5(2), 24", D),
    Point("chasing.weekly", CHASING, P, "RGPD 5(2), 24", D),
    Point("chasing.dpo_after", CHASING, P, "RGPD 39(1)(b)", D),
    Point("chasing.hub_dpo_after", CHASING, P, "RGPD 39(1)(b)", D),
    Point("chasing.person_after", CHASING, P, "RGPD 12(2), 77", D),
    Point("chasing.unacknowledged_after_working", CHASING, P, "RGPD 12(2)", WORKING),
    Point("chasing.second_reader_after_working", CHASING, P, "CEPD, action 2025", WORKING),
    Point("course.confirmation_days", Theme.HUB, P, "CEPD 01/2022, § 52-57", D),
    Point("course.confirmation_reminder_days", Theme.HUB, P, "RGPD 12(2)", D),
    Point("course.closing_days", Theme.HUB, P, "RGPD 5(1)(e)", D),
    Point("repeats.never_excessive_months", RIGHTS, P, "RGPD 12(5) ; CEPD 01/2022, § 185", MONTHS),
    Point("joined_requests", RIGHTS, P, "RGPD 12(3), 12(5)"),
    Point("opt_outs.cut_off_minute", RIGHTS, P, "EEDS 71(3) ; TEHDAS2 D8.1", Unit.MINUTE_OF_DAY),
    Point("intake_earliest_on", TIME, M, "RGPD 99(2)", Unit.DATE, INTAKE.earliest_on),
    Point("acknowledgements_silence", TIME, M, "CRPA L231-1, L231-4"),
    Point(
        "acknowledgements_silence_months",
        TIME,
        M,
        "CRPA L231-1, L231-4",
        MONTHS,
        ACK.silence_months,
    ),
    Point("acknowledgements_court_months", RIGHTS, M, "CJA R421-1", MONTHS, ACK.court_months),
    Point(
        "acknowledgements_days_to_complete",
        TIME,
        P,
        "CRPA R112-11-4, L114-5",
        D,
        ACK.days_to_complete,
    ),
    Point("representation_acts_alone_from", ID, M, "LIL 70", Unit.YEARS, ACTING.acts_alone_from),
    Point("representation_adult_from", ID, M, "C. civ. 414", Unit.YEARS, ACTING.adult_from),
    Point(
        "second_reading_wanted_by_default",
        RIGHTS,
        P,
        "CEPD, action 2025",
        YES_NO,
        int(READ.wanted_by_default),
    ),
    Point(
        "second_reading_programs_may_lack_reason",
        RIGHTS,
        P,
        "CEPD, action 2025",
        YES_NO,
        int(READ.programs_may_lack_reason),
    ),
    Point("opt_outs_from_on", RIGHTS, M, "EEDS 105", Unit.DATE, OPT_OUTS.from_on),
    Point("chasing_morning", CHASING, P, "RGPD 5(2), 24", Unit.MINUTE_OF_DAY, MORNING),
    Point("intake_most_bytes", Theme.HUB, P, "RGPD 12(2)", Unit.BYTES, INTAKE.most_bytes),
    Point("intake_most_rows", Theme.HUB, P, "RGPD 12(2)", Unit.ROWS, INTAKE.most_rows),
    Point("intake_at_once", Theme.HUB, P, "RGPD 12(2)", Unit.ROWS, INTAKE.at_once),
    Point("intake_rows_per_turn", Theme.HUB, P, "RGPD 12(2)", Unit.ROWS, INTAKE.rows_per_turn),
    Point(
        "cnil_file_most_bytes_of_files",
        Theme.HUB,
        P,
        "RGPD 77",
        Unit.BYTES,
        CNIL.most_bytes_of_files,
    ),
    Point("controls.most_extended_percent", TIME, P, "CEPD 01/2022, § 162", Unit.PERCENT),
    Point("controls.most_questioned_percent", ID, P, "CEPD 01/2022, § 159", Unit.PERCENT),
    Point("records.review_months", Theme.HUB, P, "RGPD 5(2), 24, 35(11)", MONTHS),
    Point("records.soon_days", Theme.HUB, P, "RGPD 5(2), 24", D),
    Point(
        "incidents_notify_within_hours",
        Theme.HUB,
        M,
        "RGPD 33(1) ; Règl. 1182/71, art. 3",
        Unit.HOURS,
        NOTIFY_WITHIN_HOURS,
    ),
    Point("special_category", Theme.HUB, P, "RGPD 9"),
    Point("mails_without_content", Theme.HUB, P, "RGPD 32 ; LIL 70"),
    Point("health_data_host", Theme.HUB, M, "CSP L1111-8"),
    Point("dpo_does_not_decide", Theme.HUB, M, "RGPD 38, 39"),
)

OPEN_QUESTIONS = (
    "snds_addressee",
    "decree_wording",
    "silence_regime",
    "role_of_the_hub",
    "mandate_or_post",
    "refusal_and_pause",
    "holidays_option",
)
"""What the texts read so far leave open, for counsel and the exchange with the CNIL."""
