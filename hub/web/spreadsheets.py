"""Exports that Excel opens as they are: .xlsx with true dates, and CSV as French Excel reads it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | float | bool | Decimal | date | datetime | None
PARIS = ZoneInfo("Europe/Paris")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_767
_NARROWEST, _WIDEST = 10, 60
_BRAND = "22437E"
_DATE_FORMAT, _INSTANT_FORMAT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"


def xlsx_of(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one sheet with a frozen, filtered header.

    Dates stay dates and instants are shown in Paris time; a text that would be a formula is kept
    as the text it is (quote prefix).
    """
    kept = [list(row) for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    book.properties.title = _ILLEGAL.sub("", title)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{len(kept) + 1}"
    for place, width in enumerate(_widths(columns, kept), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_heading(sheet, column) for column in columns])
    for row in kept:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV (RFC 4180, `;`, UTF-8 with its mark) whose texts never become formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(column) for column in columns])
    for row in rows:
        writer.writerow([_as_text(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _heading(sheet: WriteOnlyWorksheet, column: str) -> Cell:
    cell = _text_cell(sheet, column)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=_BRAND)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if isinstance(value, datetime):
        return _dated(sheet, _in_paris(value), _INSTANT_FORMAT)
    if isinstance(value, date):
        return _dated(sheet, value, _DATE_FORMAT)
    return WriteOnlyCell(sheet, value)


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.value = _ILLEGAL.sub("", str(text))[:_LONGEST_CELL]
    cell.data_type = "s"
    if cell.value.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _dated(sheet: WriteOnlyWorksheet, value: date, number_format: str) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell


def _widths(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    widths = [len(str(column)) + 4 for column in columns]
    for row in rows:
        for place, value in enumerate(row[: len(widths)]):
            widths[place] = max(widths[place], len(_as_text(value)) + 2)
    return [min(max(width, _NARROWEST), _WIDEST) for width in widths]


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", _ILLEGAL.sub("", title)).strip()[:31] or "Export"


def _in_paris(instant: datetime) -> datetime:
    """Excel knows no time zone: the wall clock of Paris, to the second."""
    local = instant.astimezone(PARIS) if instant.tzinfo else instant
    return local.replace(tzinfo=None, microsecond=0)


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{_in_paris(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return str(value) if isinstance(value, int) else _harmless(value)


def _harmless(text: str) -> str:
    """A text cell that a spreadsheet takes for text (ASVS 1.2.10)."""
    clean = str(text).replace("\x00", "")
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean
