"""What was asked, replied, answered, sent and done, by referral, for the person to read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.models.answer import (
    GIVEN,
    Answer,
    AnswerItem,
    AnswerState,
    CleanedCopy,
    Direction,
    Document,
)
from hub.models.audit_event import AuditEvent
from hub.models.exchange import ASKED, Message, MessageKind
from hub.models.rights_request import KeyClass, RightsRequest
from hub.ports import Caution
from hub.queries.tracking_rows import (
    Question,
    Reply,
    SaidOfItem,
    TrackedAct,
    TrackedAnswer,
    TrackedFile,
    TrackedItem,
)
from hub.sealing import Place, RequestKeys, Shredded

SHOWN = ASKED | {MessageKind.REPLY}
TOLD = frozenset(
    {
        EventKind.ANSWER_CORRECTED,
        EventKind.ANSWER_DELETED,
        EventKind.ANSWER_DELETION_TOLD,
        EventKind.ANSWER_GIVEN_OUTSIDE,
        EventKind.ANSWER_SENT,
        EventKind.APPLIED,
        EventKind.CLOCK_EXTENDED,
        EventKind.CODE_ASKED,
        EventKind.CODE_RENEWED,
        EventKind.CODE_STOPPED,
        EventKind.CLOCK_PAUSED,
        EventKind.CLOCK_REDATED,
        EventKind.CLOCK_RESUMED,
        EventKind.COMPLETION_ASKED,
        EventKind.DELIVERY_FAILED,
        EventKind.NAMED_NOT_FOUND,
        EventKind.DISPUTE_SETTLED,
        EventKind.DOCUMENT_DESTROYED,
        EventKind.FILES_ASKED_AGAIN,
        EventKind.FILES_SENT_AGAIN,
        EventKind.FILING_DISPUTED,
        EventKind.IDENTITY_CODE_ACCEPTED,
        EventKind.IDENTITY_CODE_REFUSED,
        EventKind.IDENTITY_CONFIRMED,
        EventKind.IDENTITY_LETTER_WRITTEN,
        EventKind.IDENTITY_PROOF_ASKED,
        EventKind.INCIDENT_CLOSED,
        EventKind.INCIDENT_OPENED,
        EventKind.INCIDENT_RELEASED,
        EventKind.MANDATE_ENDED,
        EventKind.NOTICE_ESCALATED,
        EventKind.NOTICE_SENT,
        EventKind.QUESTION_ASKED,
        EventKind.QUESTION_CLOSED,
        EventKind.QUESTION_REMINDED,
        EventKind.QUESTION_REOPENED,
        EventKind.REFERRAL_ACKNOWLEDGED,
        EventKind.REFERRAL_CLOSED,
        EventKind.REFERRAL_CONTESTED,
        EventKind.REFERRAL_CREATED,
        EventKind.REFERRAL_DECLINED,
        EventKind.REFERRAL_JOINED,
        EventKind.REFERRAL_SEPARATED,
        EventKind.REFERRAL_DELIVERED,
        EventKind.REFERRAL_TRANSFERRED,
        EventKind.REFERRAL_WITHDRAWN,
        EventKind.REPLY_GIVEN,
    }
)
"""Acts of the timeline; how a controller organises its own work is not the person's business."""

ABOUT_THE_CODE = frozenset({EventKind.CODE_ASKED, EventKind.CODE_RENEWED, EventKind.CODE_STOPPED})
"""Acts on the whole request, which the timeline of each referral shows."""

WITH_WORDS = frozenset(
    {
        EventKind.NAMED_NOT_FOUND,
        EventKind.REFERRAL_DECLINED,
        EventKind.REFERRAL_TRANSFERRED,
    }
)


class Opened:
    """Opens cells of one rights request; what was shredded reads as empty."""

    def __init__(self, keys: RequestKeys, rights_request_id: UUID) -> None:
        self._keys = keys
        self._rights_request_id = rights_request_id

    def __call__(self, cell: str, row: UUID, sealed: bytes | None) -> str:
        """The text of one cell ("table.column") of one row."""
        try:
            return self._keys.open(Place(self._rights_request_id, cell, row), sealed)
        except Shredded:
            return ""


