"""An Excel file that is cut, altered or made to swell: one clear reason, and soon."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from openpyxl import Workbook

from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.importers import workbooks
from hub.importers.backlog import read_sheet
from hub.importers.hdh_projects import read_hdh_projects

READERS = (read_sheet, read_hdh_projects)
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 12) for n in range(9))
    + b"]>"
)


def workbook() -> bytes:
    """Six rows that both readers could go through."""
    book, out = Workbook(), io.BytesIO()
    for number in range(6):
        book.active.append(["Nom", "Prénom", number, "10/10/2026"])
    book.save(out)
    return out.getvalue()


def altered(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The workbook with each part changed, or left out where `change` gives None."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


def in_sheet(change: Callable[[bytes], bytes]) -> bytes:
    return altered(lambda name, content: change(content) if name == SHEET else content)


BROKEN = {
    "a sheet that is no XML": in_sheet(lambda content: content[: len(content) // 2]),
    "a sheet of nested entities": in_sheet(
        lambda content: LAUGHS + content.replace(b"<sheetData>", b"<sheetData>&j;")
    ),
    "no sheet at all": altered(lambda name, content: None if name == SHEET else content),
    "no contents": altered(lambda name, content: None if "Types" in name else content),
    "bytes turned": workbook()[:900] + bytes(200) + workbook()[1100:],
    "a cut file": workbook()[:-300],
}


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_workbook_is_refused_and_never_breaks_the_hub(read, what):
    with pytest.raises(NotThatFormat) as refused:
        read(BROKEN[what])
    assert refused.value.problem in {WrongFormat.BROKEN, WrongFormat.COLUMNS_MISSING}


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_altered_in_a_workbook_nothing_else_is_raised(read, seed):
    chance = random.Random(seed)

    def spoil(name: str, content: bytes) -> bytes:
        at = chance.randrange(len(content))
        scrap = chance.choice([b"<", b"&x;", b"-1", b't="b"', b"\xff", b""])
        return content[:at] + scrap + content[at + chance.randrange(1, 40) :]

    content = altered(lambda name, part: spoil(name, part) if chance.random() < 0.5 else part)
    with suppress(NotThatFormat):
        read(content)


@pytest.mark.parametrize("read", READERS)
def test_a_small_file_that_holds_millions_of_cells_is_refused_at_once(read, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_TAGS", 3_000)
    cells = b"<c><v>1</v></c>" * 1_000
    row = b'<sheetData><row r="9">' + cells + b"</row>"
    swollen = in_sheet(lambda content: content.replace(b"<sheetData>", row))
    with pytest.raises(NotThatFormat) as refused:
        read(swollen)
    assert refused.value.problem is WrongFormat.SWOLLEN


@pytest.mark.parametrize("read", READERS)
def test_a_small_file_that_unpacks_beyond_measure_is_refused(read, monkeypatch):
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 100_000)
    swollen = in_sheet(lambda content: content + b" " * 200_000)
    with pytest.raises(NotThatFormat) as refused:
        read(swollen)
    assert refused.value.problem is WrongFormat.SWOLLEN
