"""The law in plain words, in the reader's language: one function for each vocabulary.

A value without words (added since) shows its own code rather than breaking a page; a test holds
that there is none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.actors import Role
from hub.domain.applicability import Applicability, ReasonCode, Status
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, Identifier, IdentityLevel, OrganisationKind
from hub.domain.ground_terms import EvidenceKind, InsteadKind
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.lifecycle import Action, ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.answer import OutsideChannel
from hub.models.rights_request import IntakeChannel
from hub.web import (
    applicability_vocabulary,
    case_vocabulary,
    channel_vocabulary,
    event_vocabulary,
    evidence_vocabulary,
    ground_vocabulary,
    holder_vocabulary,
    notice_vocabulary,
    people_vocabulary,
    rights_vocabulary,
)
from hub.web.locale import current_language

_MODULES = (
    applicability_vocabulary,
    case_vocabulary,
    channel_vocabulary,
    event_vocabulary,
    evidence_vocabulary,
    holder_vocabulary,
    notice_vocabulary,
    people_vocabulary,
    rights_vocabulary,
)


def _tables() -> dict[type[StrEnum], Mapping[Any, Any]]:
    tables = (table for module in _MODULES for table in vars(module).values())
    return {
        type(next(iter(table))): table
        for table in tables
        if isinstance(table, dict) and table and isinstance(next(iter(table)), StrEnum)
    }


VOCABULARIES: Mapping[type[StrEnum], Mapping[Any, Any]] = _tables()
"""Every closed vocabulary that has words here, by its enum."""


@dataclass(frozen=True, slots=True)
class RightWords:
    """A right: what a person wants, what it gives, and the article behind it."""

    title: str
    explanation: str
    article: str


@dataclass(frozen=True, slots=True)
class NamedWords:
    """A name and one sentence or reference that explains it."""

    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class TwoVoices:
    """The same thing said to the person, and in the field's terms to staff."""

    person: str
    staff: str


@dataclass(frozen=True, slots=True)
class GroundWords:
    """A ground: its label in the field's terms, and a plain sentence for the person."""

    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class IdentifierWords:
    """A field of the form: label, hint and autocomplete token (HTML; "off" where none fits)."""

    label: str
    hint: str
    autocomplete: str


@dataclass(frozen=True, slots=True)
class ApplicabilityWords:
    """Whether a right can be used: a word, its tag, the reason, the articles, what instead."""

    status: str
    kind: str
    reason: str
    articles: str
    instead: str


_AUTOCOMPLETE = {Identifier.POSTAL_ADDRESS: "street-address", Identifier.SEX: "sex"}
_STATUS_KINDS = {Status.YES: "ok", Status.CONDITIONAL: "soon", Status.NO: "plain"}
_SOURCES_IN_ENGLISH = {
    "RGPD": "GDPR",
    "CEPD": "EDPB",
    "CJUE": "CJEU",
    "EEDS": "EHDS",
    "Décret": "Decree",
    "Règl.": "Regulation",
    "cons.": "recital",
    " ;": ";",
}
_LAWS = {
    "GDPR": _l("GDPR"),
    "EHDS": _l("EHDS"),
    "recital": _l("recital"),
    "; ": _l("; "),
}


def words_of(value: StrEnum) -> str:
    """The name of any value of any vocabulary (for staff where there are two voices)."""
    if isinstance(value, Outcome | RequestState | ReferralState | EventKind | IdentityLevel):
        return _pair(value)[1]
    return _pair(value)[0]


def right_words(right: Right) -> RightWords:
    """A right in plain words, with its article."""
    words = rights_vocabulary.RIGHTS[right]
    return RightWords(*map(str, words))


def right_term(right: Right) -> str:
    """A right by the field's own term, for staff: "Access", "Objection"…"""
    return str(rights_vocabulary.TERMS[right])


def status_words(status: Status) -> str:
    """Yes, no, or case by case."""
    return words_of(status)


