"""Referrals declined in favour of an organisation that is not in the directory: to be found."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import ReferralState, RequestState
from hub.models.directory import Organisation
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest


@dataclass(frozen=True)
class NamedOutside:
    """Who was named by whom; nothing of the person nor of what is asked."""

    id: UUID
    number: str
    named: str
    by: str
    declined_at: datetime | None
    due_on: date


def is_searched() -> ColumnElement[bool]:
    """Whether the organisation that a "not us" named is still looked for."""
    return and_(
        Referral.state == ReferralState.DECLINED_NOT_CONTROLLER,
        Referral.transferred_to_name.is_not(None),
        Referral.transferred_to_id.is_(None),
        Referral.search_ended_at.is_(None),
    )


def named_outside(session: Session, referral_id: UUID | None = None) -> tuple[NamedOutside, ...]:
    """The organisations still to find, the most urgent first; or the one of a referral."""
    wanted = (
        select(Referral, Organisation.name)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            is_searched(),
            RightsRequest.state == RequestState.ACTIVE,
        )
        .order_by(Referral.strict_on, Referral.id)
    )
    if referral_id is not None:
        wanted = wanted.where(Referral.id == referral_id)
    return tuple(
        NamedOutside(
            row.id,
            row.number,
            row.transferred_to_name or "",
            by,
            row.closed_at,
            row.due_on or row.strict_on,
        )
        for row, by in session.execute(wanted)
    )
