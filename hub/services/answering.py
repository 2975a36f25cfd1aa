"""Answers: given item by item, corrected, given outside the hub, contested."""

from uuid import UUID

from sqlalchemy import select, update

from hub.domain.actors import ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import Action, ActionNotAllowed, ReferralState
from hub.domain.outcomes import GRANTING, Outcome
from hub.domain.rights_matrix import MATRIX_VERSION
from hub.domain.second_reading import AnswerAwaitsReader, Circumstances, WayOut, way_out
from hub.domain.working_days import local_date
from hub.models.answer import Answer, AnswerItem, AnswerState
from hub.models.delivery import DeliveryKind
from hub.models.referral import Referral, WaitingFor
from hub.queries.readers import Reader, is_second_reader_wanted, readers_of
from hub.sealing import Place
from hub.services.answer_writing import (
    LONGEST_TEXT,
    AnswerDraft,
    GivenOutside,
    ItemAnswer,
    Signature,
    items_of,
    outcomes_of,
    write_answer,
)
from hub.services.applying import forget_applied, next_turn, open_recipient_notices
from hub.services.clocks import stop_clock
from hub.services.joining import answers_for_joined
from hub.services.notifying import tell_member, tell_person
from hub.services.objecting import keep_objections
from hub.services.referrals import (
    move,
    pending_answer,
    referral_for,
    rights_request_of,
    set_answer_aside,
    turn_of_controller,
)
from hub.services.unit_of_work import Work

__all__ = [
    "LONGEST_TEXT",
    "AnswerDraft",
    "GivenOutside",
    "ItemAnswer",
    "Signature",
    "answer",
    "close",
    "contest",
    "correct_answer",
    "items_of",
    "no_data_held",
    "read_answer",
    "send_answer",
]


def answer(work: Work, referral_id: UUID, draft: AnswerDraft) -> UUID:
    """Answer: it leaves at once, or, where it refuses, once a second member has approved it.

    When it leaves, the clock stops and the person is told that there is something to read. Every
    item of the referral must have its outcome. Raises Invalid with the field at fault, the
    refusals of `check_ground`, AloneWithoutReason, and AnswerAwaitsReader while another waits.
    """
    action = Action.RECORD_OUTSIDE_ANSWER if draft.outside else Action.ANSWER
    referral = referral_for(work, referral_id, action)
    _refuse_while_one_waits(work, referral)
    row = write_answer(work, referral, draft)
    return _let_out(work, referral, row, draft)


def correct_answer(work: Work, referral_id: UUID, draft: AnswerDraft) -> UUID:
    """Give a new answer in place of the last one, which stays readable as corrected.

    The last one stays in force until the new one leaves. Raises what `answer` raises.
    """
    referral = referral_for(work, referral_id, Action.CORRECT_ANSWER)
    _refuse_while_one_waits(work, referral)
    last = last_answer(work, referral)
    if last is None:
        raise ActionNotAllowed(action=Action.CORRECT_ANSWER.value, state=referral.state.value)
    row = write_answer(work, referral, draft, corrects_id=last.id)
    return _let_out(work, referral, row, draft)


def send_answer(work: Work, referral: Referral, row: Answer) -> None:
    """Let an answer leave: what it decides holds from now on, and the person is told."""
    was_answered = referral.state is ReferralState.ANSWERED
    row.state, row.sent_at = AnswerState.SENT, work.now
    if row.corrects_id:
        work.session.get_one(Answer, row.corrects_id).state = AnswerState.CORRECTED
    if not was_answered:
        stop_clock(work, referral)
        referral.answered_at = work.now
    _decide(work, referral, row)
    open_recipient_notices(work, referral)
    action, event = _act_of(row, was_answered=was_answered)
    move(
        work,
        referral,
        action,
        event,
        waiting_for=next_turn(work, referral),
        outcome=row.outcome.value,
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.ANSWER_TO_READ, referral)
    _answer_joined(work, referral, row)


def no_data_held(work: Work, referral_id: UUID, text: str) -> UUID:
    """Answer "no data held" for every item: an answer in full, not a refusal."""
    referral = referral_for(work, referral_id, Action.ANSWER)
    items = tuple(
        ItemAnswer(item.processing_id, Outcome.NO_DATA_HELD) for item in items_of(work, referral)
    )
    return answer(work, referral_id, AnswerDraft(text, items))


def contest(work: Work, referral_id: UUID) -> None:
    """The person contests an answer, once: the case is open again."""
    referral = referral_for(work, referral_id, Action.CONTEST)
    if referral.contested_once:
        raise ActionNotAllowed(action=Action.CONTEST.value, state=referral.state.value)
    referral.contested_once = True
    move(
        work,
        referral,
        Action.CONTEST,
        EventKind.REFERRAL_CONTESTED,
        waiting_for=turn_of_controller(work, referral),
    )