@dataclass
class Acts:
    """Acts told to the person, and the instants at which members opened her case."""

    told: dict[UUID, list[TrackedAct]] = field(default_factory=lambda: defaultdict(list))
    opened: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def told_of(self, referral_id: UUID, rights_request_id: UUID) -> tuple[TrackedAct, ...]:
        """The acts on one referral, with those on the code of the whole request."""
        whole = (one for one in self.told[rights_request_id] if one.kind in ABOUT_THE_CODE)
        return tuple(sorted((*self.told[referral_id], *whole), key=lambda one: one.at))


def files_of(session: Session, rights_request_id: UUID, opened: Opened) -> list[TrackedFile]:
    """Every file of the request, both ways, oldest first; not what a controller keeps as proof."""
    rows = session.execute(
        select(Document, CleanedCopy.size, RightsRequest.box_renewed_at)
        .join(RightsRequest, RightsRequest.id == Document.rights_request_id)
        .outerjoin(CleanedCopy, CleanedCopy.document_id == Document.id)
        .where(
            Document.rights_request_id == rights_request_id,
            Document.direction != Direction.KEPT,
            # What was sent again has taken the place of what no code opens.
            or_(Document.asked_again_at.is_(None), Document.deleted_at.is_(None)),
        )
        .order_by(Document.created_at, Document.id)
    ).all()
    return [
        TrackedFile(
            row.id,
            opened("document.title_sealed", row.id, row.title_sealed),
            row.size,
            row.created_at,
            row.opened_at,
            row.answer_id,
            row.message_id,
            row.deleted_at is None and row.storage_key is not None,
            row.sha256,
            tuple(Caution(code) for code in row.cautions.split(",") if code),
            cleaned_size,
            row.direction is Direction.TO_PERSON
            and renewed_at is not None
            and row.created_at < renewed_at,
            row.asked_again_at,
        )
        for row, cleaned_size, renewed_at in rows
    ]


def openings_of(
    session: Session, rights_request_id: UUID, files: Sequence[TrackedFile]
) -> dict[UUID, list[datetime]]:
    """Every time each of these files was opened, oldest first."""
    rows = session.execute(
        select(AuditEvent.subject_id, AuditEvent.at)
        .where(
            AuditEvent.stream_id == rights_request_id,
            AuditEvent.kind == EventKind.DOCUMENT_OPENED,
            AuditEvent.subject_id.in_([one.id for one in files]),
        )
        .order_by(AuditEvent.seq)
    )
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for document_id, at in rows:
        if document_id is not None:
            found[document_id].append(at)
    return found


def questions_by_referral(
    session: Session, ids: Iterable[UUID], opened: Opened, files: Iterable[TrackedFile]
) -> dict[UUID, list[Question]]:
    """Questions with the replies they got, the last one first; never an internal note."""
    rows = session.scalars(
        select(Message)
        .where(Message.referral_id.in_(ids), Message.kind.in_(SHOWN))
        .order_by(Message.sent_at.desc(), Message.id.desc())
    ).all()
    sent = _by(files, "message_id")
    replies = {
        row.replies_to_id: Reply(
            opened("message.text_sealed", row.id, row.text_sealed),
            row.sent_at,
            tuple(sent[row.id]),
        )
        for row in rows
        if row.kind is MessageKind.REPLY
    }
    found: dict[UUID, list[Question]] = defaultdict(list)
    for row in rows:
        if row.kind is not MessageKind.REPLY:
            found[row.referral_id].append(_question(row, opened, replies.get(row.id)))
    return found