def legal_basis_words(basis: LegalBasis) -> NamedWords:
    """A legal basis in plain words, and its name in the law."""
    return NamedWords(*_pair(basis))


def context_words(context: Context) -> NamedWords:
    """A kind of database or study, and what it is."""
    return NamedWords(*_pair(context))


def reason_words(reason: ReasonCode) -> str:
    """Why a right is open, conditional or closed."""
    return words_of(reason)


def applicability_words(found: Applicability) -> ApplicabilityWords:
    """An answer of the table of rights, for the person; an act that excludes a right is named."""
    reason = reason_words(found.reason)
    if found.act:
        reason = _("%(reason)s The text: %(act)s.", reason=reason, act=found.act)
    instead = right_words(found.instead).title if found.instead else ""
    if found.instead and found.instead_in:
        place = context_words(found.instead_in).name
        instead = _("%(right)s (%(context)s)", right=instead, context=place)
    return ApplicabilityWords(
        status_words(found.status),
        _STATUS_KINDS[found.status],
        reason,
        articles_words(found.articles),
        instead,
    )


def articles_words(articles: Iterable[str]) -> str:
    """References as the reader's language names them: "RGPD 17(1)" in French."""
    return ", ".join(_reference(article) for article in articles)


def source_words(source: str) -> str:
    """Texts cited in French, as the reader's language names and parts them: "GDPR 5(2); EDPB"."""
    if current_language() == "en":
        for french, english in _SOURCES_IN_ENGLISH.items():
            source = source.replace(french, english)
    return source


def ground_words(code: str) -> GroundWords:
    """A ground by its code."""
    label, sentence = ground_vocabulary.GROUNDS.get(code, (code, ""))
    return GroundWords(str(label), str(sentence))


def evidence_prompt(kind: EvidenceKind) -> str:
    """The question an agent must answer in support of a ground."""
    return words_of(kind)


def instead_words(kind: InsteadKind) -> str:
    """What is owed, or may be done, where a ground holds."""
    return words_of(kind)


def outcome_words(outcome: Outcome) -> TwoVoices:
    """What was answered."""
    return TwoVoices(*_pair(outcome))


def request_state_words(state: RequestState) -> TwoVoices:
    """Where a rights request stands."""
    return TwoVoices(*_pair(state))


def referral_state_words(state: ReferralState) -> TwoVoices:
    """Where the part of one organisation stands."""
    return TwoVoices(*_pair(state))


def event_words(kind: EventKind) -> TwoVoices:
    """One line of a timeline."""
    return TwoVoices(*_pair(kind))


def identity_level_words(level: IdentityLevel) -> TwoVoices:
    """What will be needed to read an answer."""
    return TwoVoices(*_pair(level))


def action_words(action: Action) -> str:
    """The words of a button."""
    return words_of(action)


def role_words(role: Role) -> NamedWords:
    """A role and what it may do."""
    return NamedWords(*_pair(role))


def channel_words(channel: Channel | IntakeChannel | OutsideChannel) -> str:
    """By which way."""
    return words_of(channel)


def organisation_kind_words(kind: OrganisationKind) -> str:
    """The legal nature of an organisation."""
    return words_of(kind)


def identifier_words(identifier: Identifier) -> IdentifierWords:
    """A field that helps to find a person."""
    return IdentifierWords(*_pair(identifier), _AUTOCOMPLETE.get(identifier, "off"))


def document_kind_words(extension: str) -> str:
    """The kind of a document by its extension, with or without dot."""
    known = extension.lower().lstrip(".")
    return str(channel_vocabulary.DOCUMENT_KINDS.get(known, known.upper()))


def _pair(value: StrEnum) -> tuple[str, str]:
    words = VOCABULARIES.get(type(value), {}).get(value, value.value)
    if isinstance(words, tuple):
        return str(words[0]), str(words[1])
    return str(words), str(words)


def _reference(article: str) -> str:
    for name, words in _LAWS.items():
        article = article.replace(name, str(words))
    return article
