"""Who handles requests at a controller and how to reach its DPO, as the directory knows it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.acknowledgements import Service
from hub.domain.directory import Channel, ContactRole, ContactStatus, OrganisationKind
from hub.models.directory import ContactPoint, Organisation

TO_SERVICE = (ContactRole.RIGHTS_REQUESTS, ContactRole.DPO, ContactRole.GENERAL)
TO_DPO = (ContactRole.DPO,)


@dataclass(frozen=True)
class ControllerContact:
    """A controller as a paper names it: its service in charge, and how to write to its DPO."""

    organisation_id: UUID
    kind: OrganisationKind
    siren: str
    service: Service
    dpo_email: str
    dpo_address: str


def controller_contacts(
    session: Session, organisation_ids: Iterable[UUID]
) -> dict[UUID, ControllerContact]:
    """The contacts of these controllers, in two queries; an address under review is left out."""
    wanted = set(organisation_ids)
    points: dict[UUID, list[ContactPoint]] = defaultdict(list)
    found = (
        select(ContactPoint)
        .where(
            ContactPoint.organisation_id.in_(wanted),
            ContactPoint.address.is_not(None),
            ContactPoint.status != ContactStatus.IN_REVIEW,
        )
        .order_by(ContactPoint.position, ContactPoint.id)
    )
    for point in session.scalars(found):
        points[point.organisation_id].append(point)
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))
    return {row.id: _contact(row, points[row.id]) for row in rows}


def _contact(row: Organisation, points: list[ContactPoint]) -> ControllerContact:
    service = Service(
        organisation=row.name,
        name=row.service_name or "",
        postal_address=row.postal_address or _address(points, Channel.POST, TO_SERVICE),
        email=_address(points, Channel.EMAIL, TO_SERVICE),
        phone=row.phone or "",
    )
    return ControllerContact(
        organisation_id=row.id,
        kind=row.kind,
        siren=row.siren or "",
        service=service,
        dpo_email=_address(points, Channel.EMAIL, TO_DPO),
        dpo_address=_address(points, Channel.POST, TO_DPO),
    )


def _address(points: list[ContactPoint], channel: Channel, roles: tuple[ContactRole, ...]) -> str:
    """The first address of this channel, the roles in their order."""
    for role in roles:
        for point in points:
            if point.role is role and point.channel is channel:
                return str(point.address)
    return ""
