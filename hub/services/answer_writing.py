"""Writes an answer and its items, checked against the law; another decides whether it leaves."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.answer_formats import check_answer_format
from hub.domain.grounds import check_ground
from hub.domain.outcomes import GRANTING, REFUSING, Outcome, outcome_of
from hub.domain.repeated_requests import EXCESSIVE, check_excessive
from hub.domain.working_days import local_date
from hub.errors import Invalid
from hub.models.answer import Answer, AnswerItem, AnswerState, Direction, OutsideChannel
from hub.models.columns import new_id
from hub.models.directory import Purpose
from hub.models.referral import Referral, ReferralItem
from hub.queries.repeated_requests import earlier_requests
from hub.sealing import Place
from hub.services.documents import ReceivedFile, enter_documents, take_over_documents
from hub.services.unit_of_work import Work
from hub.services.whole_uploads import take_uploads

LONGEST_TEXT = 20_000
LONGEST_CAPACITY = 120
LONGEST_SERVICE = 200


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
class Signature:
    """Whom the letter names: capacity, service, and who decided where a program sends it.

    CRPA L212-1 (name, first name, capacity), L212-2 (the service).
    """

    capacity: str = ""
    service: str = ""
    name: str = ""


@dataclass(frozen=True)
class AnswerDraft:
    """A whole answer: its letter, its items and its files already stored.

    `taken_over`: files of the answer that was sent back, which stay with this one.
    `uploads`: files that came in parts and wait, sealed to the person already.
    `alone_reason`: why no second member reads a refusal, where there is none who could.
    """

    text: str
    items: tuple[ItemAnswer, ...]
    files: tuple[ReceivedFile, ...] = ()
    outside: GivenOutside | None = None
    signature: Signature = Signature()
    alone_reason: str = ""
    taken_over: tuple[UUID, ...] = ()
    uploads: tuple[UUID, ...] = ()


def write_answer(
    work: Work, referral: Referral, draft: AnswerDraft, corrects_id: UUID | None = None
) -> Answer:
    """Write the answer with its items and files, not yet sent.

    Raises Invalid with the field at fault, and the refusals of `check_ground` and
    `check_excessive`.
    """
    _check_text(draft)
    _check_items(draft, {row.processing_id for row in items_of(work, referral)})
    outcome = outcome_of([given.outcome for given in draft.items])
    row = _answer_row(work, referral, draft, outcome)
    row.corrects_id = corrects_id
    work.session.add(row)
    work.session.flush()
    taken = take_over_documents(work, referral, draft.taken_over, row.id)
    files = (*draft.files, *take_uploads(work, referral, draft.uploads))
    if outcome in GRANTING and draft.outside is None:
        check_answer_format(
            referral.right,
            [
                *(document.extension for document in taken),
                *(received.checked.extension for received in files),
            ],
            owes_file=work.actor.member_id is not None,
        )
    for given in draft.items:
        _write_item(work, referral, row.id, given)
    enter_documents(work, referral, files, direction=Direction.TO_PERSON, answer_id=row.id)
    return row


def items_of(work: Work, referral: Referral) -> list[ReferralItem]:
    """The items of a referral in their order."""
    found = select(ReferralItem).where(ReferralItem.referral_id == referral.id)
    return list(work.session.scalars(found.order_by(ReferralItem.position)))


def outcomes_of(work: Work, answer_id: UUID) -> dict[UUID, Outcome]:
    """What an answer says of each processing."""
    rows = work.session.execute(
        select(AnswerItem.processing_id, AnswerItem.outcome).where(
            AnswerItem.answer_id == answer_id
        )
    )
    return {row.processing_id: row.outcome for row in rows}


def _check_text(draft: AnswerDraft) -> None:
    if not draft.text.strip():
        raise Invalid(field="text", reason="empty")
    if len(draft.text) > LONGEST_TEXT:
        raise Invalid(field="text", reason="too_long", most=LONGEST_TEXT)
    if draft.outside and not draft.outside.proof.strip():
        raise Invalid(field="proof", reason="empty")


def _check_items(draft: AnswerDraft, asked: set[UUID]) -> None:
    """Each processing has one outcome; that others are in charge is said by passing it on."""
    given = [item.processing_id for item in draft.items]
    if set(given) != asked:
        raise Invalid(field="items", reason="every_item_needs_an_outcome")
    if len(given) != len(asked):
        raise Invalid(field="items", reason="given_twice")
    # As an answer it would stop the clock and name nobody (CRPA L114-2).
    if any(item.outcome is Outcome.TRANSFERRED for item in draft.items):
        raise Invalid(field="outcome", reason="not_an_answer")


def _answer_row(work: Work, referral: Referral, draft: AnswerDraft, outcome: Outcome) -> Answer:
    answer_id = new_id()
    rights_request_id = referral.rights_request_id
    place = Place(rights_request_id, "answer.text_sealed", answer_id)
    row = Answer(
        id=answer_id,
        referral_id=referral.id,
        state=AnswerState.PROPOSED,
        outcome=outcome,
        text_sealed=work.keys.seal(place, draft.text.strip()),
        author_id=work.actor.member_id,
        author_name=work.actor.name or draft.signature.name.strip(),
        author_capacity=draft.signature.capacity.strip()[:LONGEST_CAPACITY],
        author_service=draft.signature.service.strip()[:LONGEST_SERVICE],
        created_at=work.now,
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
    ground = given.ground
    if given.outcome in REFUSING:
        ground = _checked_ground(work, referral, given)
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
            ground=ground,
            reasons_sealed=work.keys.seal(reasons, given.reasons) if given.reasons else None,
            evidence_sealed=work.keys.seal(evidence, given.evidence) if given.evidence else None,
        )
    )


def _checked_ground(work: Work, referral: Referral, given: ItemAnswer) -> str:
    """The code of the ground on which an item refuses, once it is sure that it may."""
    if given.outcome is Outcome.CANNOT_IDENTIFY:
        code = given.ground or "ALL-UNIDENTIFIED"
    else:
        code = given.ground or ""
    purposes = work.session.execute(
        select(Purpose.legal_basis, Purpose.context).where(
            Purpose.processing_id == given.processing_id
        )
    )
    ground = check_ground(
        code or None,
        referral.right,
        reasons=given.reasons,
        evidence=given.evidence,
        purposes=[(basis, context) for basis, context in purposes],
    )
    if ground.code == EXCESSIVE:
        check_excessive(
            earlier_requests(work.session, referral.id),
            local_date(referral.received_at),
            given.evidence,
            work.ports.policies.repeats,
        )
    return ground.code
