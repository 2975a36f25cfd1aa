"""The directory in plain words: kinds, legal bases, rights, identifiers."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.directory import Identifier, OrganisationKind, ProcessingKind, RecipientKind
from hub.domain.legal_bases import LegalBasis
from hub.domain.rights import Right
from hub.domain.rights_matrix import Applicability, ReasonCode, Status, needs_reason

KINDS = {
    ProcessingKind.DATABASE: _l("Database"),
    ProcessingKind.PROJECT: _l("Project"),
}
ORGANISATION_KINDS = {
    OrganisationKind.ASSOCIATION: _l("Association"),
    OrganisationKind.COMPANY: _l("Company"),
    OrganisationKind.PRIVATE_NON_PROFIT: _l("Private non-profit body"),
    OrganisationKind.PUBLIC_BODY: _l("Public body"),
    OrganisationKind.PUBLIC_HOSPITAL: _l("Public hospital"),
    OrganisationKind.UNKNOWN: _l("Organisation"),
}
LEGAL_BASES = {
    LegalBasis.CONSENT: _l("You gave your agreement (consent)."),
    LegalBasis.CONTRACT: _l("It is needed for a service you asked for (contract)."),
    LegalBasis.LEGAL_OBLIGATION: _l("The law requires it (legal obligation)."),
    LegalBasis.VITAL_INTERESTS: _l("It can save a life (vital interests)."),
    LegalBasis.PUBLIC_TASK: _l("It is a mission of public interest (public task)."),
    LegalBasis.LEGITIMATE_INTERESTS: _l(
        "The organisation has a good reason, weighed against yours (legitimate interests)."
    ),
}
RIGHTS = {
    Right.ACCESS: _l("Know what they hold about me"),
    Right.CONSENT_WITHDRAWAL: _l("Withdraw my agreement"),
    Right.ERASURE: _l("Have data erased"),
    Right.OBJECTION: _l("Say no to their use"),
    Right.PORTABILITY: _l("Receive my data in a reusable format"),
    Right.RECTIFICATION: _l("Correct a mistake"),
    Right.RESTRICTION: _l("Pause the use of my data"),
    Right.SECONDARY_USE_OPT_OUT: _l("Opt out of all reuse"),
}
IDENTIFIERS = {
    Identifier.BIRTHPLACE: _l("Place of birth"),
    Identifier.BIRTH_NAME: _l("Birth name"),
    Identifier.INCLUSION_NUMBER: _l("Number given to you in the study"),
    Identifier.PATIENT_NUMBER: _l("Patient number (IPP)"),
    Identifier.POSTAL_ADDRESS: _l("Postal address"),
    Identifier.SEX: _l("Sex at birth"),
    Identifier.SITE_AND_YEARS: _l("Where you were treated, and which years"),
}
RECIPIENT_KINDS = {
    RecipientKind.PROCESSOR: _l("works for the organisation (processor)"),
    RecipientKind.RECIPIENT: _l("receives data"),
}


@dataclass(frozen=True, slots=True)
class RightWords:
    """A right on a page: its name, a tag and, when there is more to say, a note."""

    name: str
    tag: str
    kind: str
    note: str = ""


def right_words(right: Right, found: Applicability) -> RightWords | None:
    """A right as a person reads it; None when there is nothing to say about it here."""
    name = str(RIGHTS[right])
    if found.status is Status.YES:
        return RightWords(name, _("Yes"), "ok", _open_note(right, found))
    if found.status is Status.CONDITIONAL:
        return RightWords(name, _("Case by case"), "soon", _case_note(right))
    note = _closed_note(right, found)
    return RightWords(name, _("No"), "plain", note) if note else None


def _open_note(right: Right, found: Applicability) -> str:
    if right is Right.OBJECTION:
        if needs_reason(found):
            return _("Say in a few words what is particular in your situation.")
        return _("You do not have to give a reason.")
    if right is Right.CONSENT_WITHDRAWAL:
        return _("At any time, without giving a reason.")
    return ""


def _case_note(right: Right) -> str:
    if right is Right.ERASURE:
        return _("Possible in some cases: ask, they must answer and give their reasons.")
    return _("They may refuse or limit it, but must give their reasons in writing.")


def _closed_note(right: Right, found: Applicability) -> str:
    if found.act:
        return _("A text excludes it: %(text)s.", text=found.act)
    if found.reason is ReasonCode.WITHDRAW_INSTEAD or found.instead is Right.CONSENT_WITHDRAWAL:
        return _("Withdraw your agreement instead, or ask for your data to be erased.")
    if right is Right.OBJECTION:
        return _("The law excludes it here: %(articles)s.", articles=", ".join(found.articles))
    if right is Right.ERASURE:
        return _("The law requires that these data be kept whole.")
    return ""
