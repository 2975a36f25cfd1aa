"""Frozen rows of the directory, as pages and the API show them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.domain.directory import (
    Channel,
    ContactRole,
    Identifier,
    IdentityLevel,
    OrganisationKind,
    ProcessingKind,
    RecipientKind,
    Source,
)
from hub.domain.legal_bases import Context, LegalBasis


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A published way to reach an organisation."""

    role: ContactRole
    channel: Channel
    address: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class ControllerRow:
    """A controller of a processing and its part in the arrangement; contacts on details only."""

    id: UUID
    name: str
    acronym: str | None
    siren: str | None
    kind: OrganisationKind
    is_contact: bool
    resolves_identity: bool
    answers: bool
    contacts: tuple[ContactRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """A purpose with its legal basis and context."""

    title: str
    title_en: str | None
    legal_basis: LegalBasis
    context: Context

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """What the holder asks to find a person."""

    identifier: Identifier
    is_required: bool


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """Who receives the data, by name."""

    name: str
    kind: RecipientKind
    organisation_id: UUID | None
    category: str = ""


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """Another processing, linked by reuse."""

    id: UUID
    title: str
    title_en: str | None
    kind: ProcessingKind
    controllers: tuple[str, ...] = ()

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title


@dataclass(frozen=True, slots=True)
class ProcessingRow:
    """A processing with what the law and the form need: a list row, and the API's item."""

    id: UUID
    kind: ProcessingKind
    title: str
    title_en: str | None
    summary: str
    summary_en: str | None
    data_from_on: date | None
    data_to_on: date | None
    answer_level: IdentityLevel
    is_open: bool
    overrides: dict[str, object]
    controllers: tuple[ControllerRow, ...]
    purposes: tuple[PurposeRow, ...]
    identifiers_asked: tuple[IdentifierRow, ...]

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title

    def summary_in(self, language: str) -> str:
        """The summary in a language, French when there is no other."""
        return (self.summary_en or self.summary) if language == "en" else self.summary


@dataclass(frozen=True, slots=True)
class ProcessingDetail:
    """All that the public page of a processing shows."""

    row: ProcessingRow
    sources_text: str | None
    population: str | None
    website: str | None
    source: Source
    verified_at: datetime | None
    updated_at: datetime
    recipients: tuple[RecipientRow, ...]
    reuses: tuple[LinkedRow, ...]
    reusers: tuple[LinkedRow, ...]
    says_no_recipient: bool = False


@dataclass(frozen=True, slots=True)
class ProcessingPage:
    """One page of a search: its rows, how many in all, where the next and the last begin."""

    rows: tuple[ProcessingRow, ...]
    total: int
    next_after: UUID | None
    previous_before: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation of the directory."""

    id: UUID
    name: str
    acronym: str | None
    siren: str | None
    kind: OrganisationKind
    is_verified: bool


@dataclass(frozen=True, slots=True)
class DirectoryCounts:
    """How much the directory holds."""

    databases: int
    projects: int
    controllers: int
