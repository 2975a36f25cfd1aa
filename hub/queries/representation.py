"""What a controller must know before it tells anything to who acts for a person."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import UNDELIVERED
from hub.models.referral import Referral
from hub.models.rights_request import Identity
from hub.sealing import Place, RequestKeys, Shredded


def parents_kept_out(
    session: Session, keys: RequestKeys, organisation_id: UUID, rights_request_id: UUID
) -> bool:
    """Whether the same minor asked this controller that her parents be told nothing (LIL 70).

    Found by the blind index of name and birth date, among what was passed on to it alone.
    """
    own_index = select(Identity.person_index).where(Identity.rights_request_id == rights_request_id)
    rows = session.execute(
        select(Identity.rights_request_id, Identity.sealed)
        .join(Referral, Referral.rights_request_id == Identity.rights_request_id)
        .where(
            Identity.person_index == own_index.scalar_subquery(),
            Identity.rights_request_id != rights_request_id,
            Referral.organisation_id == organisation_id,
            Referral.state.not_in(UNDELIVERED),
        )
    ).all()
    keys.load([key for key, _ in rows])
    return any(_asked(keys, key, sealed) for key, sealed in rows)


def _asked(keys: RequestKeys, rights_request_id: UUID, sealed: bytes) -> bool:
    place = Place(rights_request_id, "identity.sealed", rights_request_id)
    try:
        return bool(keys.open_facts(place, sealed).get("keeps_parents_out"))
    except Shredded:
        return False
