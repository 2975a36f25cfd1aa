"""The papers a person may print or post: their parts, already worded, in her language.

A template only sets them: each text here is shown as it is, and an empty one is left out.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """The colour that goes with a status word, never instead of it."""

    CALM = "calm"
    OK = "ok"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True)
class Fact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Masthead:
    """Top and foot of each page; `page_of` holds `{page}` and `{pages}`."""

    service: str
    operator: str
    foot: str
    page_of: str


@dataclass(frozen=True)
class NextSteps:
    """What to do next, in order."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class TrackingCode:
    """The QR code of the tracking page: `address` may hold the reference, never the secret."""

    address: str
    caption: str
    alternative: str


@dataclass(frozen=True)
class ControllerRow:
    """One controller: its name, the processings concerned, and one cell per date column."""

    name: str
    processings: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ControllerTable:
    """The controllers addressed; `columns` are the headings of name and dates, in order."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[ControllerRow, ...]
    note: str = ""


@dataclass(frozen=True)
class ReceiptPaper:
    """The registration receipt of a filing (CRPA R112-11-2): her proof, with her secret once.

    `facts` are right, person, dates and channel; `notes` say how to confirm, CNIL, help. An
    opt-out is asked of no controller: its table has no rows, and is left out.
    """

    language: str
    masthead: Masthead
    title: str
    lead: str
    reference: Fact
    secret: Fact
    secret_note: str
    tracking: TrackingCode
    facts: tuple[Fact, ...]
    statement: Fact
    controllers: ControllerTable
    next_steps: NextSteps
    notes: tuple[Fact, ...]


@dataclass(frozen=True)
class SummaryRow:
    """Where one controller stands: status in a word, what it said and why, what to do."""

    name: str
    processings: tuple[str, ...]
    status: str
    tone: Tone
    said: str
    to_do: str


@dataclass(frozen=True)
class SummaryPaper:
    """One page on all controllers; `columns` are controller, where it stands, what to do."""

    language: str
    masthead: Masthead
    title: str
    lead: str
    facts: tuple[Fact, ...]
    counts: tuple[Fact, ...]
    columns: tuple[str, str, str]
    rows: tuple[SummaryRow, ...]
    next_steps: NextSteps
    notes: tuple[Fact, ...]


@dataclass(frozen=True)
class LetterPaper:
    """A letter for a window envelope (address on the right, 45 mm from the top).

    `subject` is a label and its value; `facts` are references shown under it.
    """

    language: str
    masthead: Masthead
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    place_and_date: str
    subject: Fact
    facts: tuple[Fact, ...]
    paragraphs: tuple[str, ...]
    signature: tuple[str, ...]
    enclosures: NextSteps
    notes: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class PostalSheet:
    """One letter of a batch, on one page; `recipient` shows in the window: six lines at most."""

    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    place_and_date: str
    subject: str
    facts: tuple[Fact, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class PostalBatchPaper:
    """Letters to print together, for DL or C6/5 window envelopes."""

    language: str
    masthead: Masthead
    title: str
    letters: tuple[PostalSheet, ...]


@dataclass(frozen=True)
class RecordPart:
    """One part of a record: its heading, facts, paragraphs, and a table of words if any."""

    title: str
    facts: tuple[Fact, ...] = ()
    paragraphs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class RecordPaper:
    """A paper that states facts, part by part: an acknowledgement, a request, a case.

    `fingerprint` is shown last, in fixed-width type.
    """

    language: str
    masthead: Masthead
    title: str
    lead: str
    facts: tuple[Fact, ...]
    parts: tuple[RecordPart, ...]
    notes: tuple[Fact, ...] = ()
    fingerprint: Fact = Fact("", "")
