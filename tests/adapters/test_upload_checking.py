"""Uploads: name, first bytes and structure must agree, and nothing dangerous gets in."""

import io
import json
import struct
import zipfile
from contextlib import suppress

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hub.adapters.files.checking import PERSON_LIMIT, check_upload, safe_name
from hub.port_errors import FileKindRefused, FileRefusal, FileTooLarge

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00\xff\xda\x00\x02ab\xff\xd9"
)


def png() -> bytes:
    out = io.BytesIO()
    segno.make("hub").save(out, kind="png")
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def refusal(name: str, content: bytes) -> FileRefusal:
    with pytest.raises(FileKindRefused) as refused:
        check_upload(name, io.BytesIO(content))
    return refused.value.facts["reason"]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("lettre.pdf", PDF, "application/pdf"),
        ("Photo.JPEG", JPEG, "image/jpeg"),
        ("code.png", png(), "image/png"),
        ("a.csv", "nom;âge\nZoé;30\n".encode(), "text/csv"),
        ("a.csv", "nom;âge\nZoé;30\n".encode("cp1252"), "text/csv"),
        ("a.txt", "\ufeffBonjour".encode("utf-16-le"), "text/plain"),
        ("a.json", json.dumps({"resourceType": "Bundle"}).encode(), "application/json"),
        (
            "a.xlsx",
            sheet(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("a.zip", zipped({"dossier/lettre.pdf": PDF}), "application/zip"),
        (
            "a.docx",
            zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_honest_files_are_let_in_and_can_be_read_after(
    name: str, content: bytes, media_type: str
) -> None:
    stream = io.BytesIO(content)
    assert check_upload(name, stream).media_type == media_type
    assert stream.read() == content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vide.pdf", b"", FileRefusal.EMPTY),
        ("a.exe", b"MZ\x90\0", FileRefusal.KIND_NOT_ALLOWED),
        ("a", PDF, FileRefusal.KIND_NOT_ALLOWED),
        ("a.svg", b"<svg/>", FileRefusal.KIND_NOT_ALLOWED),
        ("a.pdf.html", PDF, FileRefusal.KIND_NOT_ALLOWED),
        ("a.pdf", png(), FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.png", PDF, FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.jpg", b"MZ\x90\0" * 20, FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.txt", b" \n<script>alert(1)</script>", FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.csv", b"<?xml version='1.0'?><svg/>", FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.json", b"\xef\xbb\xbf<!DOCTYPE html>", FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.txt", b"\x7fELF\x02\x01\x01\0\0", FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.json", b'{"a": ', FileRefusal.DAMAGED),
        ("a.json", b"[" * 200_000, FileRefusal.DAMAGED),
        ("a.pdf", PDF[:30], FileRefusal.DAMAGED),
        ("a.pdf", PDF.replace(b"<<>>", b"<</Encrypt 2 0 R>>"), FileRefusal.PASSWORD_PROTECTED),
        ("a.png", png()[:-12], FileRefusal.DAMAGED),
        ("a.jpg", JPEG[:30], FileRefusal.DAMAGED),
        ("a.zip", b"PK\x03\x04" + b"x" * 50, FileRefusal.DAMAGED),
        ("a.xlsx", zipped({"a.txt": b"x"}), FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        ("a.docx", sheet(), FileRefusal.NOT_WHAT_ITS_NAME_SAYS),
        (
            "a.docx",
            zipped(
                {"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}
            ),
            FileRefusal.HAS_MACROS,
        ),
    ],
)
def test_what_is_not_what_it_says_is_refused(
    name: str, content: bytes, reason: FileRefusal
) -> None:
    assert refusal(name, content) == reason


def test_a_pixel_flood_is_refused() -> None:
    flood = bytearray(png())
    flood[16:24] = struct.pack(">II", 60_000, 60_000)
    assert refusal("a.png", bytes(flood)) == FileRefusal.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, FileRefusal.DAMAGED),
        ({"../a.txt": b"x"}, FileRefusal.ARCHIVE_UNSAFE_NAME),
        ({"a/../../b.txt": b"x"}, FileRefusal.ARCHIVE_UNSAFE_NAME),
        ({"/etc/a.txt": b"x"}, FileRefusal.ARCHIVE_UNSAFE_NAME),
        ({"C:a.txt": b"x"}, FileRefusal.ARCHIVE_UNSAFE_NAME),
        ({"inner.zip": b"x"}, FileRefusal.ARCHIVE_KIND_NOT_ALLOWED),
        ({"run.exe": b"x"}, FileRefusal.ARCHIVE_KIND_NOT_ALLOWED),
        ({f"{n}.txt": b"" for n in range(1001)}, FileRefusal.ARCHIVE_TOO_MANY_FILES),
        ({"bomb.txt": b"0" * 5_000_000}, FileRefusal.ARCHIVE_TOO_LARGE_INSIDE),
    ],
)
def test_a_dangerous_archive_is_refused(members: dict[str, bytes], reason: FileRefusal) -> None:
    assert refusal("a.zip", zipped(members) or b"x") in {reason, _as_magic(members)}


def _as_magic(members: dict[str, bytes]) -> FileRefusal | None:
    """An archive without members does not even begin as one."""
    return FileRefusal.NOT_WHAT_ITS_NAME_SAYS if not members else None


def test_an_archive_whose_member_has_no_name_is_refused() -> None:
    content = zipped({"a": b"bonjour"})
    place = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[place : place + 28] + b"\x00\x00" + content[place + 30 : place + 46]
    size = struct.pack("<I", len(entry))
    nameless = content[:place] + entry + content[end : end + 12] + size + content[end + 16 :]
    assert refusal("a.zip", nameless) == FileRefusal.ARCHIVE_UNSAFE_NAME


def test_an_archive_with_a_link_is_refused() -> None:
    out = io.BytesIO()
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal("a.zip", out.getvalue()) == FileRefusal.ARCHIVE_UNSAFE_NAME


def test_an_archive_whose_members_overlap_is_refused() -> None:
    content = zipped({"a.txt": bytes(range(256)) * 40, "b.txt": b"ab"})
    start = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", start + 4)
    forged = bytearray(content)
    forged[second + 20 : second + 28] = struct.pack("<II", len(content) * 2, len(content) * 2)
    assert refusal("a.zip", bytes(forged)) == FileRefusal.ARCHIVE_TOO_LARGE_INSIDE


def test_one_byte_over_the_limit_is_too_large() -> None:
    stream = io.BytesIO(b"a" * 101)
    assert check_upload("a.txt", stream, 101)
    with pytest.raises(FileTooLarge) as refused:
        check_upload("a.txt", stream, 100)
    assert refused.value.facts == {"field": "file", "size": 101, "limit": 100}


def test_a_person_may_send_twenty_megabytes() -> None:
    assert PERSON_LIMIT == 20 * 1024 * 1024


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Résultats d’analyse (2026).PDF", "Résultats d_analyse (2026).pdf"),
        ("..\\..\\windows\\lettre.pdf", "lettre.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ('a"; filename="b.exe.pdf', "a_ filename_b.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a_Set-Cookie_ x.pdf"),
        ("  ...pdf", "document.pdf"),
    ],
)
def test_a_file_gets_a_name_of_our_own(given_name: str, kept: str) -> None:
    assert safe_name(given_name, "pdf") == kept


