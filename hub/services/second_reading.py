"""The second look at a refusal: approve, send back, and the DPO's review of what left unread."""

from uuid import UUID

from sqlalchemy import select

from hub.domain.actors import Actor, Role
from hub.domain.audit_log import EventKind
from hub.domain.grounds import says_something
from hub.domain.lifecycle import Action, ActionNotAllowed, NotYours
from hub.domain.second_reading import OwnAnswer
from hub.errors import Invalid, NotFound
from hub.models.answer import Answer, AnswerState
from hub.models.delivery import DeliveryKind
from hub.models.directory import Organisation
from hub.models.referral import Referral, WaitingFor
from hub.sealing import Place
from hub.services.answering import send_answer
from hub.services.applying import next_turn
from hub.services.notifying import tell_member
from hub.services.referrals import move, referral_for
from hub.services.unit_of_work import Work

LONGEST_WORDS = 4_000


def approve_answer(work: Work, referral_id: UUID, answer_id: UUID) -> None:
    """Approve an answer as its second reader; it leaves at once.

    Raises OwnAnswer for its author, ActionNotAllowed when somebody else was quicker.
    """
    referral, row = _waiting(work, referral_id, answer_id, Action.APPROVE_ANSWER)
    if row.author_id is not None and row.author_id == work.actor.member_id:
        raise OwnAnswer
    _sign(work, row)
    work.record(EventKind.ANSWER_APPROVED, referral.rights_request_id, referral.id)
    send_answer(work, referral, row)


def send_answer_back(work: Work, referral_id: UUID, answer_id: UUID, words: str) -> None:
    """Send an answer back to its author with words; the author takes her own back without.

    The clock runs on as before. Raises Invalid (`words`), ActionNotAllowed.
    """
    referral, row = _waiting(work, referral_id, answer_id, Action.SEND_ANSWER_BACK)
    is_own = row.author_id is not None and row.author_id == work.actor.member_id
    if len(words) > LONGEST_WORDS:
        raise Invalid(field="words", reason="too_long", most=LONGEST_WORDS)
    if not is_own and not says_something(words):
        raise Invalid(field="words", reason="empty")
    _sign(work, row)
    row.state = AnswerState.SENT_BACK
    place = Place(referral.rights_request_id, "answer.reader_words_sealed", row.id)
    row.reader_words_sealed = work.keys.seal(place, words.strip()) if words.strip() else None
    is_correction = row.corrects_id is not None and referral.answered_at is not None
    move(
        work,
        referral,
        Action.SEND_ANSWER_BACK,
        EventKind.ANSWER_SENT_BACK,
        waiting_for=next_turn(work, referral) if is_correction else WaitingFor.CONTROLLER,
    )
    if row.author_id and not is_own:
        tell_member(work, row.author_id, DeliveryKind.ANSWER_SENT_BACK, referral)


def awaits_reader(work: Work, answer_id: UUID) -> bool:
    """Whether an answer just given still waits for its second reader."""
    row = work.session.get_one(Answer, answer_id)
    return row.state is AnswerState.AWAITING_SECOND_READER


def review_answer(work: Work, answer_id: UUID) -> None:
    """The DPO has looked at a refusal that left without second reader.

    Raises NotFound, NotYours, OwnAnswer for its author, ActionNotAllowed when it is done.
    """
    row = work.session.scalar(select(Answer).where(Answer.id == answer_id).with_for_update())
    if row is None or not row.review_wanted:
        raise NotFound(answer_id=answer_id)
    referral = work.session.get_one(Referral, row.referral_id)
    if not may_review(work.actor, referral.organisation_id):
        raise NotFound(answer_id=answer_id)
    if row.author_id is not None and row.author_id == work.actor.member_id:
        raise OwnAnswer
    if row.reviewed_at is not None:
        raise ActionNotAllowed(action="review_answer", by=row.reviewed_by_name)
    row.reviewed_at, row.reviewed_by_name = work.now, work.actor.name
    work.record(EventKind.ANSWER_REVIEWED, referral.rights_request_id, referral.id)


def may_review(actor: Actor, organisation_id: UUID) -> bool:
    """Its own DPO; and the hub's, who is never judge of her own organisation's cases."""
    is_own = actor.organisation_id == organisation_id
    return (Role.DPO in actor.roles and is_own) or (Role.HUB_DPO in actor.roles and not is_own)


def want_second_reader(work: Work, organisation_id: UUID, *, is_wanted: bool) -> None:
    """Turn the second reading of an organisation's refusals on or off (administrators)."""
    if work.actor.organisation_id != organisation_id:
        raise NotFound(organisation_id=organisation_id)
    if Role.ADMINISTRATOR not in work.actor.roles:
        raise NotYours(action="want_second_reader")
    row = work.session.get_one(Organisation, organisation_id)
    if row.second_reader_wanted != is_wanted:
        row.second_reader_wanted = is_wanted
        work.record(EventKind.SECOND_READING_CHANGED, organisation_id, is_wanted=is_wanted)


def _waiting(
    work: Work, referral_id: UUID, answer_id: UUID, action: Action
) -> tuple[Referral, Answer]:
    referral = referral_for(work, referral_id, action)
    row = work.session.get(Answer, answer_id)
    if row is None or row.referral_id != referral.id:
        raise NotFound(answer_id=answer_id)
    if row.state is not AnswerState.AWAITING_SECOND_READER:
        raise ActionNotAllowed(action=action.value, state=referral.state.value)
    return referral, row


def _sign(work: Work, row: Answer) -> None:
    row.second_reader_id = work.actor.member_id
    row.second_reader_name = work.actor.name
    row.second_read_at = work.now
