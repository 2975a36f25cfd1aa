"""Letters to controllers: to print, to post, posted, returned; nothing of the persons."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.models.answer_link import AnswerLink
from hub.models.directory import Organisation
from hub.models.postal_letter import PostalLetter
from hub.models.referral import Referral
from hub.queries.held_back import is_referral_held


@dataclass(frozen=True)
class LetterRow:
    """A letter as lists and sheets show it."""

    id: UUID
    organisation_name: str
    number: str
    address: str
    made_at: datetime
    printed_at: datetime | None
    posted_on: date | None
    returned_on: date | None
    batch_id: UUID | None
    due_on: date
    link_id: UUID
    round_number: int


@dataclass(frozen=True)
class BatchRow:
    """A batch that was printed: how many letters, and when it was posted."""

    id: UUID
    printed_at: datetime
    count: int
    posted_on: date | None


def letters_to_print(session: Session) -> int:
    """How many letters wait to be printed, and that no operator holds back."""
    waiting = select(func.count()).where(
        PostalLetter.batch_id.is_(None), ~is_referral_held(PostalLetter.referral_id)
    )
    return int(session.scalar(waiting) or 0)


def batches(session: Session, limit: int) -> list[BatchRow]:
    """The batches, newest first."""
    rows = session.execute(
        select(
            PostalLetter.batch_id,
            func.max(PostalLetter.printed_at).label("printed_at"),
            func.count().label("letters"),
            func.max(PostalLetter.posted_on).label("posted_on"),
        )
        .where(PostalLetter.batch_id.is_not(None))
        .group_by(PostalLetter.batch_id)
        .order_by(func.max(PostalLetter.printed_at).desc())
        .limit(limit)
    )
    return [BatchRow(row.batch_id, row.printed_at, row.letters, row.posted_on) for row in rows]


def letters_of(session: Session, batch_id: UUID) -> list[LetterRow]:
    """The letters of one batch, in the order they were made."""
    rows = session.execute(
        select(
            PostalLetter,
            Organisation.name,
            Referral.number,
            Referral.due_on,
            Referral.strict_on,
            AnswerLink.id.label("link_id"),
            AnswerLink.round_number,
        )
        .join(Referral, Referral.id == PostalLetter.referral_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .join(AnswerLink, AnswerLink.referral_id == Referral.id)
        .where(PostalLetter.batch_id == batch_id)
        .order_by(PostalLetter.id)
    )
    return [
        LetterRow(
            row.PostalLetter.id,
            row.name,
            row.number,
            row.PostalLetter.address,
            row.PostalLetter.made_at,
            row.PostalLetter.printed_at,
            row.PostalLetter.posted_on,
            row.PostalLetter.returned_on,
            row.PostalLetter.batch_id,
            row.due_on or row.strict_on,
            row.link_id,
            row.round_number,
        )
        for row in rows
    ]
