"""What the table of rights says of one right: open, conditional or closed, and what instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from hub.domain.ground_terms import Confidence
from hub.domain.legal_bases import Context
from hub.domain.rights import Right
from hub.errors import Invalid


class Status(StrEnum):
    """Whether a right can be used; conditional ones are examined case by case."""

    CONDITIONAL = "conditional"
    NO = "no"
    YES = "yes"


class Circumstance(StrEnum):
    """Facts about the data or the person that change what a right gives."""

    ANONYMOUS_DATA = "anonymous_data"
    CANNOT_IDENTIFY = "cannot_identify"
    OBJECTION_UPHELD = "objection_upheld"
    PERSON_DECEASED = "person_deceased"


class ReasonCode(StrEnum):
    """Why a right is open, conditional or closed (shown by the API: never rename)."""

    ALWAYS_OPEN = "always_open"
    ANONYMOUS_DATA = "anonymous_data"
    ANY_TIME = "any_time"
    CANNOT_IDENTIFY = "cannot_identify"
    CARE_LEGITIMATE_REASON = "care_legitimate_reason"
    CATALOGUE_OBJECTION = "catalogue_objection"
    DATA_YOU_GAVE = "data_you_gave"
    ERASE_AFTER_OBJECTION = "erase_after_objection"
    ERASE_AFTER_WITHDRAWAL = "erase_after_withdrawal"
    ERASE_IF_UNNEEDED = "erase_if_unneeded"
    ERASE_IN_LISTED_CASES = "erase_in_listed_cases"
    EXCLUDED_BY_ACT = "excluded_by_act"
    FOUR_CASES = "four_cases"
    KEPT_BY_LAW = "kept_by_law"
    KEPT_FOR_PUBLIC_TASK = "kept_for_public_task"
    LATER_PERMITS_ONLY = "later_permits_only"
    LEGAL_OBLIGATION_BINDS = "legal_obligation_binds"
    LISTED_BY_PLATFORM = "listed_by_platform"
    MEDICAL_FILE_KEPT = "medical_file_kept"
    MEDICAL_FILE_TIMES = "medical_file_times"
    MEDICAL_OPINION_COMPLETED = "medical_opinion_completed"
    NEITHER_CONSENT_NOR_CONTRACT = "neither_consent_nor_contract"
    NO_CONSENT_GIVEN = "no_consent_given"
    NO_REASON_NEEDED = "no_reason_needed"
    NO_REASON_THROUGH_HOSPITAL = "no_reason_through_hospital"
    OBJECTION_UPHELD = "objection_upheld"
    ONLY_TASK_OR_INTEREST = "only_task_or_interest"
    PARTICULAR_SITUATION = "particular_situation"
    PARTICULAR_SITUATION_OR_MARKETING = "particular_situation_or_marketing"
    PERSON_DECEASED = "person_deceased"
    PUBLIC_TASK_NOT_PORTABLE = "public_task_not_portable"
    PURPOSES_UNKNOWN = "purposes_unknown"
    REGISTER_EXCLUDES_OBJECTION = "register_excludes_objection"
    REGISTER_KEEPS = "register_keeps"
    REGISTER_TWO_PERIODS = "register_two_periods"
    RESEARCH_DEROGATION = "research_derogation"
    RESEARCH_ERASURE = "research_erasure"
    SNDS_MAIN_EXCLUDED = "snds_main_excluded"
    SNDS_PERMANENT_EXCLUDED = "snds_permanent_excluded"
    STEERING_CONTINUES = "steering_continues"
    WAREHOUSE_ANY_TIME = "warehouse_any_time"
    WITHDRAW_INSTEAD = "withdraw_instead"
    WRONG_OR_INCOMPLETE = "wrong_or_incomplete"


@dataclass(frozen=True, slots=True)
class Applicability:
    """One answer of the table: `instead` is another right, `instead_in` the context to use it in.

    `act` is the text of a per-processing override; `from_on` the day from which a right exists.
    """

    status: Status
    reason: ReasonCode
    articles: tuple[str, ...]
    instead: Right | None = None
    instead_in: Context | None = None
    act: str | None = None
    from_on: date | None = None
    confidence: Confidence = Confidence.READ


class OverrideNotUnderstood(Invalid):
    """The special rules kept on a processing cannot be read; `facts["field"]` names which."""

    code = "override_not_understood"


@dataclass(frozen=True, slots=True)
class Override:
    """What a text of its own changes for one processing (LIL 56; GDPR 23; sector acts).

    `objection_excluded_by` and `act` name the text and its article; `addressee` who must be
    asked instead; `answer_within_days` another time to answer, in days from receipt.
    """

    objection_excluded_by: str | None = None
    addressee: str | None = None
    answer_within_days: int | None = None
    act: str | None = None


_TEXT_FIELDS = ("objection_excluded_by", "addressee", "act")


def read_override(kept: Mapping[str, Any]) -> Override:
    """The special rules of a processing from the mapping kept with it; unknown keys are left.

    Raises OverrideNotUnderstood for a value of the wrong kind, so that none is lost in silence.
    """
    for name in _TEXT_FIELDS:
        if not isinstance(kept.get(name), str | None):
            raise OverrideNotUnderstood(field=name)
    days = kept.get("answer_within_days")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int) or days < 1):
        raise OverrideNotUnderstood(field="answer_within_days")
    texts = {name: (kept.get(name) or "").strip() or None for name in _TEXT_FIELDS}
    return Override(answer_within_days=days, **texts)
