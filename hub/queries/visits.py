"""Finds the visit behind a cookie."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.rights_request import RightsRequest, Visit


@dataclass(frozen=True)
class OpenVisit:
    """A person's visit: which rights request, and what opens her box in this visit."""

    id: UUID
    rights_request_id: UUID
    reference: str
    language: str
    token: bytes
    box_sealed: bytes


def hash_of_token(token: bytes) -> bytes:
    """What the database keeps of a visit's token."""
    return hashlib.sha256(token).digest()


def visit_of(session: Session, cookie: str, now: datetime) -> OpenVisit | None:
    """The visit a cookie (hex of 32 bytes) opens, or None when it is over or unknown."""
    try:
        token = bytes.fromhex(cookie)
    except ValueError:
        return None
    if len(token) != 32:
        return None
    row = session.execute(
        select(Visit, RightsRequest.reference, RightsRequest.language)
        .join(RightsRequest, RightsRequest.id == Visit.rights_request_id)
        .where(Visit.token_hash == hash_of_token(token), Visit.expires_at > now)
    ).first()
    if row is None:
        return None
    visit, reference, language = row
    return OpenVisit(
        visit.id, visit.rights_request_id, reference, language, token, visit.box_sealed
    )


def visit_id_of(session: Session, token: bytes) -> UUID:
    """The id of the visit that has just been opened with this token."""
    return session.execute(
        select(Visit.id).where(Visit.token_hash == hash_of_token(token))
    ).scalar_one()
