"""Moves data keys from one key of the hub to another, while the hub runs.

Only the wrapping changes: what a data key sealed is not read, and stays as it is.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, update
from sqlalchemy.orm import Session

from hub.domain.actors import SYSTEM, Actor
from hub.domain.audit_log import HUB_STREAM, EventKind
from hub.models.key_holders import HOLDERS, KeyHolder
from hub.ports import Keyring
from hub.queries.wrapped_keys import WrappedKey, wrapped_by_others
from hub.services.unit_of_work import Work

BATCH = 500
MOST_PASSES = 20


@dataclass(frozen=True)
class Rewrapped:
    """A data key under its old and its new wrapping."""

    row: WrappedKey
    anew: bytes


@dataclass(frozen=True)
class Hub:
    """What a rotation needs: units to open, a session to read with, and the keys."""

    unit: Callable[[Actor], AbstractContextManager[Work]]
    session: Session
    keyring: Keyring


def rewrap_all(hub: Hub, batch: int = BATCH) -> int:
    """Wrap with the current key every data key that another one wraps; says how many.

    A batch is read and wrapped outside any lock, then written in one short unit. Stopped half-way
    it goes on where it was at the next call; it passes again for what was filed meanwhile.
    """
    total = 0
    for _ in range(MOST_PASSES):
        moved = sum(_one_pass(hub, holder, batch) for holder in HOLDERS)
        if not moved:
            return total
        total += moved
    return total


def _one_pass(hub: Hub, holder: KeyHolder, batch: int) -> int:
    moved = 0
    for found in wrapped_by_others(hub.session, holder, hub.keyring.current_key_id, batch):
        ready = [Rewrapped(row, hub.keyring.rewrap(row.wrapped)) for row in found]
        with hub.unit(SYSTEM) as work:
            write_batch(work, holder, ready)
        moved += len(ready)
    return moved


def write_batch(work: Work, holder: KeyHolder, ready: list[Rewrapped]) -> None:
    """Put the new wrappings in place of the old ones; one shredded meanwhile stays so."""
    here = [part == bindparam(f"row_{place}") for place, part in enumerate(holder.primary_key)]
    statement = (
        update(holder.table)
        .where(and_(*here), holder.column == bindparam("was"))
        .values({holder.column.key: bindparam("anew")})
    )
    rows = [
        {f"row_{place}": part for place, part in enumerate(one.row.row)}
        | {"was": one.row.wrapped, "anew": one.anew}
        for one in ready
    ]
    work.session.connection().execute(statement, rows)
    work.record(
        EventKind.KEYS_REWRAPPED, HUB_STREAM, key=work.ports.keyring.current_key_id, rows=len(rows)
    )


def note_keys_changed(work: Work, **what: int) -> None:
    """Write in the log that the file of keys was changed, by the ids of its keys alone."""
    work.record(EventKind.KEYS_CHANGED, HUB_STREAM, None, **what)
