"""Writes each entry of the log as one line of JSON: no text can forge a second line (ASVS 16.4.1).

Nothing of a person reaches it: of a failure it keeps the kind and the places in the code, never
the words, which may quote what she typed; of what libraries say, the sentence without its values.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

LONGEST_EVENT = 200
PLACES_KEPT = 12
ADDRESS_FOLLOWS = " from ip="


def line_of(event: str, fields: Mapping[str, Any]) -> str:
    """One line: ASCII alone, so that CR, LF, ESC, U+2028 and the like are escapes in it."""
    return json.dumps({"event": event[:LONGEST_EVENT]} | dict(fields), default=str)


def places_of(error: BaseException) -> dict[str, Any]:
    """What is kept of a failure: its kind, that of its cause, and where it happened."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES_KEPT:]
    kept: dict[str, Any] = {
        "error": _kind(error),
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    cause = error.__cause__ or error.__context__
    return kept | ({"cause": _kind(cause)} if cause else {})


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


class LineFormatter(logging.Formatter):
    """For what libraries log: the sentence as they wrote it, without the values put into it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        said = str(record.msg).partition(ADDRESS_FOLLOWS)[0]
        fields: dict[str, Any] = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        }
        if record.exc_info and record.exc_info[1]:
            fields |= places_of(record.exc_info[1])
        return line_of(said, fields)


def keep_log_lines(level: int = logging.WARNING) -> None:
    """Make this process log in lines of JSON on its standard error; called once, as it starts."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    _write_own_entries()


def write_lines() -> None:
    """Write the hub's own entries as lines on the standard error, in a command that has not said
    how: no application may change what its process was told to keep.
    """
    if not structlog.is_configured():
        _write_own_entries()


def _write_own_entries() -> None:
    structlog.configure(
        processors=processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def processors() -> list[Any]:
    """What turns an entry of the hub's own into its line."""
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _render,
    ]


def _render(_: Any, __: str, fields: MutableMapping[str, Any]) -> str:
    error = fields.pop("exc_info", None)
    event = str(fields.pop("event", ""))
    if isinstance(error, BaseException):
        return line_of(event, dict(fields) | places_of(error))
    return line_of(event, fields)
