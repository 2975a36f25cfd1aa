"""What programs send and receive (contract: stable names; bounds on every field)."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    StrictBool,
    field_validator,
)

from hub.domain.directory import Identifier
from hub.domain.lifecycle import ReferralState, RequestState
from hub.domain.objections import MOST_SOUGHT
from hub.domain.outcomes import Outcome
from hub.domain.representation import AnswerTo, HeirPurpose
from hub.domain.rights import Right
from hub.models.answer import AnswerState
from hub.models.rights_request import IntakeChannel
from hub.models.upload import UploadState

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\t\r\n]*\S[^\t\r\n]*$")]
Text = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"\S")]
Short = Annotated[str, Field(min_length=1, max_length=300)]
MOST_PROCESSINGS = 100
_OF_NUMBERS = frozenset("0123456789.+ eE_")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _written_out(given: Any) -> Any:
    """Refuse a number, in figures or as a text: it would be read as seconds since 1970."""
    if isinstance(given, (int, float)) or (
        isinstance(given, str) and not set(given.lstrip(" -")) - _OF_NUMBERS
    ):
        raise ValueError("a date is written out: 1965-03-08")
    return given


Day = Annotated[date, BeforeValidator(_written_out)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]


class Closed(BaseModel):
    """A body with no other member than these."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def printable(cls, given: Any) -> Any:
        """Refuse what no page can show and PostgreSQL does not keep (NUL, escapes)."""
        texts = given.values() if isinstance(given, dict) else [given]
        if any(isinstance(text, str) and _UNPRINTABLE.search(text) for text in texts):
            raise ValueError("control characters are not taken")
        return given


class PersonIn(Closed):
    """The person whose right it is; the NIR is never among the identifiers."""

    given_names: Name
    family_name: Name
    birth_date: Day
    email: EmailStr | None = None
    postal_address: Annotated[str, Field(max_length=500)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    notified_online: StrictBool = False
    """She agreed that decisions are notified on the hub's site (CRPA R112-17)."""
    identifiers: dict[Identifier, Short] = Field(default_factory=dict)


class RepresentativeIn(Closed):
    """Who acts for the person, in what capacity, and within what mandate or purpose.

    `answer_to` is `representative` where a mandate (agent, association) says so; one that is silent
    leaves the answer to the person: the receipt then has no secret, and she takes her own by the
    link we send to her e-mail address, or from our letter.
    `rights` and `processings` are the object of a mandate; empty: all. What lies outside it is
    refused (ground ALL-MANDATE), what lies inside goes on, and the person is told.
    """

    name: Name
    capacity: Literal["parent", "guardian", "agent", "heir", "association"]
    object: Annotated[str, Field(max_length=500)] | None = None
    rights: list[Right] = Field(default_factory=list)
    processings: Annotated[list[UUID], Field(max_length=MOST_PROCESSINGS)] = Field(
        default_factory=list
    )
    starts_on: Day | None = None
    ends_on: Day | None = None
    answer_to: AnswerTo | None = None
    purpose: HeirPurpose | None = None


class RequestIn(Closed):
    """A filing: one right, towards the controllers of any number of processings."""

    right: Right
    processings: Annotated[list[UUID], Field(min_length=1, max_length=MOST_PROCESSINGS)]
    person: PersonIn
    statement: Annotated[str, Field(max_length=4000)] = ""
    language: Literal["fr", "en"] = "fr"
    channel: IntakeChannel = IntakeChannel.API
    received_at: Instant | None = None
    representative: RepresentativeIn | None = None


class ControllerOut(BaseModel):
    """A controller, by its SIREN where it has one."""

    id: UUID | None = None
    siren: str | None
    name: str


class ClockOut(BaseModel):
    """The four dates of the law and how they were found, a sentence a step."""

    strict_on: date
    due_on: date | None
    notice_limit_on: date | None
    refusal_due_on: date
    suspended: bool
    explanation: list[str]


class ReferralOut(BaseModel):
    """The part of a rights request that one controller must answer.

    `answer_state`: how far its last answer has come. While it is `awaiting_second_reader` nothing
    has left, the clock runs and `state` and `outcome` are those from before.
    """

    id: UUID
    number: str
    organisation: ControllerOut
    processings: list[UUID]
    right: Right
    state: ReferralState
    outcome: Outcome | None
    answer_state: AnswerState | None
    received_at: datetime
    clock: ClockOut


class RefusedPartOut(BaseModel):
    """What was not passed on because the mandate does not cover it, on which ground.

    Without `processings`: the whole request.
    """

    ground: str
    reason: str
    processings: list[UUID]


class RequestOut(BaseModel):
    """A rights request without its secret; `refused` is what the mandate did not open."""

    reference: str
    received_at: datetime
    state: RequestState
    referrals: list[ReferralOut]
    refused: list[RefusedPartOut] = Field(default_factory=list)


class FiledOut(RequestOut):
    """The receipt of a filing; the secret is shown here and by replays of the same key only.

    Null where a mandate leaves the answer to the person (décret 2019-536, art. 77).
    """

    secret: str | None


class BatchLineOut(BaseModel):
    """What came of one line of a batch: its receipt, or why it was refused."""

    line: int
    key: str
    result: Literal["filed", "refused"]
    receipt: FiledOut | None = None
    errors: list[dict[str, str]] = Field(default_factory=list)


class BatchOut(BaseModel):
    """The report of a batch, a line a line."""

    filed: int
    refused: int
    lines: list[BatchLineOut]


class EventOut(BaseModel):
    """One act as the log's chain sees it; the detail is present by its digest only."""

    seq: int
    at: datetime
    actor_kind: str
    actor: str
    kind: str
    subject: UUID | None
    detail_digest: str
    prev: str
    hash: str


class ProofOut(BaseModel):
    """The chain of a rights request, its last hash, and whether it was whole when read."""

    reference: str
    whole: bool
    head: str
    events: list[EventOut]


class IncidentsQuery(BaseModel):
    """Open ones, closed ones or all, and where to go on."""

    open: bool | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1)] = 50


