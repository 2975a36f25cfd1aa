"""What the hub needs of the outside, as Protocols; hub.bootstrap chooses who serves each."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from hub.domain.contact_points import Reachability
from hub.domain.identity_proof import ProvenIdentity
from hub.domain.identity_providers import MemberIdentity, Provider
from hub.domain.outward_addresses import AddressRefusal
from hub.domain.policies import Policies
from hub.papers import LetterPaper, PostalBatchPaper, ReceiptPaper, RecordPaper, SummaryPaper


class Clock(Protocol):
    """Tells the time; nothing else in the hub asks for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Keyring(Protocol):
    """Holds the hub's keys; wraps data keys, seals texts, derives and checks secrets."""

    @property
    def current_key_id(self) -> int: ...

    def new_data_key(self) -> tuple[bytes, bytes]: ...
    def unwrap(self, wrapped: bytes) -> bytes: ...
    def rewrap(self, wrapped: bytes) -> bytes: ...
    def seal(self, key: bytes, text: bytes, *, table: str, column: str, row: str) -> bytes: ...
    def open(self, key: bytes, sealed: bytes, *, table: str, column: str, row: str) -> bytes: ...
    def blind_index(self, text: str, purpose: str) -> bytes: ...
    def exact_digest(self, text: str, purpose: str) -> bytes: ...
    def hash_secret(self, reference: str, secret: str) -> bytes: ...
    def derive_secret(self, idempotency_key: str, reference: str) -> str: ...
    def secret_matches(self, stored: bytes, reference: str, secret: str) -> bool: ...
    def new_box(self) -> tuple[str, str]: ...
    def wrap_private(self, private: str, secret: str, reference: str) -> bytes: ...
    def unwrap_private(self, wrapped: bytes, secret: str, reference: str) -> str: ...
    def seal_for_visit(self, private: str, visit_token: bytes) -> bytes: ...
    def open_for_visit(self, sealed: bytes, visit_token: bytes) -> str: ...


@dataclass(frozen=True)
class OutgoingMail:
    """One e-mail, already worded; `message_id` is constant across attempts."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str
    reply_to: str | None = None
    envelope_from: str | None = None
    """Where a mail server sends back what it could not deliver; None: to the sender shown."""


class Mailer(Protocol):
    """Sends e-mails; raises MailUnavailable (try again) or MailRefused (never will)."""

    def send(self, mail: OutgoingMail) -> None: ...
    def conversation(self) -> AbstractContextManager[None]:
        """What one thread sends in the block may share one connection."""
        ...


class MailDomains(Protocol):
    """Says whether mail for a domain has somewhere to go; never raises."""

    def takes_mail(self, domain: str) -> Reachability: ...


@dataclass(frozen=True)
class StoredFile:
    """A file in the store: its key, clear size in bytes and SHA-256 of the clear bytes (hex)."""

    key: str
    size: int
    sha256: str


class FileStore(Protocol):
    """Keeps sealed files; nothing lies in clear on its disk.

    Each of the first three raises FilesUnavailable when the store cannot be reached now.
    """

    def put(self, stream: BinaryIO, *, sealed_to: str | bytes) -> StoredFile:
        """Store a stream sealed to an age public key (str) or with a data key (bytes)."""
        ...

    def read(self, key: str, *, opened_with: str | bytes) -> Iterator[bytes]:
        """The clear bytes of a file, opened with an age private key (str) or a data key."""
        ...

    def delete(self, key: str) -> None: ...
    def is_well(self) -> bool:
        """Whether a file can be taken and given at this moment; never raises."""
        ...


@dataclass(frozen=True)
class CheckedFile:
    """An upload that may be kept, under our own name."""

    media_type: str
    extension: str
    safe_name: str


class UploadChecker(Protocol):
    """Refuses files too large or of a kind not allowed (FileTooLarge, FileKindRefused)."""

    def __call__(self, filename: str, stream: BinaryIO, limit: int) -> CheckedFile: ...


class Caution(StrEnum):
    """What a reader should know before opening a file (stored: values never change)."""

    EMBEDDED_FILE = "embedded_file"
    FORM = "form"
    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    MEDIA = "media"
    NOT_INSPECTED = "not_inspected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Inspection:
    """What a PDF does by itself, and the bytes of a copy that does not."""

    cautions: tuple[Caution, ...] = ()
    cleaned: bytes | None = None


class PdfInspector(Protocol):
    """Looks into a PDF for what it does by itself; never alters the original."""

    def __call__(self, stream: BinaryIO) -> Inspection: ...


class Scan(StrEnum):
    """What the antivirus says of a file that it does not refuse."""

    CLEAN = "clean"
    TOO_LARGE = "too_large"


class Antivirus(Protocol):
    """Knows harmful files (FileInfected); raises ScannerUnavailable when it cannot tell now."""

    def scan(self, stream: BinaryIO) -> Scan: ...
    def is_well(self) -> bool: ...


class Papers(Protocol):
    """Sets accessible PDFs (PDF/UA-1) from already worded papers."""

    def render_receipt(self, paper: ReceiptPaper) -> bytes: ...
    def render_summary(self, paper: SummaryPaper) -> bytes: ...
    def render_letter(self, paper: LetterPaper) -> bytes: ...
    def render_postal_batch(self, paper: PostalBatchPaper) -> bytes: ...
    def render_record(self, paper: RecordPaper) -> bytes: ...


class Doorbell(Protocol):
    """Knows whether the bell of the workers can be rung; the relay alone rings it."""

    def health(self) -> Mapping[str, Any]: ...


class Logs(Protocol):
    """The application's own log files, each in two parts: being written, and the one before."""

    def count_over(self, now: datetime, part_days: int) -> int:
        """How many earlier parts have been there for so many days."""
        ...

    def turn_over(self, now: datetime, part_days: int) -> int:
        """Delete those, and begin a new part in their place; says how many it deleted."""
        ...


