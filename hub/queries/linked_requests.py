"""Requests of which one draws the consequence of the other: an erasure after an objection."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.answer import Answer, AnswerItem, AnswerState
from hub.models.directory import Organisation
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import RightsRequest


@dataclass(frozen=True)
class LinkedRequest:
    """Another request of the same person, as she sees it; `is_earlier`: this one follows it."""

    reference: str
    right: Right
    filed_at: datetime
    is_earlier: bool


@dataclass(frozen=True)
class LinkedReferral:
    """The part of a linked request at one controller; nothing of the person."""

    id: UUID
    number: str
    right: Right
    controller: str
    received_at: datetime
    outcome: Outcome | None
    answered_at: datetime | None
    is_earlier: bool


@dataclass(frozen=True)
class Decided:
    """What the answer in force says of one processing, and whose it is."""

    right: Right
    outcome: Outcome
    ground: str | None
    organisation_id: UUID
    decided_on: date | None


def linked_requests(session: Session, rights_request_id: UUID) -> tuple[LinkedRequest, ...]:
    """The requests that this one follows or that follow it, the earliest first."""
    this = aliased(RightsRequest)
    rows = session.execute(
        select(RightsRequest, this.follows_id == RightsRequest.id)
        .join(this, _are_linked(this))
        .where(this.id == rights_request_id)
        .order_by(RightsRequest.filed_at)
    )
    return tuple(
        LinkedRequest(row.reference, row.right, row.filed_at, bool(is_earlier))
        for row, is_earlier in rows
    )


def linked_referrals(
    session: Session, rights_request_id: UUID, organisation_id: UUID | None
) -> tuple[LinkedReferral, ...]:
    """Their parts at one controller; at every one for the hub's DPO (None)."""
    this = aliased(RightsRequest)
    found = (
        select(Referral, Organisation.name, this.follows_id == RightsRequest.id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .join(this, _are_linked(this))
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(this.id == rights_request_id)
        .order_by(Referral.received_at, Referral.id)
    )
    if organisation_id is not None:
        found = found.where(
            Referral.organisation_id == organisation_id, Referral.delivered_at.is_not(None)
        )
    return tuple(
        LinkedReferral(
            row.id,
            row.number,
            row.right,
            name,
            row.received_at,
            row.outcome,
            row.answered_at,
            bool(is_earlier),
        )
        for row, name, is_earlier in session.execute(found)
    )


def decided_of(session: Session, rights_request_id: UUID, processing_id: UUID) -> Decided | None:
    """The decision in force on one processing of a request, or None while there is none."""
    row = session.execute(
        select(Referral, AnswerItem, ReferralItem.decided_on)
        .join(Answer, Answer.referral_id == Referral.id)
        .join(AnswerItem, AnswerItem.answer_id == Answer.id)
        .join(
            ReferralItem,
            (ReferralItem.referral_id == Referral.id)
            & (ReferralItem.processing_id == AnswerItem.processing_id),
        )
        .where(
            Referral.rights_request_id == rights_request_id,
            Answer.state == AnswerState.SENT,
            AnswerItem.processing_id == processing_id,
        )
        .order_by(Answer.sent_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    referral, item, decided_on = row
    return Decided(referral.right, item.outcome, item.ground, referral.organisation_id, decided_on)


def follower_of(session: Session, rights_request_id: UUID, processing_id: UUID) -> str | None:
    """The reference of what was filed already as the consequence for one processing."""
    return session.scalar(
        select(RightsRequest.reference)
        .join(Referral, Referral.rights_request_id == RightsRequest.id)
        .join(ReferralItem, ReferralItem.referral_id == Referral.id)
        .where(
            RightsRequest.follows_id == rights_request_id,
            ReferralItem.processing_id == processing_id,
        )
        .limit(1)
    )


def _are_linked(this: type[RightsRequest]) -> ColumnElement[bool]:
    return or_(this.follows_id == RightsRequest.id, RightsRequest.follows_id == this.id)
