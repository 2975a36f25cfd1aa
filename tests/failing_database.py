"""A database that has no room left for one table, or is away: the outside failing, not our code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from hub.extensions import db


@contextmanager
def no_room_in(table: str) -> Iterator[None]:
    """While it is open, an INSERT into this table fails as on a full disk."""

    def refuse(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.upper().startswith(f"INSERT INTO {table.upper()} "):
            raise OperationalError(statement, None, Exception("database or disk is full"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


@contextmanager
def database_away() -> Iterator[None]:
    """While it is open, every statement fails as when the server is gone."""

    def refuse(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        raise OperationalError(statement, None, Exception("server closed the connection"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
