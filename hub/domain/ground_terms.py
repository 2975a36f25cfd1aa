"""What a ground for refusing is made of: burden of proof, evidence, what is owed instead."""

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import NEVER_REFUSED, Right

REFUSABLE = frozenset(Right) - NEVER_REFUSED
"""Rights that can be refused at all (GDPR 7(3) and EHDS 71(1) leave the others out)."""

RESEARCH_CONTEXTS = frozenset(
    {
        Context.HEALTH_RESEARCH,
        Context.INDUSTRY_STUDY,
        Context.RESEARCH_WITH_CONSENT,
        Context.SNDS_PROJECT,
    }
)
"""Contexts whose very purpose is research: LIL 78 and décret 2019-536 art. 116 can apply."""

LIL_74_CONTEXTS = frozenset({Context.HEALTH_RESEARCH, Context.INDUSTRY_STUDY, Context.SNDS_PROJECT})
"""Contexts in which a person objects without a reason and cannot be overridden (LIL 74)."""


class GroundKind(StrEnum):
    """Whether a row of the table refuses, answers without refusing, or forbids refusing."""

    NEVER_REFUSED = "never_refused"
    NOT_A_REFUSAL = "not_a_refusal"
    REFUSAL = "refusal"


class Burden(StrEnum):
    """Who must show that the ground holds (GDPR 12(2), 12(5), 21(1): the controller, as a rule)."""

    CONTROLLER = "controller"
    NOBODY = "nobody"
    REQUESTER = "requester"
    SHARED = "shared"
    TEXT = "text"


class EvidenceKind(StrEnum):
    """What must be written down in support of a ground."""

    ACCURACY = "accuracy"
    AUTHORITY_CHECK = "authority_check"
    BALANCING = "balancing"
    CASES_EXAMINED = "cases_examined"
    CLAIM = "claim"
    DATA_ORIGIN = "data_origin"
    DECISION_EXCEPTION = "decision_exception"
    EARLIER_COPY = "earlier_copy"
    EARLIER_REQUESTS = "earlier_requests"
    FACTS = "facts"
    FREEZE_DATE = "freeze_date"
    HEIR_CHECK = "heir_check"
    IDENTITY_DOUBT = "identity_doubt"
    LEGAL_BASIS = "legal_basis"
    LEGAL_TEXT = "legal_text"
    MANDATE_CHECK = "mandate_check"
    PASSAGES = "passages"
    PUBLIC_HEALTH_PURPOSE = "public_health_purpose"
    RESEARCH_NECESSITY = "research_necessity"
    SEARCH_MADE = "search_made"
    STUDY_IMPACT = "study_impact"
    TASK_NECESSITY = "task_necessity"
    TECHNICAL_REASON = "technical_reason"


class InsteadKind(StrEnum):
    """What the controller owes, or the person may do, where a ground holds."""

    ACCESS = "access"
    ACCESS_ELECTRONIC = "access_electronic"
    AGGREGATED_ANSWER = "aggregated_answer"
    ANSWER_PERSON_DIRECTLY = "answer_person_directly"
    ASK_MISSING_PIECE = "ask_missing_piece"
    COMPLY = "comply"
    ERASURE = "erasure"
    EXCLUDE_FROM_FUTURE_PROJECTS = "exclude_from_future_projects"
    FEE_OR_WITHDRAWAL = "fee_or_withdrawal"
    FURTHER_IDENTIFICATION = "further_identification"
    GIVE_THE_REST = "give_the_rest"
    HAND_FILE_OVER = "hand_file_over"
    HEIR_PURPOSES = "heir_purposes"
    HUMAN_INTERVENTION = "human_intervention"
    INDIRECT_ACCESS = "indirect_access"
    LEAST_INTRUSIVE_CHECK = "least_intrusive_check"
    LET_PERSON_ACT = "let_person_act"
    LIFT_WHEN_ENDED = "lift_when_ended"
    NOTE_OF_DISAGREEMENT = "note_of_disagreement"
    OBJECTION = "objection"
    OBJECTION_TO_PROJECTS = "objection_to_projects"
    PARTIAL_ACCESS = "partial_access"
    REASONABLE_FEE = "reasonable_fee"
    RECTIFICATION = "rectification"
    REDACT = "redact"
    RESTRICTION = "restriction"
    RESTRICTION_WHILE_EXAMINED = "restriction_while_examined"
    STOP_FUTURE_USE = "stop_future_use"
    SUPPLEMENTARY_STATEMENT = "supplementary_statement"
    TRANSFER_AND_TELL = "transfer_and_tell"
    WITHDRAW_CONSENT = "withdraw_consent"


class Confidence(StrEnum):
    """How surely the rule is known: read in its text, or still to be confirmed by counsel."""

    READ = "read"
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground: for which rights, where it can apply, what it owes.

    `evidence` is mandatory where it is not None; `partial_possible` is None where the question
    has no sense. A purpose is within its reach when its basis is one of `only_bases` and its
    context one of `only_contexts` (None: any), or when its context is one of `or_contexts`.
    """

    code: str
    rights: frozenset[Right]
    article: str
    burden: Burden = Burden.CONTROLLER
    evidence: EvidenceKind | None = None
    partial_possible: bool | None = None
    instead: tuple[InsteadKind, ...] = ()
    only_bases: frozenset[LegalBasis] | None = None
    only_contexts: frozenset[Context] | None = None
    or_contexts: frozenset[Context] = frozenset()
    confidence: Confidence = Confidence.READ
    kind: GroundKind = GroundKind.REFUSAL

    def reaches(self, basis: LegalBasis, context: Context) -> bool:
        """Whether the ground can hold for a purpose with this basis and context."""
        if context in self.or_contexts:
            return True
        basis_fits = self.only_bases is None or basis in self.only_bases
        return basis_fits and (self.only_contexts is None or context in self.only_contexts)
