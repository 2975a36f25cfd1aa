"""The frozen rows of the page of one referral."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.domain.clock import ClockReading
from hub.domain.directory import IdentityLevel, RecipientKind
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.lifecycle import ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.answer import AnswerState, Direction, OutsideChannel
from hub.models.exchange import MessageKind
from hub.models.referral import ToldBy, WaitingFor
from hub.models.rights_request import IntakeChannel
from hub.queries.acknowledgements import KeptAcknowledgement
from hub.queries.letters import Sender
from hub.queries.objections import KnownObjection

Purposes = tuple[tuple[LegalBasis, Context], ...]


@dataclass(frozen=True)
class Asked:
    """One processing of a referral: why it is there, and what came of it."""

    id: UUID
    processing_id: UUID
    title: str
    reasons: tuple[dict[str, Any], ...]
    purposes: Purposes
    identifiers: tuple[str, ...]
    outcome: Outcome | None
    decided_on: date | None
    applied_on: date | None
    done: str
    proof: str
    answer_level: IdentityLevel = IdentityLevel.L2


@dataclass(frozen=True)
class RecipientLine:
    """A recipient to be told of what was granted about one processing (GDPR 19)."""

    id: UUID
    name: str
    kind: RecipientKind
    title: str
    told_on: date | None
    channel: ToldBy | None
    proof: str
    not_told_reason: str
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True)
class MessageLine:
    """A message of the exchange, or an internal note."""

    id: UUID
    kind: MessageKind
    text: str
    doubt: str
    author_name: str
    sent_at: datetime
    reply_by_on: date | None
    replied_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class TaskLine:
    """A task for a colleague without account, and her reply."""

    id: UUID
    colleague_name: str
    text: str
    identifiers: tuple[str, ...]
    reply_by_on: date
    asked_at: datetime
    reply: str
    done_at: datetime | None


@dataclass(frozen=True)
class DocumentLine:
    """A line of the inventory of files."""

    id: UUID
    title: str
    direction: Direction
    media_type: str
    size: int
    sha256: str
    answer_id: UUID | None
    referral_item_id: UUID | None
    created_at: datetime
    deleted_at: datetime | None
    asked_again_at: datetime | None = None


@dataclass(frozen=True)
class AnsweredItem:
    """What an answer says of one processing."""

    processing_id: UUID
    outcome: Outcome
    ground: str | None
    reasons: str
    evidence: str


@dataclass(frozen=True)
class SecondReading:
    """Who read an answer before it left and what she wrote, or why nobody did and who reviewed."""

    reader_name: str
    read_at: datetime | None
    words: str
    alone_reason: str
    review_wanted: bool
    reviewed_by: str
    reviewed_at: datetime | None


@dataclass(frozen=True)
class AnswerLine:
    """An answer with its letter: waiting, sent back, in force or corrected since."""

    id: UUID
    state: AnswerState
    outcome: Outcome
    text: str
    author_id: UUID | None
    author_name: str
    author_capacity: str
    author_service: str
    created_at: datetime
    sent_at: datetime | None
    outside_channel: OutsideChannel | None
    outside_on: date | None
    outside_proof: str
    read_at: datetime | None
    deleted_at: datetime | None
    reading: SecondReading
    letter_sha256: str
    items: tuple[AnsweredItem, ...]


@dataclass(frozen=True)
class ActLine:
    """One act of the case, as its timeline shows it."""

    at: datetime
    kind: EventKind
    actor_kind: str
    actor_name: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class ReferralPage:
    """Everything of one referral; `shredded` says that its content was destroyed."""

    id: UUID
    rights_request_id: UUID
    organisation_id: UUID
    number: str
    right: Right
    state: ReferralState
    waiting_for: WaitingFor
    channel: IntakeChannel
    language: str
    received_at: datetime
    delivered_at: datetime | None
    opened_at: datetime | None
    assigned_to_id: UUID | None
    assigned_to: str
    label: str
    outcome: Outcome | None
    transferred_to: str
    routing_trace: dict[str, Any]
    box_public: str
    has_email: bool
    person: dict[str, Any]
    statement: str
    shredded: bool
    content_deleted_at: datetime | None
    are_names_deleted: bool
    clock: ClockReading
    items: tuple[Asked, ...]
    messages: tuple[MessageLine, ...]
    tasks: tuple[TaskLine, ...]
    documents: tuple[DocumentLine, ...]
    answers: tuple[AnswerLine, ...]
    recipients: tuple[RecipientLine, ...]
    acts: tuple[ActLine, ...]
    organisations: dict[str, str]
    acknowledgements: tuple[KeptAcknowledgement, ...]
    second_reader_wanted: bool
    sender: Sender
    objections: tuple[KnownObjection, ...]
    is_disputed: bool = False
    """The person says that the request is not hers: nothing may be answered."""

    @property
    def pending(self) -> AnswerLine | None:
        """The answer that waits for its second reader."""
        waiting = AnswerState.AWAITING_SECOND_READER
        return next((one for one in self.answers if one.state is waiting), None)

    @property
    def sent_back(self) -> AnswerLine | None:
        """The last answer, when its second reader has sent it back."""
        last = next(iter(self.answers), None)
        return last if last and last.state is AnswerState.SENT_BACK else None

    @property
    def files_asked_again(self) -> tuple[DocumentLine, ...]:
        """The files that the person can no longer open, and asked for again."""
        return tuple(one for one in self.documents if one.asked_again_at and not one.deleted_at)

    @property
    def files_sent_back(self) -> tuple[DocumentLine, ...]:
        """The files of the answer that was sent back: the next one may keep each of them."""
        if self.sent_back is None:
            return ()
        answer_id = self.sent_back.id
        own = (one for one in self.documents if one.answer_id == answer_id)
        return tuple(one for one in own if one.deleted_at is None)
