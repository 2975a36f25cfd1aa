"""What an importer hands over: frozen records of the directory, and findings about the file."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hub.domain.directory import (
    Channel,
    ContactRole,
    Identifier,
    OrganisationKind,
    ProcessingKind,
    RecipientKind,
    Source,
)
from hub.domain.legal_bases import Context, LegalBasis


class Severity(StrEnum):
    """How much a finding matters: told, to be checked, or the record was refused."""

    INFO = "info"
    WARNING = "warning"
    REFUSED = "refused"


class FindingCode(StrEnum):
    """What was found; hub/web/import_words.py holds the sentence of each."""

    BAD_FINESS = "bad_finess"
    BAD_ROR = "bad_ror"
    BAD_SIREN = "bad_siren"
    CONTEXT_ASSUMED = "context_assumed"
    CONTROLLER_MISSING = "controller_missing"
    CONTROLLER_NAME_FROM_CONTACT = "controller_name_from_contact"
    DATASET_NOT_DESCRIBED = "dataset_not_described"
    DATE_NOT_UNDERSTOOD = "date_not_understood"
    DUPLICATE_KEY = "duplicate_key"
    EMAIL_NOT_VALID = "email_not_valid"
    ENCODING_GUESSED = "encoding_guessed"
    FINESS_ZERO_RESTORED = "finess_zero_restored"
    HOLDER_IS_NOT_PUBLISHER = "holder_is_not_publisher"
    KEPT_VERIFIED = "kept_verified"
    LEGAL_BASIS_ASSUMED_PUBLIC = "legal_basis_assumed_public"
    LEGAL_BASIS_TO_VERIFY = "legal_basis_to_verify"
    MATCHED_BY_NAME = "matched_by_name"
    NAME_MISSING = "name_missing"
    NO_CONTACT = "no_contact"
    NO_PURPOSE = "no_purpose"
    NOTHING_FOUND = "nothing_found"
    OLDER_DESIGNATION = "older_designation"
    ORGANISATIONS_UNKNOWN = "organisations_unknown"
    PERSONAL_MAILBOX_HIDDEN = "personal_mailbox_hidden"
    REUSED_UNKNOWN = "reused_unknown"
    ROW_TOO_SHORT = "row_too_short"
    SEVERAL_LEGAL_BASES = "several_legal_bases"
    SIREN_ZERO_RESTORED = "siren_zero_restored"
    TEXT_CUT = "text_cut"
    TITLE_MISSING = "title_missing"
    WEBSITE_NOT_VALID = "website_not_valid"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a file: on which record, at which line or node, with its values."""

    code: FindingCode
    severity: Severity = Severity.INFO
    record: str | None = None
    node: str | None = None
    line: int | None = None
    values: tuple[str, ...] = ()


class WrongFormat(StrEnum):
    """Why a file is not what it says it is."""

    BINARY = "binary"
    BROKEN = "broken"
    COLUMNS_MISSING = "columns_missing"
    EMPTY = "empty"
    ENTITIES = "entities"
    NO_DATASET = "no_dataset"
    REMOTE_CONTEXT = "remote_context"
    SWOLLEN = "swollen"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    WEB_PAGE = "web_page"


class NotThatFormat(ValueError):
    """The file is not of the format announced; nothing of it is taken.

    `problem` says why, `line` where when known (from 1), `detail` the reader's own words.
    """

    def __init__(self, problem: WrongFormat, detail: str = "", line: int | None = None) -> None:
        super().__init__(f"{problem}: {detail} (line {line})")
        self.problem = problem
        self.detail = detail
        self.line = line


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One published way to reach an organisation."""

    role: ContactRole
    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """An organisation as its source describes it; `key` is its name in that source."""

    key: str
    name: str
    kind: OrganisationKind = OrganisationKind.UNKNOWN
    acronym: str | None = None
    siren: str | None = None
    finess: str | None = None
    ror: str | None = None
    website: str | None = None
    postal_address: str | None = None
    phone: str | None = None
    service_name: str | None = None
    contacts: tuple[ContactRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ControllerRecord:
    """One controller of a processing, by its organisation's key, with its part (GDPR 26)."""

    organisation_key: str
    is_contact: bool = True
    resolves_identity: bool = True
    answers: bool = True


@dataclass(frozen=True, slots=True)
class PurposeRecord:
    """A purpose with its one legal basis and its context."""

    title: str
    legal_basis: LegalBasis
    context: Context = Context.NONE
    title_en: str | None = None


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """Who receives the data, by name."""

    name: str
    kind: RecipientKind = RecipientKind.RECIPIENT
    organisation_key: str | None = None


@dataclass(frozen=True, slots=True)
class IdentifierRecord:
    """An identifier that the holder asks to find a person."""

    identifier: Identifier
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class ReuseRecord:
    """A database that is reused: by its key in the same source, its title, or its context."""

    key: str | None = None
    title: str | None = None
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class ProcessingRecord:
    """A processing, whole: it has a title, at least one controller and one purpose."""

    key: str
    kind: ProcessingKind
    title: str
    controllers: tuple[ControllerRecord, ...]
    purposes: tuple[PurposeRecord, ...]
    title_en: str | None = None
    summary: str = ""
    summary_en: str | None = None
    sources_text: str | None = None
    data_from_on: date | None = None
    data_to_on: date | None = None
    population: str | None = None
    website: str | None = None
    recipients: tuple[RecipientRecord, ...] = ()
    identifiers: tuple[IdentifierRecord, ...] = ()
    reuses: tuple[ReuseRecord, ...] = ()
    cues: dict[str, object] = field(default_factory=dict, hash=False)
    overrides: dict[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class DirectoryRecords:
    """All that one file says; `only_known` records complete organisations, they create none."""

    source: Source
    organisations: tuple[OrganisationRecord, ...] = ()
    processings: tuple[ProcessingRecord, ...] = ()
    findings: tuple[Finding, ...] = ()
    only_known: bool = False
