"""A backlog of requests to rows: an Excel or CSV table, or a mailbox export (mbox)."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from hub.domain.backlog import (
    BacklogRow,
    Column,
    Fallbacks,
    Fault,
    FaultCode,
    ReadLine,
    Sheet,
    capacity_in,
    channel_in,
    right_in,
    seen_in,
)
from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.domain.intake import POLICY, ArrivedBeforeGdpr, ArrivesInFuture, arrival_instant
from hub.domain.mailboxes import is_email
from hub.domain.representation import Representation
from hub.domain.working_days import local_date
from hub.importers.cleaning import read_day
from hub.importers.reading import CELL_LIMIT, read_text
from hub.importers.workbooks import opened_workbook

MOST_COLUMNS = 60
LONGEST_NAME, LONGEST_TEXT = 120, 4000
LONGEST = {Column.POSTAL_ADDRESS: 500, Column.PHONE: 40, Column.EMAIL: 200, Column.KEY: 200}
MAIL_COLUMNS = ("Message-ID", "Date", "From", "E-mail", "Subject", "Message")
_MBOX = b"From "
_HEADER_FAULTS = (AttributeError, LookupError, TypeError, ValueError)
"""What Python's own reader of mails was seen to raise on headers that no standard allows."""
_OLDEST = date(1900, 1, 1)


