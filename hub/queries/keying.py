"""What one needs to key in a request: her databases, what looks the same, her last ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from hub.domain.directory import fold
from hub.domain.lifecycle import RequestState
from hub.domain.rights import Right
from hub.models.directory import Controllership, Processing
from hub.models.intake_batch import IntakeBatch, IntakeLine
from hub.models.referral import Referral
from hub.models.rights_request import Identity, IntakeChannel, NameIndex, RightsRequest
from hub.ports import Keyring

MOST_ALIKE = 10
NEVER_PASSED_ON = frozenset({RequestState.AWAITING_CONFIRMATION, RequestState.LAPSED})


@dataclass(frozen=True)
class OwnProcessing:
    """A database or project of which an organisation is a controller."""

    id: UUID
    title: str


@dataclass(frozen=True)
class KeyedLine:
    """A rights request in one line; `referral_id` and `number` are the organisation's own case."""

    reference: str
    right: Right
    channel: IntakeChannel
    received_at: datetime
    filed_at: datetime
    referral_id: UUID | None = None
    number: str | None = None


@dataclass(frozen=True)
class Sought:
    """By what a person is compared: her blind index when her birth date is known, and her name."""

    given_names: str
    family_name: str
    person_index: bytes | None

    def words(self) -> list[str]:
        """Her surname and first given name, folded: a letter seldom gives all the others."""
        first, _, _ = fold(self.given_names).partition(" ")
        return sorted({*fold(self.family_name).split(), first} - {""})


def own_processings(session: Session, organisation_id: UUID) -> tuple[OwnProcessing, ...]:
    """The open databases and projects of an organisation, by title."""
    rows = session.execute(
        select(Processing.id, Processing.title)
        .join(Controllership, Controllership.processing_id == Processing.id)
        .where(Controllership.organisation_id == organisation_id, Processing.is_open)
        .order_by(Processing.title, Processing.id)
    )
    return tuple(OwnProcessing(key, title) for key, title in rows)


def likely_same(
    session: Session, keyring: Keyring, sought: Sought, organisation_id: UUID | None
) -> tuple[KeyedLine, ...]:
    """Requests that seem to be of the same person, newest first, ten at most.

    The same birth date and name; the name alone where one of the two has no birth date. With an
    organisation, only those passed on to it: it never learns of the others.
    """
    wanted = _lines(organisation_id).where(
        RightsRequest.state.not_in(NEVER_PASSED_ON), _is_same(keyring, sought)
    )
    rows = session.execute(wanted.order_by(RightsRequest.received_at.desc()).limit(MOST_ALIKE))
    return tuple(KeyedLine(*row) for row in rows)


def lately_keyed(session: Session, member_id: UUID, limit: int = 10) -> tuple[KeyedLine, ...]:
    """What a member keyed in by hand last, newest first; not the lines of a file she imported."""
    imported = (
        select(IntakeLine.reference)
        .join(IntakeBatch, IntakeBatch.id == IntakeLine.batch_id)
        .where(IntakeBatch.member_id == member_id, IntakeLine.reference.is_not(None))
    )
    rows = session.execute(
        _lines(None)
        .where(
            RightsRequest.keyed_by_member_id == member_id,
            RightsRequest.reference.not_in(imported),
        )
        .order_by(RightsRequest.filed_at.desc(), RightsRequest.id.desc())
        .limit(limit)
    )
    return tuple(KeyedLine(*row) for row in rows)


def keyed_by(session: Session, member_id: UUID, reference: str) -> RightsRequest | None:
    """A request that this very member keyed in, or None."""
    return session.scalar(
        select(RightsRequest).where(
            RightsRequest.reference == reference,
            RightsRequest.keyed_by_member_id == member_id,
        )
    )


def _lines(organisation_id: UUID | None) -> Any:
    columns = (
        RightsRequest.reference,
        RightsRequest.right,
        RightsRequest.channel,
        RightsRequest.received_at,
        RightsRequest.filed_at,
    )
    if organisation_id is None:
        return select(*columns)
    return (
        select(*columns, Referral.id, Referral.number)
        .join(Referral, Referral.rights_request_id == RightsRequest.id)
        .where(Referral.organisation_id == organisation_id)
    )


def _is_same(keyring: Keyring, sought: Sought) -> ColumnElement[bool]:
    named = RightsRequest.id.in_(_named(keyring, sought.words()))
    if sought.person_index is None:
        return named
    of_person = select(Identity.rights_request_id).where(
        Identity.person_index == sought.person_index
    )
    undated = select(Identity.rights_request_id).where(Identity.person_index.is_(None))
    return or_(RightsRequest.id.in_(of_person), named & RightsRequest.id.in_(undated))


def _named(keyring: Keyring, words: Collection[str]) -> Select[UUID]:
    """The requests whose names hold every one of these words."""
    digests = [keyring.blind_index(word, "name") for word in words]
    return (
        select(NameIndex.rights_request_id)
        .where(NameIndex.word.in_(digests))
        .group_by(NameIndex.rights_request_id)
        .having(func.count(NameIndex.word.distinct()) == len(digests))
    )
