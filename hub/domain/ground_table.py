"""The table of the grounds (GDPR 11, 12, 15-23; LIL 48-110; CSP R1461-9), one row a ground."""

from hub.domain.ground_terms import (
    LIL_74_CONTEXTS,
    REFUSABLE,
    RESEARCH_CONTEXTS,
    Burden,
    Confidence,
    EvidenceKind,
    Ground,
    GroundKind,
    InsteadKind,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right

E = EvidenceKind
I = InsteadKind  # noqa: E741  (a column of the table)

_ACCESS = frozenset({Right.ACCESS})
_ERASURE = frozenset({Right.ERASURE})
_OBJECTION = frozenset({Right.OBJECTION})
_PORTABILITY = frozenset({Right.PORTABILITY})
_RECTIFICATION = frozenset({Right.RECTIFICATION})
_RESTRICTION = frozenset({Right.RESTRICTION})
_ARTICLES_15_TO_20 = REFUSABLE - _OBJECTION

_CONSENT_OR_CONTRACT = frozenset({LegalBasis.CONSENT, LegalBasis.CONTRACT})
_OBJECTION_BASES = frozenset({LegalBasis.PUBLIC_TASK, LegalBasis.LEGITIMATE_INTERESTS})
_NOT_LIL_74 = frozenset(Context) - LIL_74_CONTEXTS
_OBJECTION_OPEN = LIL_74_CONTEXTS | {
    Context.CANCER_PLATFORM,
    Context.HEALTH_WAREHOUSE,
    Context.SNDS_CATALOGUE,
}
_PATIENT_OR_NONE = frozenset({Context.NONE, Context.PATIENT_RECORD})
_PORTABILITY_CLOSED = frozenset(
    {
        Context.CANCER_PLATFORM,
        Context.CANCER_REGISTER,
        Context.HEALTH_RESEARCH,
        Context.HEALTH_WAREHOUSE,
        Context.INDUSTRY_STUDY,
        Context.PATIENT_RECORD,
        Context.SNDS_MAIN,
        Context.SNDS_PERMANENT_ACCESS,
        Context.SNDS_PROJECT,
    }
)
_RESEARCH_WITHOUT_LIL_74 = frozenset(
    {Context.BNDMR, Context.CANCER_PLATFORM, Context.RESEARCH_WITH_CONSENT}
)
_DEROGATION = "GDPR 89(2); LIL 78; décret 2019-536 art. 116"

_ANY_RIGHT = (
    Ground(
        "ALL-UNFOUNDED", REFUSABLE, "GDPR 12(5)", evidence=E.FACTS, instead=(I.FEE_OR_WITHDRAWAL,)
    ),
    Ground(
        "ALL-EXCESSIVE", REFUSABLE, "GDPR 12(5)",
        evidence=E.EARLIER_REQUESTS, instead=(I.FEE_OR_WITHDRAWAL,),
    ),
    Ground(
        "ALL-UNIDENTIFIED", _ARTICLES_15_TO_20, "GDPR 11(2), 12(2)",
        evidence=E.SEARCH_MADE, instead=(I.FURTHER_IDENTIFICATION,),
    ),
    Ground(
        "ALL-ID-DOUBT", REFUSABLE, "GDPR 12(6), 12(2); décret 2019-536 art. 77",
        evidence=E.IDENTITY_DOUBT, instead=(I.LEAST_INTRUSIVE_CHECK,),
    ),
    Ground(
        "ALL-ART23", REFUSABLE, "GDPR 23; LIL 48-56, 110",
        evidence=E.LEGAL_TEXT, partial_possible=True, instead=(I.LIFT_WHEN_ENDED,),
    ),
    Ground(
        "ALL-NOT-CONTROLLER", REFUSABLE, "GDPR 4(7), 15(1); CRPA L114-2",
        evidence=E.SEARCH_MADE, instead=(I.TRANSFER_AND_TELL,), kind=GroundKind.NOT_A_REFUSAL,
    ),
    Ground(
        "ALL-MANDATE", REFUSABLE, "décret 2019-536 art. 77", Burden.SHARED,
        evidence=E.MANDATE_CHECK, instead=(I.ASK_MISSING_PIECE, I.ANSWER_PERSON_DIRECTLY),
    ),
    Ground(
        "ALL-REP-AUTHORITY", REFUSABLE, "LIL 70; Code civil", Burden.REQUESTER,
        evidence=E.AUTHORITY_CHECK, instead=(I.LET_PERSON_ACT,),
    ),
    Ground(
        "ALL-DECEASED", REFUSABLE, "LIL 84-85; décret 2019-536 art. 124", Burden.REQUESTER,
        evidence=E.HEIR_CHECK, partial_possible=True, instead=(I.HEIR_PURPOSES,),
    ),
)  # fmt: skip

_ACCESS_AND_RECTIFICATION = (
    Ground(
        "ACC-OTHERS", _ACCESS, "GDPR 15(4), recital 63",
        evidence=E.PASSAGES, partial_possible=True, instead=(I.REDACT, I.GIVE_THE_REST),
    ),
    Ground(
        "ACC-COPIES", _ACCESS, "GDPR 15(3)", evidence=E.EARLIER_COPY, instead=(I.REASONABLE_FEE,)
    ),
    Ground(
        "ACC-RESEARCH", _ACCESS, _DEROGATION, evidence=E.RESEARCH_NECESSITY, partial_possible=True,
        instead=(I.PARTIAL_ACCESS, I.AGGREGATED_ANSWER), only_contexts=RESEARCH_CONTEXTS,
    ),
    Ground(
        "ACC-SECRET", _ACCESS, "GDPR 23; LIL 107, 118", evidence=E.LEGAL_TEXT,
        partial_possible=True, instead=(I.INDIRECT_ACCESS,), confidence=Confidence.TO_CONFIRM,
    ),
    Ground(
        "REC-ACCURATE", _RECTIFICATION, "GDPR 16",
        evidence=E.ACCURACY, partial_possible=True, instead=(I.SUPPLEMENTARY_STATEMENT,),
    ),
    Ground(
        "REC-RESEARCH", _RECTIFICATION, _DEROGATION, evidence=E.RESEARCH_NECESSITY,
        partial_possible=True, instead=(I.NOTE_OF_DISAGREEMENT,), only_contexts=RESEARCH_CONTEXTS,
    ),
)  # fmt: skip

_ERASURE_AND_RESTRICTION = (
    Ground(
        "ERA-NO-CASE", _ERASURE, "GDPR 17(1)(a)-(f)", evidence=E.CASES_EXAMINED,
        partial_possible=True, instead=(I.RESTRICTION, I.OBJECTION),
        confidence=Confidence.TO_CONFIRM,
    ),
    Ground(
        "ERA-EXPRESSION", _ERASURE, "GDPR 17(3)(a)", evidence=E.BALANCING, partial_possible=True
    ),
    Ground(
        "ERA-LEGAL", _ERASURE, "GDPR 17(3)(b)",
        evidence=E.LEGAL_TEXT, partial_possible=True, instead=(I.RESTRICTION,),
        only_bases=frozenset({LegalBasis.LEGAL_OBLIGATION, LegalBasis.PUBLIC_TASK}),
        or_contexts=frozenset(
            {Context.CANCER_REGISTER, Context.SNDS_MAIN, Context.SNDS_PERMANENT_ACCESS}
        ),
    ),
    Ground(
        "ERA-PUBHEALTH", _ERASURE, "GDPR 17(3)(c)",
        evidence=E.PUBLIC_HEALTH_PURPOSE, partial_possible=True,
    ),
    Ground(
        "ERA-RESEARCH", _ERASURE, "GDPR 17(3)(d), 89(1)",
        evidence=E.STUDY_IMPACT, partial_possible=True,
        instead=(I.STOP_FUTURE_USE, I.EXCLUDE_FROM_FUTURE_PROJECTS),
        only_contexts=frozenset(Context) - _PATIENT_OR_NONE,
    ),
    Ground(
        "ERA-CLAIMS", _ERASURE, "GDPR 17(3)(e)",
        evidence=E.CLAIM, partial_possible=True, instead=(I.RESTRICTION,),
    ),
    Ground(
        "ERA-RETENTION", _ERASURE, "GDPR 17(3)(b); CSP R1112-7",
        evidence=E.LEGAL_TEXT, partial_possible=True, instead=(I.RESTRICTION,),
    ),
    Ground(
        "RES-NO-CASE", _RESTRICTION, "GDPR 18(1)(a)-(d)",
        evidence=E.CASES_EXAMINED, partial_possible=True,
    ),
    Ground(
        "RES-RESEARCH", _RESTRICTION, _DEROGATION, evidence=E.RESEARCH_NECESSITY,
        partial_possible=True, only_contexts=RESEARCH_CONTEXTS,
    ),
)  # fmt: skip

_PORTABILITY_ROWS = (
    Ground(
        "POR-BASIS", _PORTABILITY, "GDPR 20(1)(a)",
        evidence=E.LEGAL_BASIS, instead=(I.ACCESS_ELECTRONIC,),
        only_bases=frozenset(LegalBasis) - _CONSENT_OR_CONTRACT, or_contexts=_PORTABILITY_CLOSED,
    ),
    Ground(
        "POR-AUTOMATED", _PORTABILITY, "GDPR 20(1)", evidence=E.DATA_ORIGIN,
        partial_possible=True, instead=(I.ACCESS,), confidence=Confidence.TO_CONFIRM,
    ),
    Ground(
        "POR-PUBLIC", _PORTABILITY, "GDPR 20(3)", evidence=E.LEGAL_TEXT,
        instead=(I.ACCESS_ELECTRONIC,), only_bases=frozenset({LegalBasis.PUBLIC_TASK}),
    ),
    Ground(
        "POR-OTHERS", _PORTABILITY, "GDPR 20(4)",
        evidence=E.PASSAGES, partial_possible=True, instead=(I.REDACT,),
    ),
    Ground(
        "POR-DIRECT", _PORTABILITY, "GDPR 20(2)",
        evidence=E.TECHNICAL_REASON, partial_possible=True, instead=(I.HAND_FILE_OVER,),
    ),
)  # fmt: skip

_OBJECTION_ROWS = (
    Ground(
        "OBJ-BASIS", _OBJECTION, "GDPR 21(1)",
        evidence=E.LEGAL_BASIS, instead=(I.WITHDRAW_CONSENT, I.ERASURE),
        only_bases=frozenset(LegalBasis) - _OBJECTION_BASES,
        only_contexts=frozenset(Context) - _OBJECTION_OPEN,
    ),
    Ground(
        "OBJ-COMPELLING", _OBJECTION, "GDPR 21(1)",
        evidence=E.BALANCING, partial_possible=True, instead=(I.RESTRICTION_WHILE_EXAMINED,),
        only_bases=_OBJECTION_BASES, only_contexts=_NOT_LIL_74,
        or_contexts=frozenset({Context.PATIENT_RECORD}),
    ),
    Ground(
        "OBJ-CLAIMS", _OBJECTION, "GDPR 21(1)", evidence=E.CLAIM, partial_possible=True,
        only_bases=_OBJECTION_BASES, only_contexts=_NOT_LIL_74,
    ),
    Ground(
        "OBJ-RESEARCH", _OBJECTION, "GDPR 21(6)", evidence=E.TASK_NECESSITY,
        partial_possible=True, instead=(I.EXCLUDE_FROM_FUTURE_PROJECTS,),
        only_bases=frozenset({LegalBasis.PUBLIC_TASK}), only_contexts=_RESEARCH_WITHOUT_LIL_74,
        confidence=Confidence.TO_CONFIRM,
    ),
    Ground(
        "OBJ-LIL78", _OBJECTION, _DEROGATION, evidence=E.RESEARCH_NECESSITY,
        partial_possible=True, only_contexts=_RESEARCH_WITHOUT_LIL_74,
    ),
    Ground(
        "OBJ-SNDS-MAIN", _OBJECTION, "CSP R1461-9 II 1°", Burden.TEXT,
        evidence=E.LEGAL_TEXT, partial_possible=True, instead=(I.OBJECTION_TO_PROJECTS,),
        only_contexts=frozenset({Context.SNDS_MAIN}),
    ),
    Ground(
        "OBJ-SNDS-PERM", _OBJECTION, "CSP R1461-9 II 2°, R1461-12", Burden.TEXT,
        evidence=E.LEGAL_TEXT, partial_possible=True, instead=(I.OBJECTION_TO_PROJECTS,),
        only_contexts=frozenset({Context.SNDS_PERMANENT_ACCESS}),
    ),
    Ground(
        "OBJ-ACT", _OBJECTION, "LIL 56; GDPR 23",
        evidence=E.LEGAL_TEXT, instead=(I.ACCESS, I.RECTIFICATION),
    ),
    Ground(
        "OBJ-TOO-LATE", _OBJECTION, "GDPR recital 26, 17(3)(d)", evidence=E.FREEZE_DATE,
        partial_possible=True, instead=(I.STOP_FUTURE_USE,), confidence=Confidence.TO_CONFIRM,
    ),
)  # fmt: skip

_NEVER_A_REFUSAL_HERE = (
    Ground(
        "OBJ-MARKETING", _OBJECTION, "GDPR 21(2)-(3)", Burden.NOBODY,
        partial_possible=False, instead=(I.COMPLY,), kind=GroundKind.NEVER_REFUSED,
    ),
    Ground(
        "CON-NONE", frozenset({Right.CONSENT_WITHDRAWAL}), "GDPR 7(3)", Burden.NOBODY,
        partial_possible=False, instead=(I.COMPLY,), confidence=Confidence.TO_CONFIRM,
        kind=GroundKind.NEVER_REFUSED,
    ),
    # Automated decisions are not among the rights that the hub carries: known, never offered.
    Ground(
        "ADM-EXC", frozenset(), "GDPR 22(2)", evidence=E.DECISION_EXCEPTION,
        partial_possible=True, instead=(I.HUMAN_INTERVENTION,), confidence=Confidence.TO_CONFIRM,
    ),
    Ground(
        "EHDS-NONE", frozenset({Right.SECONDARY_USE_OPT_OUT}), "EHDS 71(1), 71(4)", Burden.NOBODY,
        partial_possible=False, instead=(I.COMPLY,), kind=GroundKind.NEVER_REFUSED,
    ),
)  # fmt: skip

ROWS = (
    *_ANY_RIGHT,
    *_ACCESS_AND_RECTIFICATION,
    *_ERASURE_AND_RESTRICTION,
    *_PORTABILITY_ROWS,
    *_OBJECTION_ROWS,
    *_NEVER_A_REFUSAL_HERE,
)
