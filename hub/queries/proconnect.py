"""Which member a professional account of ProConnect belongs to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.identity_providers import MemberIdentity
from hub.models.identification import ProConnectAccount
from hub.models.member import Member
from hub.ports import Keyring


def subject_index_of(keyring: Keyring, identity: MemberIdentity) -> bytes:
    """What the hub keeps of a subject: a keyed index, which names nobody elsewhere."""
    return keyring.exact_digest(identity.subject, "subject:proconnect")


def member_bound_to(session: Session, keyring: Keyring, identity: MemberIdentity) -> Member | None:
    """The member who attached this account, whatever has become of her since."""
    return session.scalar(
        select(Member)
        .join(ProConnectAccount, ProConnectAccount.member_id == Member.id)
        .where(ProConnectAccount.subject_index == subject_index_of(keyring, identity))
    )


def bound_at(session: Session, member_id: UUID) -> datetime | None:
    """Since when a member may sign in with ProConnect; None if she may not."""
    row = session.get(ProConnectAccount, member_id)
    return row.bound_at if row else None
