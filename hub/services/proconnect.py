"""Attaches a member's professional account (ProConnect), and lets her in by it."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.domain.identity_providers import MemberIdentity
from hub.errors import Conflict, HubError, NotFound
from hub.models.identification import ProConnectAccount
from hub.models.member import Member
from hub.ports import Keyring
from hub.queries.proconnect import member_bound_to, subject_index_of
from hub.services.unit_of_work import Work, rows_changed


class AccountNotAttached(HubError):
    """No member has attached this professional account."""

    code = "account_not_attached"


class AccountAttachedElsewhere(Conflict):
    """Another member has attached this professional account."""

    code = "account_attached_elsewhere"


class OtherOrganisation(HubError):
    """ProConnect says that she works for another organisation than the one of her account."""

    code = "other_organisation"


class MemberSuspended(HubError):
    """The member no longer has access."""

    code = "member_suspended"


def member_let_in(session: Session, keyring: Keyring, identity: MemberIdentity) -> UUID:
    """The member who may come in by this account.

    Raises AccountNotAttached, MemberSuspended or OtherOrganisation; asked each time, since people
    change organisations and keep their address.
    """
    row = member_bound_to(session, keyring, identity)
    if row is None:
        raise AccountNotAttached()
    if not row.has_access:
        raise MemberSuspended()
    _check_organisation(row, identity)
    return row.id


def attach_account(work: Work, member_id: UUID, identity: MemberIdentity) -> None:
    """Attach an account to a member who is signed in, in place of her earlier one.

    Raises OtherOrganisation, AccountAttachedElsewhere or NotFound.
    """
    row = work.session.get(Member, member_id)
    if row is None or not row.has_access:
        raise NotFound()
    _check_organisation(row, identity)
    index = subject_index_of(work.ports.keyring, identity)
    held = work.session.scalar(
        select(ProConnectAccount).where(ProConnectAccount.subject_index == index)
    )
    if held is not None and held.member_id != member_id:
        raise AccountAttachedElsewhere()
    account = work.session.get(ProConnectAccount, member_id)
    if account is None:
        account = ProConnectAccount(member_id=member_id)
        work.session.add(account)
    account.subject_index, account.bound_at = index, work.now
    _record(work, row)


def detach_account(work: Work, member_id: UUID) -> None:
    """Let this member in by ProConnect no more."""
    row = work.session.get(Member, member_id)
    if row is not None and drop_account(work.session, member_id):
        _record(work, row)


def drop_account(session: Session, member_id: UUID) -> bool:
    """Forget the account of a member whose access ends or begins anew; says if there was one."""
    gone = delete(ProConnectAccount).where(ProConnectAccount.member_id == member_id)
    return bool(rows_changed(session, gone))


def _check_organisation(row: Member, identity: MemberIdentity) -> None:
    if not row.organisation.siren or row.organisation.siren != identity.siren:
        raise OtherOrganisation()


def _record(work: Work, row: Member) -> None:
    work.record(EventKind.MEMBER_CHANGED, row.organisation_id, row.id, what="proconnect")
