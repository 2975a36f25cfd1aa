"""Reminds a person of a question without reply, then closes it and tells her (RULES T15).

Closing a question loses nothing: while the clock runs its controller still owes an answer; a case
that stands still because nobody could be sure who she is closes, and a late reply opens it again.
"""

from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.course import QuestionStep, Unreplied, closes_on, question_step
from hub.domain.directory import Channel
from hub.domain.lifecycle import Action, RequestState
from hub.domain.notices import NoticePreference, leaves_at
from hub.domain.working_days import local_date
from hub.models.delivery import DeliveryKind
from hub.models.exchange import ASKED, Message, MessageKind
from hub.models.referral import Referral, WaitingFor
from hub.models.rights_request import RightsRequest
from hub.queries.unreplied import unreplied_questions
from hub.services.clocks import reading_of
from hub.services.referrals import move, referral_for, set_answer_aside, turn_of_controller
from hub.services.unit_of_work import Work, delivery_row


def follow_unreplied(work: Work, limit: int) -> int:
    """Remind of, or close, each question for which it is due; says how many steps were taken."""
    done = 0
    for question in unreplied_questions(work.session, work.now, limit, work.ports.policies.course):
        done += _follow(work, question)
    return done


def open_questions(work: Work, referral_id: UUID) -> list[Message]:
    """The questions of a referral that still wait for a reply."""
    found = select(Message).where(
        Message.referral_id == referral_id,
        Message.kind.in_(ASKED),
        Message.replied_at.is_(None),
        Message.closed_at.is_(None),
    )
    return list(work.session.scalars(found))


def reopen(work: Work, referral: Referral) -> None:
    """Take back a case that had closed without reply, and the request that ended with it."""
    referral.closed_at = None
    rights_request = work.session.get_one(RightsRequest, referral.rights_request_id)
    if rights_request.state is RequestState.CLOSED:
        rights_request.state = RequestState.ACTIVE
        rights_request.closed_at = None
    work.record(EventKind.QUESTION_REOPENED, referral.rights_request_id, referral.id)


def _follow(work: Work, question: Message) -> int:
    facts = Unreplied(
        local_date(question.sent_at),
        local_date(question.reminded_at) if question.reminded_at else None,
        question.reply_by_on,
    )
    step = question_step(facts, local_date(work.now), work.ports.policies.course)
    if step is None:
        return 0
    referral = work.session.get_one(Referral, question.referral_id, with_for_update=True)
    if step is QuestionStep.REMIND:
        _remind(work, referral, question, facts)
    else:
        _close(work, referral, question)
    return 1


def _remind(work: Work, referral: Referral, question: Message, facts: Unreplied) -> None:
    question.reminded_at = work.now
    reminded = Unreplied(facts.asked_on, local_date(work.now), facts.reply_by_on)
    until_on = closes_on(reminded, work.ports.policies.course)
    work.record(EventKind.QUESTION_REMINDED, referral.rights_request_id, referral.id)
    _write(work, referral, question, DeliveryKind.QUESTION_REMINDER, until_on=until_on.isoformat())


def _close(work: Work, referral: Referral, question: Message) -> None:
    question.closed_at = work.now
    work.session.flush()
    work.record(EventKind.QUESTION_CLOSED, referral.rights_request_id, referral.id)
    is_check = question.kind is MessageKind.IDENTITY_CHECK
    if is_check and reading_of(work.session, referral).paused_since is not None:
        _close_case(work, referral)
    elif not open_questions(work, referral.id):
        referral.waiting_for = turn_of_controller(work, referral)
    _write(work, referral, question, DeliveryKind.QUESTION_CLOSED)


def _close_case(work: Work, referral: Referral) -> None:
    """End a case whose clock stands still for a reply that never came."""
    referral_for(work, referral.id, Action.CLOSE_UNREPLIED)
    set_answer_aside(work, referral)
    referral.closed_at = work.now
    move(
        work,
        referral,
        Action.CLOSE_UNREPLIED,
        EventKind.REFERRAL_CLOSED,
        waiting_for=WaitingFor.NOBODY,
    )


def _write(
    work: Work, referral: Referral, question: Message, kind: DeliveryKind, **details: str
) -> None:
    """One mail without content, on a morning; it is dropped if her reply comes first."""
    row = delivery_row(kind, Channel.EMAIL, f"person:{referral.rights_request_id}", work.now)
    work.deliveries.append(
        row
        | {
            "rights_request_id": referral.rights_request_id,
            "referral_id": referral.id,
            "details": {"message_id": str(question.id)} | details,
            "next_at": leaves_at(
                work.now, NoticePreference.SINGLE, referral.zone, work.ports.policies.chasing
            ),
        }
    )
