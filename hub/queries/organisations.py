"""The organisations that have an account here, for the operator: who is let in, who is reached."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.directory import fold
from hub.models.delivery import DeliverySuspension
from hub.models.directory import Organisation
from hub.models.member import AccessSuspension, ApiToken, Member


class Standing(StrEnum):
    """What narrows the list."""

    ALL = "all"
    ACCESS_SUSPENDED = "access_suspended"
    DELIVERIES_SUSPENDED = "deliveries_suspended"


@dataclass(frozen=True)
class OrganisationLine:
    """One organisation: how many members may sign in, and what an operator holds back."""

    id: UUID
    name: str
    search_text: str
    members: int
    runs_hub: bool
    is_access_suspended: bool
    are_deliveries_suspended: bool


@dataclass(frozen=True)
class OrganisationStanding:
    """The same for one page, with why and since when nobody is let in."""

    id: UUID
    name: str
    runs_hub: bool
    is_access_suspended: bool
    are_deliveries_suspended: bool
    reason: str
    suspended_at: datetime | None
    suspended_by: str


def organisations_with_account(
    session: Session,
    standing: Standing,
    words: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = 50,
) -> list[OrganisationLine]:
    """By name, those with a member or a token, and those whose deliveries are held back."""
    wanted = _with_members().where(
        *(Organisation.search_text.contains(word, autoescape=True) for word in fold(words).split()),
        _of(standing),
    )
    if after is not None:
        wanted = wanted.where(tuple_(Organisation.search_text, Organisation.id) > after)
    rows = session.execute(
        wanted.order_by(Organisation.search_text, Organisation.id).limit(limit)
    ).all()
    return [
        OrganisationLine(
            row.Organisation.id,
            row.Organisation.name,
            row.Organisation.search_text,
            row.members,
            row.Organisation.runs_hub,
            row.Organisation.is_suspended,
            row.is_held,
        )
        for row in rows
    ]


def organisation_standing(session: Session, organisation_id: UUID) -> OrganisationStanding | None:
    """One organisation, or None."""
    found = session.execute(
        select(Organisation, AccessSuspension, _is_held())
        .outerjoin(AccessSuspension, AccessSuspension.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id)
    ).first()
    if found is None:
        return None
    row, why, held = found
    return OrganisationStanding(
        row.id,
        row.name,
        row.runs_hub,
        row.is_suspended,
        held,
        why.reason if why else "",
        why.suspended_at if why else None,
        why.suspended_by_name if why else "",
    )


def count_suspended(session: Session) -> int:
    """How many organisations are let in no more."""
    found = select(func.count()).select_from(Organisation).where(Organisation.is_suspended)
    return int(session.scalar(found) or 0)


def _with_members() -> Select[tuple[Organisation, int, bool]]:
    members = (
        select(func.count())
        .where(Member.organisation_id == Organisation.id, Member.active)
        .scalar_subquery()
    )
    return select(Organisation, members.label("members"), _is_held().label("is_held"))


def _of(standing: Standing) -> ColumnElement[bool]:
    if standing is Standing.ACCESS_SUSPENDED:
        return Organisation.is_suspended.is_(True)
    if standing is Standing.DELIVERIES_SUSPENDED:
        return _is_held()
    return or_(
        exists().where(Member.organisation_id == Organisation.id, Member.deleted_at.is_(None)),
        exists().where(ApiToken.organisation_id == Organisation.id, ApiToken.revoked_at.is_(None)),
        Organisation.is_suspended,
        _is_held(),
    )


def _is_held() -> ColumnElement[bool]:
    return exists().where(DeliverySuspension.organisation_id == Organisation.id)
