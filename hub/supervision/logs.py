"""One log file a child, kept short: the previous part is one file beside it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from hub.adapters.log_folder import turn

LARGEST_LOG = 5 * 1024 * 1024


def open_log(path: Path) -> BinaryIO:
    """Open for appending, so that a child goes on writing after its log was cut."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.open("ab")


def cut_if_long(path: Path, largest: int = LARGEST_LOG) -> None:
    """Move the content aside once it exceeds `largest` bytes; the child keeps its descriptor."""
    if path.exists() and path.stat().st_size > largest:
        turn(path)


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log, for a message to the operator."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
