"""Says what a PDF does by itself (scripts, programs, files inside it), and makes a copy without.

The original is never altered: it is what the organisation answered.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from hub.ports import Caution, Inspection

MOST_BYTES = 100 * 1024 * 1024
"""Larger files are searched for suspicious names, and not opened."""
_PIECE_BYTES = 1024 * 1024
_LONGEST_NAME = 24
_PROGRAM = Path(__file__).with_name("pdf_cleaning.py")
_PATIENCE_S = 40
_SUSPECT = re.compile(
    rb"/(?:JS|JavaScript|Launch|AA|EF|EmbeddedFiles?|FileAttachment|GoTo[ER]|ImportData|Movie|"
    rb"OpenAction|Rendition|RichMedia|Screen|Sound|SubmitForm|XFA|3D|ObjStm)\b|"
    rb"/[^\s/<>\[\]()]*#[0-9A-Fa-f]{2}"
)
"""Names of what may run; ObjStm and #xx may hide one."""
_NOTHING = Inspection()
_UNREADABLE = Inspection((Caution.NOT_INSPECTED,))


def inspect_pdf(stream: BinaryIO) -> Inspection:
    """What a PDF does by itself, and its copy without; the stream is left at its start."""
    size = stream.seek(0, 2)
    try:
        if not _is_suspect(stream):
            return _NOTHING
        if size > MOST_BYTES:
            return _UNREADABLE
        stream.seek(0)
        return _examined(stream.read())
    finally:
        stream.seek(0)


def _is_suspect(stream: BinaryIO) -> bool:
    stream.seek(0)
    kept = b""
    while piece := stream.read(_PIECE_BYTES):
        if _SUSPECT.search(kept + piece):
            return True
        kept = piece[-_LONGEST_NAME:]
    return False


def _examined(content: bytes) -> Inspection:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of the file in its words
            [sys.executable, "-I", str(_PROGRAM)],
            input=content,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        )
        line, _, copy = done.stdout.partition(b"\n")
        found = tuple(Caution(kind) for kind in json.loads(line))
    except (subprocess.SubprocessError, ValueError):
        return _UNREADABLE
    return Inspection(found, copy if found else None)
