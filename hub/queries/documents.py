"""The file of a case that may be handed over."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.errors import NotFound
from hub.models.answer import Direction, Document
from hub.models.referral import Referral


def person_document(
    session: Session, organisation_id: UUID, referral_id: UUID, document_id: UUID
) -> Document:
    """A file that the person sent or that proves what was done, in a case of this organisation.

    Raises NotFound for any other. Files that go to the person are sealed to her key: nobody else
    ever reads them again.
    """
    found = session.scalar(
        select(Document)
        .join(Referral, Referral.id == Document.referral_id)
        .where(
            Document.id == document_id,
            Document.referral_id == referral_id,
            Document.direction.in_([Direction.FROM_PERSON, Direction.KEPT]),
            Document.storage_key.is_not(None),
            Document.deleted_at.is_(None),
            Referral.organisation_id == organisation_id,
        )
    )
    if found is None:
        raise NotFound(document_id=document_id)
    return found
