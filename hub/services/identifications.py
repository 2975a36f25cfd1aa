"""Lets a browser leave for a provider of identity, and takes what it brings back."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from hub.domain.identity_proof import ProvenIdentity
from hub.domain.identity_providers import Provider
from hub.errors import Conflict
from hub.models.columns import new_id
from hub.models.identification import Identification, Purpose
from hub.ports import Attestation, Departure
from hub.queries.identifications import TOKEN_BYTES, cell_of, proof_facts, seal_key
from hub.queries.visits import hash_of_token
from hub.services.unit_of_work import Work, rows_changed

AWAY_FOR = timedelta(minutes=30)
"""As long as a provider keeps its own page open."""
KEPT_FOR = {
    Purpose.FILING: timedelta(hours=2),
    Purpose.NEW_CODE: timedelta(hours=2),
    Purpose.PICK_UP: timedelta(hours=2),
    Purpose.SIGN_IN: timedelta(hours=12),
    Purpose.BINDING: timedelta(hours=12),
}
"""Afterwards: as long as a filing, a visit or a session lasts, to end the provider's own then."""
KEEPING_WHO = frozenset({Purpose.FILING, Purpose.NEW_CODE})


class AlreadyCameBack(Conflict):
    """This departure was used: what it brought back is taken once."""

    code = "already_came_back"


@dataclass(frozen=True)
class Leaving:
    """Where a browser goes, what for, and where it goes on afterwards (a path of ours)."""

    provider: Provider
    purpose: Purpose
    after: str
    visit_id: UUID | None = None
    member_id: UUID | None = None


def new_departure() -> Departure:
    """Fresh values that nobody guesses (256 bits each)."""
    return Departure(*(secrets.token_urlsafe(32) for _ in range(3)))


def leave(work: Work, leaving: Leaving, departure: Departure) -> bytes:
    """Keep what is needed to know the return by; gives the browser's token."""
    token = secrets.token_bytes(TOKEN_BYTES)
    row = Identification(
        id=new_id(),
        token_hash=hash_of_token(token),
        provider=leaving.provider,
        purpose=leaving.purpose,
        visit_id=leaving.visit_id,
        member_id=leaving.member_id,
        after=leaving.after,
        left_at=work.now,
        expires_at=work.now + AWAY_FOR,
    )
    row.sealed = _sealed(work, row.id, token, {"departure": asdict(departure)})
    work.session.add(row)
    return token


def come_back(work: Work, identification_id: UUID, token: bytes, attested: Attestation) -> None:
    """Keep what a provider attested, sealed to the browser; raises AlreadyCameBack.

    The civil identity is kept for a filing, whose identity it becomes, and for a new code, which is
    given to the person of the request alone.
    """
    row = work.session.get(Identification, identification_id, with_for_update=True)
    if row is None or row.came_back_at is not None:
        raise AlreadyCameBack()
    facts: dict[str, Any] = {"id_token": attested.id_token}
    if row.purpose in KEEPING_WHO and isinstance(attested.of, ProvenIdentity):
        facts["proof"] = proof_facts(attested.of)
    row.came_back_at = work.now
    row.expires_at = work.now + KEPT_FOR[row.purpose]
    row.sealed = _sealed(work, row.id, token, facts)


def keep_token_alone(work: Work, identification_id: UUID, token: bytes, id_token: str) -> None:
    """Forget who came back; keep what ends the provider's own session."""
    row = work.session.get(Identification, identification_id)
    if row is not None:
        row.sealed = _sealed(work, row.id, token, {"id_token": id_token})


def forget(work: Work, token: bytes) -> None:
    """Keep nothing more of a departure."""
    work.session.execute(
        delete(Identification).where(Identification.token_hash == hash_of_token(token))
    )


def forget_over(work: Work) -> int:
    """Delete those that are over."""
    over = delete(Identification).where(Identification.expires_at <= work.now)
    return rows_changed(work.session, over)


def _sealed(work: Work, row_id: UUID, token: bytes, facts: dict[str, Any]) -> bytes:
    keyring = work.ports.keyring
    text = json.dumps(facts, ensure_ascii=False).encode()
    return keyring.seal(seal_key(keyring, token), text, **cell_of(row_id))
