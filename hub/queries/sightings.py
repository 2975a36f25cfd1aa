"""What was looked at and not kept, for those who answer the case."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.domain.sightings import SeenKind, Verdict
from hub.models.representation import Sighting
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class SightingLine:
    """One paper looked at: what, when, by whom, and what came of it."""

    kind: SeenKind
    verdict: Verdict
    seen_on: date
    seen_by: str
    words: str


def sightings_of(
    session: Session, keys: RequestKeys, rights_request_id: UUID, referral_id: UUID
) -> tuple[SightingLine, ...]:
    """What this controller looked at, and what the hub did at its own door; never another's."""
    rows = session.scalars(
        select(Sighting)
        .where(
            Sighting.rights_request_id == rights_request_id,
            or_(Sighting.referral_id == referral_id, Sighting.referral_id.is_(None)),
        )
        .order_by(Sighting.seen_on, Sighting.id)
    )
    return tuple(
        SightingLine(
            row.kind,
            row.verdict,
            row.seen_on,
            row.seen_by_name,
            _words(keys, row),
        )
        for row in rows
    )


def _words(keys: RequestKeys, row: Sighting) -> str:
    place = Place(row.rights_request_id, "sighting.words_sealed", row.id)
    try:
        return keys.open(place, row.words_sealed)
    except Shredded:
        return ""
