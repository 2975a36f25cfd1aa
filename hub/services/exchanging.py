"""What controller and person say to each other: questions, identity checks, replies, notes."""

from datetime import date, timedelta
from uuid import UUID

from hub.domain.acknowledgements import POLICY, Occasion
from hub.domain.actors import ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import Action, ReferralState
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.exchange import ASKED, Message, MessageKind
from hub.models.referral import Referral, WaitingFor
from hub.sealing import Place
from hub.services.acknowledging import compose_acknowledgements
from hub.services.clocks import pause_clock, reading_of, resume_clock
from hub.services.notifying import tell_controller, tell_person
from hub.services.referrals import move, referral_for, rights_request_of, turn_of_controller
from hub.services.unit_of_work import Work
from hub.services.unreplied import open_questions, reopen

LONGEST_TEXT = 10_000


def ask_question(work: Work, referral_id: UUID, text: str, reply_by_on: date | None = None) -> UUID:
    """Ask the person something; the clock runs on (no text stops it for a precision)."""
    referral = referral_for(work, referral_id, Action.ASK_QUESTION)
    message = _say(work, referral, MessageKind.QUESTION, text)
    message.reply_by_on = reply_by_on or _reply_by(work)
    move(
        work,
        referral,
        Action.ASK_QUESTION,
        EventKind.QUESTION_ASKED,
        waiting_for=WaitingFor.PERSON,
    )
    _tell_question(work, referral, message)
    return message.id


def ask_completion(
    work: Work, referral_id: UUID, text: str, complete_by_on: date | None = None
) -> UUID:
    """List what the filing lacks and until when (CRPA R112-11-4); the person is told.

    The month of GDPR 12(3) runs on; only the date at which silence is worth a decision waits
    (L114-5). A new acknowledgement says both. Raises Invalid for a date that is not to come.
    """
    referral = referral_for(work, referral_id, Action.ASK_QUESTION)
    today = local_date(work.now)
    by = complete_by_on or today + timedelta(days=POLICY.days_to_complete)
    if by <= today:
        raise Invalid(field="reply_by_on", reason="in_the_past")
    message = _say(work, referral, MessageKind.COMPLETION, text)
    message.reply_by_on = by
    move(
        work,
        referral,
        Action.ASK_QUESTION,
        EventKind.COMPLETION_ASKED,
        waiting_for=WaitingFor.PERSON,
    )
    agent = work.actor.name if work.actor.kind is ActorKind.MEMBER else ""
    compose_acknowledgements(work, [referral.id], Occasion.INCOMPLETE, agent=agent)
    _tell_question(work, referral, message)
    return message.id


def verify_identity(work: Work, referral_id: UUID, text: str, doubt: str) -> UUID:
    """Ask for what identifies the person, and stop the clock (GDPR 12(6); décret 2019-536 art. 77).

    `doubt` is the reasonable doubt, written down. Raises the guards of `pause_clock`.
    """
    referral = referral_for(work, referral_id, Action.VERIFY_IDENTITY)
    pause_clock(work, referral, doubt)
    message = _say(work, referral, MessageKind.IDENTITY_CHECK, text)
    place = Place(referral.rights_request_id, "message.doubt_sealed", message.id)
    message.doubt_sealed = work.keys.seal(place, doubt)
    message.reply_by_on = _reply_by(work)
    move(
        work,
        referral,
        Action.VERIFY_IDENTITY,
        EventKind.CLOCK_PAUSED,
        waiting_for=WaitingFor.PERSON,
    )
    _tell_question(work, referral, message)
    return message.id


def reply(work: Work, referral_id: UUID, message_id: UUID, text: str) -> UUID:
    """The person's reply to a question; it ends an identity pause by itself.

    What completes a filing leaves an acknowledgement with the dates as they now are.
    A late reply opens again the case that closed without it. Raises NotFound for a message of
    another referral, Conflict when it was replied to already.
    """
    question = work.session.get(Message, message_id)
    if question is None or question.referral_id != referral_id or question.kind not in ASKED:
        raise NotFound(message_id=message_id)
    action = _reply_action(work, question)
    referral = referral_for(work, referral_id, action)
    if question.replied_at is not None:
        raise Conflict(already="replied")
    if question.closed_at is not None:
        reopen(work, referral)
    question.replied_at = work.now
    message = _say(work, referral, MessageKind.REPLY, text)
    message.replies_to_id = question.id
    if question.kind is MessageKind.IDENTITY_CHECK:
        _end_pause(work, referral)
    move(
        work,
        referral,
        action,
        EventKind.REPLY_GIVEN,
        waiting_for=(
            turn_of_controller(work, referral) if not open_questions(work, referral.id) else None
        ),
    )
    if question.kind is MessageKind.COMPLETION:
        compose_acknowledgements(work, [referral.id], Occasion.COMPLETED)
    tell_controller(work, referral, DeliveryKind.REPLY_RECEIVED)
    return message.id


def resume(work: Work, referral_id: UUID) -> None:
    """A member starts the clock again, for instance after a reply by telephone."""
    referral = referral_for(work, referral_id, Action.RESUME)
    resume_clock(work, referral)
    now = work.now
    for question in open_questions(work, referral.id):
        if question.kind is MessageKind.IDENTITY_CHECK:
            question.replied_at = now
    move(
        work,
        referral,
        Action.RESUME,
        EventKind.CLOCK_RESUMED,
        waiting_for=turn_of_controller(work, referral),
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)


def add_note(work: Work, referral_id: UUID, text: str) -> UUID:
    """An internal note; the person never sees it."""
    referral = referral_for(work, referral_id, Action.NOTE)
    message = _say(work, referral, MessageKind.NOTE, text)
    move(work, referral, Action.NOTE, EventKind.NOTE_ADDED)
    return message.id


def _reply_action(work: Work, question: Message) -> Action:
    """A reply, or a late one to a question that closed its case; an answered case stays closed."""
    referral = work.session.get_one(Referral, question.referral_id)
    closed_it = question.closed_at is not None and referral.answered_at is None
    is_late = referral.state is ReferralState.CLOSED and closed_it
    return Action.REPLY_LATE if is_late else Action.REPLY


def _reply_by(work: Work) -> date:
    return local_date(work.now) + timedelta(days=work.ports.policies.course.reply_days)


def _say(work: Work, referral: Referral, kind: MessageKind, text: str) -> Message:
    words = text.strip()
    if not words:
        raise Invalid(field="text", reason="empty")
    if len(words) > LONGEST_TEXT:
        raise Invalid(field="text", reason="too_long", most=LONGEST_TEXT)
    message_id = new_id()
    place = Place(referral.rights_request_id, "message.text_sealed", message_id)
    by_person = kind is MessageKind.REPLY
    message = Message(
        id=message_id,
        referral_id=referral.id,
        kind=kind,
        text_sealed=work.keys.seal(place, words),
        author_id=work.actor.member_id,
        author_name="" if by_person else work.actor.name,
        sent_at=work.now,
    )
    work.session.add(message)
    work.session.flush()
    return message


def _tell_question(work: Work, referral: Referral, message: Message) -> None:
    tell_person(
        work,
        rights_request_of(work, referral),
        DeliveryKind.QUESTION_TO_ANSWER,
        referral,
        reply_by_on=message.reply_by_on.isoformat() if message.reply_by_on else None,
    )


def _end_pause(work: Work, referral: Referral) -> None:
    if reading_of(work.session, referral).paused_since is not None:
        resume_clock(work, referral)
        work.record(EventKind.CLOCK_RESUMED, referral.rights_request_id, referral.id)
