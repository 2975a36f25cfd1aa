"""Members of an organisation: inviting, giving roles, passwords, letting go."""

from collections.abc import Iterable
from unicodedata import normalize
from uuid import UUID, uuid4

from flask_security import hash_password
from sqlalchemy import delete, func, select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.passwords import password_faults
from hub.errors import Conflict, Invalid, NotFound
from hub.models.delivery import DeliveryKind
from hub.models.directory import Organisation
from hub.models.member import Member, MemberRole, RoleRow
from hub.models.passkey import Passkey
from hub.services.invitations import invited_member
from hub.services.member_sessions import end_sessions
from hub.services.proconnect import drop_account
from hub.services.unit_of_work import Work

HUB_ROLES = frozenset({Role.CNIL_LIAISON, Role.HUB_AGENT, Role.HUB_DPO, Role.OPERATOR})
"""Roles that only the organisation that runs the hub may give."""


class EmailAlreadyMember(Conflict):
    """The address already belongs to a member, here or elsewhere."""

    code = "email_already_member"


class LastAdministrator(Conflict):
    """The organisation would be left without an active administrator."""

    code = "last_administrator"


class RoleNotAllowed(Invalid):
    """No role was given, or one that this organisation may not give."""

    code = "role_not_allowed"


class PasswordRefused(Invalid):
    """The password is not strong enough; `facts['faults']` says why (PasswordFault)."""

    code = "password_refused"


def invite_member(
    work: Work, organisation_id: UUID, email: str, name: str, roles: Iterable[Role]
) -> Member:
    """Add a member without password and send her an invitation, good for 7 days.

    Raises EmailAlreadyMember, RoleNotAllowed or NotFound.
    """
    address = email.strip().lower()
    given = _allowed(work, organisation_id, roles)
    if work.session.scalar(select(Member.id).where(func.lower(Member.email) == address)):
        raise EmailAlreadyMember(field="email")
    row = Member(
        email=address,
        name=name.strip(),
        organisation_id=organisation_id,
        created_at=work.now,
        fs_uniquifier=uuid4().hex,
        roles=role_rows(work, given),
    )
    work.session.add(row)
    work.session.flush()
    work.record(EventKind.MEMBER_INVITED, organisation_id, row.id, roles=sorted(given))
    _send_invitation(work, row)
    return row


def renew_access(work: Work, organisation_id: UUID, member_id: UUID) -> None:
    """Void a member's password, codes, passkeys and sessions, and invite her again.

    For a lost telephone: resetting the second factor alone would leave the account to whoever
    knows the password. Raises NotFound.
    """
    row = _member_of(work, organisation_id, member_id)
    if not row.active:
        raise NotFound()
    row.password = None
    row.tf_primary_method = row.tf_totp_secret = None
    row.mf_recovery_codes = []
    drop_account(work.session, row.id)
    _end_access(work, row)
    work.session.execute(delete(Passkey).where(Passkey.member_id == row.id))
    work.record(EventKind.MEMBER_INVITED, organisation_id, row.id, again=True)
    _send_invitation(work, row)


def accept_invitation(work: Work, token: str, password: str) -> None:
    """Set the first password of an invited member; raises InvitationOver or PasswordRefused."""
    row = invited_member(work.session, work.ports.keyring, token, work.now)
    row.confirmed_at = work.now
    _set_password(work, row, password)


def set_password(work: Work, member_id: UUID, password: str, *, kept_id: UUID | None) -> str:
    """Change a password and end every session but the one kept; gives the new session identity.

    The member is told by mail. Raises PasswordRefused or NotFound.
    """
    row = work.session.get(Member, member_id)
    if row is None:
        raise NotFound()
    _set_password(work, row, password, kept_id)
    tell_access_changed(work, row)
    return row.fs_uniquifier


def tell_access_changed(work: Work, row: Member) -> None:
    """Tell a member by mail, without saying what, that how she signs in has changed."""
    work.deliver(DeliveryKind.ACCESS_CHANGED, Channel.EMAIL, f"member:{row.id}")


def set_preferences(work: Work, member_id: UUID, *, language: str, notices: str) -> None:
    """Keep a member's language (fr, en) and notices (single, digest)."""
    row = work.session.get(Member, member_id)
    if row is None:
        raise NotFound()
    row.language, row.notices = language, notices
    work.record(EventKind.MEMBER_CHANGED, row.organisation_id, row.id, what="preferences")


