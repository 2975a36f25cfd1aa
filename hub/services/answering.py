"""Answers: given item by item, corrected, given outside the hub, applied, contested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.answer_formats import check_answer_format
from hub.domain.audit_log import EventKind
from hub.domain.grounds import check_ground
from hub.domain.lifecycle import Action, ActionNotAllowed
from hub.domain.outcomes import GRANTING, REFUSING, Outcome, outcome_of
from hub.domain.rights import APPLIED_AFTER_DECISION
from hub.domain.working_days import local_date
from hub.errors import Invalid, NotFound
from hub.models.answer import Answer, AnswerItem, AnswerState, Direction, OutsideChannel
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.directory import Purpose
from hub.models.referral import Referral, ReferralItem, WaitingFor
from hub.sealing import Place
from hub.services.clocks import stop_clock
from hub.services.documents import ReceivedFile, enter_documents
from hub.services.notifying import tell_person
from hub.services.referrals import move, referral_for, rights_request_of
from hub.services.unit_of_work import Work

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class ItemAnswer:
    """What is answered about one processing; a refusal owes a ground, reasons and evidence."""

    processing_id: UUID
    outcome: Outcome
    ground: str | None = None
    reasons: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class GivenOutside:
    """How and when an answer was given outside the hub, and the proof of it."""

    channel: OutsideChannel
    on: date
    proof: str


@dataclass(frozen=True)
class AnswerDraft:
    """A whole answer: its letter, its items and its files already stored."""

    text: str
    items: tuple[ItemAnswer, ...]
    files: tuple[ReceivedFile, ...] = ()
    outside: GivenOutside | None = None


def answer(work: Work, referral_id: UUID, draft: AnswerDraft) -> UUID:
    """Send an answer; the clock stops and the person is told that there is something to read.

    Every item of the referral must have its outcome. Raises Invalid with the field at fault, and
    the refusals of `check_ground` for a refusal without ground, reasons or evidence.
    """
    outside = draft.outside is not None
    action = Action.RECORD_OUTSIDE_ANSWER if outside else Action.ANSWER
    referral = referral_for(work, referral_id, action)
    answer_id = _write(work, referral, draft, corrects=None)
    stop_clock(work, referral)
    referral.answered_at = work.now
    event = EventKind.ANSWER_GIVEN_OUTSIDE if outside else EventKind.ANSWER_SENT
    move(
        work,
        referral,
        action,
        event,
        waiting_for=_next_turn(referral, draft),
        outcome=referral.outcome.value if referral.outcome else None,
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.ANSWER_TO_READ, referral)
    return answer_id


def correct_answer(work: Work, referral_id: UUID, draft: AnswerDraft) -> UUID:
    """Send a new answer in place of the last one, which stays readable as corrected."""
    referral = referral_for(work, referral_id, Action.CORRECT_ANSWER)
    last = last_answer(work, referral)
    if last is None:
        raise ActionNotAllowed(action=Action.CORRECT_ANSWER.value, state=referral.state.value)
    last.state = AnswerState.CORRECTED
    answer_id = _write(work, referral, draft, corrects=last.id)
    move(
        work,
        referral,
        Action.CORRECT_ANSWER,
        EventKind.ANSWER_CORRECTED,
        waiting_for=_next_turn(referral, draft),
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.ANSWER_TO_READ, referral)
    return answer_id


def no_data_held(work: Work, referral_id: UUID, text: str) -> UUID:
    """Answer "no data held" for every item: an answer in full, not a refusal."""
    referral = referral_for(work, referral_id, Action.ANSWER)
    items = tuple(
        ItemAnswer(item.processing_id, Outcome.NO_DATA_HELD) for item in items_of(work, referral)
    )
    return answer(work, referral_id, AnswerDraft(text, items))


def mark_applied(
    work: Work, referral_id: UUID, processing_id: UUID, applied_on: date, proof: str
) -> None:
    """Say that what was granted is done, when, and by what it can be proven."""
    referral = referral_for(work, referral_id, Action.MARK_APPLIED)
    item = next(
        (row for row in items_of(work, referral) if row.processing_id == processing_id), None
    )
    if item is None:
        raise NotFound(processing_id=processing_id)
    if item.outcome not in GRANTING:
        raise ActionNotAllowed(action=Action.MARK_APPLIED.value, state=referral.state.value)
    if not proof.strip():
        raise Invalid(field="proof", reason="empty")
    today = local_date(work.now)
    if not (item.decided_on or today) <= applied_on <= today:
        raise Invalid(field="applied_on", reason="out_of_range")
    item.applied_on = applied_on
    place = Place(referral.rights_request_id, "referral_item.applied_proof_sealed", item.id)
    item.applied_proof_sealed = work.keys.seal(place, proof.strip())
    left = [row for row in items_of(work, referral) if row.outcome in GRANTING]
    done = all(row.applied_on for row in left)
    move(
        work,
        referral,
        Action.MARK_APPLIED,
        EventKind.APPLIED,
        waiting_for=WaitingFor.NOBODY if done else WaitingFor.TO_APPLY,
        processing=str(processing_id),
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)


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
        waiting_for=WaitingFor.CONTROLLER,
    )


def close(work: Work, referral_id: UUID) -> None:
    """The person says that this case is over for her."""
    referral = referral_for(work, referral_id, Action.CLOSE)
    referral.closed_at = work.now
    move(work, referral, Action.CLOSE, EventKind.REFERRAL_CLOSED, waiting_for=WaitingFor.NOBODY)


def read_answer(work: Work, answer_id: UUID) -> None:
    """Write down that the person has opened an answer."""
    row = work.session.get_one(Answer, answer_id)
    if row.read_at is None:
        row.read_at = work.now
        referral = work.session.get_one(Referral, row.referral_id)
        work.record(EventKind.ANSWER_READ, referral.rights_request_id, row.id)


def items_of(work: Work, referral: Referral) -> list[ReferralItem]:
    """The items of a referral in their order."""
    found = select(ReferralItem).where(ReferralItem.referral_id == referral.id)
    return list(work.session.scalars(found.order_by(ReferralItem.position)))


def last_answer(work: Work, referral: Referral) -> Answer | None:
    """The answer in force."""
    return work.session.scalar(
        select(Answer)
        .where(Answer.referral_id == referral.id, Answer.state == AnswerState.SENT)
        .order_by(Answer.created_at.desc())
        .limit(1)
    )


def _write(work: Work, referral: Referral, draft: AnswerDraft, *, corrects: UUID | None) -> UUID:
    _check_text(draft)
    items = {row.processing_id: row for row in items_of(work, referral)}
    if {given.processing_id for given in draft.items} != set(items):
        raise Invalid(field="items", reason="every_item_needs_an_outcome")
    outcome = outcome_of([given.outcome for given in draft.items])
    if outcome in GRANTING and draft.outside is None:
        check_answer_format(
            referral.right, [received.checked.extension for received in draft.files]
        )
    row = _answer_row(work, referral, draft, outcome)
    row.corrects_id = corrects
    work.session.add(row)
    work.session.flush()
    for given in draft.items:
        _write_item(work, referral, row.id, given)
        _decide(work, items[given.processing_id], given.outcome)
    referral.outcome = outcome
    enter_documents(work, referral, draft.files, direction=Direction.TO_PERSON, answer_id=row.id)
    return row.id


def _check_text(draft: AnswerDraft) -> None:
    if not draft.text.strip():
        raise Invalid(field="text", reason="empty")
    if len(draft.text) > LONGEST_TEXT:
        raise Invalid(field="text", reason="too_long", most=LONGEST_TEXT)
    if draft.outside and not draft.outside.proof.strip():
        raise Invalid(field="proof", reason="empty")


def _answer_row(work: Work, referral: Referral, draft: AnswerDraft, outcome: Outcome) -> Answer:
    answer_id = new_id()
    rights_request_id = referral.rights_request_id
    place = Place(rights_request_id, "answer.text_sealed", answer_id)
    row = Answer(
        id=answer_id,
        referral_id=referral.id,
        state=AnswerState.SENT,
        outcome=outcome,
        text_sealed=work.keys.seal(place, draft.text.strip()),
        author_id=work.actor.member_id,
        author_name=work.actor.name,
        created_at=work.now,
        sent_at=work.now,
    )
    if draft.outside:
        _check_outside_date(work, referral, draft.outside.on)
        proof = Place(rights_request_id, "answer.outside_proof_sealed", answer_id)
        row.outside_channel = draft.outside.channel
        row.outside_on = draft.outside.on
        row.outside_proof_sealed = work.keys.seal(proof, draft.outside.proof.strip())
    return row


def _check_outside_date(work: Work, referral: Referral, on: date) -> None:
    if not local_date(referral.received_at) <= on <= local_date(work.now):
        raise Invalid(field="outside_on", reason="out_of_range")


def _write_item(work: Work, referral: Referral, answer_id: UUID, given: ItemAnswer) -> None:
    if given.outcome in REFUSING:
        _check_refusal(work, referral, given)
    item_id = new_id()
    rights_request_id = referral.rights_request_id
    reasons = Place(rights_request_id, "answer_item.reasons_sealed", item_id)
    evidence = Place(rights_request_id, "answer_item.evidence_sealed", item_id)
    work.session.add(
        AnswerItem(
            id=item_id,
            answer_id=answer_id,
            processing_id=given.processing_id,
            outcome=given.outcome,
            ground=given.ground,
            reasons_sealed=work.keys.seal(reasons, given.reasons) if given.reasons else None,
            evidence_sealed=work.keys.seal(evidence, given.evidence) if given.evidence else None,
        )
    )


def _check_refusal(work: Work, referral: Referral, given: ItemAnswer) -> None:
    if given.outcome is Outcome.CANNOT_IDENTIFY:
        code = given.ground or "ALL-UNIDENTIFIED"
    else:
        code = given.ground or ""
    purposes = work.session.execute(
        select(Purpose.legal_basis, Purpose.context).where(
            Purpose.processing_id == given.processing_id
        )
    )
    check_ground(
        code or None,
        referral.right,
        reasons=given.reasons,
        evidence=given.evidence,
        purposes=[(basis, context) for basis, context in purposes],
    )


def _decide(work: Work, item: ReferralItem, outcome: Outcome) -> None:
    item.outcome = outcome
    item.decided_on = local_date(work.now)
    item.applied_on = None
    item.applied_proof_sealed = None


def _next_turn(referral: Referral, draft: AnswerDraft) -> WaitingFor:
    granted: Sequence[ItemAnswer] = [i for i in draft.items if i.outcome in GRANTING]
    to_apply = referral.right in APPLIED_AFTER_DECISION and granted
    return WaitingFor.TO_APPLY if to_apply else WaitingFor.NOBODY
