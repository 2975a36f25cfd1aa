"""What waits between a person and a controller that knows her: asked, written, confirmed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.identity_proof import AskedWay, KnownBy, ProofMeans
from hub.models.identity_proof import IdentityAsk, IdentityLetter, IdentityProof
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class WaysOfReferral:
    """Where each way stands for one case; an instant is empty where nothing waits."""

    confirmation_asked_at: datetime | None
    letter_asked_at: datetime | None
    letter_written_at: datetime | None
    letter_until_at: datetime | None
    letter_tries: int

    @property
    def has_code(self) -> bool:
        """Whether a code can be typed now."""
        return self.letter_until_at is not None


@dataclass(frozen=True)
class Vouched:
    """That a controller confirmed a person: by what, who, when, in which words."""

    means: ProofMeans
    known_by: KnownBy | None
    at: datetime
    by: str
    words: str


def ways_of(session: Session, referral_id: UUID, now: datetime) -> WaysOfReferral:
    """What the person of a case has asked, and the letter whose code she can type now."""
    asked = {
        row.way: row.asked_at
        for row in session.scalars(
            select(IdentityAsk).where(
                IdentityAsk.referral_id == referral_id, IdentityAsk.done_at.is_(None)
            )
        )
    }
    letter = session.scalar(
        select(IdentityLetter)
        .where(
            IdentityLetter.referral_id == referral_id,
            IdentityLetter.ended_at.is_(None),
            IdentityLetter.expires_at > now,
        )
        .order_by(IdentityLetter.written_at.desc())
        .limit(1)
    )
    return WaysOfReferral(
        asked.get(AskedWay.CONFIRMATION),
        asked.get(AskedWay.LETTER),
        letter.written_at if letter else None,
        letter.expires_at if letter else None,
        letter.tries if letter else 0,
    )


def vouched_for(session: Session, keys: RequestKeys, referral_id: UUID) -> tuple[Vouched, ...]:
    """How this controller came to know the person of a case, the first time first."""
    rows = session.scalars(
        select(IdentityProof)
        .where(IdentityProof.referral_id == referral_id)
        .order_by(IdentityProof.proven_at, IdentityProof.id)
    )
    return tuple(
        Vouched(row.means, row.known_by, row.proven_at, row.confirmed_by_name, _words(keys, row))
        for row in rows
    )


def _words(keys: RequestKeys, row: IdentityProof) -> str:
    place = Place(row.rights_request_id, "identity_proof.words_sealed", row.id)
    try:
        return keys.open(place, row.words_sealed)
    except Shredded:
        return ""
