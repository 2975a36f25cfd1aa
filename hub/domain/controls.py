"""The thirty controls by which a DPO proves how requests are handled: what each needs to be held.

A control is held when what it counts has no fault. What lies sealed, or is kept by somebody else,
cannot be counted: the page then says why, and never shows a zero instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ControlState(StrEnum):
    """What the figures of today say of one control."""

    HELD = "held"
    TO_LOOK_AT = "to_look_at"
    NOT_COUNTED = "not_counted"


class Figure(StrEnum):
    """What a control counts, in the order in which it is shown."""

    ACCESSIBILITY_AUDIT_ON = "accessibility_audit_on"
    ACTIVITY_REPORT_ON = "activity_report_on"
    AGREEMENTS = "agreements"
    ANSWERED = "answered"
    BREACH_HOLDS = "breach_holds"
    CASES = "cases"
    CHAINS = "chains"
    COMPLAINTS = "complaints"
    DATABASES = "databases"
    DECISIONS = "decisions"
    DELIVERED = "delivered"
    EXTENSIONS = "extensions"
    FEES = "fees"
    FILES_MADE = "files_made"
    IDENTITY_COPIES = "identity_copies"
    IDENTITY_QUESTIONS = "identity_questions"
    IMPACT_ASSESSMENT_ON = "impact_assessment_on"
    INCIDENTS = "incidents"
    INCIDENTS_OPEN = "incidents_open"
    INFORMATION_NOTICE_ON = "information_notice_on"
    LAST_RUN_ON = "last_run_on"
    LOG_DAYS = "log_days"
    MOST_PERCENT = "most_percent"
    NOTICES = "notices"
    OPT_OUTS = "opt_outs"
    PERSONS_KEPT_OUT = "persons_kept_out"
    PORTABILITY_ANSWERS = "portability_answers"
    PROCEDURE_ON = "procedure_on"
    QUALITY_CHECK_ON = "quality_check_on"
    REFUSALS = "refusals"
    REGISTER_ENTRY_ON = "register_entry_on"
    REPRESENTED = "represented"
    SHARE_EXTENDED = "share_extended"
    SHARE_ON_TIME = "share_on_time"
    SHARE_QUESTIONED = "share_questioned"
    SIGHTINGS = "sightings"
    TRAINING_ON = "training_on"
    WITHDRAWALS = "withdrawals"


class Fault(StrEnum):
    """What must be nought for a control to be held."""

    AFTER_ITS_MONTH = "after_its_month"
    ASKED_LATE = "asked_late"
    BREAKS = "breaks"
    COPIES_OVERDUE = "copies_overdue"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    LACKING = "lacking"
    LATE = "late"
    MISSING = "missing"
    NOT_DELIVERED = "not_delivered"
    NOT_LISTED = "not_listed"
    NOT_MACHINE_READABLE = "not_machine_readable"
    NOT_TOLD_YET = "not_told_yet"
    NOTIFIED_LATE = "notified_late"
    PAPERS_INCOMPLETE = "papers_incomplete"
    READ_BY_ITS_AUTHOR = "read_by_its_author"
    REFUSED = "refused"
    TO_REVIEW = "to_review"
    TO_TRANSMIT = "to_transmit"
    TOO_OFTEN = "too_often"
    UNACKNOWLEDGED = "unacknowledged"
    UNDECIDED = "undecided"
    UNEXPLAINED = "unexplained"
    WITHOUT_ACKNOWLEDGEMENT = "without_acknowledgement"
    WITHOUT_REASON = "without_reason"
    WITHOUT_RUN = "without_run"
    WITHOUT_VERSION = "without_version"


CONTROLS: Mapping[str, str] = {
    "C01": "RGPD 5(2), 12(3)",
    "C02": "CRPA R112-11-1 ; CEPD 01/2022, § 57",
    "C03": "RGPD 12(3)",
    "C04": "RGPD 12(3)",
    "C05": "CEPD 01/2022, § 162",
    "C06": "Décret 2019-536, art. 77 ; CEPD 01/2022, § 159",
    "C07": "CEPD 01/2022, § 79",
    "C08": "RGPD 12(4) ; CRPA L211-5, L212-1",
    "C09": "RGPD 12(4)",
    "C10": "CEPD, action 2025",
    "C11": "RGPD 15-21",
    "C12": "RGPD 12(2), 26(3)",
    "C13": "RGPD 19",
    "C14": "CJUE C-154/21",
    "C15": "RGPD 12(1), 15(3), 20(1)",
    "C16": "RGPD 12(5), 15(3)",
    "C17": "Décret 2019-536, art. 77 ; CEPD 01/2022, § 80",
    "C18": "LIL 70",
    "C19": "RGPD 21 ; LIL 74 ; EEDS 71(3)",
    "C20": "RGPD 7(3)",
    "C21": "RGPD 5(1)(e)",
    "C22": "RGPD 32 ; CNIL, délib. 2021-122",
    "C23": "RGPD 33, 34",
    "C24": "RGPD 13, 30, 35",
    "C25": "RGPD 26, 28",
    "C26": "CEPD, action 2024",
    "C27": "RGPD 77",
    "C28": "RGAA",
    "C29": "RGPD 15(4), 32",
    "C30": "CEPD, action 2025",
}
"""Each control with the text it rests on, in their order."""


@dataclass(frozen=True)
class ControlPolicy:
    """From which share of the cases an exception is no longer one [P] (EDPB §159, §162)."""

    most_extended_percent: int = 15
    most_questioned_percent: int = 20


Number = int | float | date | None


@dataclass(frozen=True)
class Evidence:
    """What was found of one control today; nothing at all where it cannot be counted.

    `holds_at_nought`: that there is none is what the control asks.
    """

    code: str
    figures: Mapping[Figure, Number] = field(default_factory=dict)
    faults: Mapping[Fault, int] = field(default_factory=dict)
    holds_at_nought: bool = False

    @property
    def state(self) -> ControlState:
        """Held without a fault; where there was nothing to count, it is not called held."""
        if any(self.faults.values()):
            return ControlState.TO_LOOK_AT
        is_counted = self.holds_at_nought or any(self.figures.values())
        return ControlState.HELD if is_counted else ControlState.NOT_COUNTED


def is_too_often(count: int, whole: int, most_percent: int) -> bool:
    """Whether an exception is made more often than the policy takes for an exception."""
    return 100 * count > most_percent * whole
