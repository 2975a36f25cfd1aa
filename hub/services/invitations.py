"""Invitation links: signed, good for seven days and for one use."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from hub.errors import HubError
from hub.models.member import Member
from hub.ports import Keyring
from hub.queries.sign_ins import last_invited_at

LASTS_DAYS = 7


class InvitationOver(HubError):
    """`facts['reason']`: expired, used (or replaced by a newer one), unknown."""

    code = "invitation_over"


def invitation_token(keyring: Keyring, member: Member) -> str:
    """What the invitation's link carries, the same at each attempt to send it.

    A new password or a newer invitation voids it; its age is that of the last invitation logged.
    """
    return str(_signer(keyring).dumps([member.id.hex, access_fingerprint(member)]))


def invited_member(session: Session, keyring: Keyring, token: str, now: datetime) -> Member:
    """The member whom a token invites; raises InvitationOver."""
    try:
        key, fingerprint = _signer(keyring).loads(token)
    except (BadData, ValueError) as error:
        raise InvitationOver(reason="unknown") from error
    row = session.get(Member, UUID(hex=key))
    if row is None or not row.active or fingerprint != access_fingerprint(row):
        raise InvitationOver(reason="used")
    invited_at = last_invited_at(session, row.id)
    if invited_at is None or now - invited_at > timedelta(days=LASTS_DAYS):
        raise InvitationOver(reason="expired")
    return row


def _signer(keyring: Keyring) -> URLSafeSerializer:
    return URLSafeSerializer(keyring.blind_index("signing", "member_invitation"))


def access_fingerprint(member: Member) -> str:
    """Changes with each new password, invitation or closing of the access."""
    return hashlib.sha256(member.fs_uniquifier.encode()).hexdigest()[:20]
