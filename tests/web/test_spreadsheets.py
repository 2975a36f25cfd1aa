"""Exports open in Excel with true dates, and no text ever becomes a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from hub.web.spreadsheets import csv_of, xlsx_of

COLUMNS = ["N°", "Échéance", "Reçue", "Jours"]
RECEIVED = datetime(2026, 7, 14, 22, 30, 15, tzinfo=UTC)
ROWS = [["R-2041", date(2026, 10, 14), RECEIVED, -3], ["R-2044", None, None, 12.5]]


def sheet_of(content: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def lines_of(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_dates_are_dates_and_instants_are_paris_time() -> None:
    sheet = sheet_of(xlsx_of("Dossiers", COLUMNS, ROWS))
    assert sheet["B2"].is_date
    assert sheet["B2"].value == datetime(2026, 10, 14)  # noqa: DTZ001 - Excel knows no zone
    assert sheet["C2"].value == datetime(2026, 7, 15, 0, 30, 15)  # noqa: DTZ001
    assert sheet["D2"].value == -3
    assert sheet["D3"].value == 12.5


def test_the_header_stays_in_sight_and_filters() -> None:
    sheet = sheet_of(xlsx_of("Dossiers : à traiter / 2026", COLUMNS, ROWS))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D3"
    assert [cell.value for cell in sheet[1]] == COLUMNS
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["C"].width >= 16
    assert sheet.title == "Dossiers   à traiter   2026"


def test_no_rows_still_make_a_sheet() -> None:
    assert sheet_of(xlsx_of("", COLUMNS, [])).auto_filter.ref == "A1:D1"
    assert lines_of(csv_of(COLUMNS, [])) == [COLUMNS]


FORMULAS = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://evil.example")']


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_text_in_a_sheet(text: str) -> None:
    cell = sheet_of(xlsx_of("x", ["a"], [[text]]))["A2"]
    assert cell.data_type != "f"
    assert cell.quotePrefix
    assert str(cell.value).strip() == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_quoted_in_a_csv(text: str) -> None:
    assert lines_of(csv_of([text], [[text]])) == [[f"'{text}"]] * 2


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_no_text_becomes_a_formula_and_every_text_comes_back(texts: list[str]) -> None:
    [_, line] = lines_of(csv_of(["x"] * len(texts), [texts]))
    for text, read in zip(texts, line, strict=True):
        assert not read.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert read.removeprefix("'") == text.replace("\x00", "").removeprefix("'")
    for cell in sheet_of(xlsx_of("x", ["x"] * len(texts), [texts]))[2]:
        assert cell.data_type != "f"


def test_a_csv_opens_in_french_excel() -> None:
    content = csv_of(COLUMNS, [*ROWS, ['dit "oui"; ou\nnon', None, None, Decimal("3.10")]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert lines_of(content) == [
        COLUMNS,
        ["R-2041", "14/10/2026", "15/07/2026 00:30", "-3"],
        ["R-2044", "", "", "12,5"],
        ['dit "oui"; ou\nnon', "", "", "3,10"],
    ]


def test_a_control_character_never_spoils_the_file() -> None:
    assert sheet_of(xlsx_of("\x01", ["a\x02"], [["b\x03c"]]))["A2"].value == "bc"
