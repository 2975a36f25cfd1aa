"""Mails that came back to an address of the hub; each lies sealed under a key of its own row."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.authentication_results import Verdict
from hub.domain.inbound_mail import HeldReason, MailClass
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class MailState(StrEnum):
    """Where a mail stands: `noted` waits for nobody, `proposed` for a member of the controller.

    `held` waits for whoever says to which case it belongs.
    """

    ANSWERED = "answered"
    HELD = "held"
    NOTED = "noted"
    PROPOSED = "proposed"
    SET_ASIDE = "set_aside"


WAITING = frozenset({MailState.HELD, MailState.PROPOSED})


class InboundMail(db.Model):
    """One mail for one address. Its sender, words and list of files are in `facts_sealed`.

    The mail as it came lies in the file store under the same key, apart from the case's own.
    `digest` makes a second arrival of the same mail change nothing.
    """

    __tablename__ = "inbound_mail"
    __table_args__ = (
        Index(None, "organisation_id", "state", "received_at"),
        Index(None, "address_digest", "received_at"),
        Index(None, "contact_point_id", "mail_class"),
    )

    id: Mapped[Key]
    mail_class: Mapped[MailClass] = mapped_column(StrEnumType(MailClass))
    state: Mapped[MailState] = mapped_column(StrEnumType(MailState))
    reason: Mapped[HeldReason | None] = mapped_column(StrEnumType(HeldReason))
    verdict: Mapped[Verdict] = mapped_column(StrEnumType(Verdict))
    spf: Mapped[str] = mapped_column(String(20), default="")
    dkim: Mapped[str] = mapped_column(String(20), default="")
    dmarc: Mapped[str] = mapped_column(String(20), default="")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    rights_request_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("rights_request.id"), index=True
    )
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    delivery_id: Mapped[UUID | None]
    contact_point_id: Mapped[UUID | None]
    status_code: Mapped[str] = mapped_column(String(20), default="")
    address_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    key_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    facts_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_name: Mapped[str] = mapped_column(String(200), default="")
    answer_id: Mapped[UUID | None]
    purged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """From then on nobody can read it; `storage_key` goes once the file itself is gone."""
