"""A forgotten password: a link by mail, good for one hour and for one use."""

from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.errors import HubError
from hub.models.delivery import DeliveryKind
from hub.models.member import Member
from hub.ports import Keyring
from hub.queries.sign_ins import last_forgotten_at
from hub.services.invitations import access_fingerprint
from hub.services.members import set_password
from hub.services.signing_in import UNKNOWN_ADDRESSES, subject_of
from hub.services.unit_of_work import Work

LASTS = timedelta(hours=1)
ONE_MAIL_IN = timedelta(minutes=15)


class PasswordLinkOver(HubError):
    """The link was used, is too old, or is not whole."""

    code = "password_link_over"


def ask_new_password(work: Work, email: str) -> None:
    """Send a member a link to choose another password, once in a quarter of an hour.

    Says and costs the same for an address without account (ASVS 6.3.8). The second factor stays.
    """
    address = email.strip().lower()
    row = work.session.scalar(select(Member).where(func.lower(Member.email) == address))
    subject = subject_of(work.ports.keyring, address, row.id if row else None)
    asked_at = last_forgotten_at(work.session, subject)
    if asked_at is not None and work.now - asked_at < ONE_MAIL_IN:
        return
    stream = row.organisation_id if row else UNKNOWN_ADDRESSES
    work.record(EventKind.MEMBER_PASSWORD_FORGOTTEN, stream, subject)
    if row is not None and row.has_access and row.password is not None:
        work.deliver(DeliveryKind.PASSWORD_LINK, Channel.EMAIL, f"member:{row.id}")


def password_link_token(keyring: Keyring, member: Member) -> str:
    """What the link carries; a new password or a closed access voids it."""
    return str(_signer(keyring).dumps([member.id.hex, access_fingerprint(member)]))


def linked_member(session: Session, keyring: Keyring, token: str, now: datetime) -> Member:
    """The member who may choose another password with this link; raises PasswordLinkOver."""
    try:
        key, fingerprint = _signer(keyring).loads(token)
    except (BadData, ValueError) as error:
        raise PasswordLinkOver() from error
    row = session.get(Member, UUID(hex=key))
    if row is None or not row.has_access or fingerprint != access_fingerprint(row):
        raise PasswordLinkOver()
    asked_at = last_forgotten_at(session, row.id)
    if asked_at is None or now - asked_at > LASTS:
        raise PasswordLinkOver()
    return row


def replace_password(work: Work, token: str, password: str) -> None:
    """Set the password that a link allows; every session ends, and a mail tells the member.

    Raises PasswordLinkOver or PasswordRefused.
    """
    row = linked_member(work.session, work.ports.keyring, token, work.now)
    set_password(work, row.id, password, kept_id=None)


def _signer(keyring: Keyring) -> URLSafeSerializer:
    return URLSafeSerializer(keyring.blind_index("signing", "password_link"))
