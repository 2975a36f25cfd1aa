"""The register of named recipients: what each processing says, and what is lacking (C14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.directory import ProcessingKind, RecipientKind
from hub.domain.recipients import Completeness, completeness
from hub.models.directory import (
    Controllership,
    Organisation,
    Processing,
    Recipient,
    RecipientStatement,
)
from hub.models.member import Member

_SORTED_BY = func.substr(Processing.search_text, 1, 80)


@dataclass(frozen=True)
class NamedRecipient:
    """One recipient of a processing."""

    id: UUID
    name: str
    kind: RecipientKind
    category: str


@dataclass(frozen=True)
class RegisterLine:
    """One processing and what is said of its recipients; `said_by` is empty where nobody spoke."""

    processing_id: UUID
    title: str
    title_en: str | None
    kind: ProcessingKind
    verified_at: datetime | None
    controllers: tuple[str, ...]
    recipients: tuple[NamedRecipient, ...]
    completeness: Completeness
    said_at: datetime | None
    said_by: str

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title


@dataclass(frozen=True)
class RegisterPage:
    """One page of the register, how many lines in all, and the key where the next begins."""

    lines: tuple[RegisterLine, ...]
    total: int
    next_after: UUID | None


def completeness_counts(
    session: Session, organisation_id: UUID | None
) -> Mapping[Completeness, int]:
    """How many open processings of a controller, or of all, are in each state."""
    return {
        one: session.scalar(
            select(func.count()).select_from(Processing).where(*_in(organisation_id, one))
        )
        or 0
        for one in Completeness
    }


def register_page(
    session: Session,
    organisation_id: UUID | None,
    state: Completeness | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> RegisterPage:
    """One page by title: one controller's processings, or all; in one state, or any."""
    matching = _in(organisation_id, state)
    found = select(Processing).where(*matching).order_by(_SORTED_BY, Processing.id)
    if after is not None:
        key = select(_SORTED_BY).where(Processing.id == after).scalar_subquery()
        found = found.where(tuple_(_SORTED_BY, Processing.id) > tuple_(key, literal(after)))
    rows = list(session.scalars(found.limit(limit + 1)))
    total = session.scalar(select(func.count()).select_from(Processing).where(*matching)) or 0
    shown = rows[:limit]
    next_after = shown[-1].id if len(rows) > limit else None
    return RegisterPage(_lines(session, shown), total, next_after)


def register_line(
    session: Session, organisation_id: UUID | None, processing_id: UUID
) -> RegisterLine | None:
    """One processing of a controller, or None when it is not its own."""
    matching = (Processing.id == processing_id, *_in(organisation_id, None))
    row = session.scalar(select(Processing).where(*matching))
    return _lines(session, [row])[0] if row else None


def _in(organisation_id: UUID | None, state: Completeness | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Processing.is_open.is_(True)]
    if organisation_id is not None:
        wanted.append(
            exists().where(
                Controllership.processing_id == Processing.id,
                Controllership.organisation_id == organisation_id,
            )
        )
    if state is not None:
        wanted.append(_is(state))
    return wanted


def _is(state: Completeness) -> ColumnElement[bool]:
    """`completeness`, in SQL."""
    is_named = exists().where(Recipient.processing_id == Processing.id)
    says_none = exists().where(
        RecipientStatement.processing_id == Processing.id, RecipientStatement.says_none
    )
    return {
        Completeness.NAMED: is_named,
        Completeness.NONE: and_(~is_named, says_none),
        Completeness.LACKING: and_(~is_named, ~says_none),
    }[state]


def _lines(session: Session, rows: Sequence[Processing]) -> tuple[RegisterLine, ...]:
    """The rows with their parts, in a constant number of queries."""
    ids = [row.id for row in rows]
    recipients = _grouped(
        session.execute(
            select(Recipient.processing_id, Recipient)
            .where(Recipient.processing_id.in_(ids))
            .order_by(Recipient.name, Recipient.id)
        )
    )
    controllers = _grouped(
        session.execute(
            select(Controllership.processing_id, Organisation.name)
            .join(Organisation, Organisation.id == Controllership.organisation_id)
            .where(Controllership.processing_id.in_(ids))
            .order_by(Controllership.position)
        )
    )
    said = {
        statement.processing_id: (statement, name or "")
        for statement, name in session.execute(
            select(RecipientStatement, Member.name)
            .outerjoin(Member, Member.id == RecipientStatement.said_by_id)
            .where(RecipientStatement.processing_id.in_(ids))
        )
    }
    return tuple(
        _line(row, controllers.get(row.id, []), recipients.get(row.id, []), said.get(row.id))
        for row in rows
    )


def _grouped(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for key, one in rows:
        found.setdefault(key, []).append(one)
    return found


def _line(
    row: Processing,
    controllers: list[str],
    recipients: list[Recipient],
    said: tuple[RecipientStatement, str] | None,
) -> RegisterLine:
    statement, name = said or (None, "")
    says_none = statement is not None and statement.says_none
    return RegisterLine(
        processing_id=row.id,
        title=row.title,
        title_en=row.title_en,
        kind=row.kind,
        verified_at=row.verified_at,
        controllers=tuple(controllers),
        recipients=tuple(
            NamedRecipient(one.id, one.name, one.kind, one.category) for one in recipients
        ),
        completeness=completeness(len(recipients), says_none=says_none),
        said_at=statement.said_at if statement else None,
        said_by=name,
    )
