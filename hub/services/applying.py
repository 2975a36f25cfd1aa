"""From decided to done: what is granted is applied with proof, and recipients told (GDPR 19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.grounds import says_something
from hub.domain.lifecycle import Action, ActionNotAllowed, ReferralState
from hub.domain.outcomes import GRANTING
from hub.domain.rights import APPLIED_AFTER_DECISION, TOLD_TO_RECIPIENTS
from hub.domain.working_days import local_date
from hub.errors import Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.directory import Recipient
from hub.models.referral import RecipientNotice, Referral, ReferralItem, ToldBy, WaitingFor
from hub.sealing import Place
from hub.services.answer_writing import items_of
from hub.services.documents import ReceivedFile, keep_documents
from hub.services.notifying import tell_person
from hub.services.referrals import move, pending_answer, referral_for, rights_request_of
from hub.services.unit_of_work import Work

LONGEST_WORDS = 4_000


@dataclass(frozen=True)
class Done:
    """When a decision was applied, what was done (the person reads it), and what proves it.

    The proof is a text, files kept with the case, or both.
    """

    on: date
    what: str
    proof: str = ""
    files: tuple[ReceivedFile, ...] = ()


@dataclass(frozen=True)
class Told:
    """A recipient was told: when, how, and what proves it."""

    on: date
    channel: ToldBy
    proof: str


@dataclass(frozen=True)
class NotTold:
    """Why telling a recipient is impossible or disproportionate (GDPR 19)."""

    reason: str


def mark_applied(work: Work, referral_id: UUID, processing_id: UUID, done: Done) -> None:
    """Say that what was granted about one processing is done; the person is told.

    Raises NotFound, ActionNotAllowed, Invalid with the field at fault.
    """
    referral = referral_for(work, referral_id, Action.MARK_APPLIED)
    item = _granted_item(work, referral, processing_id)
    _check_words("what", done.what)
    if not done.files:
        _check_words("proof", done.proof)
    _check_day(work, "applied_on", done.on, since=item.decided_on)
    item.applied_on = done.on
    item.applied_words_sealed = _sealed(work, item, "applied_words_sealed", done.what)
    item.applied_proof_sealed = _sealed(work, item, "applied_proof_sealed", done.proof)
    keep_documents(work, referral, done.files, item.id)
    move(
        work,
        referral,
        Action.MARK_APPLIED,
        EventKind.APPLIED,
        waiting_for=next_turn(work, referral),
        processing=str(processing_id),
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)


def forget_applied(work: Work, item: ReferralItem) -> None:
    """What is no longer granted is no longer to be done, nor to be told to anyone."""
    item.applied_on = None
    item.applied_proof_sealed = None
    item.applied_words_sealed = None
    for notice in work.session.scalars(
        select(RecipientNotice).where(
            RecipientNotice.referral_item_id == item.id, RecipientNotice.closed_at.is_(None)
        )
    ):
        work.session.delete(notice)


def open_recipient_notices(work: Work, referral: Referral) -> None:
    """One task for each named recipient of what is granted, processors included (GDPR 19)."""
    if referral.right not in TOLD_TO_RECIPIENTS:
        return
    work.session.flush()
    opened = 0
    for item in items_of(work, referral):
        if item.outcome in GRANTING:
            opened += _open_for(work, referral, item)
    if opened:
        work.record(
            EventKind.RECIPIENT_NOTICE_OPENED,
            referral.rights_request_id,
            referral.id,
            count=opened,
        )


def close_recipient_notice(
    work: Work, referral_id: UUID, notice_id: UUID, said: Told | NotTold
) -> None:
    """Close one task of art. 19: told, with its proof, or not, with the reason.

    Raises NotFound, ActionNotAllowed when it is closed already, Invalid with the field at fault.
    """
    referral = referral_for(work, referral_id, Action.TELL_RECIPIENT)
    notice = work.session.get(RecipientNotice, notice_id)
    if notice is None or notice.referral_id != referral.id:
        raise NotFound(notice_id=notice_id)
    if notice.closed_at is not None:
        raise ActionNotAllowed(action=Action.TELL_RECIPIENT.value, state=referral.state.value)
    _write_down(work, referral, notice, said)
    notice.closed_at, notice.closed_by_name = work.now, work.actor.name
    work.session.flush()
    is_closed = referral.state is ReferralState.CLOSED
    move(
        work,
        referral,
        Action.TELL_RECIPIENT,
        EventKind.RECIPIENT_NOTICE_CLOSED,
        waiting_for=None if is_closed else next_turn(work, referral),
        recipient=str(notice.recipient_id),
        told=isinstance(said, Told),
    )


def next_turn(work: Work, referral: Referral) -> WaitingFor:
    """Whose turn it is once an answer is sent: what is granted must be done, and told."""
    if pending_answer(work, referral) is not None:
        return WaitingFor.SECOND_READER
    if referral.right not in APPLIED_AFTER_DECISION:
        return WaitingFor.NOBODY
    items = items_of(work, referral)
    to_apply = any(item.outcome in GRANTING and item.applied_on is None for item in items)
    return WaitingFor.TO_APPLY if to_apply or _has_open(work, referral) else WaitingFor.NOBODY


def _granted_item(work: Work, referral: Referral, processing_id: UUID) -> ReferralItem:
    found = [row for row in items_of(work, referral) if row.processing_id == processing_id]
    if not found:
        raise NotFound(processing_id=processing_id)
    if found[0].outcome not in GRANTING:
        raise ActionNotAllowed(action=Action.MARK_APPLIED.value, state=referral.state.value)
    return found[0]


def _open_for(work: Work, referral: Referral, item: ReferralItem) -> int:
    known = set(
        work.session.scalars(
            select(RecipientNotice.recipient_id).where(RecipientNotice.referral_item_id == item.id)
        )
    )
    named: Sequence[Recipient] = work.session.scalars(
        select(Recipient)
        .where(Recipient.processing_id == item.processing_id)
        .order_by(Recipient.name, Recipient.id)
    ).all()
    new = [one for one in named if one.id not in known]
    work.session.add_all(
        RecipientNotice(
            id=new_id(),
            referral_id=referral.id,
            referral_item_id=item.id,
            recipient_id=one.id,
            name=one.name,
            kind=one.kind,
            opened_at=work.now,
        )
        for one in new
    )
    work.session.flush()
    return len(new)


def _write_down(
    work: Work, referral: Referral, notice: RecipientNotice, said: Told | NotTold
) -> None:
    cell = "recipient_notice."
    if isinstance(said, NotTold):
        _check_words("reason", said.reason)
        place = Place(referral.rights_request_id, f"{cell}not_told_reason_sealed", notice.id)
        notice.not_told_reason_sealed = work.keys.seal(place, said.reason.strip())
        return
    _check_words("proof", said.proof)
    _check_day(work, "told_on", said.on, since=local_date(notice.opened_at))
    place = Place(referral.rights_request_id, f"{cell}proof_sealed", notice.id)
    notice.told_on, notice.channel = said.on, said.channel
    notice.proof_sealed = work.keys.seal(place, said.proof.strip())


def _has_open(work: Work, referral: Referral) -> bool:
    waiting = select(RecipientNotice.id).where(
        RecipientNotice.referral_id == referral.id, RecipientNotice.closed_at.is_(None)
    )
    return work.session.scalar(waiting.limit(1)) is not None


def _check_words(field: str, text: str) -> None:
    if not says_something(text):
        raise Invalid(field=field, reason="empty")
    if len(text) > LONGEST_WORDS:
        raise Invalid(field=field, reason="too_long", most=LONGEST_WORDS)


def _check_day(work: Work, field: str, on: date, *, since: date | None) -> None:
    today = local_date(work.now)
    if not (since or today) <= on <= today:
        raise Invalid(field=field, reason="out_of_range")


def _sealed(work: Work, item: ReferralItem, column: str, text: str) -> bytes | None:
    rights_request_id = work.session.get_one(Referral, item.referral_id).rights_request_id
    place = Place(rights_request_id, f"referral_item.{column}", item.id)
    return work.keys.seal(place, text.strip()) if text.strip() else None
