"""Finds the organisation behind a bearer token."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hub.models.member import ApiToken
from hub.ports import Keyring


@dataclass(frozen=True)
class TokenHolder:
    """The program that presented a token."""

    token_id: UUID
    organisation_id: UUID
    scopes: frozenset[str]


_TOKEN = ApiToken.__table__.c
_WHOSE = select(_TOKEN.id, _TOKEN.organisation_id, _TOKEN.scope).where(
    _TOKEN.token_hash == bindparam("digest"), _TOKEN.revoked_at.is_(None)
)
"""Made once: every call of the API asks it."""


def token_holder(session: Session, keyring: Keyring, token: str) -> TokenHolder | None:
    """Who a token belongs to, or None when it is unknown or revoked."""
    if not token:
        return None
    digest = keyring.exact_digest(token, "api_token")
    row = session.connection().execute(_WHOSE, {"digest": digest}).first()
    if row is None:
        return None
    token_id, organisation_id, scope = row
    return TokenHolder(token_id, organisation_id, frozenset(scope.split()))
