"""The rows of the table of rights: by legal basis (GDPR 15-21), then by health context.

A context's row wins over the legal basis's; a right without a row in a context follows its basis.
"""

from datetime import date

from hub.domain.applicability import Applicability, ReasonCode, Status
from hub.domain.ground_terms import Confidence
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right

R = ReasonCode
_YES, _IF, _NO = Status.YES, Status.CONDITIONAL, Status.NO
_TO_CONFIRM = Confidence.TO_CONFIRM

SECONDARY_USE_FROM_ON = date(2029, 3, 26)
"""First day of chapter IV of Regulation (EU) 2025/327 (art. 105)."""

_LIL_78 = ("GDPR 89(2)", "LIL 78", "décret 2019-536 art. 116")

ON_ANY_BASIS: dict[Right, Applicability] = {
    Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15(1)-(4)",)),
    Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
    Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18(1)(a)-(d)", "GDPR 18(3)")),
    Right.SECONDARY_USE_OPT_OUT: Applicability(
        _YES, R.LATER_PERMITS_ONLY, ("EHDS 71(1)-(3)",), from_on=SECONDARY_USE_FROM_ON
    ),
}

_NOT_PORTABLE = Applicability(
    _NO, R.NEITHER_CONSENT_NOR_CONTRACT, ("GDPR 20(1)",), instead=Right.ACCESS
)
_NOT_PORTABLE_PUBLIC = Applicability(
    _NO, R.PUBLIC_TASK_NOT_PORTABLE, ("GDPR 20(3)",), instead=Right.ACCESS
)
_PORTABLE = Applicability(_YES, R.DATA_YOU_GAVE, ("GDPR 20(1)(a)-(b)",))


def _no_consent(instead: Right) -> Applicability:
    return Applicability(_NO, R.NO_CONSENT_GIVEN, ("GDPR 7(3)",), instead=instead)


ON_BASIS: dict[LegalBasis, dict[Right, Applicability]] = {
    LegalBasis.CONSENT: {
        Right.ERASURE: Applicability(
            _YES, R.ERASE_AFTER_WITHDRAWAL, ("GDPR 7(3)", "GDPR 17(1)(b)", "GDPR 17(3)")
        ),
        Right.PORTABILITY: _PORTABLE,
        Right.OBJECTION: Applicability(
            _NO, R.WITHDRAW_INSTEAD, ("GDPR 21(1)", "GDPR 7(3)"), instead=Right.CONSENT_WITHDRAWAL
        ),
        Right.CONSENT_WITHDRAWAL: Applicability(_YES, R.ANY_TIME, ("GDPR 7(3)",)),
    },
    LegalBasis.CONTRACT: {
        Right.ERASURE: Applicability(_YES, R.ERASE_IF_UNNEEDED, ("GDPR 17(1)(a)", "GDPR 17(1)(d)")),
        Right.PORTABILITY: _PORTABLE,
        Right.OBJECTION: Applicability(
            _NO, R.ONLY_TASK_OR_INTEREST, ("GDPR 21(1)",), instead=Right.ERASURE
        ),
        Right.CONSENT_WITHDRAWAL: _no_consent(Right.ERASURE),
    },
    LegalBasis.LEGAL_OBLIGATION: {
        Right.ERASURE: Applicability(
            _IF, R.KEPT_BY_LAW, ("GDPR 17(1)(a), (d), (e)", "GDPR 17(3)(b)"),
            instead=Right.RESTRICTION,
        ),
        Right.PORTABILITY: _NOT_PORTABLE,
        Right.OBJECTION: Applicability(
            _NO, R.LEGAL_OBLIGATION_BINDS, ("GDPR 21(1)", "LIL 56"), instead=Right.ACCESS
        ),
        Right.CONSENT_WITHDRAWAL: _no_consent(Right.ACCESS),
    },
    LegalBasis.VITAL_INTERESTS: {
        Right.ERASURE: Applicability(_YES, R.ERASE_IN_LISTED_CASES, ("GDPR 17(1)",)),
        Right.PORTABILITY: _NOT_PORTABLE,
        Right.OBJECTION: Applicability(
            _NO, R.ONLY_TASK_OR_INTEREST, ("GDPR 21(1)",), instead=Right.ERASURE
        ),
        Right.CONSENT_WITHDRAWAL: _no_consent(Right.ERASURE),
    },
    LegalBasis.PUBLIC_TASK: {
        Right.ERASURE: Applicability(
            _IF, R.KEPT_FOR_PUBLIC_TASK, ("GDPR 17(1)(a), (c), (d)", "GDPR 17(3)(b)-(d)"),
            instead=Right.OBJECTION,
        ),
        Right.PORTABILITY: _NOT_PORTABLE_PUBLIC,
        Right.OBJECTION: Applicability(_YES, R.PARTICULAR_SITUATION, ("GDPR 21(1)", "GDPR 21(6)")),
        Right.CONSENT_WITHDRAWAL: _no_consent(Right.OBJECTION),
    },
    LegalBasis.LEGITIMATE_INTERESTS: {
        Right.ERASURE: Applicability(_YES, R.ERASE_AFTER_OBJECTION, ("GDPR 17(1)(c)",)),
        Right.PORTABILITY: _NOT_PORTABLE,
        Right.OBJECTION: Applicability(
            _YES, R.PARTICULAR_SITUATION_OR_MARKETING, ("GDPR 21(1)-(3)",)
        ),
        Right.CONSENT_WITHDRAWAL: _no_consent(Right.OBJECTION),
    },
}  # fmt: skip