def close(work: Work, referral_id: UUID) -> None:
    """The person says that this case is over for her."""
    referral = referral_for(work, referral_id, Action.CLOSE)
    referral.closed_at = work.now
    set_answer_aside(work, referral)
    move(work, referral, Action.CLOSE, EventKind.REFERRAL_CLOSED, waiting_for=WaitingFor.NOBODY)


def read_answer(work: Work, answer_id: UUID) -> None:
    """Write down that the person has opened an answer."""
    row = work.session.get_one(Answer, answer_id)
    if row.read_at is None:
        row.read_at = work.now
        referral = work.session.get_one(Referral, row.referral_id)
        work.record(EventKind.ANSWER_READ, referral.rights_request_id, row.id)


def last_answer(work: Work, referral: Referral) -> Answer | None:
    """The answer in force."""
    return work.session.scalar(
        select(Answer)
        .where(Answer.referral_id == referral.id, Answer.state == AnswerState.SENT)
        .order_by(Answer.created_at.desc())
        .limit(1)
    )


def _answer_joined(work: Work, referral: Referral, row: Answer) -> None:
    """The same answer to each referral joined to this one, by the same author and reader."""
    for later, draft in answers_for_joined(work, referral, row):
        same = write_answer(work, later, draft)
        same.author_id, same.author_name = row.author_id, row.author_name
        same.second_reader_id = row.second_reader_id
        same.second_reader_name = row.second_reader_name
        same.second_read_at, same.review_wanted = row.second_read_at, row.review_wanted
        send_answer(work, later, same)


def _let_out(work: Work, referral: Referral, row: Answer, draft: AnswerDraft) -> UUID:
    readers = readers_of(work.session, referral.organisation_id, work.actor.member_id)
    found = Circumstances(
        is_wanted=is_second_reader_wanted(work.session, referral.organisation_id),
        has_reader=bool(readers),
        was_given_outside=draft.outside is not None,
        is_by_program=work.actor.kind is ActorKind.API_CLIENT,
        alone_reason=draft.alone_reason,
    )
    way = way_out([given.outcome for given in draft.items], found)
    if way is WayOut.ONCE_APPROVED:
        _propose(work, referral, row, readers)
        return row.id
    if way is WayOut.UNREAD:
        row.review_wanted = True
        place = Place(referral.rights_request_id, "answer.alone_reason_sealed", row.id)
        reason = draft.alone_reason.strip()
        row.alone_reason_sealed = work.keys.seal(place, reason) if reason else None
    send_answer(work, referral, row)
    return row.id


def _propose(work: Work, referral: Referral, row: Answer, readers: tuple[Reader, ...]) -> None:
    row.state = AnswerState.AWAITING_SECOND_READER
    move(
        work,
        referral,
        Action.PROPOSE_ANSWER,
        EventKind.ANSWER_PROPOSED,
        waiting_for=WaitingFor.SECOND_READER,
    )
    deciding = [one for one in readers if one.decides]
    for reader in deciding or readers:
        tell_member(work, reader.id, DeliveryKind.SECOND_READING, referral)


def _refuse_while_one_waits(work: Work, referral: Referral) -> None:
    if pending_answer(work, referral) is not None:
        raise AnswerAwaitsReader


def _act_of(row: Answer, *, was_answered: bool) -> tuple[Action, EventKind]:
    """The step of the life cycle and its event; an approval leads where the answer would have."""
    if row.outside_channel:
        return Action.RECORD_OUTSIDE_ANSWER, EventKind.ANSWER_GIVEN_OUTSIDE
    if not was_answered:
        return Action.ANSWER, EventKind.ANSWER_SENT
    return Action.CORRECT_ANSWER, EventKind.ANSWER_CORRECTED


def _decide(work: Work, referral: Referral, row: Answer) -> None:
    """Put each outcome on its item; what was already applied stays so while it stays granted.

    Each decision keeps the versions of the rules it leaves under: they may change since it was
    written, and after it.
    """
    work.session.execute(
        update(AnswerItem)
        .where(AnswerItem.answer_id == row.id)
        .values(matrix_version=MATRIX_VERSION, rule_version=referral.rule_version)
    )
    outcomes = outcomes_of(work, row.id)
    referral.outcome = row.outcome
    items = items_of(work, referral)
    granted_before = {item.processing_id for item in items if item.outcome in GRANTING}
    for item in items:
        outcome = outcomes[item.processing_id]
        if outcome not in GRANTING:
            forget_applied(work, item)
        item.outcome, item.decided_on = outcome, local_date(work.now)
    keep_objections(work, referral, items, granted_before)
