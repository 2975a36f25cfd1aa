"""Which answers of a request are open to a visit now, and what the others still need."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hub.domain.answer_levels import DecidedItem, level_needed
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import ProofPolicy
from hub.errors import NotFound
from hub.models.answer import GIVEN, Answer, AnswerItem, Direction, Document
from hub.models.directory import Processing
from hub.models.referral import Referral
from hub.queries.identity_proofs import level_from, proofs_for_request
from hub.queries.incidents import incidents_on
from hub.queries.visits import OpenVisit


@dataclass(frozen=True)
class Gate:
    """What one answer needs and what the visit holds for it."""

    answer_id: UUID
    referral_id: UUID
    needed: IdentityLevel
    held: IdentityLevel
    frozen_at: datetime | None = None
    """Since when an incident keeps it closed to everybody."""

    @property
    def is_proven(self) -> bool:
        """Whether the visit holds the level that it needs."""
        return self.held >= self.needed

    @property
    def is_open(self) -> bool:
        """Whether its content may be shown and saved now."""
        return self.is_proven and self.frozen_at is None


def gates_of(
    session: Session, visit: OpenVisit, now: datetime, policy: ProofPolicy
) -> dict[UUID, Gate]:
    """The gate of each answer of the request of a visit, in three queries whatever their number."""
    proofs = proofs_for_request(session, visit.rights_request_id, visit.id, policy)
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(_decided(visit.rights_request_id)):
        found[row.answer_id].append(row)
    frozen = incidents_on(session, found)
    return {
        answer_id: Gate(
            answer_id,
            rows[0].referral_id,
            _needed(rows) if policy.asked else IdentityLevel.L0,
            level_from((*proofs[None], *proofs[rows[0].referral_id]), now),
            frozen.get(answer_id),
        )
        for answer_id, rows in found.items()
    }


def gate_of(
    session: Session, visit: OpenVisit, answer_id: UUID, now: datetime, policy: ProofPolicy
) -> Gate:
    """The gate of one answer; raises NotFound for another's, or one that was not sent."""
    gate = gates_of(session, visit, now, policy).get(answer_id)
    if gate is None:
        raise NotFound(answer_id=answer_id)
    return gate


def _decided(rights_request_id: UUID) -> Any:
    has_files = exists().where(
        Document.answer_id == Answer.id, Document.direction == Direction.TO_PERSON
    )
    return (
        select(
            Answer.id.label("answer_id"),
            Referral.id.label("referral_id"),
            Referral.right,
            AnswerItem.outcome,
            Processing.answer_level,
            has_files.label("has_files"),
        )
        .join(Referral, Referral.id == Answer.referral_id)
        .join(AnswerItem, AnswerItem.answer_id == Answer.id)
        .join(Processing, Processing.id == AnswerItem.processing_id)
        .where(Referral.rights_request_id == rights_request_id, Answer.state.in_(GIVEN))
    )


def _needed(rows: Iterable[Any]) -> IdentityLevel:
    items = list(rows)
    decided = (DecidedItem(one.outcome, one.answer_level) for one in items)
    return level_needed(items[0].right, decided, has_files=items[0].has_files)
