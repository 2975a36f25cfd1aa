"""Finds what a browser left for, by its cookie."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.identity_proof import CivilIdentity, ProofMeans, ProvenIdentity
from hub.domain.identity_providers import Provider
from hub.models.identification import Identification, Purpose
from hub.port_errors import SealBroken
from hub.ports import Departure, Keyring
from hub.queries.visits import hash_of_token

TOKEN_BYTES = 32


@dataclass(frozen=True)
class OpenIdentification:
    """A departure that is still good, and what it brought back, if anything."""

    id: UUID
    token: bytes
    provider: Provider
    purpose: Purpose
    visit_id: UUID | None
    member_id: UUID | None
    after: str
    has_come_back: bool
    departure: Departure | None
    id_token: str
    proven: ProvenIdentity | None


def identification_of(
    session: Session, keyring: Keyring, cookie: str, now: datetime
) -> OpenIdentification | None:
    """What a cookie (hex of 32 bytes) left for, or None when that is over or not its own."""
    try:
        token = bytes.fromhex(cookie)
    except ValueError:
        return None
    if len(token) != TOKEN_BYTES:
        return None
    row = session.scalar(
        select(Identification).where(
            Identification.token_hash == hash_of_token(token), Identification.expires_at > now
        )
    )
    if row is None:
        return None
    try:
        facts = json.loads(keyring.open(seal_key(keyring, token), row.sealed, **cell_of(row.id)))
    except SealBroken:
        return None
    departure = facts.get("departure")
    return OpenIdentification(
        id=row.id,
        token=token,
        provider=row.provider,
        purpose=row.purpose,
        visit_id=row.visit_id,
        member_id=row.member_id,
        after=row.after,
        has_come_back=row.came_back_at is not None,
        departure=Departure(**departure) if departure else None,
        id_token=str(facts.get("id_token") or ""),
        proven=proven_from(facts.get("proof")),
    )


def seal_key(keyring: Keyring, token: bytes) -> bytes:
    """The key of a row: the hub's and the browser's together; neither opens it alone."""
    return keyring.exact_digest(token.hex(), "identification")


def cell_of(row_id: UUID) -> dict[str, str]:
    """Where the sealed part of a row belongs."""
    return {"table": "identification", "column": "sealed", "row": str(row_id)}


def proof_facts(proven: ProvenIdentity) -> dict[str, Any]:
    """A proof as it is sealed."""
    civil = proven.civil
    return {
        "means": proven.means.value,
        "subject": proven.subject,
        "proven_at": proven.proven_at.isoformat(),
        "email": proven.email,
        "civil": {
            "given_names": list(civil.given_names),
            "family_name": civil.family_name,
            "birth_date": civil.birth_date.isoformat(),
            "sex": civil.sex,
            "birthplace_code": civil.birthplace_code,
            "birth_country_code": civil.birth_country_code,
        }
        if civil
        else None,
    }


def proven_from(facts: dict[str, Any] | None) -> ProvenIdentity | None:
    """A proof as it was sealed."""
    if not facts:
        return None
    civil = facts["civil"]
    return ProvenIdentity(
        means=ProofMeans(facts["means"]),
        subject=facts["subject"],
        proven_at=datetime.fromisoformat(facts["proven_at"]),
        email=facts["email"],
        civil=CivilIdentity(
            given_names=tuple(civil["given_names"]),
            family_name=civil["family_name"],
            birth_date=date.fromisoformat(civil["birth_date"]),
            sex=civil["sex"],
            birthplace_code=civil["birthplace_code"],
            birth_country_code=civil["birth_country_code"],
        )
        if civil
        else None,
    )
