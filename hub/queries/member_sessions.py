"""Finds a member's session behind its number, and lists those she has open."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.session_limits import is_over
from hub.models.member_session import MemberSession
from hub.ports import Keyring


@dataclass(frozen=True)
class OpenSession:
    """A session that is not over."""

    id: UUID
    member_id: UUID
    opened_at: datetime
    used_at: datetime
    confirmation_ends_at: datetime
    device: str


def hash_of_number(keyring: Keyring, number: str) -> bytes:
    """What the database keeps of a session's number (hexadecimal)."""
    return keyring.exact_digest(number, "member_session")


def open_session(
    session: Session, keyring: Keyring, number: str, now: datetime
) -> OpenSession | None:
    """The session that a number opens, or None when it is ended, over or unknown."""
    if not number:
        return None
    wanted = MemberSession.number_hash == hash_of_number(keyring, number)
    row = session.execute(_LINES.where(wanted)).first()
    if row is None:
        return None
    found = OpenSession(*row)
    return None if is_over(found.opened_at, found.used_at, now) else found


def sessions_of(session: Session, member_id: UUID, now: datetime) -> list[OpenSession]:
    """The open sessions of a member, the one used last first."""
    lines = _LINES.where(MemberSession.member_id == member_id)
    rows = session.execute(lines.order_by(MemberSession.used_at.desc(), MemberSession.id))
    found = (OpenSession(*row) for row in rows)
    return [one for one in found if not is_over(one.opened_at, one.used_at, now)]


_LINES = select(
    MemberSession.id,
    MemberSession.member_id,
    MemberSession.opened_at,
    MemberSession.used_at,
    MemberSession.confirmation_ends_at,
    MemberSession.device,
)
