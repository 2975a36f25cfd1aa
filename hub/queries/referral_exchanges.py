"""What was said, sent and answered around one referral; `opened` opens its sealed cells."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.answer import Answer, AnswerItem, Document
from hub.models.directory import Processing
from hub.models.exchange import ColleagueTask, Message
from hub.models.referral import RecipientNotice, ReferralItem
from hub.queries.referral_rows import (
    AnsweredItem,
    AnswerLine,
    DocumentLine,
    MessageLine,
    RecipientLine,
    SecondReading,
    TaskLine,
)

Open = Callable[[str, UUID, bytes | None], str]
"""Opens a cell: "table.column", row id, sealed value."""


def messages_of(session: Session, referral_id: UUID, opened: Open) -> tuple[MessageLine, ...]:
    """The messages of a referral and its internal notes, oldest first."""
    rows = session.scalars(
        select(Message)
        .where(Message.referral_id == referral_id)
        .order_by(Message.sent_at, Message.id)
    )
    return tuple(
        MessageLine(
            row.id,
            row.kind,
            opened("message.text_sealed", row.id, row.text_sealed),
            opened("message.doubt_sealed", row.id, row.doubt_sealed),
            row.author_name,
            row.sent_at,
            row.reply_by_on,
            row.replied_at,
            row.closed_at,
        )
        for row in rows
    )


def tasks_of(session: Session, referral_id: UUID, opened: Open) -> tuple[TaskLine, ...]:
    """The tasks given to colleagues, oldest first."""
    rows = session.scalars(
        select(ColleagueTask)
        .where(ColleagueTask.referral_id == referral_id)
        .order_by(ColleagueTask.asked_at, ColleagueTask.id)
    )
    return tuple(
        TaskLine(
            row.id,
            row.colleague_name,
            opened("colleague_task.text_sealed", row.id, row.text_sealed),
            tuple(row.identifiers),
            row.reply_by_on,
            row.asked_at,
            opened("colleague_task.reply_sealed", row.id, row.reply_sealed),
            row.done_at,
        )
        for row in rows
    )


def documents_of(session: Session, referral_id: UUID, opened: Open) -> tuple[DocumentLine, ...]:
    """The inventory of a referral's files, oldest first."""
    rows = session.scalars(
        select(Document)
        .where(Document.referral_id == referral_id)
        .order_by(Document.created_at, Document.id)
    )
    return tuple(
        DocumentLine(
            row.id,
            opened("document.title_sealed", row.id, row.title_sealed),
            row.direction,
            row.media_type,
            row.size,
            row.sha256,
            row.answer_id,
            row.referral_item_id,
            row.created_at,
            row.deleted_at,
            row.asked_again_at,
        )
        for row in rows
    )


def recipients_of(session: Session, referral_id: UUID, opened: Open) -> tuple[RecipientLine, ...]:
    """The recipients to be told of what was granted, by processing then by name."""
    rows = session.execute(
        select(RecipientNotice, Processing.title)
        .join(ReferralItem, ReferralItem.id == RecipientNotice.referral_item_id)
        .join(Processing, Processing.id == ReferralItem.processing_id)
        .where(RecipientNotice.referral_id == referral_id)
        .order_by(ReferralItem.position, RecipientNotice.name, RecipientNotice.id)
    )
    cell = "recipient_notice."
    return tuple(
        RecipientLine(
            row.id,
            row.name,
            row.kind,
            title,
            row.told_on,
            row.channel,
            opened(f"{cell}proof_sealed", row.id, row.proof_sealed),
            opened(f"{cell}not_told_reason_sealed", row.id, row.not_told_reason_sealed),
            row.closed_at,
            row.closed_by_name,
        )
        for row, title in rows
    )


def answers_of(session: Session, referral_id: UUID, opened: Open) -> tuple[AnswerLine, ...]:
    """The answers of a referral, the last one first."""
    rows = session.scalars(
        select(Answer)
        .where(Answer.referral_id == referral_id)
        .order_by(Answer.created_at.desc(), Answer.id.desc())
    ).all()
    items: dict[UUID, list[AnsweredItem]] = {row.id: [] for row in rows}
    for item in session.scalars(select(AnswerItem).where(AnswerItem.answer_id.in_(items))):
        items[item.answer_id].append(
            AnsweredItem(
                item.processing_id,
                item.outcome,
                item.ground,
                opened("answer_item.reasons_sealed", item.id, item.reasons_sealed),
                opened("answer_item.evidence_sealed", item.id, item.evidence_sealed),
            )
        )
    return tuple(_answer(row, items[row.id], opened) for row in rows)


def _answer(row: Answer, items: list[AnsweredItem], opened: Open) -> AnswerLine:
    return AnswerLine(
        id=row.id,
        state=row.state,
        outcome=row.outcome,
        text=opened("answer.text_sealed", row.id, row.text_sealed),
        author_id=row.author_id,
        author_name=row.author_name,
        author_capacity=row.author_capacity,
        author_service=row.author_service,
        created_at=row.created_at,
        sent_at=row.sent_at,
        outside_channel=row.outside_channel,
        outside_on=row.outside_on,
        outside_proof=opened("answer.outside_proof_sealed", row.id, row.outside_proof_sealed),
        read_at=row.read_at,
        deleted_at=row.deleted_at,
        reading=_reading(row, opened),
        letter_sha256=row.letter_sha256 or "",
        items=tuple(items),
    )


def _reading(row: Answer, opened: Open) -> SecondReading:
    return SecondReading(
        reader_name=row.second_reader_name,
        read_at=row.second_read_at,
        words=opened("answer.reader_words_sealed", row.id, row.reader_words_sealed),
        alone_reason=opened("answer.alone_reason_sealed", row.id, row.alone_reason_sealed),
        review_wanted=row.review_wanted,
        reviewed_by=row.reviewed_by_name,
        reviewed_at=row.reviewed_at,
    )
