"""The receiver that docs/controllers.md shows to developers, run as it is written there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "controllers.md"


def program() -> str:
    """The program of the document."""
    (text,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return str(text)


@dataclass
class Running:
    """A receiver that listens, and the lines it has written: a call's id and address each."""

    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self.port}/"


def _keep_lines(source: IO[str], lines: list[str]) -> None:
    for line in source:
        lines.append(line.strip())


@contextmanager
def running(text: str, *keys: str, port: int = 0) -> Iterator[Running]:
    """Run a receiver with these keys, in a process of its own, on any free port unless told."""
    environ = {"HUB_KEYS": " ".join(keys), "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-S", "-c", text], env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        receiver = Running(int(process.stdout.readline().rpartition(" ")[2]))
        reading = Thread(
            target=_keep_lines,
            args=(process.stdout, receiver.lines),
            daemon=True,
        )
        reading.start()
        try:
            yield receiver
        finally:
            process.terminate()
            process.wait(10)
            reading.join(5)