class IncidentOut(BaseModel):
    """One breach as the register holds it (GDPR 33(5)); `state` is late, open or closed."""

    number: str
    referral_id: UUID
    referral_number: str
    state: str
    opened_at: datetime
    opened_by: str
    notify_by: datetime
    facts: str
    effects: str
    measures: str
    risk: str | None
    notified_on: date | None
    cnil_number: str
    delay: str
    not_notified: str
    told_on: date | None
    not_told: str
    released_at: datetime | None
    closed_at: datetime | None


class IncidentsOut(BaseModel):
    """A page of the register."""

    items: list[IncidentOut]
    next_cursor: str | None


class ReferralsOut(BaseModel):
    """A page of referrals."""

    items: list[ReferralOut]
    next_cursor: str | None


class PurposeOut(BaseModel):
    """A purpose with its legal basis and health context: the key of the law."""

    title: str
    legal_basis: str
    context: str


class IdentifierOut(BaseModel):
    """What the holder asks to find a person."""

    identifier: Identifier
    required: bool


class ProcessingOut(BaseModel):
    """A processing of the directory."""

    id: UUID
    title: str
    kind: str
    controllers: list[ControllerOut]
    purposes: list[PurposeOut]
    identifiers_asked: list[IdentifierOut]


class ProcessingsOut(BaseModel):
    """A page of processings."""

    items: list[ProcessingOut]
    next_cursor: str | None


class ProcessingsQuery(BaseModel):
    """Words to search for, and where to go on."""

    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1)] = 50


class ReferralsQuery(BaseModel):
    """One state or all, and where to go on."""

    state: ReferralState | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1)] = 50


class OptOutIn(Closed):
    """Who refuses all reuse; no reason is asked, and none is taken here."""

    person: PersonIn
    language: Literal["fr", "en"] = "fr"
    channel: IntakeChannel = IntakeChannel.API


class OptOutReceiptOut(BaseModel):
    """The receipt: it counts from `recorded_at`, for permits approved from `counts_from_on`."""

    reference: str
    secret: str
    recorded_at: datetime
    counts_from_on: date


class OptOutsQuery(BaseModel):
    """The day on which permits are approved, and where to go on."""

    permit_on: Day
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1)] = 50


class OptedOutPersonOut(BaseModel):
    """Who is opted out, as far as she said it."""

    given_names: str
    family_name: str
    birth_date: date | None
    identifiers: dict[str, str]


class OptedOutOut(BaseModel):
    """One registration in force; `person_key` tells two of one person, and says neither name."""

    reference: str
    since_at: datetime
    person_key: str
    person: OptedOutPersonOut


class OptOutsOut(BaseModel):
    """A page of the list for the permits of one day, and the cut-off it was read at."""

    permit_on: date
    cut_off_at: datetime
    is_final: bool
    items: list[OptedOutOut]
    next_cursor: str | None


class ObjectionsQuery(BaseModel):
    """Whose objections: those to a database or project and to what it reuses, as of a day."""

    processing: UUID
    on: Day
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1)] = 50


class ObjectorOut(BaseModel):
    """Who objected, as she said it to this controller, while her request is kept."""

    given_names: str
    family_name: str
    birth_date: date | None
    identifiers: dict[str, str]


class ObjectionOut(BaseModel):
    """One objection in force; `person_key` is hers with this controller, and says neither name.

    `processing` is what she refused: the project asked about, or a base that it reuses. `person`
    is null once her request is deleted: look for her among persons that are known.
    """

    person_key: str
    processing: UUID
    title: str
    since_on: date
    person: ObjectorOut | None


class ObjectionsOut(BaseModel):
    """A page of the list; `is_final` is false until the day is over."""

    processing: UUID
    on: date
    is_final: bool
    items: list[ObjectionOut]
    next_cursor: str | None


class SoughtPersonIn(Closed):
    """Somebody whose data a project would use."""

    given_names: Name
    family_name: Name
    birth_date: Day