@dataclass(frozen=True)
class JournalLine:
    """One filing as the intake journal keeps it: the id of its request, and its rows as text."""

    id: UUID
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class UnreadLine:
    """A line of the journal that does not open: altered, or sealed to another recovery key."""

    part: str
    number: int


class Journal(Protocol):
    """A second record of every filing, apart from the database."""

    def write(self, lines: list[JournalLine]) -> None:
        """Add lines, on the disk on return; raises JournalUnavailable."""
        ...

    def is_writable(self) -> bool: ...
    def last_written_at(self) -> datetime | None:
        """When a line was last added by any process; None for an empty journal."""
        ...

    def ids(self) -> set[UUID]: ...
    def read(self, private: str) -> Iterator[JournalLine | UnreadLine]: ...
    def count_over(self, now: datetime, days: int) -> int: ...
    def delete_over(self, now: datetime, days: int) -> int: ...


@dataclass(frozen=True)
class MailOrder:
    """One e-mail to word: its kind (folder in templates/emails), to whom, language and facts."""

    kind: str
    to: str
    language: str
    message_id: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str | None = None
    envelope_from: str | None = None


class Correspondence(Protocol):
    """Words a mail order in its reader's language and hands it to the mailer."""

    def send(self, order: MailOrder) -> None: ...
    def conversation(self) -> AbstractContextManager[None]:
        """What one thread sends in the block may share one connection."""
        ...


@dataclass(frozen=True)
class OutwardAnswer:
    """What an endpoint outside answered to one call, judged by nobody yet."""

    status: int
    media_type: str
    body: bytes = field(repr=False)
    took_ms: int = 0
    retry_after: str | None = None


class OutwardCaller(Protocol):
    """Calls the addresses of controllers: public ones only, bounded in time and size."""

    def refusal_of(self, url: str) -> AddressRefusal | None:
        """Why an address is never called; None when it may be."""
        ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> OutwardAnswer:
        """Post once, follow nothing. Raises CallFailed, whose `reason` is a short code."""
        ...

    def reach(self, url: str) -> int:
        """The status that a page answers with; nothing of it is read. Raises CallFailed."""
        ...


@dataclass(frozen=True)
class Departure:
    """What the hub keeps of one departure to a provider of identity, to know its return by.

    `state` comes back in the address, `nonce` in the token, `verifier` is told to nobody but the
    provider, when the code is exchanged (RFC 7636).
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class ProviderReturn:
    """What a browser brings back from a provider: a code, or why there is none."""

    state: str
    code: str = ""
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True)
class Attestation:
    """What a provider attests, and the token that later ends its own session."""

    of: ProvenIdentity | MemberIdentity
    id_token: str


class IdentityProvider(Protocol):
    """Attests who somebody is, by OpenID Connect (code flow).

    Raises ProviderUnavailable when it does not answer, IdentityRefused when what it says is not
    to be trusted, or not enough; `facts['reason']` is an IdentityRefusal.
    """

    def address_for(self, departure: Departure) -> str:
        """Where to send the browser."""
        ...

    def attest(self, departure: Departure, returned: ProviderReturn) -> Attestation:
        """Check all that came back, and say who it is."""
        ...

    def farewell(self, id_token: str, state: str) -> str | None:
        """Where to send the browser to end the provider's own session, if it can be ended."""
        ...


@dataclass(frozen=True)
class Ports:
    """Everything outside, in one frozen place."""

    clock: Clock
    keyring: Keyring
    mailer: Mailer
    files: FileStore
    check_upload: UploadChecker
    inspect_pdf: PdfInspector
    papers: Papers
    doorbell: Doorbell
    logs: Logs
    journal: Journal
    outward: OutwardCaller
    mail_domains: MailDomains
    identity_providers: Mapping[Provider, IdentityProvider] = field(default_factory=dict)
    """Those that are configured; the others are not offered."""
    antivirus: Antivirus | None = None
    """None where the hub has none."""
    policies: Policies = field(default_factory=Policies)
    """What whoever runs the hub has chosen, where the law leaves a choice."""
    draw: Callable[[], float] = random.random
    """A source of chance, from 0 to 1, for what need not be secret."""
