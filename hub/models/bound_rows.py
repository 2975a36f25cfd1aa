"""Rows bound to their INSERT before a transaction opens: the lock waits for no conversion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.engine import Dialect

Row = dict[str, Any]
_Binder = Callable[[Any], Any]


@dataclass(frozen=True)
class BoundRows:
    """One INSERT in an engine's own words, and its rows as its driver takes them."""

    statement: str
    parameters: Sequence[Any]

    def insert(self, connection: Connection) -> None:
        """Insert them all; raises what SQLAlchemy raises for a constraint that is broken."""
        connection.exec_driver_sql(self.statement, self.parameters)


def bind_rows(table: Table, rows: Sequence[Row], dialect: Dialect) -> BoundRows:
    """Bind whole rows of one table: all with the same columns, none left to a default of ours.

    Raises KeyError for a row that lacks a column of the first.
    """
    form = _form_of(table, frozenset(rows[0]), dialect)
    return BoundRows(form.statement, [form.bind(row) for row in rows])


@dataclass(frozen=True)
class _Form:
    statement: str
    binders: tuple[tuple[str, _Binder | None], ...]
    by_position: bool

    def bind(self, row: Row) -> Any:
        values = [
            row[name] if binder is None else binder(row[name]) for name, binder in self.binders
        ]
        if self.by_position:
            return tuple(values)
        return {name: value for (name, _), value in zip(self.binders, values, strict=True)}


@lru_cache(maxsize=64)
def _form_of(table: Table, names: frozenset[str], dialect: Dialect) -> _Form:
    compiled = insert(table).compile(dialect=dialect, column_keys=sorted(names))
    columns = [column for column in table.columns if column.key in names]
    binders = tuple(
        (column.key, column.type.dialect_impl(dialect).bind_processor(dialect))
        for column in columns
    )
    return _Form(str(compiled), binders, by_position=bool(compiled.positional))
