"""Finds the organisation behind a bearer token."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hub.models.directory import Organisation
from hub.models.member import ApiToken, TokenScope
from hub.ports import Keyring


@dataclass(frozen=True)
class TokenHolder:
    """The program that presented a token."""

    token_id: UUID
    organisation_id: UUID
    scopes: frozenset[str]


_TOKEN = ApiToken.__table__.c
_OWNER = Organisation.__table__.c
_WHOSE = (
    select(_TOKEN.id, _TOKEN.organisation_id, _TOKEN.scope)
    .join(Organisation.__table__, _OWNER.id == _TOKEN.organisation_id)
    .where(
        _TOKEN.token_hash == bindparam("digest"),
        _TOKEN.revoked_at.is_(None),
        _OWNER.is_suspended.is_(False),
    )
)
"""Made once: every call of the API asks it."""


def token_holder(session: Session, keyring: Keyring, token: str) -> TokenHolder | None:
    """Who a token belongs to, or None: unknown, revoked, or of a suspended organisation."""
    if not token:
        return None
    digest = keyring.exact_digest(token, "api_token")
    row = session.connection().execute(_WHOSE, {"digest": digest}).first()
    if row is None:
        return None
    token_id, organisation_id, scope = row
    return TokenHolder(token_id, organisation_id, frozenset(scope.split()))


def may_file_for_others(session: Session, organisation_id: UUID) -> bool:
    """Whether an organisation holds the right to file for its mandators: a live token of it."""
    scopes = session.scalars(
        select(ApiToken.scope).where(
            ApiToken.organisation_id == organisation_id, ApiToken.revoked_at.is_(None)
        )
    )
    return any(TokenScope.FILE.value in scope.split() for scope in scopes)
