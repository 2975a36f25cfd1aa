"""Writes docs/access.md from the tables of access; `python -m tests.access_document` does it again.

The document is what was decided: its lines are read in review, and tests compare the hub with them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from apiflask import APIFlask

from config import Settings
from hub import create_app
from tests.access_tables import tables

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "access.md"
OF_LIBRARIES = {"openapi.spec": "anyone", "static": "anyone"}
ANSWERED_BY_THE_SERVER = {"HEAD", "OPTIONS"}
HEAD = """# Who may do what

Decided in `hub/domain/access.py`, `lifecycle.py` and `permissions.py`; the last table is every
address of the hub. A route without a line here fails the tests, and so does a line that no longer
says what the hub does: `python -m tests.access_document` writes the document again, and its lines
are then read before they are committed.
"""


@dataclass(frozen=True, order=True)
class Line:
    """One address: who may call it, by which method."""

    path: str
    method: str
    who: str


def lines_of(app: APIFlask) -> list[Line]:
    """Every address that the application serves."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        who = getattr(view, "access", None) or OF_LIBRARIES.get(rule.endpoint, "nobody said")
        methods = (rule.methods or set()) - ANSWERED_BY_THE_SERVER
        found += [Line(rule.rule, method, who) for method in methods]
    return sorted(found)


def lines_written() -> list[Line]:
    """Every address that the document names."""
    rows = (row.split(" | ") for row in DOCUMENT.read_text(encoding="utf-8").splitlines())
    cells = ([cell.strip("| `") for cell in row] for row in rows if len(row) == 3)
    return sorted(Line(path, method, who) for method, path, who in cells if path.startswith("/"))


def whole_hub(folder: Path) -> APIFlask:
    """A hub with every page that any settings open."""
    return create_app(
        Settings.for_tests(folder, demonstration=True, mail_spool=folder / "mail"),
    )


def document(app: APIFlask) -> str:
    """The whole document."""
    return "\n".join([HEAD, tables(), "", *_routes(app), ""])


def _routes(app: APIFlask) -> Iterator[str]:
    lines = lines_of(app)
    yield f"## Every address ({len(lines)})\n"
    yield "`holder`: who gave the reference and secret of a request; she comes to that one alone."
    yield "`member`: signed in with two factors, and a role of the permission. `api_client`: a"
    yield "program with a token of that scope. `anyone`: no account; a key in the address, where"
    yield "there is one, opens what it was made for alone.\n"
    yield "| Method | Path | Who |"
    yield "|---|---|---|"
    for line in lines:
        yield f"| {line.method} | `{line.path}` | {line.who} |"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        DOCUMENT.write_text(document(whole_hub(Path(folder))), encoding="utf-8")
