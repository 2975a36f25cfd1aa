"""Keeps the letter of an answer, with its hash in the log: one copy, whoever asks first."""

from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.errors import NotFound
from hub.models.answer import Answer
from hub.models.referral import Referral
from hub.ports import StoredFile
from hub.services.unit_of_work import Work


def keep_letter(work: Work, answer_id: UUID, stored: StoredFile) -> bool:
    """Keep a letter already stored, sealed with the key of the case; False when one was kept."""
    row = work.session.scalar(select(Answer).where(Answer.id == answer_id).with_for_update())
    if row is None:
        raise NotFound(answer_id=answer_id)
    if row.letter_key is not None:
        return False
    row.letter_key, row.letter_sha256, row.letter_size = stored.key, stored.sha256, stored.size
    referral = work.session.get_one(Referral, row.referral_id)
    work.record(
        EventKind.LETTER_KEPT, referral.rights_request_id, referral.id, sha256=stored.sha256
    )
    return True
