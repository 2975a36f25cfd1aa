"""Shows an organisation's members and tokens, and a member's own account."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hub.domain.actors import Role
from hub.models.directory import Organisation
from hub.models.member import ApiToken, Member


@dataclass(frozen=True)
class TeamMember:
    """A line of the team's list."""

    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    active: bool
    has_password: bool
    has_second_factor: bool
    last_login_at: datetime | None


@dataclass(frozen=True)
class TokenLine:
    """A token as the list shows it: never the token itself."""

    id: UUID
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class OrganisationName:
    """What the head of the portal's pages says."""

    name: str
    acronym: str | None
    runs_hub: bool

    @property
    def short(self) -> str:
        """The acronym where there is one."""
        return self.acronym or self.name


def team_of(session: Session, organisation_id: UUID) -> list[TeamMember]:
    """The members of an organisation, the active ones first, by name."""
    rows = session.scalars(
        select(Member)
        .where(Member.organisation_id == organisation_id, Member.deleted_at.is_(None))
        .options(selectinload(Member.roles))
        .order_by(Member.active.desc(), Member.name, Member.id)
    )
    return [_line(row) for row in rows]


def team_member(session: Session, organisation_id: UUID, member_id: UUID) -> TeamMember | None:
    """One member of this organisation, or None."""
    row = session.get(Member, member_id)
    if row is None or row.organisation_id != organisation_id or row.deleted_at is not None:
        return None
    return _line(row)


def tokens_of(session: Session, organisation_id: UUID) -> list[TokenLine]:
    """The tokens of an organisation, newest first."""
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.organisation_id == organisation_id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.created_at.desc(), ApiToken.id.desc())
    )
    return [
        TokenLine(row.id, row.label, tuple(row.scope.split()), row.created_at, row.revoked_at)
        for row in rows
    ]


def organisation_name(session: Session, organisation_id: UUID) -> OrganisationName:
    """How an organisation is called."""
    row = session.get_one(Organisation, organisation_id)
    return OrganisationName(row.name, row.acronym, row.runs_hub)


def organisation_by_siren(session: Session, siren: str) -> UUID | None:
    """The first organisation recorded under a SIREN, or None."""
    return session.scalar(
        select(Organisation.id)
        .where(Organisation.siren == siren)
        .order_by(Organisation.created_at, Organisation.id)
        .limit(1)
    )


def _line(row: Member) -> TeamMember:
    return TeamMember(
        id=row.id,
        name=row.name,
        email=row.email,
        roles=tuple(sorted(row.role_set)),
        active=row.active,
        has_password=row.password is not None,
        has_second_factor=row.tf_primary_method is not None,
        last_login_at=row.last_login_at,
    )
