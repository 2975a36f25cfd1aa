"""Shuts out the members and programs of an organisation, at an operator's word, and lets them in.

What is for the organisation still arrives: its duties and the legal time of its cases go on.
"""

from uuid import UUID

from sqlalchemy import delete, select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.grounds import says_something
from hub.domain.lifecycle import ActionNotAllowed, NotYours
from hub.errors import Invalid, NotFound
from hub.models.delivery import DeliveryKind
from hub.models.directory import Organisation
from hub.models.member import AccessSuspension, Member, RoleRow
from hub.models.member_session import MemberSession
from hub.services.notifying import tell_organisation
from hub.services.unit_of_work import Work

LONGEST_REASON = 300


def suspend_access(work: Work, organisation_id: UUID, reason: str) -> bool:
    """Let nobody of an organisation in, from now on; False when that holds already.

    Its sessions end at once, its tokens and links open nothing, its DPO is told. Raises NotYours,
    NotFound, Invalid (`reason`), ActionNotAllowed for the organisation that runs the hub.
    """
    row = _organisation(work, organisation_id)
    if not says_something(reason):
        raise Invalid(field="reason", reason="empty")
    if len(reason) > LONGEST_REASON:
        raise Invalid(field="reason", reason="too_long")
    if row.runs_hub:
        raise ActionNotAllowed(action="suspend_access")
    if row.is_suspended:
        return False
    row.is_suspended = True
    work.session.add(
        AccessSuspension(
            organisation_id=row.id,
            reason=reason.strip(),
            suspended_at=work.now,
            suspended_by_name=work.actor.name,
        )
    )
    members = select(Member.id).where(Member.organisation_id == row.id)
    work.session.execute(delete(MemberSession).where(MemberSession.member_id.in_(members)))
    work.record(EventKind.ACCESS_SUSPENDED, row.id, reason=reason.strip())
    _tell_dpo(work, row.id, DeliveryKind.ORGANISATION_SUSPENDED)
    return True


def restore_access(work: Work, organisation_id: UUID) -> bool:
    """Let an organisation's members and programs in again; False when they were.

    Everyone signs in anew; tokens work as before. Raises NotYours, NotFound.
    """
    row = _organisation(work, organisation_id)
    if not row.is_suspended:
        return False
    row.is_suspended = False
    work.session.execute(delete(AccessSuspension).where(AccessSuspension.organisation_id == row.id))
    work.record(EventKind.ACCESS_RESTORED, row.id)
    _tell_dpo(work, row.id, DeliveryKind.ORGANISATION_RESTORED)
    return True


def _organisation(work: Work, organisation_id: UUID) -> Organisation:
    if Role.OPERATOR not in work.actor.roles:
        raise NotYours(action="suspend_access")
    row = work.session.get(Organisation, organisation_id, with_for_update=True)
    if row is None:
        raise NotFound(organisation_id=organisation_id)
    return row


def _tell_dpo(work: Work, organisation_id: UUID, kind: DeliveryKind) -> None:
    """By a mail to each DPO who has an account, else to the DPO's mailbox of the directory."""
    dpos = work.session.scalars(
        select(Member.id).where(
            Member.organisation_id == organisation_id,
            Member.active,
            Member.roles.any(RoleRow.name == Role.DPO.value),
        )
    ).all()
    for member_id in dpos:
        work.deliver(kind, Channel.EMAIL, f"member:{member_id}")
    if not dpos:
        tell_organisation(work, organisation_id, kind)
