"""Treats two requests of one person as one, where they ask a controller for the same.

Each keeps its reference, its clock and an answer of its own, so that nothing is lost whoever filed
which: the earlier date is the one to hold, and one answer leaves for both.
"""

from uuid import UUID

from sqlalchemy import delete, exists, select, update

from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import WORKABLE, Action, RequestState
from hub.domain.repeated_requests import EXCESSIVE
from hub.errors import Conflict
from hub.models.answer import Answer, AnswerItem, Document
from hub.models.joined_referral import JoinedReferral
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.queries.repeated_requests import alike_open
from hub.sealing import Place
from hub.services.answer_writing import AnswerDraft, ItemAnswer, Signature, items_of
from hub.services.referrals import pending_answer, referral_for
from hub.services.unit_of_work import Work


class NotAlike(Conflict):
    """These two are not, or no longer, open requests of one person for the same."""

    code = "not_alike"


def join(work: Work, referral_id: UUID, earlier_id: UUID) -> None:
    """Join a referral to an earlier one of the same person, right and databases.

    Raises NotFound, NotYours, ActionNotAllowed, NotAlike.
    """
    for one in sorted((referral_id, earlier_id)):
        referral_for(work, one, Action.JOIN)
    alike = {one.id for one in alike_open(work.session, referral_id) if one.is_earlier}
    if earlier_id not in alike:
        raise NotAlike
    first_id = work.session.scalar(
        select(JoinedReferral.earlier_id).where(JoinedReferral.later_id == earlier_id)
    )
    first_id = first_id or earlier_id
    work.session.execute(
        update(JoinedReferral)
        .where(JoinedReferral.earlier_id == referral_id)
        .values(earlier_id=first_id)
    )
    work.session.add(
        JoinedReferral(
            later_id=referral_id,
            earlier_id=first_id,
            joined_at=work.now,
            joined_by_name=work.actor.name,
        )
    )
    _record(work, EventKind.REFERRAL_JOINED, referral_id, first_id)


def separate(work: Work, referral_id: UUID) -> None:
    """Treat a referral by itself again.

    Raises NotFound, NotYours, ActionNotAllowed, NotAlike when it is joined to none.
    """
    referral_for(work, referral_id, Action.JOIN)
    row = work.session.get(JoinedReferral, referral_id)
    if row is None:
        raise NotAlike
    _record(work, EventKind.REFERRAL_SEPARATED, referral_id, row.earlier_id)
    work.session.execute(delete(JoinedReferral).where(JoinedReferral.later_id == referral_id))


def answers_for_joined(
    work: Work, referral: Referral, given: Answer
) -> list[tuple[Referral, AnswerDraft]]:
    """What the answer just given to one says to those joined to it, each for its own reference.

    None where files go with it, which are sealed to one reference alone, where it was given outside
    the hub, or rests on the other request as excessive: a member then answers that one herself.
    """
    has_files = exists().where(Document.answer_id == given.id, Document.deleted_at.is_(None))
    if given.outside_channel or work.session.scalar(select(has_files)):
        return []
    items = _items_given(work, referral, given)
    if any(one.ground == EXCESSIVE for one in items.values()):
        return []
    place = Place(referral.rights_request_id, "answer.text_sealed", given.id)
    text = work.keys.open(place, given.text_sealed)
    signature = Signature(given.author_capacity, given.author_service, given.author_name)
    return [
        (
            later,
            AnswerDraft(
                text,
                tuple(items[item.processing_id] for item in items_of(work, later)),
                signature=signature,
            ),
        )
        for later in _joined_to(work, referral)
        if {item.processing_id for item in items_of(work, later)} <= set(items)
        and pending_answer(work, later) is None
    ]


def _joined_to(work: Work, referral: Referral) -> list[Referral]:
    """Those joined to a referral that may be answered now."""
    found = (
        select(Referral)
        .join(JoinedReferral, JoinedReferral.later_id == Referral.id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            JoinedReferral.earlier_id == referral.id,
            Referral.state.in_(WORKABLE),
            RightsRequest.state == RequestState.ACTIVE,
        )
        .order_by(Referral.id)
        .with_for_update(of=Referral)
    )
    return list(work.session.scalars(found))


def _items_given(work: Work, referral: Referral, given: Answer) -> dict[UUID, ItemAnswer]:
    rows = work.session.scalars(select(AnswerItem).where(AnswerItem.answer_id == given.id))
    return {row.processing_id: _item(work, referral, row) for row in rows}


def _item(work: Work, referral: Referral, row: AnswerItem) -> ItemAnswer:
    reasons = Place(referral.rights_request_id, "answer_item.reasons_sealed", row.id)
    evidence = Place(referral.rights_request_id, "answer_item.evidence_sealed", row.id)
    return ItemAnswer(
        row.processing_id,
        row.outcome,
        row.ground,
        work.keys.open(reasons, row.reasons_sealed),
        work.keys.open(evidence, row.evidence_sealed),
    )


def _record(work: Work, event: EventKind, *referral_ids: UUID) -> None:
    """One event for each, in the log of its own request; neither names the other."""
    found = select(Referral).where(Referral.id.in_(referral_ids)).order_by(Referral.id)
    for row in work.session.scalars(found):
        work.record(event, row.rights_request_id, row.id)