def read_sheet(content: bytes, most_rows: int = POLICY.most_rows) -> Sheet:
    """The table of a file, whatever its kind, encoding or separator.

    Raises NotThatFormat for what is no table, has no row, or more than `most_rows`.
    """
    if not content.strip():
        raise NotThatFormat(WrongFormat.EMPTY)
    if len(content) > POLICY.most_bytes:
        raise NotThatFormat(WrongFormat.TOO_BIG, str(POLICY.most_bytes // (1024 * 1024)))
    lines = _lines(content)
    _, headers = next(lines, (0, ()))
    if not any(headers):
        raise NotThatFormat(WrongFormat.EMPTY)
    kept: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if len(kept) == most_rows:
            raise NotThatFormat(WrongFormat.TOO_MANY_ROWS, str(most_rows))
        kept.append((number, cells))
    if not kept:
        raise NotThatFormat(WrongFormat.EMPTY)
    return Sheet(headers, tuple(kept))


def read_lines(
    sheet: Sheet, columns: Mapping[Column, int], fallbacks: Fallbacks, today: date
) -> Iterator[ReadLine]:
    """Each line understood or refused, by the places that hold our columns."""
    keys: set[str] = set()
    for number, cells in sheet.lines:
        said = {
            column: cells[place] for column, place in columns.items() if 0 <= place < len(cells)
        }
        key = said.get(Column.KEY, "")
        if key and key in keys:
            yield ReadLine(number, None, (Fault(FaultCode.KEY_TWICE, Column.KEY),))
            continue
        keys.add(key)
        yield _Reader(number, said, fallbacks, today).read()


class _Reader:
    """Reads one line; gathers all its faults, so that they are mended in one go."""

    def __init__(
        self, line: int, said: Mapping[Column, str], fallbacks: Fallbacks, today: date
    ) -> None:
        self.line, self.said, self.fallbacks, self.today = line, said, fallbacks, today
        self.faults: list[Fault] = []

    def read(self) -> ReadLine:
        given, family = self._names()
        received_on, right, channel = self._received_on(), self._right(), self._channel()
        birth_date = self._day(Column.BIRTH_DATE)
        email = self._text(Column.EMAIL)
        if email and not is_email(email):
            self._fault(FaultCode.EMAIL_NOT_VALID, Column.EMAIL)
        processing = self._text(Column.PROCESSING)
        if not processing and not self.fallbacks.processings:
            self._fault(FaultCode.NO_PROCESSING, Column.PROCESSING)
        rest: dict[str, Any] = {
            column.value: self._text(column)
            for column in (Column.KEY, Column.POSTAL_ADDRESS, Column.PHONE)
        }
        statement = self.said.get(Column.STATEMENT, "")[:LONGEST_TEXT]
        acting, seen = self._acting(), self._seen()
        if self.faults or received_on is None or right is None:
            return ReadLine(self.line, None, tuple(self.faults))
        row = BacklogRow(
            line=self.line,
            received_on=received_on,
            right=right,
            channel=channel,
            given_names=given,
            family_name=family,
            birth_date=birth_date,
            email=email,
            processing=processing,
            statement=statement,
            representative=acting,
            **rest | seen,
        )
        return ReadLine(self.line, row)

    def _fault(self, code: FaultCode, column: Column) -> None:
        self.faults.append(Fault(code, column))

    def _text(self, column: Column, longest: int | None = None) -> str:
        text = self.said.get(column, "").strip()
        if len(text) > (longest or LONGEST.get(column, CELL_LIMIT)):
            self._fault(FaultCode.TOO_LONG, column)
        return text

    def _names(self) -> tuple[str, str]:
        given = self._text(Column.GIVEN_NAMES, LONGEST_NAME)
        family = self._text(Column.FAMILY_NAME, LONGEST_NAME)
        if not (given and family):
            full = self._text(Column.FULL_NAME, LONGEST_NAME).strip('"')
            parted = _parted(full)
            given, family = given or parted[0], family or parted[1]
        if not family:
            self._fault(FaultCode.MISSING, Column.FAMILY_NAME)
        return given, family

    def _day(self, column: Column) -> date | None:
        text = self.said.get(column, "").strip()
        if not text:
            return None
        found = read_day(text)
        is_wrong = column is Column.BIRTH_DATE and found and not _OLDEST <= found <= self.today
        if found is None or is_wrong:
            self._fault(FaultCode.DATE_UNREADABLE, column)
            return None
        return found

    def _received_on(self) -> date | None:
        column = Column.RECEIVED_ON
        if not self.said.get(column, "").strip():
            self._fault(FaultCode.MISSING, column)
            return None
        found = self._day(column)
        if found is None:
            return None
        try:
            arrival_instant(found, self.today)
        except ArrivedBeforeGdpr:
            self._fault(FaultCode.ARRIVED_BEFORE_GDPR, column)
        except ArrivesInFuture:
            self._fault(FaultCode.ARRIVES_IN_FUTURE, column)
        return found

    def _acting(self) -> Representation | None:
        """Who acts for her, where the row says it."""
        name = self._text(Column.REPRESENTATIVE, LONGEST_NAME)
        said = self.said.get(Column.CAPACITY, "").strip()
        ends_on = self._day(Column.MANDATE_ENDS_ON)
        if not (name or said):
            return None
        capacity = capacity_in(said)
        if capacity is None:
            self._fault(FaultCode.CAPACITY_UNKNOWN if said else FaultCode.MISSING, Column.CAPACITY)
            return None
        return Representation(capacity, name, ends_on=ends_on)

    def _seen(self) -> dict[str, Any]:
        """The paper that was looked at, when and by whom."""
        said = self.said.get(Column.SEEN, "").strip()
        on, by = self._day(Column.SEEN_ON), self._text(Column.SEEN_BY, LONGEST_NAME)
        if not said:
            return {}
        kind = seen_in(said)
        if kind is None:
            self._fault(FaultCode.SEEN_UNKNOWN, Column.SEEN)
        if on is None and not self.said.get(Column.SEEN_ON, "").strip():
            self._fault(FaultCode.MISSING, Column.SEEN_ON)
        elif on is not None and on > self.today:
            self._fault(FaultCode.ARRIVES_IN_FUTURE, Column.SEEN_ON)
        return {"seen_kind": kind, "seen_on": on, "seen_by": by}

    def _right(self) -> Any:
        text = self.said.get(Column.RIGHT, "").strip()
        right = right_in(text) if text else self.fallbacks.right
        if right is None:
            self._fault(FaultCode.RIGHT_UNKNOWN if text else FaultCode.MISSING, Column.RIGHT)
        return right

    def _channel(self) -> str:
        text = self.said.get(Column.CHANNEL, "").strip()
        if not text:
            return self.fallbacks.channel
        channel = channel_in(text)
        if channel is None:
            self._fault(FaultCode.CHANNEL_UNKNOWN, Column.CHANNEL)
        return channel or ""


def _parted(full: str) -> tuple[str, str]:
    """Given names and surname of one cell: "DUBOIS Angèle", "Dubois, Angèle", "Angèle Dubois"."""
    if "," in full:
        family, _, given = full.partition(",")
        return given.strip(), family.strip()
    words = full.split()
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(words):
        return " ".join(word for word in words if word not in capitals), " ".join(capitals)
    return " ".join(words[:-1]), " ".join(words[-1:])


def _lines(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    if content.startswith(b"PK\x03\x04"):
        return _workbook_lines(content)
    if content.startswith(_MBOX):
        return _mailbox_lines(content)
    return _csv_lines(content)


def _csv_lines(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    text = read_text(content).text.lstrip("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t|", key=first.count)
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    try:
        for cells in reader:
            yield start, _trimmed(cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise NotThatFormat(WrongFormat.BROKEN, str(error), reader.line_num) from error


def _workbook_lines(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The first sheet that holds something; dates of Excel become ISO dates."""
    with opened_workbook(content) as book:
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, _trimmed(_cell(value) for value in cells[:MOST_COLUMNS])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell.replace("\x00", "").strip() for cell in cells)


def _mailbox_lines(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """One line a message, with the day it was received; numbers count the messages from 2."""
    yield 1, MAIL_COLUMNS
    for number, raw in enumerate(_messages(content), start=2):
        message = message_from_bytes(raw, policy=policy.default)
        yield number, _trimmed(_mail_cells(message))


def _messages(content: bytes) -> Iterator[bytes]:
    """The messages of an mbox (RFC 4155): each after a line that begins with "From "."""
    parts = (b"\n" + content.replace(b"\r\n", b"\n")).split(b"\n" + _MBOX)
    for part in parts[1:]:
        _, _, message = part.partition(b"\n")
        if message.strip():
            yield message


def _mail_cells(message: EmailMessage) -> tuple[str, ...]:
    name, address = next(iter(getaddresses([_header(message, "From")])), ("", ""))
    subject = _header(message, "Subject")
    return (
        _header(message, "Message-ID"),
        _mail_day(message),
        name or address.partition("@")[0].replace(".", " "),
        address,
        subject,
        f"{subject}\n\n{_mail_text(message)}"[:LONGEST_TEXT],
    )


def _header(message: EmailMessage, name: str) -> str:
    """The first header of this name; empty where the parser of Python breaks off on it."""
    try:
        return str(message.get(name, ""))
    except _HEADER_FAULTS:
        return ""


def _mail_day(message: EmailMessage) -> str:
    """The day on which our side received it: its last hop, else its own date."""
    hop = _header(message, "Received")
    said = hop.rpartition(";")[2] if hop else _header(message, "Date")
    try:
        instant = parsedate_to_datetime(said.strip())
    except _HEADER_FAULTS:
        return said.strip()
    return (local_date(instant) if instant.tzinfo else instant.date()).isoformat()


def _mail_text(message: EmailMessage) -> str:
    try:
        body = message.get_body(("plain", "html"))
        return str(body.get_content()).strip() if body else ""
    except _HEADER_FAULTS:
        return ""
