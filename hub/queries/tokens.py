"""Finds the organisation behind a bearer token."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.member import ApiToken
from hub.ports import Keyring


@dataclass(frozen=True)
class TokenHolder:
    """The program that presented a token."""

    token_id: UUID
    organisation_id: UUID
    scopes: frozenset[str]


def token_holder(session: Session, keyring: Keyring, token: str) -> TokenHolder | None:
    """Who a token belongs to, or None when it is unknown or revoked."""
    if not token:
        return None
    digest = keyring.exact_digest(token, "api_token")
    row = session.execute(
        select(ApiToken.id, ApiToken.organisation_id, ApiToken.scope).where(
            ApiToken.token_hash == digest, ApiToken.revoked_at.is_(None)
        )
    ).first()
    if row is None:
        return None
    token_id, organisation_id, scope = row
    return TokenHolder(token_id, organisation_id, frozenset(scope.split()))
