"""The mailboxes of an organisation, in the order in which they are tried."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.actors import Role
from hub.domain.directory import Channel, ContactRole, ContactStatus
from hub.models.delivery import DeliveryKind
from hub.models.directory import ContactPoint
from hub.models.member import Member, RoleRow

ROLES_TOLD = (Role.AGENT.value, Role.DECISION_MAKER.value, Role.ADMINISTRATOR.value)
FOR_DPO = frozenset(
    {
        DeliveryKind.DELIVERY_ALARM,
        DeliveryKind.DPO_ALERT,
        DeliveryKind.HUB_DPO_ALERT,
        DeliveryKind.INCIDENT_OPENED,
        DeliveryKind.ORGANISATION_RESTORED,
        DeliveryKind.ORGANISATION_SUSPENDED,
    }
)
"""Kinds that are for a DPO first; all others are for who treats requests."""


@dataclass(frozen=True)
class Mailbox:
    """An address, and the contact point of the directory it stands in; None: a member's own."""

    address: str
    contact_point_id: UUID | None = None


def mailboxes_of(session: Session, organisation_id: UUID, kind: DeliveryKind) -> list[Mailbox]:
    """Each mailbox once: contact points that are not in review, then a member who works there."""
    first = ContactPoint.role if kind in FOR_DPO else ContactPoint.role.desc()
    known = session.execute(
        select(ContactPoint.address, ContactPoint.id)
        .where(
            ContactPoint.organisation_id == organisation_id,
            ContactPoint.channel == Channel.EMAIL,
            ContactPoint.status != ContactStatus.IN_REVIEW,
            ContactPoint.role.in_([ContactRole.RIGHTS_REQUESTS, ContactRole.DPO]),
            ContactPoint.address.is_not(None),
        )
        .order_by(first, ContactPoint.position)
    )
    members = session.scalars(
        select(Member.email)
        .join(Member.roles)
        .where(
            Member.organisation_id == organisation_id,
            Member.active,
            RoleRow.name.in_(ROLES_TOLD),
        )
        .order_by(Member.id)
        .limit(1)
    )
    ways: dict[str, Mailbox] = {}
    for address, row_id in known:
        ways.setdefault(str(address), Mailbox(str(address), row_id))
    for address in members:
        ways.setdefault(address, Mailbox(address))
    return list(ways.values())
