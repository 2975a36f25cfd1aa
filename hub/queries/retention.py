"""What is at the end of its time, as statements that say no more than which rows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from hub.domain.audit_log import CONSULTATIONS
from hub.domain.lifecycle import ENDED, ReferralState
from hub.domain.opt_outs import OptOutAct
from hub.domain.retention import (
    HoldReason,
    RetentionPolicy,
    RetentionStep,
    latest_start_over,
)
from hub.domain.working_days import local_date, start_of_day
from hub.models.answer import Answer, AnswerState, CleanedCopy, Direction, Document
from hub.models.audit_event import AuditEvent
from hub.models.directory import Processing
from hub.models.member import IdempotencyRecord, Member
from hub.models.objection import ObjectionEntry
from hub.models.opt_out import CnilComplaint, OptOutEntry
from hub.models.referral import Referral
from hub.models.retention import RetentionHold, RetentionRun
from hub.models.rights_request import DataKey, KeyClass, RightsRequest
from hub.ports import Ports

_ONE_DAY = timedelta(days=1)
SETTLED = ENDED | {ReferralState.ANSWERED}
"""From these states an answer may be deleted: in all others its case is open, or open again."""

GIVEN = (AnswerState.SENT, AnswerState.CORRECTED)


@dataclass(frozen=True)
class RunLine:
    """One run of the report; `ended_at` is None for one that was cut short or goes on."""

    id: UUID
    started_at: datetime
    ended_at: datetime | None
    counts: dict[RetentionStep, int]


@dataclass(frozen=True)
class HoldLine:
    """A case that is kept longer, and why; a case is named by its reference alone."""

    id: UUID
    rights_request_id: UUID
    reference: str
    reason: HoldReason
    placed_at: datetime
    placed_by: str


def ids_due(step: RetentionStep, now: datetime, policy: RetentionPolicy) -> Select[Any]:
    """The ids of the rows that a step acts on at this instant, in a fixed order."""
    today = local_date(now)
    if step in (RetentionStep.ANSWERS_TOLD, RetentionStep.ANSWERS_DELETED):
        return _answers(step, today, policy)
    if step in (RetentionStep.ACCOUNTS_TOLD, RetentionStep.ACCOUNTS_DELETED):
        return _accounts(step, today, policy)
    if step is RetentionStep.FILES_DELETED:
        return (
            select(Document.id)
            .where(Document.deleted_at.is_not(None), Document.storage_key.is_not(None))
            .order_by(Document.id)
        )
    if step is RetentionStep.OBJECTIONS_DELETED:
        return _objections(today, policy)
    if step is RetentionStep.REPLAYS_DELETED:
        return _replays(today, policy)
    if step is RetentionStep.OPT_OUTS_DELETED:
        return _opt_outs(today, policy)
    return _requests(step, today, policy)


def count_due(session: Session, now: datetime, ports: Ports) -> dict[RetentionStep, int]:
    """How many rows, files and parts each step of a run would act on at this instant.

    Nothing is changed.
    """
    policy = ports.policies.retention
    found = {
        RetentionStep.LOGS_DELETED: ports.logs.count_over(now, policy.log_part_days),
        RetentionStep.JOURNAL_DELETED: ports.journal.count_over(now, policy.journal_days),
    }
    for step in set(RetentionStep) - set(found):
        ids = ids_due(step, now, policy).order_by(None).subquery()
        found[step] = session.scalar(select(func.count()).select_from(ids)) or 0
    found[RetentionStep.FILES_DELETED] += _files_of_due(session, now, policy)
    return found


def files_to_delete(session: Session, limit: int) -> dict[UUID, str]:
    """Files whose inventory line is deleted and that may still lie in the store: id to key."""
    ids = select(Document.id, Document.storage_key).where(
        Document.deleted_at.is_not(None), Document.storage_key.is_not(None)
    )
    return {row.id: row.storage_key or "" for row in session.execute(ids.limit(limit))}


def copies_to_delete(session: Session, limit: int) -> dict[UUID, str]:
    """Cleaned copies of files that are given up, still in the store: document's id to key."""
    ids = (
        select(CleanedCopy.document_id, CleanedCopy.storage_key)
        .join(Document, Document.id == CleanedCopy.document_id)
        .where(Document.deleted_at.is_not(None))
    )
    return {row.document_id: row.storage_key for row in session.execute(ids.limit(limit))}


def letters_to_delete(session: Session, limit: int) -> dict[UUID, str]:
    """Letters set on paper of answers that are deleted, still in the store: answer's id to key."""
    ids = select(Answer.id, Answer.letter_key).where(
        Answer.deleted_at.is_not(None), Answer.letter_key.is_not(None)
    )
    return {row.id: row.letter_key or "" for row in session.execute(ids.limit(limit))}


def last_runs(session: Session, limit: int = 10) -> list[RunLine]:
    """The last runs, the newest first."""
    rows = session.scalars(select(RetentionRun).order_by(RetentionRun.started_at.desc()))
    return [
        RunLine(
            row.id,
            row.started_at,
            row.ended_at,
            {step: int(row.counts.get(step.value, 0)) for step in RetentionStep},
        )
        for row in rows.fetchmany(limit)
    ]