def change_roles(work: Work, organisation_id: UUID, member_id: UUID, roles: Iterable[Role]) -> None:
    """Replace a member's roles, with effect on her next page.

    Raises RoleNotAllowed or LastAdministrator.
    """
    row = _member_of(work, organisation_id, member_id)
    given = _allowed(work, organisation_id, roles)
    if Role.ADMINISTRATOR not in given:
        _refuse_if_last_administrator(work, row)
    row.roles = role_rows(work, given)
    work.record(EventKind.MEMBER_CHANGED, organisation_id, row.id, roles=sorted(given))


def deactivate_member(work: Work, organisation_id: UUID, member_id: UUID) -> None:
    """End a member's access at once; raises LastAdministrator."""
    row = _member_of(work, organisation_id, member_id)
    _refuse_if_last_administrator(work, row)
    row.active = False
    _end_access(work, row)
    work.record(EventKind.MEMBER_CHANGED, organisation_id, row.id, active=False)


def forget_member(work: Work, row: Member) -> None:
    """Empty an account that nobody uses any more; raises LastAdministrator.

    The row stays, without name, address or secret: cases refer to it.
    """
    _refuse_if_last_administrator(work, row)
    row.name, row.email = "", f"{row.id}@deleted.invalid"
    row.active, row.password = False, None
    row.tf_primary_method = row.tf_totp_secret = row.tf_phone_number = None
    row.mf_recovery_codes = []
    drop_account(work.session, row.id)
    row.deleted_at = work.now
    _end_access(work, row)
    work.session.execute(delete(Passkey).where(Passkey.member_id == row.id))
    work.record(EventKind.MEMBER_DELETED, row.organisation_id, row.id)
    work.session.flush()


def reactivate_member(work: Work, organisation_id: UUID, member_id: UUID) -> None:
    """Give a member her access back, with her old password and second factor."""
    row = _member_of(work, organisation_id, member_id)
    if row.deleted_at is not None:
        raise NotFound()
    row.active = True
    work.record(EventKind.MEMBER_CHANGED, organisation_id, row.id, active=True)


def role_rows(work: Work, roles: Iterable[Role]) -> list[RoleRow]:
    """The rows of these roles, made when they are given for the first time."""
    wanted = set(roles)
    found = {
        row.name: row
        for row in work.session.scalars(
            select(RoleRow).where(RoleRow.name.in_([role.value for role in wanted]))
        )
    }
    for role in wanted - set(found):
        found[role.value] = RoleRow(name=role.value)
        work.session.add(found[role.value])
    work.session.flush()
    return [found[role.value] for role in sorted(wanted)]


def _allowed(work: Work, organisation_id: UUID, roles: Iterable[Role]) -> set[Role]:
    organisation = work.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound()
    given = set(roles)
    if not given or (given & HUB_ROLES and not organisation.runs_hub):
        raise RoleNotAllowed(field="roles")
    return given


def _member_of(work: Work, organisation_id: UUID, member_id: UUID) -> Member:
    row = work.session.get(Member, member_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound()
    return row


def _refuse_if_last_administrator(work: Work, row: Member) -> None:
    if Role.ADMINISTRATOR not in row.role_set or not row.active:
        return
    others = (
        select(Member.id)
        .join(MemberRole, MemberRole.member_id == Member.id)
        .join(RoleRow, RoleRow.id == MemberRole.role_id)
        .where(
            RoleRow.name == Role.ADMINISTRATOR.value,
            Member.organisation_id == row.organisation_id,
            Member.active,
            Member.id != row.id,
        )
    )
    if work.session.scalar(others.limit(1)) is None:
        raise LastAdministrator()


def _set_password(work: Work, row: Member, password: str, kept_id: UUID | None = None) -> None:
    faults = password_faults(password, email=row.email, name=row.name)
    if faults:
        raise PasswordRefused(field="password", faults=faults)
    # NFKD: the form in which the sign-in page compares what is typed.
    row.password = hash_password(normalize("NFKD", password))
    _end_access(work, row, kept_id)
    work.record(EventKind.MEMBER_CHANGED, row.organisation_id, row.id, what="password")


def _end_access(work: Work, row: Member, kept_id: UUID | None = None) -> None:
    """End her sessions, and void her links: calendar, invitation, forgotten password."""
    row.fs_uniquifier = uuid4().hex
    end_sessions(work, row.id, kept_id=kept_id)


def _send_invitation(work: Work, row: Member) -> None:
    work.deliver(DeliveryKind.MEMBER_INVITATION, Channel.EMAIL, f"member:{row.id}")
