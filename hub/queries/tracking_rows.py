"""The frozen rows of what a person sees of her own request: nothing internal is in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.domain.clock import ClockReading
from hub.domain.directory import IdentityLevel, OrganisationKind, RecipientKind
from hub.domain.lifecycle import WORKABLE, ReferralState, RequestState, is_contested
from hub.domain.outcomes import Outcome
from hub.domain.representation import UNDER_MANDATE, Representation
from hub.domain.rights import Right
from hub.models.answer import OutsideChannel
from hub.models.rights_request import IntakeChannel
from hub.ports import Caution
from hub.queries.acknowledgements import KeptAcknowledgement
from hub.queries.linked_requests import LinkedRequest


@dataclass(frozen=True)
class TrackedFile:
    """A file of the exchange; `is_kept` is false once its retention is over."""

    id: UUID
    title: str
    size: int
    created_at: datetime
    opened_at: datetime | None
    answer_id: UUID | None
    message_id: UUID | None
    is_kept: bool
    sha256: str = ""
    cautions: tuple[Caution, ...] = ()
    cleaned_size: int | None = None
    is_sealed_to_former: bool = False
    asked_again_at: datetime | None = None

    @property
    def may_be_asked_again(self) -> bool:
        """Whether her code does not open it, and nobody was asked to send it again yet."""
        return self.is_kept and self.is_sealed_to_former and self.asked_again_at is None


@dataclass(frozen=True)
class TrackedItem:
    """One processing: why it is there, what was decided, and when that was done."""

    processing_id: UUID
    title: str
    reasons: tuple[dict[str, Any], ...]
    outcome: Outcome | None
    applied_on: date | None
    done: str
    title_en: str | None = None
    is_patient_record: bool = False

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title


@dataclass(frozen=True)
class TrackedRecipient:
    """Who received data that were changed since, and when it was told (GDPR 19)."""

    name: str
    kind: RecipientKind
    title: str
    told_on: date | None
    was_not_told: bool


@dataclass(frozen=True)
class Reply:
    """What the person replied, and the files she sent with it."""

    text: str
    sent_at: datetime
    files: tuple[TrackedFile, ...]


@dataclass(frozen=True)
class Question:
    """A question, an identity check (its doubt stays with the controller), or what is missing."""

    id: UUID
    is_identity_check: bool
    is_completion: bool
    text: str
    sent_at: datetime
    reply_by_on: date | None
    replied_at: datetime | None
    closed_at: datetime | None
    reply: Reply | None


@dataclass(frozen=True)
class SaidOfItem:
    """What an answer says of one processing."""

    processing_id: UUID
    title: str
    outcome: Outcome
    ground: str | None
    reasons: str
    applied_on: date | None
    done: str
    title_en: str | None = None

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title


class Withholding(Protocol):
    """Why an answer is withheld."""

    @property
    def needed(self) -> IdentityLevel:
        """The level of identity that it needs."""

    @property
    def frozen_at(self) -> datetime | None:
        """Since when an incident keeps it closed."""


@dataclass(frozen=True)
class TrackedAnswer:
    """An answer that was sent; `is_replaced` once a corrected one took its place.

    `needs` is the level of identity it waits for, `frozen_at` since when an incident keeps it
    closed: until then its letter, its reasons and its files are not here at all.
    """

    id: UUID
    is_replaced: bool
    outcome: Outcome
    text: str
    author_name: str
    sent_at: datetime
    outside_channel: OutsideChannel | None
    outside_on: date | None
    read_at: datetime | None
    deletion_told_at: datetime | None
    deleted_at: datetime | None
    items: tuple[SaidOfItem, ...]
    files: tuple[TrackedFile, ...]
    needs: IdentityLevel | None = None
    frozen_at: datetime | None = None

    def withheld(self, gate: Withholding) -> "TrackedAnswer":
        """The same answer without anything that only its person may read."""
        items = tuple(replace(one, reasons="") for one in self.items)
        return replace(
            self, text="", items=items, files=(), needs=gate.needed, frozen_at=gate.frozen_at
        )


@dataclass(frozen=True)
class TrackedAct:
    """One act, with the words that went with it when it was told to the person."""

    at: datetime
    kind: EventKind
    words: str = ""


@dataclass(frozen=True)
class TrackedReferral:
    """What became of the request at one controller."""

    id: UUID
    number: str
    organisation_id: UUID
    organisation_name: str
    organisation_kind: OrganisationKind
    state: ReferralState
    received_at: datetime
    delivered_at: datetime | None
    outcome: Outcome | None
    contested_once: bool
    transferred_to: str
    is_looked_for: bool
    search_ended_at: datetime | None
    clock: ClockReading
    extension_cause: str
    extension_words: str
    items: tuple[TrackedItem, ...]
    questions: tuple[Question, ...]
    answers: tuple[TrackedAnswer, ...]
    recipients: tuple[TrackedRecipient, ...]
    acts: tuple[TrackedAct, ...]
    opened_at: tuple[datetime, ...]
    acknowledgements: tuple[KeptAcknowledgement, ...]

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Those that wait for her reply, the most urgent first."""
        waiting = [one for one in self._unreplied if one.closed_at is None]
        return tuple(sorted(waiting, key=lambda one: one.reply_by_on or date.max))

    @property
    def is_contested(self) -> bool:
        """Whether its answer is looked at again: no date runs for that."""
        return is_contested(self.state, was_answered=self.clock.stopped_on is not None)

    @property
    def is_searched(self) -> bool:
        """Whether the organisation in charge, named or not, is still looked for."""
        declined = self.state is ReferralState.DECLINED_NOT_CONTROLLER
        return declined and self.is_looked_for and self.search_ended_at is None

    @property
    def closed_questions(self) -> tuple[Question, ...]:
        """Those closed without her reply, to which a late one still counts."""
        if self.answers or self.state not in WORKABLE | {ReferralState.CLOSED}:
            return ()
        return tuple(one for one in self._unreplied if one.closed_at is not None)

    @property
    def _unreplied(self) -> tuple[Question, ...]:
        return tuple(one for one in self.questions if one.replied_at is None)

    @property
    def answer(self) -> TrackedAnswer | None:
        """The answer in force."""
        return next((one for one in self.answers if not one.is_replaced), None)


