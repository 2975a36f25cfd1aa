"""Brings a file of earlier requests in: kept sealed, checked, then recorded line by line."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from hub.domain.audit_log import EventKind
from hub.domain.backlog import Fault
from hub.errors import Conflict, NotFound
from hub.models.columns import new_id
from hub.models.intake_batch import (
    BatchState,
    IntakeBatch,
    IntakeLine,
    LineState,
    RememberedColumns,
)
from hub.ports import StoredFile
from hub.services.backlog_checking import CheckedLine, Choices
from hub.services.filing_plans import FilingPlan
from hub.services.keying import file_keyed
from hub.services.unit_of_work import Work

TURN_LASTS = timedelta(minutes=3)
FORGOTTEN_AFTER = timedelta(days=30)


def open_batch(
    work: Work, organisation_id: UUID, stored: StoredFile, key_wrapped: bytes
) -> IntakeBatch:
    """Enter a file that was just stored, sealed to a key of its own."""
    row = IntakeBatch(
        id=new_id(),
        organisation_id=organisation_id,
        member_id=work.actor.id,
        state=BatchState.RECEIVED,
        key_wrapped=key_wrapped,
        storage_key=stored.key,
        size=stored.size,
        choices={},
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def keep_check(
    work: Work,
    batch_id: UUID,
    choices: Choices,
    headers: Mapping[str, str],
    lines: Sequence[CheckedLine],
) -> None:
    """Keep what was chosen and what each line would give; nothing is recorded yet.

    `headers` are the columns by the folded headers that hold them, remembered for the next file.
    Raises NotFound, Conflict once its import has begun.
    """
    row = _batch(work, batch_id, BatchState.RECEIVED, BatchState.CHECKED)
    row.state = BatchState.CHECKED
    row.choices = choices.as_facts()
    work.session.execute(delete(IntakeLine).where(IntakeLine.batch_id == row.id))
    if lines:
        work.session.execute(insert(IntakeLine), [_line(row.id, one) for one in lines])
    remembered = work.session.get(RememberedColumns, row.organisation_id)
    if remembered is None:
        remembered = RememberedColumns(organisation_id=row.organisation_id, headers={})
        work.session.add(remembered)
    remembered.headers = {**remembered.headers, **headers}


def begin_import(work: Work, batch_id: UUID) -> None:
    """Hand a checked file to the import; pressed twice it is one. Raises NotFound, Conflict."""
    row = _batch(work, batch_id, BatchState.CHECKED, BatchState.WAITING, BatchState.DONE)
    if row.state is BatchState.CHECKED:
        row.state = BatchState.WAITING


def drop_batch(work: Work, batch_id: UUID) -> str | None:
    """Forget a file that is not imported; gives the stored file to delete after the commit."""
    row = _batch(work, batch_id, BatchState.RECEIVED, BatchState.CHECKED)
    return _forget_file(row, BatchState.DROPPED, work)


def take_turn(work: Work, batch_id: UUID) -> bool:
    """Whether this process may go on with the import: one at a time, for three minutes."""
    row = _batch(work, batch_id, *BatchState)
    is_free = row.claimed_until is None or row.claimed_until <= work.now
    if row.state is not BatchState.WAITING or not is_free:
        return False
    row.claimed_until = work.now + TURN_LASTS
    return True


def record_line(work: Work, batch_id: UUID, found: CheckedLine, plan: FilingPlan) -> None:
    """Record one line, alone in its unit: it succeeds or fails by itself. Raises AlreadyFiling."""
    receipt = file_keyed(work, plan, seen=found.seen)
    filed = CheckedLine(found.line, LineState.FILED, reference=receipt.reference)
    settle_line(work, batch_id, filed)


def settle_line(work: Work, batch_id: UUID, found: CheckedLine) -> None:
    """Write down what came of one line."""
    row = work.session.scalar(
        select(IntakeLine).where(IntakeLine.batch_id == batch_id, IntakeLine.line == found.line)
    )
    if row is not None:
        row.state, row.reference = found.state, found.reference
        row.faults = _facts(found.faults)


def end_turn(work: Work, batch_id: UUID) -> str | None:
    """Leave the turn; once no line is left the file is over, and is given to be deleted."""
    row = _batch(work, batch_id, *BatchState)
    row.claimed_until = None
    counts = dict(
        work.session.execute(
            select(IntakeLine.state, func.count())
            .where(IntakeLine.batch_id == row.id)
            .group_by(IntakeLine.state)
        ).all()
    )
    if counts.get(LineState.READY):
        return None
    said = {state.value: number for state, number in counts.items()}
    work.record(EventKind.BACKLOG_IMPORTED, row.organisation_id, row.id, **said)
    return _forget_file(row, BatchState.DONE, work)


def forgotten_batches(work: Work) -> list[str]:
    """Drop files left unimported for a month; gives the stored files to delete after the commit."""
    rows = work.session.scalars(
        select(IntakeBatch).where(
            IntakeBatch.state.in_([BatchState.RECEIVED, BatchState.CHECKED]),
            IntakeBatch.created_at <= work.now - FORGOTTEN_AFTER,
        )
    )
    found = [_forget_file(row, BatchState.DROPPED, work) for row in rows]
    return [key for key in found if key]


def _batch(work: Work, batch_id: UUID, *states: BatchState) -> IntakeBatch:
    row = work.session.get(IntakeBatch, batch_id, with_for_update=True)
    if row is None:
        raise NotFound(batch_id=batch_id)
    if row.state not in states:
        raise Conflict(batch_id=batch_id)
    return row


def _forget_file(row: IntakeBatch, state: BatchState, work: Work) -> str | None:
    """The key goes with the row's state: whatever is left on the disk opens no more."""
    stored, row.storage_key, row.key_wrapped = row.storage_key, None, None
    row.state, row.finished_at = state, work.now
    return stored


def _line(batch_id: UUID, found: CheckedLine) -> dict[str, Any]:
    return {
        "id": new_id(),
        "batch_id": batch_id,
        "line": found.line,
        "state": found.state,
        "faults": _facts(found.faults),
        "reference": found.reference,
    }


def _facts(faults: Iterable[Fault]) -> list[dict[str, str | None]]:
    return [
        {"code": one.code.value, "column": one.column.value if one.column else None}
        for one in faults
    ]
