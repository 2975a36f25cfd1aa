"""The copies of identity documents that came as a reply to an identity check."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from hub.models.answer import Direction, Document
from hub.models.exchange import Message, MessageKind


def identity_copies(session: Session, referral_id: UUID) -> tuple[UUID, ...]:
    """The files of a case that are still kept and came as such a reply."""
    wanted = select(Document.id).where(Document.referral_id == referral_id, is_identity_copy())
    return tuple(session.scalars(wanted.order_by(Document.id)))


def is_identity_copy() -> ColumnElement[bool]:
    """A file of the person, not destroyed yet, in her reply to an identity check."""
    reply, question = aliased(Message), aliased(Message)
    replies = (
        select(reply.id)
        .join(question, question.id == reply.replies_to_id)
        .where(question.kind == MessageKind.IDENTITY_CHECK)
    )
    return (
        (Document.direction == Direction.FROM_PERSON)
        & Document.deleted_at.is_(None)
        & Document.message_id.in_(replies)
    )