@dataclass(frozen=True)
class TrackedRequest:
    """A rights request as the person who filed it sees it, whole."""

    id: UUID
    reference: str
    right: Right
    state: RequestState
    channel: IntakeChannel
    received_at: datetime
    filed_at: datetime
    lapses_at: datetime | None
    has_email: bool
    email: str
    statement: str
    person_name: str
    postal_address: str
    notified_online: bool
    shredded: bool
    content_deleted_at: datetime | None
    names: dict[str, str]
    referrals: tuple[TrackedReferral, ...]
    acting: Representation | None = None
    links: tuple[LinkedRequest, ...] = ()

    def withholding(self, gates: Mapping[UUID, Withholding]) -> "TrackedRequest":
        """The same request with these answers withheld, each behind its gate."""
        referrals = tuple(
            replace(
                referral,
                answers=tuple(
                    one.withheld(gates[one.id]) if one.id in gates else one
                    for one in referral.answers
                ),
            )
            for referral in self.referrals
        )
        return replace(self, referrals=referrals)

    @property
    def is_registration(self) -> bool:
        """Whether it is an entry of the register of opt-outs, asked of no controller."""
        return self.right is Right.SECONDARY_USE_OPT_OUT and not self.referrals

    @property
    def has_mandate(self) -> bool:
        """Whether a mandate holds under which this was filed."""
        said = self.acting
        return said is not None and said.capacity in UNDER_MANDATE and said.ended_on is None
