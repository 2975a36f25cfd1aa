"""A letter shows its address, and nothing else, in the window of a DL or a C6/5 envelope."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import asdict, dataclass

import pytest
import typst

from hub.adapters.papers import TEMPLATES, PaperIncomplete, render_postal_batch
from hub.domain.postal_addresses import LONGEST_LINE, MOST_LINES, address_lines
from hub.papers import Fact, Masthead, PostalBatchPaper, PostalSheet

DOTS_PER_MM = 2
PANEL_MM = 99  # a third of an A4 sheet, folded


@dataclass(frozen=True)
class Envelope:
    """In millimetres; the window keeps 20 mm from the right and the lower edge."""

    width: int
    height: int
    window_width: int = 100
    window_height: int = 45

    def always_shown(self) -> tuple[int, int, int, int]:
        """What of the sheet shows wherever it has slid: left, top, right, bottom."""
        slack_x, slack_y = self.width - 210, self.height - PANEL_MM
        left = self.width - 20 - self.window_width
        top = self.height - 20 - self.window_height
        return left, top, left + self.window_width - slack_x, top + self.window_height - slack_y

    def ever_shown(self) -> tuple[int, int, int, int]:
        """What of the sheet may show in some position."""
        left, top, right, bottom = self.always_shown()
        slack_x, slack_y = self.width - 210, self.height - PANEL_MM
        return left - slack_x, top - slack_y, right + slack_x, bottom + slack_y


ENVELOPES = {"DL": Envelope(220, 110), "C6/5": Envelope(229, 114)}
LONG = address_lines(
    "Groupement de coopération sanitaire pour la recherche en santé de Bretagne occidentale",
    "Service des archives médicales\nBâtiment des Trois Fontaines, porte 12\n"
    "145 boulevard du Maréchal-Foch prolongé\nCS 90001\n29609 BREST CEDEX 2",
)


def batch(*recipients: tuple[str, ...]) -> PostalBatchPaper:
    letters = tuple(
        PostalSheet(
            ("Mes droits, mes données de santé", "Un service de la Plateforme"),
            recipient,
            "14 septembre 2026",
            "Une personne exerce un droit auprès de votre organisme",
            (Fact("Numéro du dossier", "R-DX7K-3M9Q"), Fact("Code", "AB12-CD34-EF56-GH78")),
            ("Ouvrez la page ci-dessus.",),
        )
        for recipient in recipients
    )
    masthead = Masthead("Mes droits", "Un service", "Aide : 01 99 00 12 34", "")
    return PostalBatchPaper("fr", masthead, "Lettres", letters)


def ink_of(recipient: tuple[str, ...]) -> set[tuple[float, float]]:
    """Where the paper bears ink, in millimetres from its upper left corner."""
    png = typst.compile(
        str(TEMPLATES / "postal.typ"),
        root=str(TEMPLATES),
        format="png",
        ppi=25.4 * DOTS_PER_MM,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(asdict(batch(recipient))), "qr": ""},
    )
    return {
        (x / DOTS_PER_MM, y / DOTS_PER_MM)
        for y, row in enumerate(rows_of(png))
        for x in range(len(row) // 4)
        if min(row[4 * x : 4 * x + 3]) < 200
    }


def rows_of(png: bytes) -> list[bytes]:
    """The rows of an 8-bit RGBA picture (PNG, ISO/IEC 15948 §9)."""
    width, _height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (8, 6)
    place, packed = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += length + 12
    raw, size = zlib.decompress(packed), width * 4
    rows, above = [], bytes(size)
    for start in range(0, len(raw), size + 1):
        above = unfiltered(raw[start], raw[start + 1 : start + 1 + size], above)
        rows.append(above)
        if len(rows) > PANEL_MM * DOTS_PER_MM:
            break
    return rows


def unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    out = bytearray(row)
    for i in range(len(out)):
        left = out[i - 4] if i >= 4 else 0
        corner = above[i - 4] if i >= 4 else 0
        up = above[i]
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        out[i] = (out[i] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
    return bytes(out)


def inside(box: tuple[int, int, int, int], point: tuple[float, float]) -> bool:
    left, top, right, bottom = box
    return left <= point[0] <= right and top <= point[1] <= bottom


@pytest.fixture(scope="module")
def ink() -> tuple[set[tuple[float, float]], set[tuple[float, float]]]:
    """All the ink of a letter to a long address, and what the address alone adds to it."""
    whole = ink_of(LONG)
    return whole, whole - ink_of(())


@pytest.mark.parametrize("name", ENVELOPES)
def test_the_address_shows_in_the_window_wherever_the_sheet_has_slid(name, ink) -> None:
    _whole, address = ink
    assert len(LONG) == MOST_LINES
    assert len(address) > 500
    assert all(inside(ENVELOPES[name].always_shown(), point) for point in address)


@pytest.mark.parametrize("name", ENVELOPES)
def test_nothing_but_the_address_ever_shows_in_the_window(name, ink) -> None:
    whole, address = ink
    shown = {point for point in whole - address if inside(ENVELOPES[name].ever_shown(), point)}
    assert shown == set()


def test_a_batch_has_one_page_a_letter_and_is_accessible() -> None:
    pdf = render_postal_batch(batch(LONG, LONG, LONG))
    assert b"pdfuaid" in pdf
    assert pdf.startswith(b"%PDF")
    with pytest.raises(PaperIncomplete):
        render_postal_batch(PostalBatchPaper("fr", batch().masthead, " ", ()))


def test_an_address_has_six_lines_of_38_signs_and_keeps_its_town() -> None:
    assert len(LONG) <= MOST_LINES
    assert all(len(line) <= LONGEST_LINE for line in LONG)
    assert LONG[-1] == "29609 BREST CEDEX 2"
    assert address_lines(
        "CHU de Rennes", "CHU de Rennes\n2 rue Henri Le Guilloux\n35000 Rennes"
    ) == (
        "CHU de Rennes",
        "2 rue Henri Le Guilloux",
        "35000 Rennes",
    )
    assert address_lines("INSEE", "88 avenue Verdier, 92120 Montrouge") == (
        "INSEE",
        "88 avenue Verdier",
        "92120 Montrouge",
    )
