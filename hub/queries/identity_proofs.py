"""How surely the person of a visit is known now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
) -> IdentityLevel:
    """The surest level that this visit holds now by itself, whatever the controller.

    Never less than L0: whoever is in a visit gave the secret of the receipt.
    """
    rows = session.scalars(select(IdentityProof).where(IdentityProof.visit_id == visit_id))
    return level_from((_line(row, policy) for row in rows if row.referral_id is None), now)


def level_from(lines: Iterable[ProofLine], now: datetime) -> IdentityLevel:
    """The surest level of the proofs that are good now and are of the person named."""
    return highest(
        line.level for line in lines if line.match is IdentityMatch.SAME and now < line.until_at
    )


def proofs_for_request(
    session: Session, rights_request_id: UUID, visit_id: UUID, policy: ProofPolicy
) -> Mapping[UUID | None, list[ProofLine]]:
    """The proofs given in a visit (under None), and those that serve one referral (under its id).

    The latest first; proofs of other visits are not among them.
    """
    found: dict[UUID | None, list[ProofLine]] = defaultdict(list)
    rows = session.scalars(
        select(IdentityProof)
        .where(
            IdentityProof.rights_request_id == rights_request_id,
            or_(IdentityProof.visit_id == visit_id, IdentityProof.referral_id.is_not(None)),
        )
        .order_by(IdentityProof.proven_at.desc(), IdentityProof.id.desc())
    )
    for row in rows:
        found[row.referral_id].append(_line(row, policy))
    return found


def _line(row: IdentityProof, policy: ProofPolicy) -> ProofLine:
    until_at = row.proven_at + policy.lasts(row.means)
    return ProofLine(row.means, row.level, row.match, row.proven_at, until_at)


def last_proof(session: Session, visit_id: UUID) -> IdentityProof | None:
    """The last proof given in a visit, of whomever it was."""
    return session.scalar(
        select(IdentityProof)
        .where(IdentityProof.visit_id == visit_id)
        .order_by(IdentityProof.proven_at.desc(), IdentityProof.id.desc())
        .limit(1)
    )
