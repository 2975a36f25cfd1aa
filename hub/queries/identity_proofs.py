"""How surely the person of a visit is known now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import IdentityMatch, ProofMeans, ProofPolicy, highest
from hub.models.identity_proof import IdentityProof


@dataclass(frozen=True)
class ProofLine:
    """One proof: how, how surely, of whom; given when, and good until when."""

    means: ProofMeans
    level: IdentityLevel
    match: IdentityMatch
    proven_at: datetime
    until_at: datetime


def level_held(
    session: Session,
    visit_id: UUID,
    now: datetime,
    policy: ProofPolicy,
    referral_id: UUID | None = None,
) -> IdentityLevel:
    """The surest level that this visit holds now, for the whole request or for one referral.

    Never less than L0: whoever is in a visit gave the secret of the receipt.
    """
    lines = proofs_of(session, visit_id, policy, referral_id)
    return level_from(lines, now)


def level_from(lines: Iterable[ProofLine], now: datetime) -> IdentityLevel:
    """The surest level of the proofs that are good now and are of the person named."""
    return highest(
        line.level for line in lines if line.match is IdentityMatch.SAME and now < line.until_at
    )


def proofs_of(
    session: Session, visit_id: UUID, policy: ProofPolicy, referral_id: UUID | None = None
) -> tuple[ProofLine, ...]:
    """Every proof given in a visit, and those a controller gave for one referral; latest first."""
    mine = IdentityProof.visit_id == visit_id
    which = or_(mine, IdentityProof.referral_id == referral_id) if referral_id else mine
    rows = session.scalars(
        select(IdentityProof)
        .where(which)
        .order_by(IdentityProof.proven_at.desc(), IdentityProof.id.desc())
    )
    return tuple(
        ProofLine(
            row.means,
            row.level,
            row.match,
            row.proven_at,
            row.proven_at + policy.lasts(row.means),
        )
        for row in rows
    )
