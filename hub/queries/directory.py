"""What is seen of the directory: searches, details and candidates, without a query per row."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, selectinload

from hub.domain.directory import ProcessingKind, fold
from hub.domain.routing import Candidate, ControllerPart, RoutedProcessing
from hub.models.directory import (
    Controllership,
    Organisation,
    Processing,
    RecipientStatement,
    Reuse,
)
from hub.queries.directory_rows import (
    DirectoryCounts,
    LinkedRow,
    OrganisationRow,
    ProcessingDetail,
    ProcessingPage,
    ProcessingRow,
    RecipientRow,
)
from hub.queries.directory_shaping import processing_row

LONGEST_PAGE = 200
_SORTED_BY = func.substr(Processing.search_text, 1, 80)
_PARTS = (
    selectinload(Processing.controllerships).joinedload(Controllership.organisation),
    selectinload(Processing.purposes),
    selectinload(Processing.identifiers_asked),
)


def search_processings(
    session: Session,
    words: str = "",
    limit: int = 50,
    after: UUID | None = None,
    *,
    kind: ProcessingKind | None = None,
    before: UUID | None = None,
) -> ProcessingPage:
    """Open processings that hold every word (or begin one of theirs), by title.

    `limit` is clamped to 1-200; `after` is the id of the last row already seen, `before` that of
    the first when going back.
    """
    limit = max(1, min(limit, LONGEST_PAGE))
    matching = [Processing.is_open, *_holds(Processing.search_text, words)]
    if kind:
        matching.append(Processing.kind == kind)
    page = select(Processing).where(*matching).options(*_PARTS)
    order = (_SORTED_BY, Processing.id)
    if before:
        page = page.where(tuple_(*order) < _place_of(before)).order_by(
            *(one.desc() for one in order)
        )
    else:
        page = page.order_by(*order)
    if after:
        page = page.where(tuple_(*order) > _place_of(after))
    found = list(session.scalars(page.limit(limit + 1)))
    total = session.scalar(select(func.count()).select_from(Processing).where(*matching)) or 0
    return _paged(found, limit, total, after, before)


def _place_of(processing_id: UUID) -> Any:
    """Where a row stands in the order of a search."""
    words = select(_SORTED_BY).where(Processing.id == processing_id).scalar_subquery()
    return tuple_(words, literal(processing_id))


def _paged(
    found: list[Processing], limit: int, total: int, after: UUID | None, before: UUID | None
) -> ProcessingPage:
    rows = tuple(processing_row(one) for one in found[:limit])
    is_more = len(found) > limit
    if before:
        rows = rows[::-1]
        return ProcessingPage(
            rows, total, rows[-1].id if rows else None, rows[0].id if is_more else None
        )
    return ProcessingPage(
        rows, total, rows[-1].id if is_more else None, rows[0].id if after and rows else None
    )


def _holds(column: Any, words: str) -> list[ColumnElement[bool]]:
    """Each word of a search begins a word of the column; a plural finds its singular."""
    asked = [
        word[:-1] if len(word) > 4 and word[-1] in "sx" else word for word in fold(words).split()
    ]
    return [literal(" ").concat(column).like(f"% {word}%") for word in asked[:12]]


def processings_of(session: Session, ids: Collection[UUID]) -> tuple[ProcessingRow, ...]:
    """These processings in the order asked, without doubles and without those unknown."""
    wanted = list(dict.fromkeys(ids))
    found = session.scalars(select(Processing).where(Processing.id.in_(wanted)).options(*_PARTS))
    rows = {one.id: processing_row(one) for one in found}
    return tuple(rows[one] for one in wanted if one in rows)


def processing_detail(session: Session, processing_id: UUID) -> ProcessingDetail | None:
    """Everything public about a processing, or None when there is no such one."""
    found = session.scalar(
        select(Processing)
        .where(Processing.id == processing_id)
        .options(
            selectinload(Processing.controllerships)
            .joinedload(Controllership.organisation)
            .selectinload(Organisation.contact_points),
            selectinload(Processing.purposes),
            selectinload(Processing.identifiers_asked),
            selectinload(Processing.recipients),
        )
    )
    if found is None:
        return None
    recipients = sorted(found.recipients, key=lambda one: (one.kind, fold(one.name)))
    return ProcessingDetail(
        row=processing_row(found, with_contacts=True),
        sources_text=found.sources_text,
        population=found.population,
        website=found.website,
        source=found.source,
        verified_at=found.verified_at,
        updated_at=found.updated_at,
        recipients=tuple(
            RecipientRow(o.name, o.kind, o.organisation_id, o.category) for o in recipients
        ),
        says_no_recipient=_says_no_recipient(session, processing_id),
        reuses=_linked(session, _reused_by(processing_id)),
        reusers=reusers_of(session, processing_id),
    )


def _says_no_recipient(session: Session, processing_id: UUID) -> bool:
    said = session.get(RecipientStatement, processing_id)
    return said is not None and said.says_none


def _reused_by(processing_id: UUID) -> Select[Processing]:
    return (
        select(Processing)
        .join(Reuse, Reuse.reused_id == Processing.id)
        .where(Reuse.processing_id == processing_id)
    )


def reusers_of(session: Session, processing_id: UUID) -> tuple[LinkedRow, ...]:
    """The open projects that reuse a database, by title."""
    return _linked(
        session,
        select(Processing)
        .join(Reuse, Reuse.processing_id == Processing.id)
        .where(Reuse.reused_id == processing_id, Processing.is_open),
    )


def _linked(session: Session, wanted: Select[Processing]) -> tuple[LinkedRow, ...]:
    found = session.scalars(wanted.options(_PARTS[0]).order_by(_SORTED_BY, Processing.id))
    return tuple(
        LinkedRow(
            one.id,
            one.title,
            one.title_en,
            one.kind,
            tuple(part.organisation.name for part in one.controllerships),
        )
        for one in found
    )


def suggestion_candidates(session: Session) -> tuple[Candidate, ...]:
    """What the five questions are compared with: every open processing that has cues or reuses."""
    reused: dict[UUID, list[UUID]] = {}
    for processing_id, reused_id in session.execute(select(Reuse.processing_id, Reuse.reused_id)):
        reused.setdefault(processing_id, []).append(reused_id)
    rows = session.execute(
        select(
            Processing.id,
            Processing.title,
            Processing.cues,
            Processing.data_from_on,
            Processing.data_to_on,
        ).where(Processing.is_open)
    )
    return tuple(
        Candidate(
            id=processing_id,
            title=title,
            cues=cues or {},
            year_from=starts.year if starts else None,
            year_to=ends.year if ends else None,
            reused_ids=tuple(reused.get(processing_id, ())),
        )
        for processing_id, title, cues, starts, ends in rows
    )


_ROUTED = (
    select(
        Processing.__table__.c.id,
        Processing.__table__.c.title,
        Organisation.__table__.c.id,
        Organisation.__table__.c.name,
        Controllership.__table__.c.is_contact,
        Controllership.__table__.c.resolves_identity,
        Controllership.__table__.c.answers,
        Organisation.__table__.c.siren,
        Organisation.__table__.c.holiday_zone,
    )
    .select_from(
        Processing.__table__.outerjoin(
            Controllership.__table__,
            Controllership.__table__.c.processing_id == Processing.__table__.c.id,
        ).outerjoin(
            Organisation.__table__,
            Organisation.__table__.c.id == Controllership.__table__.c.organisation_id,
        )
    )
    .where(
        Processing.__table__.c.id.in_(bindparam("ids", expanding=True)),
        Processing.__table__.c.is_open,
    )
    .order_by(Controllership.__table__.c.position, Controllership.__table__.c.id)
)
"""Made once: every filing asks it."""


def routed_processings(session: Session, ids: Iterable[UUID]) -> dict[UUID, RoutedProcessing]:
    """These processings as routing needs them, by id; those unknown or closed are left out.

    One light query: every filing asks it.
    """
    rows = session.connection().execute(_ROUTED, {"ids": list(set(ids))})
    titles: dict[UUID, str] = {}
    parts: dict[UUID, list[ControllerPart]] = {}
    for row in rows:
        titles[row[0]] = row[1]
        own = parts.setdefault(row[0], [])
        if row[2] is not None:
            own.append(ControllerPart(*row[2:]))
    return {key: RoutedProcessing(key, titles[key], tuple(own)) for key, own in parts.items()}


def organisations_matching(
    session: Session, words: str, limit: int = 20
) -> tuple[OrganisationRow, ...]:
    """Organisations whose name or acronym holds every word, or whose SIREN it is; by name."""
    digits = "".join(words.split())
    by_siren = and_(literal(len(digits) == 9 and digits.isdigit()), Organisation.siren == digits)
    found = session.scalars(
        select(Organisation)
        .where(or_(and_(True, *_holds(Organisation.search_text, words)), by_siren))
        .order_by(Organisation.search_text, Organisation.id)
        .limit(max(1, min(limit, LONGEST_PAGE)))
    )
    return tuple(
        OrganisationRow(
            one.id, one.name, one.acronym, one.siren, one.kind, one.verified_at is not None
        )
        for one in found
    )


def directory_counts(session: Session, words: str = "") -> DirectoryCounts:
    """How many open databases and projects hold every word, and how many controllers they have."""
    matching = [Processing.is_open, *_holds(Processing.search_text, words)]
    by_kind = select(Processing.kind, func.count()).where(*matching).group_by(Processing.kind)
    kinds = {row[0]: row[1] for row in session.execute(by_kind)}
    controllers = session.scalar(
        select(func.count(Controllership.organisation_id.distinct()))
        .join(Processing, Processing.id == Controllership.processing_id)
        .where(*matching)
    )
    return DirectoryCounts(
        kinds.get(ProcessingKind.DATABASE, 0),
        kinds.get(ProcessingKind.PROJECT, 0),
        controllers or 0,
    )


def reuser_counts(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many open projects reuse each of these databases; those that none reuses are left out."""
    counts = session.execute(
        select(Reuse.reused_id, func.count().label("reusers"))
        .join(Processing, Processing.id == Reuse.processing_id)
        .where(Reuse.reused_id.in_(ids), Processing.is_open)
        .group_by(Reuse.reused_id)
    )
    return {row.reused_id: row.reusers for row in counts}
