"""How each way to controllers goes, for the operators: what waits, what came last, what failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hub.domain.channel_trials import TRIAL_LASTS, TriedWay
from hub.domain.directory import Channel
from hub.domain.inbound_mail import BOUNCES
from hub.models.answer_link import AnswerLink, LinkVisit
from hub.models.channel_trial import ChannelTrial
from hub.models.columns import first_id_at
from hub.models.delivery import (
    EVERYBODY,
    UNFINISHED,
    Delivery,
    DeliveryCircuit,
    DeliveryKind,
    DeliveryState,
)
from hub.models.directory import Organisation
from hub.models.inbound_mail import WAITING as MAIL_WAITING
from hub.models.inbound_mail import InboundMail
from hub.models.postal_letter import PostalLetter
from hub.models.webhook import WebhookEndpoint
from hub.queries.held_back import LINK

LATELY = timedelta(days=30)
MOST_TRIALS_READ = 50
CHANNEL_OF: Mapping[TriedWay, Channel] = MappingProxyType(
    {
        TriedWay.EMAIL: Channel.EMAIL,
        TriedWay.LINK: Channel.EMAIL,
        TriedWay.PORTAL: Channel.PORTAL,
        TriedWay.POST: Channel.POST,
        TriedWay.WEBHOOK: Channel.WEBHOOK,
    }
)


@dataclass(frozen=True)
class Trial:
    """The last trial of a way: asked, left, come back. `error`: why it has not left yet."""

    id: UUID
    asked_at: datetime
    left_at: datetime | None
    passed_at: datetime | None
    error: str | None
    is_over: bool


@dataclass(frozen=True)
class WayHealth:
    """How one way goes; `rests_until`: nothing passes by it before."""

    way: TriedWay
    waiting: int
    needing_person: int
    last_done_at: datetime | None
    last_failed_at: datetime | None
    last_error: str | None
    rests_until: datetime | None
    trial: Trial | None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Figures of this way alone, by name."""


def health_of(session: Session, way: TriedWay, now: datetime) -> WayHealth:
    """How one way goes now; nothing of whom it serves."""
    counts = _counts(session, way)
    done = _newest(session, way, Delivery.state == DeliveryState.DELIVERED)
    failed = _newest(session, way, Delivery.last_error.is_not(None))
    circuit = session.get(DeliveryCircuit, (EVERYBODY, CHANNEL_OF[way]))
    rests_until = circuit.open_until if circuit else None
    return WayHealth(
        way=way,
        waiting=sum(counts.get(state, 0) for state in UNFINISHED),
        needing_person=counts.get(DeliveryState.NEEDS_PERSON, 0),
        last_done_at=done.delivered_at if done else None,
        last_failed_at=failed.first_tried_at or failed.created_at if failed else None,
        last_error=failed.last_error if failed else None,
        rests_until=rests_until,
        trial=_trial(session, way, now),
        more=_more(session, way, now),
    )


@dataclass(frozen=True)
class Addressee:
    """An organisation as an envelope shows it; its address may be missing."""

    name: str
    postal_address: str


def addressee(session: Session, organisation_id: UUID) -> Addressee:
    """Where a letter to an organisation goes."""
    row = session.get_one(Organisation, organisation_id)
    return Addressee(row.name, row.postal_address or "")


def trial_under_way(session: Session, way: TriedWay, now: datetime) -> UUID | None:
    """The trial of a way whose proof may still come back; None: there is none."""
    row = session.get(ChannelTrial, way)
    if row is None or row.passed_at or now - row.asked_at >= TRIAL_LASTS:
        return None
    return row.trial_id


def _mine(way: TriedWay) -> ColumnElement[bool]:
    by_channel = Delivery.channel == CHANNEL_OF[way]
    by_link = Delivery.recipient.startswith(LINK)
    if way is TriedWay.EMAIL:
        return by_channel & ~by_link
    return by_channel & by_link if way is TriedWay.LINK else by_channel


def _counts(session: Session, way: TriedWay) -> dict[DeliveryState, int]:
    looked_at = (*UNFINISHED, DeliveryState.NEEDS_PERSON)
    rows = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.state.in_(looked_at), _mine(way))
        .group_by(Delivery.state)
    )
    return {state: count for state, count in rows}  # noqa: C416  (rows are not pairs to mypy)


def _newest(session: Session, way: TriedWay, wanted: ColumnElement[bool]) -> Delivery | None:
    found = select(Delivery).where(_mine(way), wanted).order_by(Delivery.id.desc()).limit(1)
    return session.scalar(found)


def _trial(session: Session, way: TriedWay, now: datetime) -> Trial | None:
    row = session.get(ChannelTrial, way)
    if row is None:
        return None
    sent = _sent_for(session, row)
    left_at = sent.delivered_at if sent else None
    return Trial(
        row.trial_id,
        row.asked_at,
        left_at,
        left_at if way is TriedWay.PORTAL else row.passed_at,
        sent.last_error if sent else None,
        now - row.asked_at >= TRIAL_LASTS,
    )


def _sent_for(session: Session, trial: ChannelTrial) -> Delivery | None:
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.id >= first_id_at(trial.asked_at))
        .where(Delivery.kind == DeliveryKind.CHANNEL_TRIAL)
        .order_by(Delivery.id)
        .limit(MOST_TRIALS_READ)
    )
    return next((row for row in rows if row.details.get("trial") == str(trial.trial_id)), None)


def _more(session: Session, way: TriedWay, now: datetime) -> Mapping[str, Any]:
    figures = {
        TriedWay.EMAIL: _of_mail,
        TriedWay.LINK: _of_links,
        TriedWay.POST: _of_letters,
        TriedWay.WEBHOOK: _of_software,
    }
    return figures[way](session, now) if way in figures else {}


def _of_mail(session: Session, now: datetime) -> Mapping[str, Any]:
    bounced = InboundMail.mail_class.in_(BOUNCES)
    lately = InboundMail.received_at >= now - LATELY
    count = select(func.count()).select_from(InboundMail)
    held = count.where(InboundMail.state.in_(MAIL_WAITING), InboundMail.purged_at.is_(None))
    return {
        "bounced": session.scalar(count.where(bounced, lately)),
        "bounced_at": session.scalar(select(func.max(InboundMail.received_at)).where(bounced)),
        "taken_at": session.scalar(select(func.max(InboundMail.received_at))),
        "held": session.scalar(held),
    }


def _of_links(session: Session, now: datetime) -> Mapping[str, Any]:
    by_mail = (AnswerLink.channel == Channel.EMAIL, AnswerLink.revoked_at.is_(None))
    open_links = select(func.count()).where(*by_mail, AnswerLink.expires_at > now)
    return {
        "links": session.scalar(open_links),
        "opened_at": session.scalar(select(func.max(LinkVisit.opened_at))),
    }


def _of_letters(session: Session, now: datetime) -> Mapping[str, Any]:
    count = select(func.count()).select_from(PostalLetter)
    printed = PostalLetter.batch_id.is_not(None) & PostalLetter.posted_on.is_(None)
    return {
        "to_post": session.scalar(count.where(printed)),
        "returned": session.scalar(count.where(PostalLetter.returned_on >= (now - LATELY).date())),
    }


def _of_software(session: Session, now: datetime) -> Mapping[str, Any]:
    counted = select(WebhookEndpoint.state, func.count()).group_by(WebhookEndpoint.state)
    return {state.value: count for state, count in session.execute(counted)}
