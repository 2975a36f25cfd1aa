"""Finds members' passkeys: all of one member, or the one that a device names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.passkey import Passkey


@dataclass(frozen=True)
class PasskeyLine:
    """A passkey as its owner's page shows it, and as a browser looks for it."""

    id: UUID
    name: str
    credential_id: bytes
    transports: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class UsablePasskey:
    """What it takes to check the use of a passkey."""

    id: UUID
    member_id: UUID
    public_key: bytes
    sign_count: int
    used_at: datetime | None


def passkeys_of(session: Session, member_id: UUID) -> list[PasskeyLine]:
    """The passkeys of a member, the oldest first."""
    rows = session.scalars(
        select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)
    )
    return [
        PasskeyLine(
            row.id, row.name, row.credential_id, tuple(row.transports), row.created_at, row.used_at
        )
        for row in rows
    ]


def passkey_by_credential(session: Session, credential_id: bytes) -> UsablePasskey | None:
    """The passkey that a device names, or None."""
    row = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if row is None:
        return None
    return UsablePasskey(row.id, row.member_id, row.public_key, row.sign_count, row.used_at)