def holds_in_force(session: Session) -> list[HoldLine]:
    """Every case that is kept longer, the oldest hold first."""
    rows = session.execute(
        select(RetentionHold, RightsRequest.reference, Member.name)
        .join(RightsRequest, RightsRequest.id == RetentionHold.rights_request_id)
        .outerjoin(Member, Member.id == RetentionHold.placed_by_id)
        .where(RetentionHold.lifted_at.is_(None))
        .order_by(RetentionHold.placed_at, RetentionHold.id)
    )
    return [
        HoldLine(row.id, row.rights_request_id, reference, row.reason, row.placed_at, name or "")
        for row, reference, name in rows
    ]


def hold_of(session: Session, rights_request_id: UUID) -> HoldLine | None:
    """The hold in force on a case, or None."""
    found = (one for one in holds_in_force(session) if one.rights_request_id == rights_request_id)
    return next(found, None)


def content_deleted_at(session: Session, rights_request_id: UUID) -> datetime | None:
    """When the content of a request was deleted; None while it is kept."""
    return session.scalar(
        select(DataKey.destroyed_at).where(
            DataKey.rights_request_id == rights_request_id, DataKey.key_class == KeyClass.CONTENT
        )
    )


def are_names_deleted(session: Session, rights_request_id: UUID) -> bool:
    """Whether the facts of the procedure are gone, and with them who answered and who acted."""
    key = select(DataKey.destroyed_at).where(
        DataKey.rights_request_id == rights_request_id, DataKey.key_class == KeyClass.PROCEDURE
    )
    return session.scalar(key) is not None


def _answers(step: RetentionStep, today: date, policy: RetentionPolicy) -> Select[UUID]:
    notice = timedelta(days=policy.answer_notice_days)
    if step is RetentionStep.ANSWERS_TOLD:
        over = _answer_is_over(today + notice + _ONE_DAY, policy)
        told = and_(RightsRequest.has_email, Answer.deletion_told_at.is_(None))
    else:
        over = _answer_is_over(today, policy)
        told = or_(~RightsRequest.has_email, Answer.deletion_told_at < start_of_day(today - notice))
    return (
        select(Answer.id)
        .join(Referral, Referral.id == Answer.referral_id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            Answer.state.in_(GIVEN),
            Answer.deleted_at.is_(None),
            Referral.state.in_(SETTLED),
            ~_is_held(),
            over,
            told,
        )
        .order_by(RightsRequest.id, Answer.id)
    )


def _answer_is_over(today: date, policy: RetentionPolicy) -> ColumnElement[bool]:
    """`answer_kept_until` before `today`, in SQL: the download of the last file, or the arrival."""
    of_answer = (Document.answer_id == Answer.id, Document.direction == Direction.TO_PERSON)
    since_download = start_of_day(today - timedelta(days=policy.answer_days_after_download))
    since_arrival = start_of_day(today - timedelta(days=policy.answer_days_after_arrival))
    is_downloaded = and_(
        exists().where(*of_answer), ~exists().where(*of_answer, Document.opened_at.is_(None))
    )
    is_recent = exists().where(*of_answer, Document.opened_at >= since_download)
    return or_(
        and_(is_downloaded, ~is_recent), and_(~is_downloaded, Answer.sent_at < since_arrival)
    )


def _requests(step: RetentionStep, today: date, policy: RetentionPolicy) -> Select[UUID]:
    """Closed requests, no referral of which is open, and that nobody asked to keep."""
    key_class, months = {
        RetentionStep.CONTENTS_DELETED: (KeyClass.CONTENT, policy.content_months),
        RetentionStep.CONSULTATIONS_DELETED: (KeyClass.CONSULTATIONS, policy.consultations_months),
        RetentionStep.PROCEDURES_DELETED: (KeyClass.PROCEDURE, policy.procedure_months),
    }[step]
    since = start_of_day(latest_start_over(today, months) + _ONE_DAY)
    found = (
        select(RightsRequest.id)
        .join(DataKey, DataKey.rights_request_id == RightsRequest.id)
        .where(
            DataKey.key_class == key_class,
            DataKey.destroyed_at.is_(None),
            RightsRequest.closed_at < since,
            ~_has_open_referral(),
            ~_is_held(),
        )
        .order_by(RightsRequest.id)
    )
    if step in (RetentionStep.CONTENTS_DELETED, RetentionStep.PROCEDURES_DELETED):
        return found.where(~_has_answer())
    if step is RetentionStep.CONSULTATIONS_DELETED:
        looked_since = exists().where(
            AuditEvent.stream_id == RightsRequest.id,
            AuditEvent.kind.in_(CONSULTATIONS),
            AuditEvent.at >= since,
        )
        return found.where(~looked_since)
    return found


