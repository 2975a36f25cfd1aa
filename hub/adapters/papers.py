"""Sets papers as PDF/UA-1 (ISO 14289-1) with Typst: data goes in as JSON, never as source."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import segno
import typst

from hub.papers import LetterPaper, PostalBatchPaper, ReceiptPaper, RecordPaper, SummaryPaper

TEMPLATES = Path(__file__).parents[2] / "templates" / "papers"

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_UNBROKEN = re.compile(r"\S{30}(?=\S)")
_BREAK = "\u200b"
_NO_GLYPH = "could not be displayed"
_WIDELY_SET = re.compile(
    r"[^\n\u0020-\u052f\u05d0-\u05ea\u0621-\u064a\u1e00-\u1eff\u2010-\u2027\u202f-\u205e\u20ac\u200b]"
)
_SURELY_SET = re.compile(r"[^\n\u0020-\u007e\u00a0-\u017f\u2010-\u2026\u202f\u20ac\u200b]")
_MISSING = "?"


class PaperIncomplete(ValueError):
    """A paper lacks a text without which it would not be accessible; names the field."""


class SecretInAddress(ValueError):
    """The address of a QR code holds the secret, which belongs in no address."""


def render_receipt(paper: ReceiptPaper) -> bytes:
    """The receipt as a PDF; raises PaperIncomplete, or SecretInAddress."""
    _demand(title=paper.title, language=paper.language, alternative=paper.tracking.alternative)
    secret = paper.secret.value
    if secret and _bare(secret) in _bare(paper.tracking.address):
        raise SecretInAddress
    return _set("receipt.typ", asdict(paper), _qr(paper.tracking.address))


def render_summary(paper: SummaryPaper) -> bytes:
    """The summary of all controllers as a PDF; raises PaperIncomplete."""
    _demand(title=paper.title, language=paper.language)
    return _set("summary.typ", asdict(paper))


def render_letter(paper: LetterPaper) -> bytes:
    """A letter as a PDF; raises PaperIncomplete."""
    _demand(subject=paper.subject.value, language=paper.language)
    return _set("letter.typ", asdict(paper))


def render_postal_batch(paper: PostalBatchPaper) -> bytes:
    """Letters for window envelopes, one a page, as one PDF; raises PaperIncomplete."""
    _demand(title=paper.title, language=paper.language)
    return _set("postal.typ", asdict(paper))


def render_record(paper: RecordPaper) -> bytes:
    """A paper that states facts, as a PDF; raises PaperIncomplete."""
    _demand(title=paper.title, language=paper.language)
    return _set("record.typ", asdict(paper))


def _demand(**texts: str) -> None:
    for field, text in texts.items():
        if not text.strip():
            raise PaperIncomplete(field)


def _set(template: str, data: dict[str, Any], qr: str = "") -> bytes:
    """Set a paper; a character that no font holds becomes a question mark, never an error."""
    readings: tuple[Callable[[str], str], ...] = (_clean, _widely_set, _surely_set)
    for reading in readings[:-1]:
        try:
            return _compile(template, _each_text(data, reading), qr)
        except typst.TypstError as error:
            if _NO_GLYPH not in str(error):
                raise
    return _compile(template, _each_text(data, readings[-1]), qr)


def _compile(template: str, data: Any, qr: str) -> bytes:
    pdf: bytes = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "qr": qr},
    )
    return pdf


def _each_text(value: Any, reading: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return reading(value)
    if isinstance(value, dict):
        return {key: _each_text(part, reading) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(part, reading) for part in value]
    return value


def _clean(text: str) -> str:
    """Without control characters, and with places to break what has none."""
    return _UNBROKEN.sub(lambda run: run.group() + _BREAK, _CONTROLS.sub("", text))


def _widely_set(text: str) -> str:
    return _WIDELY_SET.sub(_MISSING, _clean(text))


def _surely_set(text: str) -> str:
    return _SURELY_SET.sub(_MISSING, _clean(text))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, svgns=True, nl=False, dark="#1b1f2a"
    )
    return out.getvalue().decode()
