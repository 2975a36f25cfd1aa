"""Words of the directory: what is asked of a person, and what organisations are."""

from flask_babel import lazy_gettext as _l

from hub.domain.directory import (
    ContactRole,
    ContactStatus,
    Identifier,
    IdentityLevel,
    OrganisationKind,
    ProcessingKind,
    RecipientKind,
    Source,
)
from hub.domain.working_days import HolidayZone

IDENTIFIERS = {
    Identifier.BIRTHPLACE: (
        _l("Place of birth"),
        _l("Town and country, as on your identity document."),
    ),
    Identifier.BIRTH_NAME: (
        _l("Birth name"),
        _l("The name you were born with, even if it is the same."),
    ),
    Identifier.INCLUSION_NUMBER: (
        _l("Number given to you in the study"),
        _l("It is on the information sheet you were given. If you do not have it, leave it empty."),
    ),
    Identifier.PATIENT_NUMBER: (
        _l("Patient number (IPP)"),
        _l("It is on your hospital letters and labels. It is not your social security number."),
    ),
    Identifier.POSTAL_ADDRESS: (
        _l("Postal address"),
        _l("Number, street, postcode, town."),
    ),
    Identifier.SEX: (
        _l("Sex at birth"),
        _l("As recorded at birth: it helps to find you without mistake."),
    ),
    Identifier.SITE_AND_YEARS: (
        _l("Where you were treated, and which years"),
        _l("For example: Rennes university hospital, 2019 to 2021."),
    ),
}

IDENTITY_LEVELS = {
    IdentityLevel.L0: (
        _l("To read this answer, you will need your reference and secret code."),
        _l("L0: e-mail loop"),
    ),
    IdentityLevel.L1: (
        _l("To read this answer, you will need to sign in with FranceConnect."),
        _l("L1: FranceConnect"),
    ),
    IdentityLevel.L2: (
        _l(
            "To read this answer, you will need FranceConnect+, or the organisation must confirm "
            "that it knows you."
        ),
        _l("L2: FranceConnect+, or confirmed by the organisation"),
    ),
    IdentityLevel.L3: (
        _l("To read this answer, you will need a code that the organisation sends you by letter."),
        _l("L3: code by letter"),
    ),
}

ORGANISATION_KINDS = {
    OrganisationKind.ASSOCIATION: _l("Association"),
    OrganisationKind.COMPANY: _l("Company"),
    OrganisationKind.PRIVATE_NON_PROFIT: _l("Private non-profit body"),
    OrganisationKind.PUBLIC_BODY: _l("Public body"),
    OrganisationKind.PUBLIC_HOSPITAL: _l("Public hospital"),
    OrganisationKind.UNKNOWN: _l("Organisation"),
}

PROCESSING_KINDS = {
    ProcessingKind.DATABASE: _l("Database"),
    ProcessingKind.PROJECT: _l("Project"),
}

RECIPIENT_KINDS = {
    RecipientKind.PROCESSOR: _l("works for the organisation (processor)"),
    RecipientKind.RECIPIENT: _l("receives data"),
}

CONTACT_ROLES = {
    ContactRole.DPO: _l("Data protection officer (DPO)"),
    ContactRole.GENERAL: _l("General contact"),
    ContactRole.RIGHTS_REQUESTS: _l("Rights requests"),
}

CONTACT_STATUSES = {
    ContactStatus.IN_REVIEW: _l("Under review"),
    ContactStatus.UNVERIFIED: _l("Not verified"),
    ContactStatus.VERIFIED: _l("Verified"),
}

SOURCES = {
    Source.CNIL_DPO: _l("CNIL list of designated DPOs"),
    Source.DEMONSTRATION: _l("Demonstration"),
    Source.HAND: _l("Entered by hand"),
    Source.HDH_PROJECTS: _l("Health Data Hub project list"),
    Source.HEALTHDCAT: _l("HealthDCAT-AP catalogue"),
    Source.ORGANISATIONS: _l("List of organisations"),
}

HOLIDAY_ZONES = {
    HolidayZone.METROPOLE: _l("Mainland France"),
    HolidayZone.ALSACE_MOSELLE: _l("Alsace and Moselle"),
    HolidayZone.GUADELOUPE: _l("Guadeloupe"),
    HolidayZone.MARTINIQUE: _l("Martinique"),
    HolidayZone.GUYANE: _l("French Guiana"),
    HolidayZone.LA_REUNION: _l("Réunion"),
    HolidayZone.MAYOTTE: _l("Mayotte"),
    HolidayZone.SAINT_BARTHELEMY: _l("Saint-Barthélemy"),
    HolidayZone.SAINT_MARTIN: _l("Saint-Martin"),
}
