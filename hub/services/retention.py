"""Deletes what is at the end of its time, in small sets; each act has its event and is counted.

Destroying a data key shreds all that it covers; what lies outside the keys (files, blind indexes,
names of members) goes in the same unit. Every step looks for what is due and may be cut anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import RequestState
from hub.domain.representation import representation_from
from hub.domain.retention import (
    HoldReason,
    RetentionStep,
    account_kept_until,
    answer_kept_until,
)
from hub.domain.working_days import local_date
from hub.errors import Conflict, NotFound
from hub.models.answer import Answer, CleanedCopy, Direction, Document
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.exchange import ColleagueTask, Message
from hub.models.hub_task import HubTask
from hub.models.identity_proof import IdentityProof
from hub.models.incident import Incident
from hub.models.member import IdempotencyRecord, Member, MemberRole
from hub.models.notice import Notice
from hub.models.objection import ObjectionEntry
from hub.models.referral import Referral, ReferralItem, SavedView
from hub.models.representation import Sighting
from hub.models.retention import RetentionHold, RetentionRun
from hub.models.rights_request import (
    DataKey,
    Identity,
    KeyClass,
    NameIndex,
    RightsRequest,
    Visit,
)
from hub.queries.retention import ids_due
from hub.sealing import Place, Shredded
from hub.services.members import LastAdministrator, forget_member
from hub.services.notifying import tell_person
from hub.services.unit_of_work import Work

EMPTIED = b""
WIPED = bytes(32)
Act = Callable[[Work, Sequence[Any]], int]


def begin_run(work: Work) -> UUID:
    """Open the report of a run; it names nobody."""
    run = RetentionRun(id=new_id(), started_at=work.now, counts={})
    work.session.add(run)
    return run.id


def run_step(work: Work, run_id: UUID, step: RetentionStep, limit: int) -> int:
    """Do one step for at most `limit` rows and count it in the report; says how many it did."""
    wanted = ids_due(step, work.now, work.ports.policies.retention).limit(limit)
    ids = work.session.scalars(wanted.with_for_update(skip_locked=True)).all()
    done = STEPS[step](work, ids) if ids else 0
    if done:
        _count(work, run_id, step, done)
    return done


def forget_files(work: Work, run_id: UUID, document_ids: Sequence[UUID]) -> None:
    """Write down that these files are gone from the store."""
    work.session.execute(
        update(Document).where(Document.id.in_(document_ids)).values(storage_key=None)
    )
    _count(work, run_id, RetentionStep.FILES_DELETED, len(document_ids))


def forget_copies(work: Work, run_id: UUID, document_ids: Sequence[UUID]) -> None:
    """Write down that these cleaned copies are gone from the store."""
    work.session.execute(delete(CleanedCopy).where(CleanedCopy.document_id.in_(document_ids)))
    _count(work, run_id, RetentionStep.FILES_DELETED, len(document_ids))


def forget_letters(work: Work, run_id: UUID, answer_ids: Sequence[UUID]) -> None:
    """Write down that these letters are gone from the store; their fingerprints stay."""
    work.session.execute(update(Answer).where(Answer.id.in_(answer_ids)).values(letter_key=None))
    _count(work, run_id, RetentionStep.FILES_DELETED, len(answer_ids))


def note_parts(work: Work, run_id: UUID, parts: Mapping[RetentionStep, int]) -> None:
    """Write down how many parts of logs and of the journal are gone."""
    for step, gone in parts.items():
        _count(work, run_id, step, gone)


def end_run(work: Work, run_id: UUID) -> None:
    """Close the report: everything that was due is done."""
    work.session.get_one(RetentionRun, run_id).ended_at = work.now


def place_hold(work: Work, rights_request_id: UUID, reason: HoldReason) -> None:
    """Keep a case longer: a complaint, a court or a data breach needs it (GDPR 17(3)(e)).

    Raises NotFound, or Conflict when it is kept already.
    """
    if work.session.get(RightsRequest, rights_request_id, with_for_update=True) is None:
        raise NotFound
    if _hold(work, rights_request_id) is not None:
        raise Conflict(already="held")
    work.session.add(
        RetentionHold(
            rights_request_id=rights_request_id,
            reason=reason,
            placed_at=work.now,
            placed_by_id=work.actor.member_id,
        )
    )
    work.record(EventKind.HOLD_PLACED, rights_request_id, rights_request_id, reason=reason.value)


def lift_hold(work: Work, rights_request_id: UUID) -> None:
    """Let a case go at its time again; raises NotFound when nothing holds it."""
    row = _hold(work, rights_request_id)
    if row is None:
        raise NotFound
    row.lifted_at = work.now
    work.record(EventKind.HOLD_LIFTED, rights_request_id, rights_request_id)


def _hold(work: Work, rights_request_id: UUID) -> RetentionHold | None:
    return work.session.scalar(
        select(RetentionHold)
        .where(
            RetentionHold.rights_request_id == rights_request_id,
            RetentionHold.lifted_at.is_(None),
        )
        .with_for_update()
    )


def _count(work: Work, run_id: UUID, step: RetentionStep, done: int) -> None:
    run = work.session.get_one(RetentionRun, run_id, with_for_update=True)
    run.counts = run.counts | {step.value: run.counts.get(step.value, 0) + done}


def _tell_of_answers(work: Work, ids: Sequence[UUID]) -> int:
    """One contentless mail a person, once an answer, in time to save it."""
    policy, today = work.ports.policies.retention, local_date(work.now)
    downloads = _downloads(work, ids)
    rows = work.session.execute(
        select(Answer, Referral, RightsRequest)
        .join(Referral, Referral.id == Answer.referral_id)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(Answer.id.in_(ids))
    )
    for answer, referral, rights_request in rows:
        arrived_on = local_date(answer.sent_at or answer.created_at)
        until = answer_kept_until(arrived_on, downloads.get(answer.id), today, policy)
        answer.deletion_told_at = work.now
        kind = DeliveryKind.ANSWER_ENDING
        tell_person(work, rights_request, kind, referral, until_on=until.isoformat())
        work.record(
            EventKind.ANSWER_DELETION_TOLD,
            rights_request.id,
            referral.id,
            until_on=until.isoformat(),
        )
    return len(ids)


def _downloads(work: Work, answer_ids: Sequence[UUID]) -> dict[UUID, date]:
    """When the last file of each answer was downloaded, for those of which all were."""
    rows = work.session.execute(
        select(Document.answer_id, func.max(Document.opened_at))
        .where(Document.answer_id.in_(answer_ids), Document.direction == Direction.TO_PERSON)
        .group_by(Document.answer_id)
        .having(func.count() == func.count(Document.opened_at))
    )
    return {answer_id: local_date(at) for answer_id, at in rows if answer_id and at}


def _delete_answers(work: Work, ids: Sequence[UUID]) -> int:
    """Empty the letters and give up the files; what was decided, by whom and when stays."""
    rows = work.session.execute(
        select(Answer.id, Referral.id, Referral.rights_request_id)
        .join(Referral, Referral.id == Answer.referral_id)
        .where(Answer.id.in_(ids))
    ).all()
    work.session.execute(
        update(Answer).where(Answer.id.in_(ids)).values(text_sealed=EMPTIED, deleted_at=work.now)
    )
    _give_up_files(work, Document.answer_id.in_(ids))
    for answer_id, referral_id, rights_request_id in rows:
        work.record(EventKind.ANSWER_DELETED, rights_request_id, referral_id, answer=str(answer_id))
    return len(rows)


def _give_up_files(work: Work, which: Any) -> None:
    """From this commit nobody may open them; the run then deletes them from the store."""
    work.session.execute(
        update(Document)
        .where(which, Document.deleted_at.is_(None))
        .values(deleted_at=work.now, title_sealed=EMPTIED)
    )


def _delete_contents(work: Work, ids: Sequence[UUID]) -> int:
    """Shred what the person wrote, who she is, and everything said around it.

    Who acted for her is a fact of the procedure, and is kept with it.
    """
    _keep_mandates(work, ids)
    _destroy_keys(work, ids, KeyClass.CONTENT)
    _give_up_files(work, Document.rights_request_id.in_(ids))
    referrals = select(Referral.id).where(Referral.rights_request_id.in_(ids))
    for statement in (
        delete(NameIndex).where(NameIndex.rights_request_id.in_(ids)),
        delete(Visit).where(Visit.rights_request_id.in_(ids)),
        update(Identity)
        .where(Identity.rights_request_id.in_(ids))
        .values(email_index=None, person_index=None),
        update(IdentityProof)
        .where(IdentityProof.rights_request_id.in_(ids))
        .values(subject_index=None),
        update(RightsRequest).where(RightsRequest.id.in_(ids)).values(has_email=False),
        update(Referral).where(Referral.id.in_(referrals)).values(label=None),
        update(Answer)
        .where(Answer.referral_id.in_(referrals), Answer.deleted_at.is_(None))
        .values(deleted_at=work.now, text_sealed=EMPTIED),
    ):
        work.session.execute(statement, execution_options={"synchronize_session": False})
    return _recorded(work, ids, EventKind.CONTENT_DELETED)


def _keep_mandates(work: Work, ids: Sequence[UUID]) -> None:
    """Write who acted, and within what limits, under the key of the procedure."""
    work.keys.load(ids)
    for row in work.session.scalars(select(Identity).where(Identity.rights_request_id.in_(ids))):
        key = row.rights_request_id
        try:
            facts = work.keys.open_facts(Place(key, "identity.sealed", key), row.sealed)
        except Shredded:
            continue
        said = representation_from(facts.get("representative") or {})
        if said is not None:
            work.record(EventKind.MANDATE_KEPT, key, key, mandate=said.as_facts())


def _delete_consultations(work: Work, ids: Sequence[UUID]) -> int:
    """Shred who looked at the case; that someone did, and when, stays in the chain."""
    done = _recorded(work, ids, EventKind.CONSULTATIONS_DELETED)
    _destroy_keys(work, ids, KeyClass.CONSULTATIONS)
    return done


def _delete_procedures(work: Work, ids: Sequence[UUID]) -> int:
    """Shred the rest: what remains are counts, dates and a chain that names nobody."""
    done = _recorded(work, ids, EventKind.PROCEDURE_DELETED)
    for key_class in KeyClass:
        _destroy_keys(work, ids, key_class)
    referrals = select(Referral.id).where(Referral.rights_request_id.in_(ids))
    for row in work.session.scalars(select(RightsRequest).where(RightsRequest.id.in_(ids))):
        row.secret_hash, row.body_digest, row.box_private_wrapped = WIPED, WIPED, EMPTIED
        row.idempotency_hash = row.id.bytes * 2
    for statement in (
        delete(Delivery).where(Delivery.rights_request_id.in_(ids)),
        delete(Notice).where(Notice.referral_id.in_(referrals)),
        update(Answer)
        .where(Answer.referral_id.in_(referrals))
        .values(author_name="", author_id=None),
        update(Message)
        .where(Message.referral_id.in_(referrals))
        .values(author_name="", author_id=None),
        update(ColleagueTask)
        .where(ColleagueTask.referral_id.in_(referrals))
        .values(colleague_name="", asked_by_id=None),
        update(Sighting)
        .where(Sighting.rights_request_id.in_(ids))
        .values(seen_by_name="", seen_by_id=None),
        update(IdentityProof)
        .where(IdentityProof.rights_request_id.in_(ids))
        .values(confirmed_by_name="", confirmed_by_id=None),
        update(Incident)
        .where(Incident.rights_request_id.in_(ids))
        .values(written_by_name="", closed_by_name=""),
        update(HubTask)
        .where(HubTask.rights_request_id.in_(ids))
        .values(done_by_name="", done_by_id=None),
        update(ReferralItem).where(ReferralItem.referral_id.in_(referrals)).values(reasons=[]),
        update(Referral)
        .where(Referral.id.in_(referrals))
        .values(routing_trace={}, assigned_to_id=None),
    ):
        work.session.execute(statement, execution_options={"synchronize_session": False})
    return done


def _destroy_keys(work: Work, ids: Sequence[UUID], key_class: KeyClass) -> None:
    work.session.execute(
        update(DataKey)
        .where(
            DataKey.rights_request_id.in_(ids),
            DataKey.key_class == key_class,
            DataKey.destroyed_at.is_(None),
        )
        .values(wrapped=None, destroyed_at=work.now)
    )


def _recorded(work: Work, ids: Sequence[UUID], kind: EventKind) -> int:
    for rights_request_id in ids:
        work.record(kind, rights_request_id, rights_request_id)
    return len(ids)


def _tell_idle_members(work: Work, ids: Sequence[UUID]) -> int:
    policy, today = work.ports.policies.retention, local_date(work.now)
    for row in work.session.scalars(select(Member).where(Member.id.in_(ids))):
        row.deletion_told_at = work.now
        until = account_kept_until(_seen_on(row), today, policy)
        work.deliver(
            DeliveryKind.ACCOUNT_ENDING,
            Channel.EMAIL,
            f"member:{row.id}",
            until_on=until.isoformat(),
        )
        work.record(EventKind.MEMBER_DELETION_TOLD, row.organisation_id, row.id)
    return len(ids)


def _seen_on(row: Member) -> date:
    seen_at = row.last_login_at or row.confirmed_at or row.created_at
    return local_date(seen_at) if seen_at else date.min


def _delete_idle_members(work: Work, ids: Sequence[UUID]) -> int:
    """Empty accounts nobody uses; an organisation's last administrator is kept, for a person."""
    done = 0
    for row in work.session.scalars(select(Member).where(Member.id.in_(ids))):
        try:
            forget_member(work, row)
        except LastAdministrator:
            continue
        referrals = update(Referral).where(Referral.assigned_to_id == row.id)
        work.session.execute(referrals.values(assigned_to_id=None))
        work.session.execute(delete(SavedView).where(SavedView.member_id == row.id))
        work.session.execute(delete(MemberRole).where(MemberRole.member_id == row.id))
        done += 1
    return done


