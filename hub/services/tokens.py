"""Bearer tokens of organisations' programs."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.errors import Invalid, NotFound
from hub.models.member import ApiToken, TokenScope
from hub.services.unit_of_work import Work


class ScopeMissing(Invalid):
    """A token must be allowed to do something."""

    code = "scope_missing"


def create_token(
    work: Work, organisation_id: UUID, scopes: Iterable[TokenScope], label: str
) -> str:
    """Make a 256-bit token and give it, once: only its keyed hash is kept.

    Hexadecimal, because the keyed hash folds letters' case. Raises ScopeMissing.
    """
    given = sorted({scope.value for scope in scopes})
    if not given:
        raise ScopeMissing(field="scopes")
    token = f"rh_{secrets.token_hex(32)}"
    row = ApiToken(
        organisation_id=organisation_id,
        token_hash=work.ports.keyring.exact_digest(token, "api_token"),
        scope=" ".join(given),
        label=label.strip(),
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record(EventKind.TOKEN_CREATED, organisation_id, row.id, scopes=given)
    return token


def revoke_token(work: Work, organisation_id: UUID, token_id: UUID) -> None:
    """End a token at once; revoking it again changes nothing."""
    row = work.session.get(ApiToken, token_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound()
    if row.revoked_at is None:
        row.revoked_at = work.now
        work.record(EventKind.TOKEN_REVOKED, organisation_id, row.id)
