"""What members do to organise their work: assign, label, acknowledge, extend, ask colleagues."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.acknowledgements import Occasion
from hub.domain.actors import ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import Action
from hub.domain.working_days import local_date
from hub.errors import HubError, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.exchange import ColleagueTask
from hub.models.member import Member
from hub.models.referral import Referral, SavedView, WaitingFor
from hub.sealing import Place
from hub.services.acknowledging import compose_acknowledgements
from hub.services.clocks import extend_clock
from hub.services.notifying import tell_person
from hub.services.referrals import move, referral_for, rights_request_of, turn_of_controller
from hub.services.unit_of_work import Work

Act = Callable[[Work, UUID], object]


class TaskNoLongerOpen(HubError):
    """The link to a colleague's task is used, cancelled or unknown."""

    code = "task_no_longer_open"


@dataclass(frozen=True)
class ColleagueAsked:
    """A colleague without account, what she is asked, and the identifiers she needs, no more."""

    name: str
    email: str
    text: str
    identifiers: tuple[str, ...]
    reply_by_on: date


def acknowledge(work: Work, referral_id: UUID) -> None:
    """Say that the referral was received and is being handled; her page says so.

    No mail: she was told once, when her first acknowledgements were there, and each of forty
    controllers that confirms asks nothing of her. Her acknowledgement then
    names who handles her case (CRPA L111-2, R112-11-1).
    """
    referral = referral_for(work, referral_id, Action.ACKNOWLEDGE)
    referral.acknowledged_at = work.now
    move(work, referral, Action.ACKNOWLEDGE, EventKind.REFERRAL_ACKNOWLEDGED)
    agent = work.actor.name if work.actor.kind is ActorKind.MEMBER else ""
    compose_acknowledgements(work, [referral.id], Occasion.ACKNOWLEDGED, agent=agent)


def assign(work: Work, referral_id: UUID, member_id: UUID | None) -> None:
    """Assign to a member of the same organisation, or to nobody; raises NotFound for others."""
    referral = referral_for(work, referral_id, Action.ASSIGN)
    if member_id is not None:
        colleague = work.session.get(Member, member_id)
        if colleague is None or colleague.organisation_id != referral.organisation_id:
            raise NotFound(member_id=member_id)
    referral.assigned_to_id = member_id
    move(work, referral, Action.ASSIGN, EventKind.REFERRAL_ASSIGNED, to=str(member_id))


def label(work: Work, referral_id: UUID, text: str) -> None:
    """Put the organisation's own label on a referral (60 characters at most; empty removes it)."""
    referral = referral_for(work, referral_id, Action.ASSIGN)
    if len(text) > 60:
        raise Invalid(field="label", reason="too_long", most=60)
    referral.label = text.strip() or None
    move(work, referral, Action.ASSIGN, EventKind.REFERRAL_LABELLED)


def extend(work: Work, referral_id: UUID, cause: str, words: str) -> None:
    """Extend by two further months, with a listed cause and its reasons; the person is told.

    Raises the guards of `extend_clock` (GDPR 12(3)).
    """
    referral = referral_for(work, referral_id, Action.EXTEND)
    extend_clock(work, referral, cause, words)
    move(work, referral, Action.EXTEND, EventKind.CLOCK_EXTENDED, cause=cause)
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)


def open_task(work: Work, referral_id: UUID, asked: ColleagueAsked) -> UUID:
    """Ask a colleague without account, by a link that opens this one task and nothing else."""
    referral = referral_for(work, referral_id, Action.OPEN_TASK)
    if asked.reply_by_on < local_date(work.now):
        raise Invalid(field="reply_by_on", reason="in_the_past")
    task_id = new_id()
    token = task_token(work, task_id)
    rights_request_id = referral.rights_request_id
    email_place = Place(rights_request_id, "colleague_task.email_sealed", task_id)
    text_place = Place(rights_request_id, "colleague_task.text_sealed", task_id)
    task = ColleagueTask(
        id=task_id,
        referral_id=referral.id,
        token_hash=hash_of_task_token(token),
        email_sealed=work.keys.seal(email_place, asked.email),
        colleague_name=asked.name,
        text_sealed=work.keys.seal(text_place, asked.text),
        identifiers=list(asked.identifiers),
        reply_by_on=asked.reply_by_on,
        asked_by_id=work.actor.member_id,
        asked_at=work.now,
    )
    work.session.add(task)
    move(work, referral, Action.OPEN_TASK, EventKind.TASK_OPENED, waiting_for=WaitingFor.COLLEAGUE)
    work.deliver(
        DeliveryKind.COLLEAGUE_TASK,
        Channel.EMAIL,
        f"task:{task.id}",
        rights_request_id=rights_request_id,
        referral_id=referral.id,
    )
    return task.id


def answer_task(work: Work, token: str, text: str) -> None:
    """The colleague's reply; raises TaskNoLongerOpen, Invalid when it says nothing."""
    task = work.session.scalar(
        select(ColleagueTask)
        .where(ColleagueTask.token_hash == hash_of_task_token(token))
        .with_for_update()
    )
    if task is None or task.done_at or task.cancelled_at:
        raise TaskNoLongerOpen
    if not text.strip():
        raise Invalid(field="text", reason="empty")
    referral = work.session.get_one(Referral, task.referral_id)
    place = Place(referral.rights_request_id, "colleague_task.reply_sealed", task.id)
    task.reply_sealed = work.keys.seal(place, text.strip())
    task.done_at = work.now
    referral.waiting_for = turn_of_controller(work, referral)
    referral.last_event_at = work.now
    referral.last_event_kind = EventKind.TASK_ANSWERED.value
    work.record(EventKind.TASK_ANSWERED, referral.rights_request_id, referral.id)


def task_token(work: Work, task_id: UUID) -> str:
    """The secret of one task's link, derived so that the mail can word it when it leaves."""
    return work.ports.keyring.blind_index(str(task_id), "colleague_task").hex()


def hash_of_task_token(token: str) -> bytes:
    """What the database keeps of a task's link."""
    return hashlib.sha256(token.encode()).digest()


def save_view(work: Work, name: str, query: str) -> None:
    """Keep a filter of the inbox under a name, replacing one of the same name."""
    if not name.strip():
        raise Invalid(field="name", reason="empty")
    member_id = work.actor.id
    view = work.session.scalar(
        select(SavedView).where(SavedView.member_id == member_id, SavedView.name == name.strip())
    )
    if view is None:
        view = SavedView(member_id=member_id, name=name.strip()[:60])
        work.session.add(view)
    view.query = query[:2000]


def forget_view(work: Work, view_id: UUID) -> None:
    """Forget one of the member's own saved views."""
    view = work.session.get(SavedView, view_id)
    if view is None or view.member_id != work.actor.id:
        raise NotFound(view_id=view_id)
    work.session.delete(view)


def for_each(work: Work, referral_ids: Sequence[UUID], act: Act) -> dict[UUID, HubError | None]:
    """Do one act to several referrals, each in its own savepoint; says which were refused why."""
    done: dict[UUID, HubError | None] = {}
    for referral_id in referral_ids:
        events, deliveries = len(work.events), len(work.deliveries)
        try:
            with work.session.begin_nested():
                act(work, referral_id)
            done[referral_id] = None
        except HubError as refusal:
            del work.events[events:], work.deliveries[deliveries:]
            done[referral_id] = refusal
    return done
