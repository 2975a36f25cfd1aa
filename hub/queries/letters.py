"""What the letter of an answer says, and the copy that was kept of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.directory import OrganisationKind
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.errors import NotFound
from hub.models.answer import GIVEN, Answer, AnswerItem
from hub.models.directory import Organisation, Processing
from hub.models.referral import Referral
from hub.models.rights_request import Identity, RightsRequest
from hub.sealing import Place, RequestKeys


@dataclass(frozen=True)
class Sender:
    """The organisation at the head of a letter."""

    name: str
    kind: OrganisationKind
    service: str
    address: str


@dataclass(frozen=True)
class Signatory:
    """Who decided: name, capacity and service (CRPA L212-1, L212-2)."""

    name: str
    capacity: str
    service: str


@dataclass(frozen=True)
class LetterItem:
    """What is decided about one processing, with its reasons in law and in fact."""

    title: str
    outcome: Outcome
    ground: str | None
    reasons: str


@dataclass(frozen=True)
class Letter:
    """Everything that the letter of one answer says; `person` is her identity as she gave it."""

    language: str
    sender: Sender
    person: dict[str, Any]
    number: str
    right: Right
    received_at: datetime
    at: datetime
    text: str
    items: tuple[LetterItem, ...]
    signatory: Signatory


@dataclass(frozen=True)
class KeptCopy:
    """Where the copy of a letter lies, once there is one."""

    rights_request_id: UUID
    referral_id: UUID
    number: str
    key: str | None
    size: int | None
    was_given_outside: bool


@dataclass(frozen=True)
class GivenLetter:
    """A letter that was sent and is still kept."""

    answer_id: UUID
    sent_at: datetime


def sender_of(organisation: Organisation) -> Sender:
    """The head of this organisation's letters."""
    return Sender(
        organisation.name,
        organisation.kind,
        organisation.service_name or "",
        organisation.postal_address or "",
    )


def kept_copy(
    session: Session,
    answer_id: UUID,
    *,
    organisation_id: UUID | None = None,
    rights_request_id: UUID | None = None,
) -> KeptCopy:
    """The copy of an answer that was given, of this organisation or of this person.

    Raises NotFound for any other, and for one that was deleted at the end of its time.
    """
    wanted = (
        select(Answer, Referral)
        .join(Referral, Referral.id == Answer.referral_id)
        .where(Answer.id == answer_id, Answer.state.in_(GIVEN), Answer.deleted_at.is_(None))
    )
    if organisation_id is not None:
        wanted = wanted.where(Referral.organisation_id == organisation_id)
    else:
        wanted = wanted.where(Referral.rights_request_id == rights_request_id)
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound(answer_id=answer_id)
    answer, referral = row
    return KeptCopy(
        referral.rights_request_id,
        referral.id,
        referral.number,
        answer.letter_key,
        answer.letter_size,
        answer.outside_channel is not None,
    )


def letters_given(session: Session, referral_id: UUID) -> list[GivenLetter]:
    """The letters of this referral that can be read, the first first."""
    rows = session.execute(
        select(Answer.id, Answer.sent_at, Answer.created_at)
        .where(
            Answer.referral_id == referral_id,
            Answer.state.in_(GIVEN),
            Answer.deleted_at.is_(None),
            Answer.outside_channel.is_(None),
        )
        .order_by(Answer.sent_at, Answer.id)
    )
    return [GivenLetter(key, sent_at or written_at) for key, sent_at, written_at in rows]


def letter_of(session: Session, keys: RequestKeys, answer_id: UUID) -> Letter:
    """The letter of an answer that was given; raises NotFound, Shredded."""
    row = session.execute(
        select(Answer, Referral, RightsRequest.language, Organisation, Identity.sealed)
        .join(Referral, Referral.id == Answer.referral_id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .outerjoin(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(Answer.id == answer_id, Answer.state.in_(GIVEN))
    ).first()
    if row is None:
        raise NotFound(answer_id=answer_id)
    answer, referral, language, organisation, sealed = row
    whose = referral.rights_request_id
    return Letter(
        language=language,
        sender=sender_of(organisation),
        person=keys.open_facts(Place(whose, "identity.sealed", whose), sealed),
        number=referral.number,
        right=referral.right,
        received_at=referral.received_at,
        at=answer.sent_at or answer.created_at,
        text=keys.open(Place(whose, "answer.text_sealed", answer.id), answer.text_sealed),
        items=_items(session, keys, answer.id, whose),
        signatory=Signatory(answer.author_name, answer.author_capacity, answer.author_service),
    )


def _items(
    session: Session, keys: RequestKeys, answer_id: UUID, whose: UUID
) -> tuple[LetterItem, ...]:
    rows = session.execute(
        select(AnswerItem, Processing.title)
        .join(Processing, Processing.id == AnswerItem.processing_id)
        .where(AnswerItem.answer_id == answer_id)
        .order_by(Processing.title, AnswerItem.id)
    )
    cell = "answer_item.reasons_sealed"
    return tuple(
        LetterItem(
            title,
            row.outcome,
            row.ground,
            keys.open(Place(whose, cell, row.id), row.reasons_sealed),
        )
        for row, title in rows
    )
