"""Opens a referral for an act: finds it, checks who may and where it stands; one guard for all."""

from uuid import UUID

from sqlalchemy import select

from hub.domain.access import Relation, Verdict, comes_to, decide, relation_to
from hub.domain.actors import Actor
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import Action, NotYours, RequestState, next_state
from hub.errors import HubError, NotFound
from hub.models.answer import Answer, AnswerState
from hub.models.referral import Referral, WaitingFor
from hub.models.rights_request import RightsRequest
from hub.services.documents import drop_unsent_documents
from hub.services.unit_of_work import Work

STOPPED_BY_DISPUTE = frozenset(
    {
        Action.ANSWER,
        Action.APPROVE_ANSWER,
        Action.ASK_QUESTION,
        Action.CORRECT_ANSWER,
        Action.RECORD_OUTSIDE_ANSWER,
        Action.SEND_FILES_AGAIN,
        Action.TRANSFER,
        Action.VERIFY_IDENTITY,
        Action.VOUCH,
        Action.WRITE_IDENTITY_LETTER,
    }
)
"""Acts that would tell who filed something, or pass it on, while the person says it was not she."""


class FilingDisputed(HubError):
    """The person says that this was not filed with her agreement: it stands still."""

    code = "filing_disputed"


def exists_for(actor: Actor, referral: Referral) -> bool:
    """Whether the referral exists at all for this actor, whatever she then may do with it."""
    relation = _relation(actor, referral)
    return comes_to(actor, referral.state, relation)


def _relation(actor: Actor, referral: Referral) -> Relation:
    return relation_to(actor, referral.rights_request_id, referral.organisation_id, referral.id)


def referral_for(work: Work, referral_id: UUID, action: Action) -> Referral:
    """The referral, locked, once the actor may do this action from its present state.

    Raises NotFound (also for another organisation's case, or one not yet delivered), NotYours
    when the role does not allow the action, ActionNotAllowed when the state does not,
    FilingDisputed while the person says that the request is not hers.
    """
    referral = work.session.scalar(
        select(Referral).where(Referral.id == referral_id).with_for_update()
    )
    if referral is None:
        raise NotFound(referral_id=referral_id)
    relation = relation_to(
        work.actor, referral.rights_request_id, referral.organisation_id, referral.id
    )
    verdict = decide(work.actor, action, referral.state, relation)
    if verdict is Verdict.ABSENT:
        raise NotFound(referral_id=referral_id)
    if verdict is Verdict.FORBIDDEN:
        raise NotYours(action=action.value)
    next_state(action, referral.state)
    if action in STOPPED_BY_DISPUTE:
        _refuse_while_disputed(work, referral)
    return referral


def _refuse_while_disputed(work: Work, referral: Referral) -> None:
    if rights_request_of(work, referral).state is RequestState.NEEDS_PERSON:
        raise FilingDisputed


def rights_request_of(work: Work, referral: Referral) -> RightsRequest:
    """The rights request a referral is part of."""
    return work.session.get_one(RightsRequest, referral.rights_request_id)


def move(
    work: Work,
    referral: Referral,
    action: Action,
    event: EventKind,
    *,
    waiting_for: WaitingFor | None = None,
    **detail: object,
) -> None:
    """Take the step the life cycle gives, write the event, and keep what lists show of it."""
    referral.state = next_state(action, referral.state)
    referral.last_event_at = work.now
    referral.last_event_kind = event.value
    if waiting_for is not None:
        referral.waiting_for = waiting_for
    work.record(event, referral.rights_request_id, referral.id, **detail)


def pending_answer(work: Work, referral: Referral) -> Answer | None:
    """The answer that waits for its second reader; there is one at most."""
    return work.session.scalar(
        select(Answer).where(
            Answer.referral_id == referral.id,
            Answer.state == AnswerState.AWAITING_SECOND_READER,
        )
    )


def turn_of_controller(work: Work, referral: Referral) -> WaitingFor:
    """The controller's turn: its second reader's while an answer waits for one."""
    waits = pending_answer(work, referral) is not None
    return WaitingFor.SECOND_READER if waits else WaitingFor.CONTROLLER


def set_answer_aside(work: Work, referral: Referral) -> None:
    """An answer that still waits for its reader will not leave: the case has ended otherwise.

    Its files go, with those of one that was sent back.
    """
    pending = pending_answer(work, referral)
    if pending is not None:
        pending.state = AnswerState.SET_ASIDE
    drop_unsent_documents(work, referral)
