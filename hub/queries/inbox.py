"""The inbox of a controller: delivered referrals by legal date, with counts, in pages by key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.lifecycle import UNDELIVERED, ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.directory import Processing
from hub.models.member import Member
from hub.models.referral import Referral, ReferralItem, SavedView, WaitingFor
from hub.models.rights_request import Identity
from hub.queries.inbox_filters import InboxFilters, Shelf, conditions, legal_date, of_shelf
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class InboxRow:
    """One line of the inbox; `days_left` counts to the due date, None while no clock runs."""

    id: UUID
    number: str
    received_at: datetime
    due_on: date | None
    strict_on: date
    days_left: int | None
    is_extended: bool
    right: Right
    state: ReferralState
    was_answered: bool
    outcome: Outcome | None
    waiting_for: WaitingFor
    processings: tuple[str, ...]
    initials: str
    assigned_to: str
    label: str
    last_event_kind: str
    last_event_at: datetime


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this key of the list, or before it when going back."""

    key: date
    id: UUID
    backwards: bool = False


@dataclass(frozen=True)
class InboxPage:
    """One page of the list: its rows, the counts of every shelf, and where to go on."""

    rows: tuple[InboxRow, ...]
    counts: dict[Shelf, int]
    after: Cursor | None
    before: Cursor | None


@dataclass(frozen=True)
class InboxChoices:
    """What the filters offer: members, processings and labels, as (value, words)."""

    members: tuple[tuple[str, str], ...]
    processings: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ViewRow:
    """A saved view of a member: its name and the query string it keeps."""

    id: UUID
    name: str
    query: str


def inbox_of(
    session: Session,
    organisation_id: UUID,
    filters: InboxFilters,
    cursor: Cursor | None,
    keys: RequestKeys,
    limit: int | None = 50,
) -> InboxPage:
    """One page of the inbox, in five queries whatever its size; without limit, the whole list."""
    found = _page(session, organisation_id, filters, cursor, limit)
    backwards = cursor is not None and cursor.backwards
    more = limit is not None and len(found) > limit
    kept = found[:limit]
    if backwards:
        kept = kept[::-1]
    has_before = more if backwards else cursor is not None
    has_after = True if backwards else more
    return InboxPage(
        rows=_rows(session, kept, keys, filters.today),
        counts=counts_of(session, organisation_id, filters),
        after=_cursor(kept[-1], False) if kept and has_after else None,
        before=_cursor(kept[0], True) if kept and has_before else None,
    )


def counts_of(session: Session, organisation_id: UUID, filters: InboxFilters) -> dict[Shelf, int]:
    """How many referrals each shelf holds under the other filters, in one query."""
    columns = [func.count().filter(of_shelf(shelf, filters)).label(shelf.value) for shelf in Shelf]
    wanted = select(*columns).select_from(Referral).where(*conditions(organisation_id, filters))
    row = session.execute(wanted).one()
    return {shelf: getattr(row, shelf.value) for shelf in Shelf}


def choices_of(session: Session, organisation_id: UUID) -> InboxChoices:
    """The members, processings and labels by which this inbox may be filtered."""
    members = session.execute(
        select(Member.id, Member.name)
        .where(Member.organisation_id == organisation_id, Member.active)
        .order_by(Member.name, Member.id)
    )
    own = (Referral.organisation_id == organisation_id, Referral.state.not_in(UNDELIVERED))
    processings = session.execute(
        select(Processing.id, Processing.title)
        .where(
            Processing.id.in_(
                select(ReferralItem.processing_id)
                .join(Referral, Referral.id == ReferralItem.referral_id)
                .where(*own)
            )
        )
        .order_by(Processing.title, Processing.id)
    )
    labels = session.scalars(
        select(Referral.label)
        .where(*own, Referral.label.is_not(None))
        .distinct()
        .order_by(Referral.label)
    )
    return InboxChoices(
        tuple((str(key), name) for key, name in members),
        tuple((str(key), title) for key, title in processings),
        tuple(label for label in labels if label),
    )


