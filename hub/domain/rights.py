"""The rights a person may exercise, and the article behind each."""

from enum import StrEnum


class Right(StrEnum):
    """Rights of GDPR 7(3), 15-21 and of Regulation (EU) 2025/327 art. 71 (API values)."""

    ACCESS = "access"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    ERASURE = "erasure"
    OBJECTION = "objection"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    SECONDARY_USE_OPT_OUT = "secondary_use_opt_out"


ARTICLES = {
    Right.ACCESS: "GDPR 15",
    Right.CONSENT_WITHDRAWAL: "GDPR 7(3)",
    Right.ERASURE: "GDPR 17",
    Right.OBJECTION: "GDPR 21",
    Right.PORTABILITY: "GDPR 20",
    Right.RECTIFICATION: "GDPR 16",
    Right.RESTRICTION: "GDPR 18",
    Right.SECONDARY_USE_OPT_OUT: "EHDS 71",
}

APPLIED_AFTER_DECISION = frozenset(
    {
        Right.CONSENT_WITHDRAWAL,
        Right.ERASURE,
        Right.OBJECTION,
        Right.RECTIFICATION,
        Right.RESTRICTION,
        Right.SECONDARY_USE_OPT_OUT,
    }
)
"""Rights for which "decided" is not yet "done": the act must be applied, with proof."""

TOLD_TO_RECIPIENTS = frozenset({Right.ERASURE, Right.RECTIFICATION, Right.RESTRICTION})
"""Rights whose granting each recipient must be told of, processors included (GDPR 19)."""

NEVER_REFUSED = frozenset({Right.CONSENT_WITHDRAWAL, Right.SECONDARY_USE_OPT_OUT})
"""Rights no controller may refuse (GDPR 7(3); EHDS 71(1))."""

OBJECTING = frozenset({Right.OBJECTION, Right.SECONDARY_USE_OPT_OUT})
"""Rights by which a use is refused from now on: what is granted is kept on a list."""