def _delete_objections(work: Work, ids: Sequence[UUID]) -> int:
    """Take off the list who objected to data that are no longer used."""
    rows = work.session.scalars(select(ObjectionEntry).where(ObjectionEntry.id.in_(ids))).all()
    for row in rows:
        work.record(EventKind.OBJECTION_DELETED, row.organisation_id, row.id)
        work.session.delete(row)
    return len(rows)


def _delete_opt_outs(work: Work, ids: Sequence[UUID]) -> int:
    """Shred who had opted out and took it back; that somebody had, and when, stays in the register.

    The request is closed with it, so that the facts of its procedure follow in their time.
    """
    closing = update(RightsRequest).where(
        RightsRequest.id.in_(ids), RightsRequest.closed_at.is_(None)
    )
    work.session.execute(
        closing.values(state=RequestState.CLOSED, closed_at=work.now),
        execution_options={"synchronize_session": False},
    )
    return _delete_contents(work, ids)


def _delete_replays(work: Work, ids: Sequence[bytes]) -> int:
    """Forget the first answers of calls that no program repeats any more."""
    work.session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.key_hash.in_(ids)))
    return len(ids)


STEPS: Mapping[RetentionStep, Act] = MappingProxyType(
    {
        RetentionStep.ANSWERS_TOLD: _tell_of_answers,
        RetentionStep.ANSWERS_DELETED: _delete_answers,
        RetentionStep.CONTENTS_DELETED: _delete_contents,
        RetentionStep.CONSULTATIONS_DELETED: _delete_consultations,
        RetentionStep.PROCEDURES_DELETED: _delete_procedures,
        RetentionStep.ACCOUNTS_TOLD: _tell_idle_members,
        RetentionStep.ACCOUNTS_DELETED: _delete_idle_members,
        RetentionStep.OBJECTIONS_DELETED: _delete_objections,
        RetentionStep.OPT_OUTS_DELETED: _delete_opt_outs,
        RetentionStep.REPLAYS_DELETED: _delete_replays,
    }
)
"""Each step of a run; files and logs are deleted outside any transaction, by the job."""
