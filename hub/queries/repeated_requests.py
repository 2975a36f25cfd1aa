"""The earlier requests of one person to one controller, for one right; never those to others."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hub.domain.repeated_requests import EarlierRequest
from hub.domain.working_days import local_date
from hub.models.referral import Referral
from hub.models.rights_request import Identity


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
