"""Papers are accessible PDFs, say only what they were given, and take nothing as instructions."""

import re
import zlib
from dataclasses import replace

import pytest
import typst

from hub.adapters.papers import (
    TEMPLATES,
    PaperIncomplete,
    SecretInAddress,
    render_letter,
    render_receipt,
    render_summary,
)
from hub.papers import Fact
from tests.adapters.paper_samples import (
    REFERENCE,
    SECRET,
    english_receipt,
    french_letter,
    french_receipt,
    french_summary,
)

PAPERS = {
    "French receipt": lambda: render_receipt(french_receipt()),
    "English receipt": lambda: render_receipt(english_receipt()),
    "summary": lambda: render_summary(french_summary()),
    "letter": lambda: render_letter(french_letter()),
}


def pages_of(pdf: bytes) -> int:
    """How many pages the catalogue counts, in clear or in compressed objects."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    texts = [pdf]
    for stream in streams:
        try:
            texts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return max(int(n) for text in texts for n in re.findall(rb"/Count (\d+)", text))


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_declares_that_it_is_accessible(name: str) -> None:
    pdf = PAPERS[name]()
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf
    assert pages_of(pdf) == 1


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_printed_again_is_the_same_paper(name: str) -> None:
    assert PAPERS[name]() == PAPERS[name]()


def test_forty_controllers_take_more_pages_and_lose_nothing() -> None:
    assert pages_of(render_receipt(french_receipt(40))) > 1


def test_a_picture_without_words_for_it_is_refused() -> None:
    receipt = french_receipt()
    with pytest.raises(PaperIncomplete, match="alternative"):
        render_receipt(replace(receipt, tracking=replace(receipt.tracking, alternative=" ")))
    source = (
        b'#set document(title: "x")\n#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"))'
    )
    with pytest.raises(typst.TypstError):
        typst.compile(source, root=str(TEMPLATES), format="pdf", pdf_standards=["ua-1"])


def test_a_paper_without_a_title_is_refused() -> None:
    with pytest.raises(PaperIncomplete, match="title"):
        render_summary(replace(french_summary(), title=""))


@pytest.mark.parametrize("address", [f"https://hub.example/?s={SECRET}", SECRET.replace("-", "")])
def test_the_secret_never_gets_into_the_code_that_a_telephone_reads(address: str) -> None:
    receipt = french_receipt()
    with pytest.raises(SecretInAddress):
        render_receipt(replace(receipt, tracking=replace(receipt.tracking, address=address)))


HOSTILE = [
    '#import "@preview/x:1.0.0" <b> #panic("ran")',
    '#panic("ran")',
    '"); #panic("ran") //',
    "$ x $ *a* _b_ @label <label> \\ ` ``` = heading",
    '#read("/etc/passwd")',
    "{{7*7}} ${7*7}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_person_writes_is_never_run(text: str) -> None:
    receipt = replace(french_receipt(), statement=Fact("Écrit", text), title=text, lead=text)
    assert render_receipt(receipt).startswith(b"%PDF-")
    letter = replace(french_letter(), paragraphs=(text,), recipient=(text,))
    assert render_letter(letter).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text",
    [
        "王小明 😀 ไทย",
        "محمد שלום",
        "nul\x00 and \x1b[31m",
        "x" * 5000,
        "\ud83d",
        "paragraphes\n\n\nséparés",
        "\u200b\u202e\ufeff",
    ],
    ids=ascii,
)
def test_no_writing_of_the_world_stops_a_receipt(text: str) -> None:
    receipt = replace(french_receipt(), statement=Fact("Écrit", text))
    assert b"pdfuaid" in render_receipt(receipt)


def test_the_samples_carry_the_reference_in_the_address_alone() -> None:
    assert REFERENCE in french_receipt().tracking.address
