"""Other requests of one person for one right: those to one controller, or as she sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hub.domain.identity_proof import IdentityMatch
from hub.domain.lifecycle import UNDELIVERED, WORKABLE, ReferralState, RequestState
from hub.domain.repeated_requests import EarlierRequest
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.models.identity_proof import IdentityProof
from hub.models.joined_referral import JoinedReferral
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import Identity, RightsRequest

MOST_SHOWN = 5
UNANSWERED = WORKABLE | UNDELIVERED


@dataclass(frozen=True)
class AlikeReferral:
    """Another open referral of the same person, for the same; `is_earlier`: it came before."""

    id: UUID
    number: str
    received_at: datetime
    answer_by_on: date
    is_earlier: bool


@dataclass(frozen=True)
class JoinedLine:
    """A referral joined to the one shown, or to which that one is joined (`is_earlier`)."""

    id: UUID
    number: str
    received_at: datetime
    answer_by_on: date
    state: ReferralState
    is_earlier: bool

    @property
    def is_answered(self) -> bool:
        """Whether its answer has left."""
        return self.state in {ReferralState.ANSWERED, ReferralState.CLOSED}


@dataclass(frozen=True)
class AskedAlready:
    """An open request of the person for the same, as she is shown it."""

    reference: str
    received_at: datetime


def earlier_requests(session: Session, referral_id: UUID) -> tuple[EarlierRequest, ...]:
    """Referrals delivered to the same controller before this one, the latest first.

    One person is seen by her names and birth date, as a blind index; without them, none is.
    """
    hers, earlier = aliased(Identity), aliased(Referral)
    rows = session.execute(
        select(earlier.received_at, earlier.number)
        .join(hers, hers.rights_request_id == earlier.rights_request_id)
        .join(Identity, Identity.person_index == hers.person_index)
        .join(Referral, Referral.rights_request_id == Identity.rights_request_id)
        .where(
            Referral.id == referral_id,
            earlier.id != Referral.id,
            earlier.organisation_id == Referral.organisation_id,
            earlier.right == Referral.right,
            earlier.received_at < Referral.received_at,
            earlier.delivered_at.is_not(None),
        )
        .order_by(earlier.received_at.desc(), earlier.id.desc())
    )
    return tuple(EarlierRequest(local_date(at), number) for at, number in rows)


def alike_open(session: Session, referral_id: UUID) -> tuple[AlikeReferral, ...]:
    """The open referrals of the same person to the same controller, for the same right, of which
    the one is about all the databases of the other; the earliest first.

    Those joined already are left out. One person is seen by her names and birth date, which two
    persons may share: a member looks before she joins.
    """
    this, hers = aliased(Referral), aliased(Identity)
    is_earlier = _came_before(Referral, this)
    rows = session.execute(
        select(Referral, is_earlier)
        .join(this, this.id == referral_id)
        .join(Identity, Identity.rights_request_id == Referral.rights_request_id)
        .join(hers, hers.rights_request_id == this.rights_request_id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            Referral.id != referral_id,
            Identity.person_index == hers.person_index,
            Referral.organisation_id == this.organisation_id,
            Referral.right == this.right,
            Referral.state.in_(WORKABLE),
            this.state.in_(WORKABLE),
            RightsRequest.state == RequestState.ACTIVE,
            or_(
                is_earlier & ~_asks_beyond(this, Referral),
                ~is_earlier & ~_asks_beyond(Referral, this),
            ),
            ~exists().where(JoinedReferral.later_id.in_((Referral.id, this.id))),
        )
        .order_by(Referral.received_at, Referral.id)
    )
    return tuple(
        AlikeReferral(
            row.id, row.number, row.received_at, row.due_on or row.strict_on, bool(earlier)
        )
        for row, earlier in rows
    )


def joined_with(session: Session, referral_id: UUID) -> tuple[JoinedLine, ...]:
    """The referral to which this one is joined, and those joined to it."""
    rows = session.execute(
        select(Referral, JoinedReferral.later_id == referral_id)
        .join(
            JoinedReferral,
            or_(
                (JoinedReferral.later_id == referral_id)
                & (JoinedReferral.earlier_id == Referral.id),
                (JoinedReferral.earlier_id == referral_id)
                & (JoinedReferral.later_id == Referral.id),
            ),
        )
        .order_by(Referral.received_at, Referral.id)
    )
    return tuple(
        JoinedLine(
            row.id,
            row.number,
            row.received_at,
            row.due_on or row.strict_on,
            row.state,
            bool(is_earlier),
        )
        for row, is_earlier in rows
    )


def asked_already_by_subject(
    session: Session, subject_index: bytes, right: Right, processing_ids: Collection[UUID]
) -> tuple[AskedAlready, ...]:
    """Her open requests for the same, by the account with which she proved who she is.

    Not by her name, which another may bear or type: who asked what is told to nobody else.
    """
    proven = exists().where(
        IdentityProof.rights_request_id == RightsRequest.id,
        IdentityProof.subject_index == subject_index,
        IdentityProof.match == IdentityMatch.SAME,
    )
    return _asked(session, _open_for(right, processing_ids).where(proven))


def asked_already_in_visit(
    session: Session, rights_request_id: UUID, right: Right, processing_ids: Collection[UUID]
) -> tuple[AskedAlready, ...]:
    """The request that this browser has opened with its code, where it is open and for the same."""
    return _asked(
        session, _open_for(right, processing_ids).where(RightsRequest.id == rights_request_id)
    )


def asked_before(session: Session, rights_request_id: UUID) -> tuple[AskedAlready, ...]:
    """The open requests for the same that came before this one, by the same person and mailbox.

    Both mailboxes were confirmed: who reads this one may read of the other.
    """
    this = session.get_one(RightsRequest, rights_request_id)
    if this.state is not RequestState.ACTIVE or this.confirmed_at is None:
        return ()
    hers, same = aliased(Identity), aliased(Identity)
    processings = session.scalars(
        select(ReferralItem.processing_id)
        .join(Referral, Referral.id == ReferralItem.referral_id)
        .where(Referral.rights_request_id == this.id, Referral.state.in_(UNANSWERED))
    ).all()
    earlier = (
        _open_for(this.right, processings)
        .join(same, same.rights_request_id == RightsRequest.id)
        .join(hers, hers.rights_request_id == this.id)
        .where(
            RightsRequest.id != this.id,
            RightsRequest.filed_at < this.filed_at,
            RightsRequest.confirmed_at.is_not(None),
            same.email_index == hers.email_index,
            same.person_index == hers.person_index,
        )
    )
    return _asked(session, earlier)


def _open_for(right: Right, processing_ids: Collection[UUID]) -> Select[str, datetime]:
    """Active requests for a right that wait for an answer about one of these databases."""
    waits = exists().where(
        Referral.rights_request_id == RightsRequest.id,
        Referral.state.in_(UNANSWERED),
        ReferralItem.referral_id == Referral.id,
        ReferralItem.processing_id.in_(processing_ids),
    )
    wanted = select(RightsRequest.reference, RightsRequest.received_at)
    return (
        wanted.where(
            RightsRequest.right == right, RightsRequest.state == RequestState.ACTIVE, waits
        )
        .order_by(RightsRequest.received_at, RightsRequest.id)
        .limit(MOST_SHOWN)
    )


def _asked(session: Session, wanted: Select[str, datetime]) -> tuple[AskedAlready, ...]:
    return tuple(AskedAlready(reference, at) for reference, at in session.execute(wanted))


def _came_before(one: type[Referral], other: type[Referral]) -> ColumnElement[bool]:
    return or_(
        one.received_at < other.received_at,
        (one.received_at == other.received_at) & (one.id < other.id),
    )


def _asks_beyond(one: type[Referral], other: type[Referral]) -> ColumnElement[bool]:
    """Whether one is about a database that the other is not about."""
    mine, theirs = aliased(ReferralItem), aliased(ReferralItem)
    return exists().where(
        mine.referral_id == one.id,
        ~exists()
        .where(theirs.referral_id == other.id, theirs.processing_id == mine.processing_id)
        .correlate(mine, other),
    )
