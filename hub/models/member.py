"""Members of organisations, their roles, and the tokens of organisations' programs."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.actors import Role
from hub.extensions import db
from hub.models.columns import Key, UTCDateTime
from hub.models.directory import Organisation


class TokenScope(StrEnum):
    """What a program may do with a token."""

    ANSWER = "answer"
    AUDIT = "audit"
    FILE = "file"
    OPT_OUTS = "opt_outs"


class MemberRole(db.Model):
    """A link between a member and one of the roles she holds."""

    __tablename__ = "member_role"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), primary_key=True)
    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id"), primary_key=True)


class RoleRow(db.Model, RoleMixin):
    """A role as Flask-Security keeps it; its name is a value of domain.actors.Role."""

    __tablename__ = "role"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))
    permissions: Mapped[Any] = mapped_column(MutableList.as_mutable(AsaList()), nullable=True)


class Member(db.Model, UserMixin):
    """A person acting for an organisation; signs in with password and TOTP."""

    __tablename__ = "member"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid4().hex)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    language: Mapped[str] = mapped_column(String(5), default="fr")
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[Any] = mapped_column(MutableList.as_mutable(AsaList()), nullable=True)
    last_login_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    notices: Mapped[str] = mapped_column(String(20), default="single")
    deletion_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship()
    roles: Mapped[list[RoleRow]] = relationship(secondary="member_role")

    @property
    def role_set(self) -> frozenset[Role]:
        """The member's roles as the domain knows them."""
        return frozenset(Role(row.name) for row in self.roles)

    @property
    def has_access(self) -> bool:
        """Whether neither she nor her organisation is shut out."""
        return self.active and not self.organisation.is_suspended

    @property
    def initials(self) -> str:
        """Initials for dense lists."""
        return "".join(word[0] for word in self.name.split() if word)[:3].upper()


class AccessSuspension(db.Model):
    """Why, when and by whom an organisation's members and programs were shut out.

    `Organisation.is_suspended` says that it holds; the row goes when access is given back.
    """

    __tablename__ = "access_suspension"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    suspended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    suspended_by_name: Mapped[str] = mapped_column(String(200), default="")


class ApiToken(db.Model):
    """A bearer token of an organisation's program; only its keyed hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scope: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class IdempotencyRecord(db.Model):
    """The first status and body answered to an idempotent API write, scoped to its token."""

    __tablename__ = "idempotency_record"

    token_id: Mapped[UUID] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    path: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
