"""What a PDF does by itself is found, whatever hides it, and is not in the copy."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from hub.adapters.files.active_pdf import inspect_pdf
from hub.ports import Caution, Inspection

WORDS = "Resultats de vos analyses"


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('x')"))


def paper() -> Pdf:
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Contents = pdf.make_stream(f"BT ({WORDS}) Tj ET".encode())
    return pdf


def saved(pdf: Pdf, **how: object) -> io.BytesIO:
    out = io.BytesIO()
    pdf.save(out, **how)
    return io.BytesIO(out.getvalue())


def opened_by_itself(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script()


def named_script(pdf: Pdf) -> None:
    tree = Dictionary(Names=Array([String("a"), script()]))
    pdf.Root.Names = pdf.make_indirect(Dictionary(JavaScript=tree))


def script_of_a_page(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=pdf.make_indirect(script()))


def link_that_launches(pdf: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String("calc.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def script_behind_a_link(pdf: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://chu.example"), Next=Array([script()]))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].obj.Annots = Array([link])


def file_inside(pdf: Pdf) -> None:
    pdf.attachments["macro.exe"] = b"MZ"


def pinned_file(pdf: Pdf) -> None:
    pin = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = Array([pin])


def form_of_scripts(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def looked_at(stream: io.BytesIO) -> Inspection:
    found = inspect_pdf(stream)
    assert stream.tell() == 0
    return found


@pytest.mark.parametrize(
    ("put", "caution"),
    [
        (opened_by_itself, Caution.JAVASCRIPT),
        (named_script, Caution.JAVASCRIPT),
        (script_of_a_page, Caution.JAVASCRIPT),
        (script_behind_a_link, Caution.JAVASCRIPT),
        (link_that_launches, Caution.LAUNCH),
        (file_inside, Caution.EMBEDDED_FILE),
        (pinned_file, Caution.EMBEDDED_FILE),
        (form_of_scripts, Caution.FORM),
    ],
)
def test_what_it_does_is_told_and_left_out_of_the_copy_that_says_the_same(put, caution) -> None:
    pdf = paper()
    put(pdf)
    # Object streams hide every name from who reads the bytes.
    modes = pikepdf.ObjectStreamMode
    found = looked_at(saved(pdf, object_stream_mode=modes.generate))
    assert caution in found.cautions
    assert found.cleaned
    with Pdf.open(io.BytesIO(found.cleaned)) as copy:
        assert WORDS.encode() in copy.pages[0].Contents.read_bytes()
        plain = saved(copy, object_stream_mode=modes.disable, qdf=True).getvalue()
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/EF", b"/FileAttachment", b"/XFA"):
        assert name not in plain


def test_a_copy_does_nothing_more_by_itself() -> None:
    pdf = paper()
    file_inside(pdf)
    opened_by_itself(pdf)
    copy = looked_at(saved(pdf)).cleaned
    assert copy
    assert looked_at(io.BytesIO(copy)) == Inspection()


def test_a_plain_paper_is_not_suspected() -> None:
    assert looked_at(saved(paper())) == Inspection()


def test_a_page_to_open_at_is_no_danger() -> None:
    pdf = paper()
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
    assert looked_at(saved(pdf)) == Inspection()


def test_a_name_written_in_numbers_is_read() -> None:
    pdf = paper()
    pdf.Root.OpenAction = script()
    plain = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable).getvalue()
    hidden = plain.replace(b"/JavaScript", b"/J#61vaScr#69pt").replace(b"/JS", b"/J#53")
    hidden = hidden.replace(b"/OpenAction", b"/Op#65nAction")
    assert looked_at(io.BytesIO(hidden)).cautions[0] is Caution.JAVASCRIPT


def test_one_that_cannot_be_read_is_told_as_not_looked_into() -> None:
    broken = io.BytesIO(b"%PDF-1.7\n/JS /ObjStm\nstartxref\n9\n%%EOF\n")
    assert looked_at(broken) == Inspection((Caution.NOT_INSPECTED,))
