"""Records that a person proved who she is, and whether she is the one who was named."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import IdentityMatch, NamedIdentity, ProvenIdentity, compare
from hub.domain.representation import AnswerTo
from hub.errors import NotFound
from hub.models.columns import new_id
from hub.models.identity_proof import IdentityProof
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, Visit
from hub.ports import Keyring
from hub.queries.identity_proofs import level_held
from hub.sealing import Place
from hub.services.unit_of_work import Work


@dataclass(frozen=True)
class IdentityOutcome:
    """What a proof gave: whether it is the person named, and the level this visit now holds."""

    match: IdentityMatch
    level: IdentityLevel


def prove_identity(work: Work, visit_id: UUID, proven: ProvenIdentity) -> IdentityOutcome:
    """Record a proof of identity for a visit (RULES §4.1); nothing of the identity itself is kept.

    The civil identity is compared with the person the filing names, or with who acts for her where
    the answer goes there. A proof of somebody else is recorded too, and opens nothing. Raises
    NotFound when the visit is over.
    """
    visit = work.session.get(Visit, visit_id)
    if visit is None or visit.expires_at <= work.now:
        raise NotFound(visit_id=visit_id)
    match = _match(work, visit.rights_request_id, proven)
    work.session.add(
        IdentityProof(
            id=new_id(),
            rights_request_id=visit.rights_request_id,
            visit_id=visit_id,
            means=proven.means,
            level=proven.level,
            match=match,
            subject_index=subject_index(work, proven),
            proven_at=proven.proven_at,
        )
    )
    work.record(
        EventKind.IDENTITY_PROVEN,
        visit.rights_request_id,
        visit.rights_request_id,
        means=proven.means.value,
        level=proven.level.value,
        match=match.value,
    )
    work.session.flush()
    policy = work.ports.policies.proofs
    return IdentityOutcome(match, level_held(work.session, visit_id, work.now, policy))


def subject_index(work: Work, proven: ProvenIdentity) -> bytes:
    """The keyed index of a subject, in a unit of work."""
    return subject_of(work.ports.keyring, proven)


def subject_of(keyring: Keyring, proven: ProvenIdentity) -> bytes:
    """The keyed index of a subject; each means has its own, as each provider names its own."""
    return keyring.exact_digest(proven.subject, f"subject:{proven.means.value}")


def _match(work: Work, rights_request_id: UUID, proven: ProvenIdentity) -> IdentityMatch:
    if proven.civil is None:
        return IdentityMatch.CANNOT_TELL
    return compare(proven.civil, _named(work, rights_request_id))


def _named(work: Work, rights_request_id: UUID) -> NamedIdentity:
    """Who is to be known at pick-up: whoever the answer goes to."""
    sealed = work.session.scalar(
        select(Identity.sealed).where(Identity.rights_request_id == rights_request_id)
    )
    place = Place(rights_request_id, "identity.sealed", rights_request_id)
    facts = work.keys.open_facts(place, sealed)
    acting = work.session.get(RepresentationRow, rights_request_id)
    if acting is not None and acting.answer_to is AnswerTo.REPRESENTATIVE:
        said = facts.get("representative") or {}
        return NamedIdentity(whole_name=str(said.get("name") or ""))
    return named_identity(facts)


def named_identity(facts: dict[str, Any]) -> NamedIdentity:
    """The person as the facts of a filing name her."""
    names = (facts.get("family_name"), (facts.get("identifiers") or {}).get("birth_name"))
    born = facts.get("birth_date")
    return NamedIdentity(
        given_names=str(facts.get("given_names") or ""),
        family_names=tuple(str(name) for name in names if name),
        birth_date=date.fromisoformat(born) if born else None,
    )
