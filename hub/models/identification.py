"""One departure of a browser to a provider of identity, and what it brought back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.identity_providers import Provider
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class Purpose(StrEnum):
    """What the identity is wanted for."""

    BINDING = "binding"
    FILING = "filing"
    NEW_CODE = "new_code"
    PICK_UP = "pick_up"
    SIGN_IN = "sign_in"


class Identification(db.Model):
    """A row that lives for minutes, sealed to the browser that left: nobody else reads it.

    `sealed` holds {state, nonce, verifier} until the return, then {id_token, proof}; `token_hash`
    is the hash of the cookie, `came_back_at` says that the departure was used.
    """

    __tablename__ = "identification"

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    provider: Mapped[Provider] = mapped_column(StrEnumType(Provider))
    purpose: Mapped[Purpose] = mapped_column(StrEnumType(Purpose))
    visit_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    after: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    left_at: Mapped[datetime] = mapped_column(UTCDateTime)
    came_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class ProConnectAccount(db.Model):
    """The professional account by which a member may sign in; a member has one at most.

    `subject_index` is a keyed index of the subject as ProConnect names it, which is all that is
    kept.
    """

    __tablename__ = "proconnect_account"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), primary_key=True)
    subject_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    bound_at: Mapped[datetime] = mapped_column(UTCDateTime)
