"""What controllers say of who receives their data, by name (CJEU C-154/21; GDPR 15(1)(c), 19)."""

from uuid import UUID

from sqlalchemy import exists, func, select

from hub.domain.audit_log import EventKind
from hub.domain.directory import RecipientKind, fold
from hub.domain.recipients import LONGEST_CATEGORY, LONGEST_NAME
from hub.errors import Conflict, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.directory import Processing, Recipient, RecipientStatement
from hub.services.directory import processing_for, record_on_controllers
from hub.services.unit_of_work import Work


def add_recipient(
    work: Work, processing_id: UUID, *, name: str, kind: RecipientKind, category: str = ""
) -> UUID:
    """Name one more recipient of a processing; no import changes its recipients from then on.

    Raises NotFound, Invalid (facts: field) for a name or category that is empty or too long,
    Conflict when the name is there already.
    """
    processing = _locked(work, processing_id)
    words, group = " ".join(name.split()), " ".join(category.split())
    if not words or len(words) > LONGEST_NAME:
        raise Invalid(field="name")
    if len(group) > LONGEST_CATEGORY:
        raise Invalid(field="category")
    known = work.session.scalars(
        select(Recipient.name).where(Recipient.processing_id == processing_id)
    )
    if fold(words) in {fold(one) for one in known}:
        raise Conflict(already="named")
    row = Recipient(id=new_id(), processing_id=processing_id, name=words, kind=kind, category=group)
    work.session.add(row)
    _say(work, processing, says_none=False, added=words)
    return row.id


def remove_recipient(work: Work, processing_id: UUID, recipient_id: UUID) -> None:
    """Take a recipient off the register; the tasks of article 19 already opened keep its name.

    Raises NotFound.
    """
    processing = _locked(work, processing_id)
    row = work.session.get(Recipient, recipient_id)
    if row is None or row.processing_id != processing_id:
        raise NotFound(recipient_id=recipient_id)
    work.session.delete(row)
    _say(work, processing, says_none=False, removed=row.name)


def say_no_recipient(work: Work, processing_id: UUID) -> None:
    """Say that nobody receives the data of a processing: who said so and when is kept.

    Raises NotFound, Conflict while a recipient is named.
    """
    processing = _locked(work, processing_id)
    if work.session.scalar(select(exists().where(Recipient.processing_id == processing_id))):
        raise Conflict(already="named")
    _say(work, processing, says_none=True)


def confirm_recipients(work: Work, processing_id: UUID) -> None:
    """Say that the recipients named are the right ones, all of them.

    Raises NotFound, Conflict when none is named: that is said by `say_no_recipient`.
    """
    processing = _locked(work, processing_id)
    named = select(func.count()).where(Recipient.processing_id == processing_id)
    if not work.session.scalar(named):
        raise Conflict(already="none")
    _say(work, processing, says_none=False)


def _locked(work: Work, processing_id: UUID) -> Processing:
    """The processing, for one writer at a time."""
    work.session.execute(
        select(Processing.id).where(Processing.id == processing_id).with_for_update()
    )
    return processing_for(work, processing_id)


def _say(work: Work, processing: Processing, *, says_none: bool, **detail: str) -> None:
    said = work.session.get(RecipientStatement, processing.id)
    if said is None:
        said = RecipientStatement(processing_id=processing.id)
        work.session.add(said)
    said.says_none = says_none
    said.said_at = work.now
    said.said_by_id = work.actor.member_id
    processing.updated_at = work.now
    record_on_controllers(work, processing, EventKind.RECIPIENTS_CHANGED, none=says_none, **detail)