class ObjectionMatchesIn(Closed):
    """Among these persons, who objected? Nothing of them is kept."""

    processing: UUID
    on: Day
    persons: Annotated[list[SoughtPersonIn], Field(min_length=1, max_length=MOST_SOUGHT)]


class ObjectionMatchOut(BaseModel):
    """One of the persons asked about, by her place in the list from 0, and since when."""

    position: int
    since_on: date


class ObjectionMatchesOut(BaseModel):
    """Who must be left out of the project; `is_final` is false until the day is over."""

    processing: UUID
    on: date
    is_final: bool
    matches: list[ObjectionMatchOut]


class DeadlineQuery(BaseModel):
    """A clock in words, as in the columns of `rights-hub deadline --csv`."""

    received_at: Annotated[str, Field(max_length=60)]
    holiday_zone: Annotated[str, Field(max_length=40)] = ""
    pauses: Annotated[str, Field(max_length=2000)] = ""
    extensions: Annotated[str, Field(max_length=2000)] = ""
    track: Annotated[str, Field(max_length=40)] = ""


class DeadlineOut(ClockOut):
    """The dates of any clock; `due_on` is the date of its track."""

    received_on: date


class RightsQuery(BaseModel):
    """A legal basis (6-1-e) and a health context."""

    legal_basis: str
    context: str = "none"


class RightOut(BaseModel):
    """Whether a right applies, why, and what to use instead."""

    right: Right
    status: str
    reason: str
    articles: list[str]
    instead: Right | None


class RightsOut(BaseModel):
    """Every right under one legal basis and context, by one version of the matrix."""

    matrix_version: str
    rights: list[RightOut]


class NothingIn(Closed):
    """An act that needs no words."""


class PauseIn(Closed):
    """An identity question: what is asked, and the reasonable doubt (GDPR 12(6))."""

    doubt: Text = Field(validation_alias=AliasChoices("doubt", "reason"))
    text: Annotated[str, Field(max_length=20_000)] = ""


class ExtendIn(Closed):
    """The listed cause of an extension, and its reasons."""

    cause: Annotated[str, Field(max_length=60)] = Field(
        validation_alias=AliasChoices("cause", "reason")
    )
    reasons: Text = Field(validation_alias=AliasChoices("reasons", "text"))


class ItemIn(Closed):
    """What is answered about one processing."""

    processing: UUID
    outcome: Outcome
    ground: Annotated[str, Field(max_length=30)] | None = None
    reasons: Annotated[str, Field(max_length=10_000)] = ""
    evidence: Annotated[str, Field(max_length=10_000)] = ""


class AuthorIn(Closed):
    """Whom the letter names: who decided, her capacity and her service (CRPA L212-1)."""

    name: Name
    capacity: Annotated[str, Field(max_length=120)] = ""
    service: Annotated[str, Field(max_length=200)] = ""


class UploadHeaders(BaseModel):
    """32 random bytes in hexadecimal, made by the program for one file and kept by it.

    They open its parts; the hub keeps only their hash.
    """

    upload_token: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]

    @property
    def token(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.upload_token)


class UploadIn(Closed):
    """A file that will come in parts: its name, with its extension, and its size in bytes."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    size: Annotated[int, Field(ge=1, le=2**31)]


class UploadOut(BaseModel):
    """How far a file has come; `received` are the numbers of the parts that are there."""

    id: UUID
    state: UploadState
    size: int
    part_bytes: int
    parts: int
    received: list[int]


class AnswerIn(Closed):
    """A whole answer; without `items`, its outcome holds for every processing.

    `no_second_reader`: why nobody reads a refusal, where no member of the organisation could.
    `author`: who decided; a refusal, even in part, should name her (CRPA L212-1): one that does
    not is taken, leaves under the name of the service, and the DPO's control C08 counts it.
    `uploads`: files of this answer that were sent in parts, each `ready`.
    """

    outcome: Outcome
    text: Text
    ground: Annotated[str, Field(max_length=30)] | None = None
    reasons: Annotated[str, Field(max_length=10_000)] = ""
    evidence: Annotated[str, Field(max_length=10_000)] = ""
    items: list[ItemIn] = Field(default_factory=list)
    no_second_reader: Annotated[str, Field(max_length=4_000)] = ""
    author: AuthorIn | None = None
    uploads: Annotated[list[UUID], Field(max_length=10)] = Field(default_factory=list)


class TransferIn(Closed):
    """The organisation of the directory that is competent, by its SIREN."""

    siren: Annotated[str, Field(pattern=r"^\d{9}$")]
    text: Annotated[str, Field(max_length=2000)] = ""


class DeclineIn(Closed):
    """Why not us, and who instead if it is not in the directory."""

    text: Text = Field(validation_alias=AliasChoices("text", "reason", "reasons"))
    named: Annotated[str, Field(max_length=300)] = ""


class ProblemOut(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None
    code: str | None = None
    errors: list[dict[str, Any]] | None = None
