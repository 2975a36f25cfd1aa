"""The outbox: one row for each thing to bring to one recipient by one channel."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.directory import Channel
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime

ORGANISATION = "organisation:"
"""How a recipient that is an organisation begins; its id follows."""


class DeliveryState(StrEnum):
    """Where a delivery stands; `needs_person` is counted on the operator's page."""

    CANCELLED = "cancelled"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    NEEDS_PERSON = "needs_person"
    WAITING = "waiting"


UNFINISHED = (DeliveryState.WAITING, DeliveryState.CLAIMED)
"""What waits or is being brought."""


class DeliveryKind(StrEnum):
    """What is brought; each e-mailed kind has its folder in templates/emails/."""

    ACCESS_CHANGED = "access_changed"
    ACCOUNT_ENDING = "account_ending"
    ACKNOWLEDGEMENT_MISSING = "acknowledgement_missing"
    ACKNOWLEDGEMENT_TO_READ = "acknowledgement_to_read"
    ADDRESS_CONFIRMATION = "address_confirmation"
    ADDRESS_STILL_RIGHT = "address_still_right"
    ANSWER_CODE = "answer_code"
    ANSWER_ENDING = "answer_ending"
    ANSWER_SENT_BACK = "answer_sent_back"
    ANSWER_TO_READ = "answer_to_read"
    CHANNEL_TRIAL = "channel_trial"
    CODE_WAITS = "code_waits"
    COLLEAGUE_TASK = "colleague_task"
    COMPLAINT_TO_TRANSMIT = "complaint_to_transmit"
    CONFIRMATION_REMINDER = "confirmation_reminder"
    DATE_PASSED = "date_passed"
    DEADLINE_NEAR = "deadline_near"
    DEADLINE_PASSED = "deadline_passed"
    DELIVERY_ALARM = "delivery_alarm"
    DPO_ALERT = "dpo_alert"
    FILES_TO_SEND_AGAIN = "files_to_send_again"
    FILED_IN_YOUR_NAME = "filed_in_your_name"
    HUB_DPO_ALERT = "hub_dpo_alert"
    IDENTITY_ASKED = "identity_asked"
    INCIDENT_OPENED = "incident_opened"
    MAIL_TO_CONFIRM = "mail_to_confirm"
    MANDATE_ENDED = "mandate_ended"
    MEMBER_INVITATION = "member_invitation"
    NEWS = "news"
    NEW_CODE_ASKED = "new_code_asked"
    NEW_CODE_GIVEN = "new_code_given"
    NEW_CODE_READY = "new_code_ready"
    NOTICES_DIGEST = "notices_digest"
    ORGANISATION_RESTORED = "organisation_restored"
    ORGANISATION_SUSPENDED = "organisation_suspended"
    PASSWORD_LINK = "password_link"  # noqa: S105  (a kind of mail)
    QUESTION_CLOSED = "question_closed"
    QUESTION_REMINDER = "question_reminder"
    QUESTION_TO_ANSWER = "question_to_answer"
    REFERRAL = "referral"
    REFERRAL_ANNOUNCED = "referral_announced"
    REFERRALS_WAITING = "referrals_waiting"
    REFERRAL_WITHDRAWN = "referral_withdrawn"
    REPLY_RECEIVED = "reply_received"
    REQUEST_WITHDRAWN = "request_withdrawn"
    SECOND_READING = "second_reading"
    SOMETHING_TO_READ = "something_to_read"
    WEBHOOK_CHALLENGE = "webhook_challenge"
    WEBHOOK_TEST = "webhook_test"
    WHO_ACTS_CHANGED = "who_acts_changed"


class Delivery(db.Model):
    """One delivery; `recipient` is `organisation:ID`, `person:ID`, `task:ID` or `member:ID`.

    `contact:ID` is a mailbox of the directory itself, `link:ID` a controller's contact without
    account, for one referral. `represented:ID` is the person of a case at her own address, whoever
    filed it; `earlier:ID` the same person, about another case, at the mailbox confirmed for this.
    `way`: how many ways to the recipient were left before this one; `first_tried_at`: what its age
    is counted from.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index(None, "state", "channel", "recipient", "next_at"),)

    id: Mapped[Key]
    kind: Mapped[DeliveryKind] = mapped_column(StrEnumType(DeliveryKind))
    channel: Mapped[Channel] = mapped_column(StrEnumType(Channel))
    recipient: Mapped[str] = mapped_column(String(60))
    rights_request_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("rights_request.id"), index=True
    )
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[DeliveryState] = mapped_column(
        StrEnumType(DeliveryState), default=DeliveryState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    way: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    last_error: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    first_tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    alarmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


EVERYBODY = "*"
"""The recipient under which the circuit of a whole channel is kept: our mail server, say."""


class DeliveryCircuit(db.Model):
    """The circuit breaker of one channel to one organisation, and when it last had its turn."""

    __tablename__ = "delivery_circuit"

    recipient: Mapped[str] = mapped_column(String(60), primary_key=True)
    channel: Mapped[Channel] = mapped_column(StrEnumType(Channel), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    served_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DeliverySuspension(db.Model):
    """Deliveries to one organisation, held back by an operator until somebody resumes them."""

    __tablename__ = "delivery_suspension"

    recipient: Mapped[str] = mapped_column(String(60), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(String(300))
    suspended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    suspended_by_name: Mapped[str] = mapped_column(String(200), default="")
