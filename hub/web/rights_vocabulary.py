"""Words of the rights, the legal bases and the contexts (French in the `law` catalogue)."""

from flask_babel import lazy_gettext as _l

from hub.domain.applicability import Status
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right

RIGHTS = {
    Right.ACCESS: (
        _l("Know what they hold about me"),
        _l(
            "You receive a copy of your data, and you learn why it is used, how long it is "
            "kept and who received it."
        ),
        _l("Right of access (GDPR, article 15)"),
    ),
    Right.CONSENT_WITHDRAWAL: (
        _l("Withdraw my agreement"),
        _l(
            "If you had agreed to the use of your data, you can change your mind at any time, "
            "without giving a reason. What was done before remains valid."
        ),
        _l("Withdrawal of consent (GDPR, article 7(3))"),
    ),
    Right.ERASURE: (
        _l("Have data erased"),
        _l(
            "Your data is deleted where the law allows it: it is no longer needed, you "
            "withdrew your agreement, your objection was accepted, or its use was unlawful."
        ),
        _l("Right to erasure (GDPR, article 17)"),
    ),
    Right.OBJECTION: (
        _l("Say no to their reuse"),
        _l(
            "The organisation stops using your data for the purpose you refuse. Your care "
            "does not change."
        ),
        _l("Right to object (GDPR, article 21)"),
    ),
    Right.PORTABILITY: (
        _l("Receive my data in a reusable format"),
        _l("You receive the data you gave, in a file that another service can read."),
        _l("Right to data portability (GDPR, article 20)"),
    ),
    Right.RECTIFICATION: (
        _l("Correct a mistake"),
        _l("What is wrong is corrected, what is missing is added."),
        _l("Right to rectification (GDPR, article 16)"),
    ),
    Right.RESTRICTION: (
        _l("Pause the use of my data"),
        _l(
            "Your data is kept but no longer used, for example while a mistake or your "
            "objection is being examined."
        ),
        _l("Right to restriction of processing (GDPR, article 18)"),
    ),
    Right.SECONDARY_USE_OPT_OUT: (
        _l("Opt out of all reuse in Europe"),
        _l(
            "Your data is left out of later permits for research and public policy. No reason "
            "is needed and you can change your mind."
        ),
        _l("Right to opt out (European Health Data Space, article 71)"),
    ),
}

STATUSES = {
    Status.YES: _l("Yes"),
    Status.NO: _l("No"),
    Status.CONDITIONAL: _l("Case by case"),
}

LEGAL_BASES = {
    LegalBasis.CONSENT: (
        _l("You gave your agreement"),
        _l("Consent (GDPR, article 6(1)(a))"),
    ),
    LegalBasis.CONTRACT: (
        _l("It is needed for a service you asked for"),
        _l("Contract (GDPR, article 6(1)(b))"),
    ),
    LegalBasis.LEGAL_OBLIGATION: (
        _l("A law requires it"),
        _l("Legal obligation (GDPR, article 6(1)(c))"),
    ),
    LegalBasis.VITAL_INTERESTS: (
        _l("It can save a life"),
        _l("Vital interests (GDPR, article 6(1)(d))"),
    ),
    LegalBasis.PUBLIC_TASK: (
        _l("It serves a mission of public interest"),
        _l("Public-interest task (GDPR, article 6(1)(e))"),
    ),
    LegalBasis.LEGITIMATE_INTERESTS: (
        _l("The organisation has a good reason, weighed against yours"),
        _l("Legitimate interest (GDPR, article 6(1)(f))"),
    ),
}

CONTEXTS = {
    Context.BNDMR: (
        _l("National rare-disease database"),
        _l("It gathers what rare-disease centres record about their patients."),
    ),
    Context.CANCER_PLATFORM: (
        _l("Cancer data platform"),
        _l("It gathers data for research on cancer."),
    ),
    Context.CANCER_REGISTER: (
        _l("National cancer register"),
        _l("A decree requires every cancer to be recorded in it."),
    ),
    Context.HEALTH_RESEARCH: (
        _l("Health study that reuses data"),
        _l("A study made on data that already exists, without any new act of care."),
    ),
    Context.HEALTH_WAREHOUSE: (
        _l("Hospital data warehouse"),
        _l("It gathers patients’ data so that studies can be made later."),
    ),
    Context.INDUSTRY_STUDY: (
        _l("Study by a company on hospital stays"),
        _l("A company studies hospital stays without knowing who you are."),
    ),
    Context.NONE: (
        _l("No special rule"),
        _l("No text on health changes what your rights give."),
    ),
    Context.PATIENT_RECORD: (
        _l("Patient record"),
        _l("What those who care for you write down, to care for you."),
    ),
    Context.RESEARCH_WITH_CONSENT: (
        _l("Study you agreed to take part in"),
        _l("You signed to take part; your data is used under another rule than your signature."),
    ),
    Context.SNDS_CATALOGUE: (
        _l("Database of the SNDS catalogue"),
        _l("A database copied, without names, for studies on health."),
    ),
    Context.SNDS_MAIN: (
        _l("SNDS, main database"),
        _l(
            "Care paid for by the Health Insurance and hospital stays of everyone insured in "
            "France, without names."
        ),
    ),
    Context.SNDS_PERMANENT_ACCESS: (
        _l("SNDS, permanent access of public bodies"),
        _l("Public bodies named by a text read the SNDS for their missions."),
    ),
    Context.SNDS_PROJECT: (
        _l("Study on SNDS data"),
        _l("A study allowed to use part of the SNDS for a limited time."),
    ),
}

TERMS = {
    Right.ACCESS: _l("Access"),
    Right.CONSENT_WITHDRAWAL: _l("Withdrawal of consent"),
    Right.ERASURE: _l("Erasure"),
    Right.OBJECTION: _l("Objection"),
    Right.PORTABILITY: _l("Portability"),
    Right.RECTIFICATION: _l("Rectification"),
    Right.RESTRICTION: _l("Restriction"),
    Right.SECONDARY_USE_OPT_OUT: _l("Opt-out (EHDS)"),
}
"""The field's terms, for staff screens and dense lists (law/glossary)."""
