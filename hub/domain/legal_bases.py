"""Legal bases (GDPR 6(1)) and health contexts (RULES §2.2): with a purpose, the key of the law."""

from enum import StrEnum


class LegalBasis(StrEnum):
    """The six legal bases of GDPR 6(1)."""

    CONSENT = "6-1-a"
    CONTRACT = "6-1-b"
    LEGAL_OBLIGATION = "6-1-c"
    VITAL_INTERESTS = "6-1-d"
    PUBLIC_TASK = "6-1-e"
    LEGITIMATE_INTERESTS = "6-1-f"


class Context(StrEnum):
    """The health contexts in which a text changes what a right gives."""

    BNDMR = "bndmr"
    CANCER_PLATFORM = "cancer_platform"
    CANCER_REGISTER = "cancer_register"
    HEALTH_RESEARCH = "health_research"
    HEALTH_WAREHOUSE = "health_warehouse"
    INDUSTRY_STUDY = "industry_study"
    NONE = "none"
    PATIENT_RECORD = "patient_record"
    RESEARCH_WITH_CONSENT = "research_with_consent"
    SNDS_CATALOGUE = "snds_catalogue"
    SNDS_MAIN = "snds_main"
    SNDS_PERMANENT_ACCESS = "snds_permanent_access"
    SNDS_PROJECT = "snds_project"