def saved_views_of(session: Session, member_id: UUID | None) -> tuple[ViewRow, ...]:
    """The views a member saved, by name."""
    rows = session.scalars(
        select(SavedView).where(SavedView.member_id == member_id).order_by(SavedView.name)
    )
    return tuple(ViewRow(row.id, row.name, row.query) for row in rows)


def numbers_of(
    session: Session, organisation_id: UUID, referral_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """The numbers of these referrals, of this organisation only, by id."""
    rows = session.execute(
        select(Referral.id, Referral.number)
        .where(
            Referral.organisation_id == organisation_id,
            Referral.id.in_(referral_ids),
            Referral.state.not_in(UNDELIVERED),
        )
        .order_by(Referral.number)
    )
    return {row.id: row.number for row in rows}


def initials_of(facts: dict[str, Any]) -> str:
    """The initials of a person, for lists that need no name."""
    names = f"{facts.get('given_names', '')} {facts.get('family_name', '')}".split()
    return "".join(name[0] for name in names)[:4].upper()


def _page(
    session: Session,
    organisation_id: UUID,
    filters: InboxFilters,
    cursor: Cursor | None,
    limit: int | None,
) -> Sequence[Any]:
    wanted = _lines().where(of_shelf(filters.shelf, filters), *conditions(organisation_id, filters))
    key = tuple_(legal_date(), Referral.id)
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        place = tuple_(cursor.key, cursor.id)
        wanted = wanted.where(key < place if backwards else key > place)
    order = (legal_date(), Referral.id)
    wanted = wanted.order_by(*(column.desc() if backwards else column for column in order))
    return session.execute(wanted.limit(limit + 1) if limit else wanted).all()


def _lines() -> Select[Referral, bytes, str]:
    return (
        select(Referral, Identity.sealed, Member.name)
        .outerjoin(Identity, Identity.rights_request_id == Referral.rights_request_id)
        .outerjoin(Member, Member.id == Referral.assigned_to_id)
    )


def _cursor(row: Any, backwards: bool) -> Cursor:
    referral: Referral = row[0]
    return Cursor(referral.due_on or referral.strict_on, referral.id, backwards)


def _rows(
    session: Session, found: Sequence[Any], keys: RequestKeys, today: date
) -> tuple[InboxRow, ...]:
    keys.load(row[0].rights_request_id for row in found)
    titles = _titles(session, [row[0].id for row in found])
    return tuple(
        _row(referral, _initials(keys, referral, sealed), name, titles, today)
        for referral, sealed, name in found
    )


def _titles(session: Session, referral_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    rows = session.execute(
        select(ReferralItem.referral_id, Processing.title)
        .join(Processing, Processing.id == ReferralItem.processing_id)
        .where(ReferralItem.referral_id.in_(list(referral_ids)))
        .order_by(ReferralItem.position)
    )
    titles: dict[UUID, list[str]] = {}
    for referral_id, title in rows:
        titles.setdefault(referral_id, []).append(title)
    return titles


def _initials(keys: RequestKeys, referral: Referral, sealed: bytes | None) -> str:
    place = Place(referral.rights_request_id, "identity.sealed", referral.rights_request_id)
    try:
        return initials_of(keys.open_facts(place, sealed))
    except Shredded:
        return ""


def _row(
    referral: Referral,
    initials: str,
    assigned_to: str | None,
    titles: dict[UUID, list[str]],
    today: date,
) -> InboxRow:
    due_on, was_answered = referral.due_on, referral.answered_at is not None
    return InboxRow(
        id=referral.id,
        number=referral.number,
        received_at=referral.received_at,
        due_on=due_on,
        strict_on=referral.strict_on,
        days_left=(due_on - today).days if due_on and not was_answered else None,
        is_extended=referral.is_extended,
        right=referral.right,
        state=referral.state,
        was_answered=was_answered,
        outcome=referral.outcome,
        waiting_for=referral.waiting_for,
        processings=tuple(titles.get(referral.id, ())),
        initials=initials,
        assigned_to=assigned_to or "",
        label=referral.label or "",
        last_event_kind=referral.last_event_kind,
        last_event_at=referral.last_event_at,
    )