_KEPT = Applicability(
    _IF, R.KEPT_FOR_PUBLIC_TASK, ("GDPR 17(3)(b)-(d)",), instead=Right.RESTRICTION
)
_DEROGATION = Applicability(_IF, R.RESEARCH_DEROGATION, _LIL_78)
_RESEARCH_ERASURE = Applicability(
    _IF, R.RESEARCH_ERASURE, ("GDPR 17(3)(d)",), instead=Right.OBJECTION
)
_RESEARCH: dict[Right, Applicability] = {
    Right.ACCESS: _DEROGATION,
    Right.RECTIFICATION: _DEROGATION,
    Right.RESTRICTION: _DEROGATION,
    Right.ERASURE: _RESEARCH_ERASURE,
    Right.PORTABILITY: _NOT_PORTABLE,
}

IN_CONTEXT: dict[Context, dict[Right, Applicability]] = {
    Context.SNDS_MAIN: {
        Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15", "CSP R1461-9 II")),
        Right.RECTIFICATION: Applicability(
            _YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16", "CSP R1461-9 II")
        ),
        Right.RESTRICTION: Applicability(
            _YES, R.FOUR_CASES, ("GDPR 18",), confidence=_TO_CONFIRM
        ),
        Right.ERASURE: _KEPT,
        Right.PORTABILITY: _NOT_PORTABLE_PUBLIC,
        Right.OBJECTION: Applicability(
            _NO, R.SNDS_MAIN_EXCLUDED, ("CSP R1461-9 II 1°",),
            instead=Right.OBJECTION, instead_in=Context.SNDS_PROJECT,
        ),
    },
    Context.SNDS_PERMANENT_ACCESS: {
        Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15",)),
        Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.ERASURE: _KEPT,
        Right.PORTABILITY: _NOT_PORTABLE_PUBLIC,
        Right.OBJECTION: Applicability(
            _NO, R.SNDS_PERMANENT_EXCLUDED, ("CSP R1461-9 II 2°", "CSP R1461-12"),
            instead=Right.OBJECTION, instead_in=Context.SNDS_PROJECT,
        ),
    },
    Context.SNDS_PROJECT: {
        **_RESEARCH,
        Right.OBJECTION: Applicability(
            _YES, R.NO_REASON_NEEDED, ("CSP R1461-9 II", "GDPR 21", "LIL 74")
        ),
    },
    Context.SNDS_CATALOGUE: {
        Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15",)),
        Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.OBJECTION: Applicability(
            _YES, R.CATALOGUE_OBJECTION, ("CSP R1461-9 II", "GDPR 21"), confidence=_TO_CONFIRM
        ),
    },
    Context.HEALTH_RESEARCH: {
        **_RESEARCH,
        Right.OBJECTION: Applicability(
            _YES, R.NO_REASON_NEEDED, ("LIL 74",), confidence=_TO_CONFIRM
        ),
    },
    Context.INDUSTRY_STUDY: {
        **_RESEARCH,
        Right.OBJECTION: Applicability(
            _YES, R.NO_REASON_THROUGH_HOSPITAL, ("LIL 74",), confidence=_TO_CONFIRM
        ),
    },
    Context.HEALTH_WAREHOUSE: {
        Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15",)),
        Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.ERASURE: Applicability(
            _IF, R.KEPT_FOR_PUBLIC_TASK, ("GDPR 17(3)",), instead=Right.OBJECTION
        ),
        Right.PORTABILITY: _NOT_PORTABLE_PUBLIC,
        Right.OBJECTION: Applicability(
            _YES, R.WAREHOUSE_ANY_TIME, ("GDPR 21", "CNIL 2021-118"), confidence=_TO_CONFIRM
        ),
    },
    Context.PATIENT_RECORD: {
        Right.ACCESS: Applicability(
            _YES, R.MEDICAL_FILE_TIMES, ("CSP L1111-7", "CSP R1111-1", "CRPA L311-6")
        ),
        Right.RECTIFICATION: Applicability(_YES, R.MEDICAL_OPINION_COMPLETED, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.ERASURE: Applicability(
            _IF, R.MEDICAL_FILE_KEPT, ("CSP R1112-7", "GDPR 17(3)(b)"), instead=Right.RECTIFICATION
        ),
        Right.PORTABILITY: _NOT_PORTABLE,
        Right.OBJECTION: Applicability(_IF, R.CARE_LEGITIMATE_REASON, ("CSP L1110-4",)),
    },
    Context.CANCER_REGISTER: {
        Right.ACCESS: Applicability(_YES, R.REGISTER_TWO_PERIODS, ("GDPR 15",)),
        Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.ERASURE: Applicability(
            _NO, R.REGISTER_KEEPS, ("GDPR 17(3)(b)-(d)",), instead=Right.RECTIFICATION,
            confidence=_TO_CONFIRM,
        ),
        Right.PORTABILITY: _NOT_PORTABLE,
        Right.OBJECTION: Applicability(
            _NO, R.REGISTER_EXCLUDES_OBJECTION, ("LIL 56", "GDPR 23"), instead=Right.ACCESS,
            confidence=_TO_CONFIRM,
        ),
    },
    Context.CANCER_PLATFORM: {
        Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15",)),
        Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.ERASURE: Applicability(
            _IF, R.KEPT_FOR_PUBLIC_TASK, ("GDPR 17",), instead=Right.OBJECTION
        ),
        Right.PORTABILITY: _NOT_PORTABLE,
        Right.OBJECTION: Applicability(_YES, R.LISTED_BY_PLATFORM, ("GDPR 21",)),
    },
    Context.BNDMR: {
        Right.ACCESS: Applicability(_YES, R.ALWAYS_OPEN, ("GDPR 15",)),
        Right.RECTIFICATION: Applicability(_YES, R.WRONG_OR_INCOMPLETE, ("GDPR 16",)),
        Right.RESTRICTION: Applicability(_YES, R.FOUR_CASES, ("GDPR 18",)),
        Right.ERASURE: Applicability(_YES, R.ERASE_IN_LISTED_CASES, ("GDPR 17",)),
        Right.OBJECTION: Applicability(_IF, R.STEERING_CONTINUES, ("GDPR 21",)),
    },
}  # fmt: skip
"""RESEARCH_WITH_CONSENT has no row: taking part is agreed to under CSP L1122-1-1, which is not the
legal basis of GDPR 6; there each right follows the basis (objection: 6(1)(e) and (f))."""
