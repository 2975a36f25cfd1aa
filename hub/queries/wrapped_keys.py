"""Data keys by the key of the hub that wraps each: the first byte of a wrapped key is its id."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from hub.models.key_holders import HOLDERS, KeyHolder


@dataclass(frozen=True)
class WrappedKey:
    """One wrapped data key and the row that holds it."""

    row: tuple[Any, ...]
    wrapped: bytes


def count_by_key(session: Session) -> dict[int, int]:
    """How many data keys each key of the hub wraps, by its id."""
    counts: dict[int, int] = {}
    for holder in HOLDERS:
        first = func.substr(holder.column, 1, 1)
        rows = session.execute(
            select(first, func.count()).where(holder.column.is_not(None)).group_by(first)
        )
        for key_id, count in rows:
            counts[key_id[0]] = counts.get(key_id[0], 0) + count
    return counts


def wrapped_by_others(
    session: Session, holder: KeyHolder, key_id: int, batch: int
) -> Iterator[list[WrappedKey]]:
    """The data keys of a table that another key than this one wraps, some at a time.

    It goes forward by the primary key, and reads each batch in a transaction of its own.
    """
    columns = holder.primary_key
    other = func.substr(holder.column, 1, 1) != bytes([key_id])
    wanted = select(*columns, holder.column).where(holder.column.is_not(None), other)
    wanted = wanted.order_by(*columns).limit(batch)
    rows = session.execute(wanted).all()
    while rows:
        session.rollback()
        yield [WrappedKey(tuple(row[:-1]), row[-1]) for row in rows]
        rows = session.execute(wanted.where(tuple_(*columns) > tuple(rows[-1][:-1]))).all()
    session.rollback()
