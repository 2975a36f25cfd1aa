"""A second record of each filing: its rows as a line of the intake journal, and back again.

What a person told is sealed in the rows already; the line adds what the hub keeps in clear.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Date, LargeBinary, Table, Uuid
from sqlalchemy.types import TypeEngine

from hub.extensions import db
from hub.models.columns import UTCDateTime
from hub.port_errors import JournalUnavailable
from hub.ports import Journal, JournalLine

Rows = Sequence[tuple[Table, Sequence[Mapping[str, Any]]]]

log = structlog.get_logger(__name__)


def keep_in_journal(journal: Journal, filings: Mapping[UUID, Rows]) -> bool:
    """Write filings that are committed to the journal; says whether they are on its disk.

    A journal that cannot be written stops nobody from filing: the database has the filing, the
    operator is told, and the next `complete_journal` adds what lacks.
    """
    return write_lines(
        journal, [JournalLine(key, line_content(rows)) for key, rows in filings.items()]
    )


def write_lines(journal: Journal, lines: list[JournalLine]) -> bool:
    """Write lines to the journal; says whether they are on its disk, and logs if not."""
    try:
        journal.write(lines)
    except JournalUnavailable as error:
        log.warning("journal_unavailable", reason=error.facts.get("reason"), filings=len(lines))
        return False
    return True


def line_content(rows: Rows) -> bytes:
    """The rows of one filing as JSON: bytes in base64, instants and dates as ISO 8601 writes."""
    said = [[table.name, [dict(row) for row in some]] for table, some in rows if some]
    return json.dumps(said, default=_said, separators=(",", ":")).encode()


def rows_of_line(content: bytes) -> list[tuple[Table, list[dict[str, Any]]]]:
    """The rows again, as their tables take them; a column that is no more is left out."""
    tables = db.metadata.tables
    return [
        (tables[name], [_row(tables[name], row) for row in rows])
        for name, rows in json.loads(content)
    ]


def _row(table: Table, said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if value is None else _value(table.columns[name].type, value)
        for name, value in said.items()
        if name in table.columns
    }


def _value(kind: TypeEngine[Any], said: Any) -> Any:
    if isinstance(kind, Uuid):
        return UUID(said)
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(said)
    if isinstance(kind, Date):
        return date.fromisoformat(said)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(said)
    return said


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no way to write a {type(value).__name__}")


def gathered(filings: Iterable[tuple[UUID, Rows]]) -> dict[UUID, list[Any]]:
    """Rows of the same filing, gathered in the order in which they were inserted."""
    found: dict[UUID, list[Any]] = {}
    for key, rows in filings:
        found.setdefault(key, []).extend(rows)
    return found
