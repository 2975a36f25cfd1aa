"""Closed vocabularies of the directory (values are stored and shown by the API: never rename)."""

import unicodedata
from enum import StrEnum


class Channel(StrEnum):
    """How one thing reaches one recipient."""

    EMAIL = "email"
    PORTAL = "portal"
    POST = "post"
    WEBHOOK = "webhook"


class ContactRole(StrEnum):
    """What a contact point is for."""

    DPO = "dpo"
    GENERAL = "general"
    RIGHTS_REQUESTS = "rights_requests"


class ContactStatus(StrEnum):
    """Whether a contact point may be trusted."""

    IN_REVIEW = "in_review"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


class Identifier(StrEnum):
    """What may be asked to find a person; the NIR is not among them and never will be."""

    BIRTHPLACE = "birthplace"
    BIRTH_NAME = "birth_name"
    INCLUSION_NUMBER = "inclusion_number"
    PATIENT_NUMBER = "patient_number"
    POSTAL_ADDRESS = "postal_address"
    SEX = "sex"
    SITE_AND_YEARS = "site_and_years"


class IdentityLevel(StrEnum):
    """How surely a person is known (RULES §4.1): e-mail loop, FranceConnect, +, letter."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


class OrganisationKind(StrEnum):
    """The legal nature of an organisation, as far as it changes remedies and duties."""

    ASSOCIATION = "association"
    COMPANY = "company"
    PRIVATE_NON_PROFIT = "private_non_profit"
    PUBLIC_BODY = "public_body"
    PUBLIC_HOSPITAL = "public_hospital"
    UNKNOWN = "unknown"

    @property
    def is_public(self) -> bool:
        """Whether CRPA L100-3 applies: duty to transmit, reasons, implicit decisions."""
        return self in {OrganisationKind.PUBLIC_BODY, OrganisationKind.PUBLIC_HOSPITAL}


class ProcessingKind(StrEnum):
    """A lasting database, or a project bounded in time."""

    DATABASE = "database"
    PROJECT = "project"


class RecipientKind(StrEnum):
    """Whether a recipient acts on its own account (GDPR 4(9)) or as a processor (GDPR 4(8))."""

    PROCESSOR = "processor"
    RECIPIENT = "recipient"


class Source(StrEnum):
    """Where a row of the directory came from."""

    CNIL_DPO = "cnil-dpo"
    DEMONSTRATION = "demonstration"
    HAND = "hand"
    HDH_PROJECTS = "hdh-projects"
    HEALTHDCAT = "healthdcat"
    ORGANISATIONS = "organisations"


def fold(text: str) -> str:
    """Text without case, accents or doubled spaces, as it is searched."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())