def answers_by_referral(
    session: Session,
    ids: Iterable[UUID],
    opened: Opened,
    files: Iterable[TrackedFile],
    items: Mapping[UUID, list[TrackedItem]],
) -> dict[UUID, list[TrackedAnswer]]:
    """Answers sent, the last one first; drafts and proposals are not hers to see."""
    rows = session.scalars(
        select(Answer)
        .where(
            Answer.referral_id.in_(ids),
            Answer.state.in_(GIVEN),
        )
        .order_by(Answer.created_at.desc(), Answer.id.desc())
    ).all()
    said: dict[UUID, dict[UUID, AnswerItem]] = defaultdict(dict)
    wanted = select(AnswerItem).where(AnswerItem.answer_id.in_([row.id for row in rows]))
    for item in session.scalars(wanted):
        said[item.answer_id][item.processing_id] = item
    sent = _by(files, "answer_id")
    found: dict[UUID, list[TrackedAnswer]] = defaultdict(list)
    for row in rows:
        parts = _said(items[row.referral_id], said[row.id], opened)
        found[row.referral_id].append(_answer(row, parts, opened, tuple(sent[row.id])))
    return found


def acts_by_referral(session: Session, keys: RequestKeys, rights_request_id: UUID) -> Acts:
    """The acts of a request that its person is told of, oldest first, in one query."""
    wanted = TOLD | {EventKind.REFERRAL_OPENED}
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.stream_id == rights_request_id, AuditEvent.kind.in_(wanted))
        .order_by(AuditEvent.seq)
    )
    acts = Acts()
    for row in rows:
        if row.subject_id is None:
            continue
        if row.kind is EventKind.REFERRAL_OPENED:
            acts.opened[row.subject_id].append(row.at)
        else:
            acts.told[row.subject_id].append(TrackedAct(row.at, row.kind, _words(keys, row)))
    return acts


def _words(keys: RequestKeys, row: AuditEvent) -> str:
    if row.kind not in WITH_WORDS:
        return ""
    place = Place(row.stream_id, "audit_event.detail_sealed", row.id, KeyClass.PROCEDURE)
    try:
        return str(keys.open_facts(place, row.detail_sealed).get("words", ""))
    except Shredded:
        return ""


def _question(row: Message, opened: Opened, reply: Reply | None) -> Question:
    return Question(
        id=row.id,
        is_identity_check=row.kind is MessageKind.IDENTITY_CHECK,
        is_completion=row.kind is MessageKind.COMPLETION,
        text=opened("message.text_sealed", row.id, row.text_sealed),
        sent_at=row.sent_at,
        reply_by_on=row.reply_by_on,
        replied_at=row.replied_at,
        closed_at=row.closed_at,
        reply=reply,
    )


def _said(
    items: Iterable[TrackedItem], said: Mapping[UUID, AnswerItem], opened: Opened
) -> tuple[SaidOfItem, ...]:
    return tuple(
        SaidOfItem(
            item.processing_id,
            item.title,
            row.outcome,
            row.ground,
            opened("answer_item.reasons_sealed", row.id, row.reasons_sealed),
            item.applied_on,
            item.done,
            item.title_en,
        )
        for item in items
        if (row := said.get(item.processing_id)) is not None
    )


def _answer(
    row: Answer, items: tuple[SaidOfItem, ...], opened: Opened, files: tuple[TrackedFile, ...]
) -> TrackedAnswer:
    return TrackedAnswer(
        id=row.id,
        is_replaced=row.state is AnswerState.CORRECTED,
        outcome=row.outcome,
        text=opened("answer.text_sealed", row.id, row.text_sealed),
        author_name=row.author_name,
        sent_at=row.sent_at or row.created_at,
        outside_channel=row.outside_channel,
        outside_on=row.outside_on,
        read_at=row.read_at,
        deletion_told_at=row.deletion_told_at,
        deleted_at=row.deleted_at,
        items=items,
        files=files,
    )


def _by(files: Iterable[TrackedFile], name: str) -> dict[UUID, list[TrackedFile]]:
    found: dict[UUID, list[TrackedFile]] = defaultdict(list)
    for one in files:
        found[getattr(one, name)].append(one)
    return found
