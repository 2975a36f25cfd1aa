"""Which files of the store the database names, by the table that names each."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.models.answer import Answer, CleanedCopy, Document
from hub.models.inbound_mail import InboundMail
from hub.models.intake_batch import IntakeBatch
from hub.models.upload import Upload, UploadPart

KEYS_OF_FILES: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...] = (
    Answer.letter_key,
    CleanedCopy.storage_key,
    Document.storage_key,
    InboundMail.storage_key,
    IntakeBatch.storage_key,
    Upload.cleaned_key,
    Upload.storage_key,
    UploadPart.storage_key,
)
"""Every column that names a file; a file that none of them names is nobody's."""


def named_files(session: Session) -> Mapping[str, str]:
    """The name of the table for each key of a file that a line names."""
    found: dict[str, str] = {}
    for column in KEYS_OF_FILES:
        table = column.class_.__tablename__
        for key in session.scalars(select(column).where(column.is_not(None))):
            found[str(key)] = table
    return found
