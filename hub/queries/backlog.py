"""What is seen of the files of a backlog: their lines, their counts, the columns remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.actors import Actor, ActorKind
from hub.errors import NotFound
from hub.models.directory import Organisation
from hub.models.intake_batch import (
    BatchState,
    IntakeBatch,
    IntakeLine,
    LineState,
    RememberedColumns,
)
from hub.models.member import Member


@dataclass(frozen=True)
class BatchRow:
    """One file, and how many of its lines are in each state."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    member_name: str
    state: BatchState
    created_at: datetime
    finished_at: datetime | None
    choices: Mapping[str, Any]
    counts: Mapping[LineState, int]

    @property
    def total(self) -> int:
        """How many lines it has."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many lines need nothing more."""
        return self.total - self.counts.get(LineState.READY, 0)


@dataclass(frozen=True)
class LineRow:
    """One line of a file's report."""

    line: int
    state: LineState
    faults: tuple[tuple[str, str | None], ...]
    reference: str | None


@dataclass(frozen=True)
class SealedBatch:
    """Where a file lies, and the wrapped key that opens it."""

    organisation_id: UUID
    storage_key: str
    key_wrapped: bytes
    choices: Mapping[str, Any]


def batches_of(session: Session, organisation_id: UUID, limit: int = 20) -> tuple[BatchRow, ...]:
    """The files of an organisation, newest first; those dropped are left out."""
    ids = session.scalars(
        select(IntakeBatch.id)
        .where(
            IntakeBatch.organisation_id == organisation_id,
            IntakeBatch.state != BatchState.DROPPED,
        )
        .order_by(IntakeBatch.created_at.desc(), IntakeBatch.id.desc())
        .limit(limit)
    ).all()
    return tuple(batch_row(session, key) for key in ids)


def batch_row(session: Session, batch_id: UUID) -> BatchRow:
    """One file; raises NotFound."""
    found = session.execute(
        select(IntakeBatch, Organisation.name, Member.name)
        .join(Organisation, Organisation.id == IntakeBatch.organisation_id)
        .join(Member, Member.id == IntakeBatch.member_id)
        .where(IntakeBatch.id == batch_id)
    ).first()
    if found is None:
        raise NotFound(batch_id=batch_id)
    row, organisation, member = found
    counts = session.execute(
        select(IntakeLine.state, func.count())
        .where(IntakeLine.batch_id == batch_id)
        .group_by(IntakeLine.state)
    )
    return BatchRow(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation_name=organisation,
        member_name=member,
        state=row.state,
        created_at=row.created_at,
        finished_at=row.finished_at,
        choices=dict(row.choices),
        counts={row[0]: row[1] for row in counts},
    )


def lines_of(
    session: Session, batch_id: UUID, *states: LineState, limit: int | None = None
) -> tuple[LineRow, ...]:
    """The lines of a file in these states (all by default), in the order of the file."""
    wanted = select(IntakeLine).where(IntakeLine.batch_id == batch_id).order_by(IntakeLine.line)
    if states:
        wanted = wanted.where(IntakeLine.state.in_(states))
    return tuple(
        LineRow(
            row.line,
            row.state,
            tuple((one["code"], one["column"]) for one in row.faults),
            row.reference,
        )
        for row in session.scalars(wanted.limit(limit))
    )


def sealed_batch(session: Session, batch_id: UUID) -> SealedBatch | None:
    """What opens a file that is still kept, or None."""
    row = session.get(IntakeBatch, batch_id)
    if row is None or row.storage_key is None or row.key_wrapped is None:
        return None
    return SealedBatch(row.organisation_id, row.storage_key, row.key_wrapped, dict(row.choices))


def waiting_batches(session: Session) -> tuple[UUID, ...]:
    """The files whose import waits or goes on, oldest first."""
    return tuple(
        session.scalars(
            select(IntakeBatch.id)
            .where(IntakeBatch.state == BatchState.WAITING)
            .order_by(IntakeBatch.created_at, IntakeBatch.id)
        )
    )


def importing_actor(session: Session, batch_id: UUID) -> Actor:
    """The member who brought a file, as the actor of its import."""
    row = session.scalar(
        select(Member)
        .join(IntakeBatch, IntakeBatch.member_id == Member.id)
        .where(IntakeBatch.id == batch_id)
    )
    if row is None:
        raise NotFound(batch_id=batch_id)
    return Actor(ActorKind.MEMBER, row.id, row.organisation_id, row.role_set, row.name)


def remembered_columns(session: Session, organisation_id: UUID) -> dict[str, str]:
    """The columns an organisation chose before, by folded header."""
    row = session.get(RememberedColumns, organisation_id)
    return dict(row.headers) if row else {}
