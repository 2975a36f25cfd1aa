"""Who may read a refusal before it leaves: the other members who decide."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.actors import Role
from hub.domain.lifecycle import TRANSITIONS, Action
from hub.models.answer import Answer
from hub.models.directory import Organisation
from hub.models.member import Member, MemberRole, RoleRow


@dataclass(frozen=True)
class Reader:
    """A member who may approve an answer; those whose role it is to decide come first."""

    id: UUID
    name: str
    decides: bool


def readers_of(
    session: Session, organisation_id: UUID, but_id: UUID | None = None
) -> tuple[Reader, ...]:
    """The active members who may approve what `but_id` wrote, decision-makers first, by name."""
    rows = session.execute(
        select(Member.id, Member.name, RoleRow.name)
        .join(MemberRole, MemberRole.member_id == Member.id)
        .join(RoleRow, RoleRow.id == MemberRole.role_id)
        .where(
            Member.organisation_id == organisation_id,
            Member.active,
            RoleRow.name.in_([role.value for role in TRANSITIONS[Action.APPROVE_ANSWER].roles]),
        )
    )
    found: dict[UUID, Reader] = {}
    for member_id, name, role in rows:
        if member_id == but_id:
            continue
        decides = role == Role.DECISION_MAKER.value
        before = found.get(member_id)
        found[member_id] = Reader(
            member_id, name, decides or (before is not None and before.decides)
        )
    return tuple(sorted(found.values(), key=lambda one: (not one.decides, one.name, str(one.id))))


def is_second_reader_wanted(session: Session, organisation_id: UUID) -> bool:
    """Whether this organisation has its refusals read by a second member."""
    return bool(
        session.scalar(
            select(Organisation.second_reader_wanted).where(Organisation.id == organisation_id)
        )
    )


@dataclass(frozen=True)
class LastSignature:
    """How a member signed last; empty where nothing is known."""

    capacity: str
    service: str


def last_signature(
    session: Session, member_id: UUID | None, organisation_id: UUID
) -> LastSignature:
    """Her capacity as she last gave it, and her service: as she gave it, or the directory's."""
    signed = session.execute(
        select(Answer.author_capacity, Answer.author_service)
        .where(Answer.author_id == member_id, Answer.author_capacity != "")
        .order_by(Answer.created_at.desc())
        .limit(1)
    ).first()
    if signed:
        return LastSignature(*signed)
    service = session.scalar(
        select(Organisation.service_name).where(Organisation.id == organisation_id)
    )
    return LastSignature("", service or "")
