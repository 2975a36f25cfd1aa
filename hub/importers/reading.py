"""Bytes to text and tables, whatever the encoding and separator; what is no text is refused."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from hub.domain.directory import fold
from hub.domain.directory_records import (
    Finding,
    FindingCode,
    NotThatFormat,
    Severity,
    WrongFormat,
)

SIZE_LIMIT = 50 * 1024 * 1024
CELL_LIMIT = 100_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY_STARTS = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11")
# A comment ends at its first "-->" and is never read twice: many in a row cost their length.
_WEB_PAGE = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class TextRead:
    """A file as text, with the encoding it was in and whether that had to be guessed."""

    text: str
    encoding: str
    guessed: bool


def check_size(content: bytes) -> None:
    """Refuses an empty file and one over 50 MB (NotThatFormat)."""
    if not content.strip():
        raise NotThatFormat(WrongFormat.EMPTY)
    if len(content) > SIZE_LIMIT:
        raise NotThatFormat(WrongFormat.TOO_BIG, str(SIZE_LIMIT // (1024 * 1024)))


def read_text(content: bytes) -> TextRead:
    """The text of a file; raises NotThatFormat when it is empty, too big, binary or a web page.

    A byte order mark or valid UTF-8 is believed; else the encoding is guessed, with the Windows
    and Latin ones of French spreadsheets first.
    """
    check_size(content)
    read = _decode(content)
    if "\x00" in read.text:
        raise NotThatFormat(WrongFormat.BINARY)
    if _WEB_PAGE.match(read.text[:5000]):
        raise NotThatFormat(WrongFormat.WEB_PAGE)
    return read


def _decode(content: bytes) -> TextRead:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return TextRead(content.decode(encoding), encoding, False)
            except UnicodeDecodeError as error:
                raise NotThatFormat(WrongFormat.BINARY, str(error)) from error
    if content.startswith(_BINARY_STARTS) or b"\x00" in content[:4096]:
        raise NotThatFormat(WrongFormat.BINARY)
    try:
        return TextRead(content.decode("utf-8"), "utf-8", False)
    except UnicodeDecodeError:
        return _guess(content)


def _guess(content: bytes) -> TextRead:
    likely = from_bytes(content[:200_000], cp_isolation=["cp1252", "latin_1", "cp850", "mac_roman"])
    best = likely.best()
    encoding = best.encoding if best else "cp1252"
    encoding = "cp1252" if encoding == "latin_1" else encoding
    return TextRead(content.decode(encoding, errors="replace"), encoding, True)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file (from 1) and its cells by column name."""

    line: int
    cells: dict[str, str]

    def cell(self, column: str) -> str:
        """The cell of a column, trimmed; empty when absent or a literal NULL."""
        text = re.sub(r"[^\S\n]+", " ", self.cells.get(column, "")).strip()
        return "" if text.upper() in {"NULL", "N/A", "#N/A"} else text


@dataclass(frozen=True, slots=True)
class Table:
    """A table read: its rows under the names asked for, and what was noticed on the way."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def read_table(content: bytes, columns: dict[str, tuple[str, ...]], required: set[str]) -> Table:
    """A CSV file as rows under our own column names.

    `columns` maps our name of a column to the headers it may have; headers are compared without
    case, accents or punctuation. Raises NotThatFormat when a required column is missing.
    """
    read = read_text(content)
    csv.field_size_limit(CELL_LIMIT)
    lines = _csv_lines(read.text, _separator(read.text, columns))
    names = _named(next(lines, (1, []))[1], columns)
    missing = required - set(names.values())
    if missing:
        wanted = ", ".join(sorted(columns[name][0] for name in missing))
        raise NotThatFormat(WrongFormat.COLUMNS_MISSING, wanted, 1)
    findings: list[Finding] = []
    if read.guessed:
        findings.append(Finding(FindingCode.ENCODING_GUESSED, values=(read.encoding,)))
    rows: list[Row] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= max(place for place, name in names.items() if name in required):
            findings.append(Finding(FindingCode.ROW_TOO_SHORT, Severity.REFUSED, line=line))
            continue
        rows.append(Row(line, {names[i]: cells[i] for i in names if i < len(cells)}))
    return Table(tuple(rows), tuple(findings))


def named_columns(header: list[str], columns: dict[str, tuple[str, ...]]) -> dict[int, str]:
    """Which place of a header holds which of our columns."""
    return _named(header, columns)


def _named(header: list[str], columns: dict[str, tuple[str, ...]]) -> dict[int, str]:
    known = {fold(alias): name for name, aliases in columns.items() for alias in aliases}
    named: dict[int, str] = {}
    for place, title in enumerate(header):
        name = known.get(fold(title))
        if name and name not in named.values():
            named[place] = name
    return named


def _separator(text: str, columns: dict[str, tuple[str, ...]]) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {
        mark: len(_named(next(csv.reader([first], delimiter=mark), []), columns))
        for mark in ";,\t|"
    }
    return max(counts, key=lambda mark: (counts[mark], first.count(mark)))


def _csv_lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    try:
        for cells in reader:
            if cells or start > 1:
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise NotThatFormat(WrongFormat.BROKEN, str(error), reader.line_num) from error
