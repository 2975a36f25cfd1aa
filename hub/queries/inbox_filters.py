"""What narrows the inbox: shelves, filters and the words of a search, as conditions of SQL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from hub.domain.lifecycle import ENDED, UNDELIVERED, WORKABLE, ReferralState
from hub.domain.rights import Right
from hub.models.referral import Referral, ReferralItem, WaitingFor
from hub.models.rights_request import NameIndex

A_WEEK = timedelta(days=7)
NOBODY_ASSIGNED = "nobody"
_BODY = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")
_NOT_CROCKFORD = str.maketrans("OIL", "011")


class Shelf(StrEnum):
    """The chips above the list; one is always chosen."""

    ALL = "all"
    CLOSED = "closed"
    LATE = "late"
    MINE = "mine"
    SECOND_READER = "second_reader"
    THIS_WEEK = "this_week"
    TO_APPLY = "to_apply"
    TO_HANDLE = "to_handle"
    UNASSIGNED = "unassigned"
    WAITING_PERSON = "waiting_person"


@dataclass(frozen=True)
class InboxFilters:
    """What the member asked to see; `name_words` are blind indexes, one a word of the search."""

    today: date
    member_id: UUID | None
    shelf: Shelf = Shelf.TO_HANDLE
    right: Right | None = None
    processing_id: UUID | None = None
    assignee: str | None = None
    state: ReferralState | None = None
    label: str | None = None
    words: str = ""
    name_words: Sequence[bytes] = field(default=())


def legal_date() -> ColumnElement[date]:
    """The date that orders the list: the due date, or while the clock is paused the strict one."""
    return func.coalesce(Referral.due_on, Referral.strict_on)


def of_shelf(shelf: Shelf, filters: InboxFilters) -> ColumnElement[bool]:
    """The condition of one shelf."""
    working = Referral.state.in_(WORKABLE)
    # An answer that is contested has met its date, and the law sets no other.
    unanswered = and_(working, Referral.answered_at.is_(None))
    to_apply = and_(
        Referral.state == ReferralState.ANSWERED, Referral.waiting_for == WaitingFor.TO_APPLY
    )
    to_send_again = and_(
        Referral.state.in_([ReferralState.ANSWERED, ReferralState.CLOSED]),
        Referral.waiting_for == WaitingFor.CONTROLLER,
    )
    soon = filters.today + A_WEEK
    return {
        Shelf.ALL: true(),
        Shelf.CLOSED: and_(
            ~to_send_again,
            or_(
                Referral.state.in_(ENDED),
                and_(
                    Referral.state == ReferralState.ANSWERED,
                    Referral.waiting_for.not_in([WaitingFor.TO_APPLY, WaitingFor.SECOND_READER]),
                ),
            ),
        ),
        Shelf.LATE: and_(unanswered, Referral.due_on < filters.today),
        Shelf.SECOND_READER: and_(
            or_(working, Referral.state == ReferralState.ANSWERED),
            Referral.waiting_for == WaitingFor.SECOND_READER,
        ),
        Shelf.MINE: and_(
            or_(working, to_apply, to_send_again), Referral.assigned_to_id == filters.member_id
        ),
        Shelf.THIS_WEEK: and_(unanswered, Referral.due_on.between(filters.today, soon)),
        Shelf.TO_APPLY: to_apply,
        Shelf.TO_HANDLE: or_(working, to_send_again),
        Shelf.UNASSIGNED: and_(working, Referral.assigned_to_id.is_(None)),
        Shelf.WAITING_PERSON: and_(working, Referral.waiting_for == WaitingFor.PERSON),
    }[shelf]


def conditions(organisation_id: UUID, filters: InboxFilters) -> list[ColumnElement[bool]]:
    """All that narrows the list but its shelf; only delivered referrals are ever listed."""
    found = [Referral.organisation_id == organisation_id, Referral.state.not_in(UNDELIVERED)]
    if filters.right:
        found.append(Referral.right == filters.right)
    if filters.state:
        found.append(Referral.state == filters.state)
    if filters.label:
        found.append(Referral.label == filters.label)
    if filters.processing_id:
        found.append(_has_processing(filters.processing_id))
    if filters.assignee:
        found.append(_assigned_to(filters.assignee))
    if filters.words.strip():
        found.append(_matches(filters))
    return found


def _has_processing(processing_id: UUID) -> ColumnElement[bool]:
    return exists(
        select(ReferralItem.id).where(
            ReferralItem.referral_id == Referral.id, ReferralItem.processing_id == processing_id
        )
    )


def _assigned_to(assignee: str) -> ColumnElement[bool]:
    if assignee == NOBODY_ASSIGNED:
        return Referral.assigned_to_id.is_(None)
    return Referral.assigned_to_id == UUID(assignee)


def _matches(filters: InboxFilters) -> ColumnElement[bool]:
    """Every word is one of the person's names, or the whole is the referral's number."""
    words = [_has_name(word) for word in filters.name_words]
    by_number = Referral.number == number_typed(filters.words)
    return or_(and_(*words), by_number) if words else by_number


def _has_name(word: bytes) -> ColumnElement[bool]:
    return exists(
        select(NameIndex.word).where(
            NameIndex.rights_request_id == Referral.rights_request_id, NameIndex.word == word
        )
    )


def number_typed(text: str) -> str | None:
    """A referral's number read leniently ("dx7k 3m9q" is R-DX7K-3M9Q); None for other words."""
    kept = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()
    body = kept[1:] if kept.startswith("R") and len(kept) == 9 else kept
    body = body.translate(_NOT_CROCKFORD)
    return f"R-{body[:4]}-{body[4:]}" if _BODY.fullmatch(body) else None
