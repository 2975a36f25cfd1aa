"""Files that no code opens any more: asked again by the person, sent again by the controller."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import Action, ActionNotAllowed, ReferralState
from hub.errors import Conflict, Invalid
from hub.models.answer import GIVEN, Answer, Direction, Document
from hub.models.delivery import DeliveryKind
from hub.models.referral import Referral, WaitingFor
from hub.services.answering import last_answer
from hub.services.applying import next_turn
from hub.services.documents import ReceivedFile, enter_documents, remove_documents
from hub.services.notifying import tell_controller, tell_person
from hub.services.referrals import move, referral_for, rights_request_of
from hub.services.unit_of_work import Work


class SealedToFormer(Conflict):
    """The person's code was renewed while the files were being sealed: send them again."""

    code = "sealed_to_former"


def ask_files_again(work: Work, referral_id: UUID) -> None:
    """The person asks a controller for the files that her new code does not open.

    It is a task of the controller, not a new request: no time limit runs. Raises NotFound,
    ActionNotAllowed when there is no such file, or they were asked already.
    """
    referral = referral_for(work, referral_id, Action.ASK_FILES_AGAIN)
    lost = [one for one in _sealed_to_former(work, referral) if one.asked_again_at is None]
    if not lost:
        raise ActionNotAllowed(action=Action.ASK_FILES_AGAIN.value, state=referral.state.value)
    for document in lost:
        document.asked_again_at = work.now
    move(
        work,
        referral,
        Action.ASK_FILES_AGAIN,
        EventKind.FILES_ASKED_AGAIN,
        waiting_for=WaitingFor.CONTROLLER,
        files=len(lost),
    )
    tell_controller(work, referral, DeliveryKind.FILES_TO_SEND_AGAIN)


def send_files_again(
    work: Work, referral_id: UUID, files: Sequence[ReceivedFile], sealed_to: str
) -> None:
    """Put new files, sealed to the person's present box, in place of those she cannot open.

    The answer stays as it was. Raises NotFound, ActionNotAllowed, Invalid without a file,
    SealedToFormer.
    """
    referral = referral_for(work, referral_id, Action.SEND_FILES_AGAIN)
    lost = [one for one in _sealed_to_former(work, referral) if one.asked_again_at is not None]
    given = last_answer(work, referral)
    if not lost or given is None:
        raise ActionNotAllowed(action=Action.SEND_FILES_AGAIN.value, state=referral.state.value)
    if not files:
        raise Invalid(field="files", reason="missing")
    rights_request = rights_request_of(work, referral)
    if rights_request.box_public != sealed_to:
        raise SealedToFormer
    enter_documents(work, referral, files, direction=Direction.TO_PERSON, answer_id=given.id)
    remove_documents(work, lost)
    is_over = referral.state is ReferralState.CLOSED
    move(
        work,
        referral,
        Action.SEND_FILES_AGAIN,
        EventKind.FILES_SENT_AGAIN,
        waiting_for=WaitingFor.NOBODY if is_over else next_turn(work, referral),
        files=len(files),
    )
    tell_person(work, rights_request, DeliveryKind.ANSWER_TO_READ, referral)


def _sealed_to_former(work: Work, referral: Referral) -> Sequence[Document]:
    """The files of answers given that were sealed before the person's box was renewed."""
    renewed_at = rights_request_of(work, referral).box_renewed_at
    if renewed_at is None:
        return ()
    return work.session.scalars(
        select(Document)
        .join(Answer, Answer.id == Document.answer_id)
        .where(
            Document.referral_id == referral.id,
            Document.direction == Direction.TO_PERSON,
            Document.deleted_at.is_(None),
            Document.created_at < renewed_at,
            Answer.state.in_(GIVEN),
        )
        .order_by(Document.id)
    ).all()
