"""What may be shown of an asking for a new code: dates, never whose nor of what."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hub.domain.lost_code import LostCodeStanding, standing_at
from hub.models.lost_code import LostCode


@dataclass(frozen=True)
class AskedCode:
    """The last asking for one request; `round` is in its link."""

    rights_request_id: UUID
    round: int
    asked_at: datetime
    ready_at: datetime
    until_at: datetime
    standing: LostCodeStanding


def asked_code(session: Session, rights_request_id: UUID, now: datetime) -> AskedCode | None:
    """The asking that stands for a request, or the last one; None when nobody ever asked."""
    row = session.get(LostCode, rights_request_id)
    if row is None:
        return None
    return AskedCode(
        row.rights_request_id,
        row.round,
        row.asked_at,
        row.ready_at,
        row.until_at,
        standing_at(now, row.ready_at, row.until_at, row.ended_at),
    )