@given(st.text(max_size=400))
def test_no_name_carries_a_control_a_quote_or_a_path(given_name: str) -> None:
    kept = safe_name(given_name, "pdf")
    assert not set(kept) & set('/\\"\r\n\0;:<>')
    assert kept.endswith(".pdf")
    assert len(kept) <= 84
    assert not kept.startswith(".")


@given(st.binary(max_size=3000), st.sampled_from(["pdf", "png", "jpg", "zip", "xlsx", "json"]))
def test_no_content_makes_the_check_fail_otherwise_than_by_refusing(
    content: bytes, extension: str
) -> None:
    start = {"png": png()[:33], "jpg": JPEG[:4], "zip": b"PK\x03\x04", "xlsx": sheet()[:400]}
    with suppress(FileKindRefused):
        check_upload(f"a.{extension}", io.BytesIO(start.get(extension, b"%PDF-") + content))


def test_a_picture_named_as_another_kind_is_taken_for_what_it_is() -> None:
    checked = check_upload("scan.jpg", io.BytesIO(png()))
    assert (checked.media_type, checked.safe_name) == ("image/png", "scan.png")
    checked = check_upload("photo.png", io.BytesIO(JPEG))
    assert (checked.media_type, checked.safe_name) == ("image/jpeg", "photo.jpg")


def test_a_large_json_is_told_from_a_cut_one_without_parsing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hub.adapters.files.parsers.MOST_JSON_PARSED", 10_000)
    whole = json.dumps([{"valeur": "é" * 90}] * 200, ensure_ascii=False).encode() + b"\n"
    assert check_upload("a.json", io.BytesIO(b"\xef\xbb\xbf" + whole)).extension == "json"
    assert refusal("a.json", whole[:-2]) is FileRefusal.DAMAGED
    assert refusal("a.json", whole + b"\x00") is FileRefusal.NOT_WHAT_ITS_NAME_SAYS
