"""Whom a reminder goes to: read once for all the referrals of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.domain.actors import Role
from hub.domain.notices import NoticeKind, NoticePreference
from hub.domain.working_days import HolidayZone
from hub.models.directory import Organisation
from hub.models.member import Member, MemberRole, RoleRow
from hub.queries.chased import ChasedReferral

OF_AN_ORGANISATION = (Role.DPO, Role.DECISION_MAKER)


@dataclass(frozen=True)
class Recipient:
    """One recipient as the outbox names it, and how she wants her reminders.

    `is_dpo_contact`: an organisation is meant, by the address of its DPO.
    """

    name: str
    preference: NoticePreference = NoticePreference.SINGLE
    zone: HolidayZone = HolidayZone.METROPOLE
    organisation_id: UUID | None = None
    is_dpo_contact: bool = False


@dataclass
class Circle:
    """Members who may be told, by what makes them concerned."""

    members: dict[UUID, Recipient] = field(default_factory=dict)
    of_organisation: dict[tuple[UUID, Role], list[UUID]] = field(default_factory=dict)
    hub_dpos: list[UUID] = field(default_factory=list)
    hub_organisations: list[UUID] = field(default_factory=list)

    def recipients(self, referral: ChasedReferral, kind: NoticeKind) -> list[Recipient]:
        """Who is told of this referral; never nobody, but for a hub that has no organisation."""
        if kind is NoticeKind.PERSON_OVERDUE:
            return [Recipient(f"person:{referral.rights_request_id}")]
        if kind is NoticeKind.HUB_DPO_OVERDUE:
            return self._hub(referral)
        for_dpo = kind is NoticeKind.DPO_OVERDUE
        if for_dpo:
            found = self.of_organisation.get((referral.organisation_id, Role.DPO), [])
        elif kind is NoticeKind.SECOND_READER_WAITING:
            deciders = (referral.organisation_id, Role.DECISION_MAKER)
            others = self.of_organisation.get(deciders, [])
            found = [one for one in others if one != referral.author_id]
        else:
            found = [one for one in [referral.assigned_to_id] if one in self.members]
        mailbox = _mailbox(referral.organisation_id, for_dpo=for_dpo)
        return [self.members[one] for one in found] or [mailbox]

    def _hub(self, referral: ChasedReferral) -> list[Recipient]:
        """The hub's DPOs, except for a case of their own organisation (she is no judge of it)."""
        own = referral.organisation_id
        told = [self.members[one] for one in self.hub_dpos]
        told = [one for one in told if one.organisation_id != own]
        return told or [
            _mailbox(one, for_dpo=True) for one in self.hub_organisations[:1] if one != own
        ]


def circle_of(session: Session, referrals: Sequence[ChasedReferral]) -> Circle:
    """The circle of these referrals, in two queries."""
    circle = Circle()
    hubs = select(Organisation.id).where(Organisation.runs_hub).order_by(Organisation.id)
    circle.hub_organisations.extend(session.scalars(hubs))
    for member_id, organisation_id, notices, zone, role in _members(session, referrals):
        preference = NoticePreference(notices)
        recipient = Recipient(f"member:{member_id}", preference, zone, organisation_id)
        circle.members[member_id] = recipient
        if role == Role.HUB_DPO.value:
            circle.hub_dpos.append(member_id)
        elif role in {one.value for one in OF_AN_ORGANISATION}:
            key = (organisation_id, Role(role))
            circle.of_organisation.setdefault(key, []).append(member_id)
    return circle


def _members(
    session: Session, referrals: Sequence[ChasedReferral]
) -> list[tuple[UUID, UUID, str, HolidayZone, str]]:
    """A row for each active member and role that may matter (and one without role at least)."""
    organisations = {one.organisation_id for one in referrals}
    assigned = {one.assigned_to_id for one in referrals if one.assigned_to_id}
    named = [role.value for role in OF_AN_ORGANISATION]
    concerned = or_(
        Member.id.in_(assigned),
        Member.organisation_id.in_(organisations) & RoleRow.name.in_(named),
        RoleRow.name == Role.HUB_DPO.value,
    )
    rows = session.execute(
        select(
            Member.id,
            Member.organisation_id,
            Member.notices,
            Organisation.holiday_zone,
            func.coalesce(RoleRow.name, ""),
        )
        .join(Organisation, Organisation.id == Member.organisation_id)
        .outerjoin(MemberRole, MemberRole.member_id == Member.id)
        .outerjoin(RoleRow, RoleRow.id == MemberRole.role_id)
        .where(Member.active, concerned)
        .order_by(Member.id)
    )
    return [(one, where, notices, zone, role) for one, where, notices, zone, role in rows]


def _mailbox(organisation_id: UUID, *, for_dpo: bool) -> Recipient:
    return Recipient(f"organisation:{organisation_id}", is_dpo_contact=for_dpo)