def _has_open_referral() -> ColumnElement[bool]:
    return exists().where(
        Referral.rights_request_id == RightsRequest.id, Referral.state.not_in(ENDED)
    )


def _has_answer() -> ColumnElement[bool]:
    """An answer still to be opened: it has its own time and its own notice first."""
    return exists().where(
        Referral.rights_request_id == RightsRequest.id,
        Answer.referral_id == Referral.id,
        Answer.state.in_(GIVEN),
        Answer.deleted_at.is_(None),
    )


def _is_held() -> ColumnElement[bool]:
    return exists().where(
        RetentionHold.rights_request_id == RightsRequest.id, RetentionHold.lifted_at.is_(None)
    )


def _accounts(step: RetentionStep, today: date, policy: RetentionPolicy) -> Select[UUID]:
    notice = timedelta(days=policy.account_notice_days)
    seen_at: Any = func.coalesce(Member.last_login_at, Member.confirmed_at, Member.created_at)
    is_told = and_(Member.deletion_told_at.is_not(None), Member.deletion_told_at >= seen_at)
    if step is RetentionStep.ACCOUNTS_TOLD:
        over_on = today + notice + _ONE_DAY
        right_time = and_(Member.active, ~func.coalesce(is_told, False))
    else:
        over_on = today
        told_long_ago = and_(is_told, Member.deletion_told_at < start_of_day(today - notice))
        right_time = or_(~Member.active, told_long_ago)
    since = start_of_day(latest_start_over(over_on, policy.account_months) + _ONE_DAY)
    return (
        select(Member.id)
        .where(Member.deleted_at.is_(None), seen_at < since, right_time)
        .order_by(Member.id)
    )


def _objections(today: date, policy: RetentionPolicy) -> Select[UUID]:
    """Lines ended, or on data no longer in use, once kept as long as is customary."""
    since = latest_start_over(today, policy.objection_months)
    return (
        select(ObjectionEntry.id)
        .join(Processing, Processing.id == ObjectionEntry.processing_id)
        .where(
            or_(
                ObjectionEntry.ended_on <= since,
                and_(
                    ObjectionEntry.ended_on.is_(None),
                    ~Processing.is_open,
                    ObjectionEntry.decided_on <= since,
                ),
            )
        )
        .order_by(ObjectionEntry.id)
    )


def _opt_outs(today: date, policy: RetentionPolicy) -> Select[UUID]:
    """Opt-outs taken back, once they have proved the earlier lists as long as is customary."""
    since = start_of_day(latest_start_over(today, policy.opt_out_months) + _ONE_DAY)
    later = aliased(OptOutEntry)
    is_last = ~exists().where(
        later.rights_request_id == RightsRequest.id, later.position > OptOutEntry.position
    )
    return (
        select(RightsRequest.id)
        .join(OptOutEntry, OptOutEntry.rights_request_id == RightsRequest.id)
        .join(DataKey, DataKey.rights_request_id == RightsRequest.id)
        .where(
            is_last,
            OptOutEntry.act == OptOutAct.REVERSED,
            OptOutEntry.recorded_at < since,
            DataKey.key_class == KeyClass.CONTENT,
            DataKey.destroyed_at.is_(None),
            ~_is_held(),
            ~_has_open_complaint(),
        )
        .order_by(RightsRequest.id)
    )


def _has_open_complaint() -> ColumnElement[bool]:
    return exists().where(
        CnilComplaint.rights_request_id == RightsRequest.id, CnilComplaint.outcome_on.is_(None)
    )


def _replays(today: date, policy: RetentionPolicy) -> Select[bytes]:
    since = start_of_day(today - timedelta(days=policy.replay_days))
    return (
        select(IdempotencyRecord.key_hash)
        .where(IdempotencyRecord.created_at < since)
        .order_by(IdempotencyRecord.key_hash)
    )


def _files_of_due(session: Session, now: datetime, policy: RetentionPolicy) -> int:
    """Files still kept today that would go with the answers and contents of a run."""
    answers = ids_due(RetentionStep.ANSWERS_DELETED, now, policy).order_by(None)
    contents = ids_due(RetentionStep.CONTENTS_DELETED, now, policy).order_by(None)
    found = select(func.count(Document.id)).where(
        Document.deleted_at.is_(None),
        or_(Document.answer_id.in_(answers), Document.rights_request_id.in_(contents)),
    )
    referrals = select(Referral.id).where(Referral.rights_request_id.in_(contents))
    letters = select(func.count(Answer.id)).where(
        Answer.letter_key.is_not(None),
        or_(
            Answer.deleted_at.is_not(None),
            Answer.id.in_(answers),
            Answer.referral_id.in_(referrals),
        ),
    )
    copies = (
        select(func.count(CleanedCopy.document_id))
        .join(Document, Document.id == CleanedCopy.document_id)
        .where(
            or_(
                Document.deleted_at.is_not(None),
                Document.answer_id.in_(answers),
                Document.rights_request_id.in_(contents),
            )
        )
    )
    return sum(session.scalar(counted) or 0 for counted in (found, letters, copies))
