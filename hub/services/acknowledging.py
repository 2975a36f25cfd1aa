"""Composes acknowledgements of receipt: their facts, sealed, with a fingerprint that proves them.

One for each referral when it reaches its controller, and another when the controller confirms,
or says what is missing (CRPA R112-11-1 to R112-11-4). They are only ever added.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, insert, select

from hub.domain.acknowledgements import (
    POLICY,
    Acknowledgement,
    CompletionAsked,
    Occasion,
    canonical,
    fingerprint,
    silence_on,
)
from hub.domain.audit_log import EventKind
from hub.domain.clock import ClockReading, read_clock
from hub.domain.lifecycle import WORKABLE
from hub.domain.working_days import local_date
from hub.models.acknowledgement import AcknowledgementRow
from hub.models.columns import first_id_at, new_id
from hub.models.delivery import DeliveryKind
from hub.models.directory import Processing
from hub.models.exchange import Message, MessageKind
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import KeyClass, RightsRequest
from hub.queries.calendar import added_holidays
from hub.queries.controller_contacts import ControllerContact, controller_contacts
from hub.sealing import Place, Shredded
from hub.services.clocks import ledgers_of
from hub.services.notifying import tell_person
from hub.services.unit_of_work import Work

NONCE_BYTES = 16
LOOKS_BACK = timedelta(days=60)
"""Referrals filed before are not looked at again: a hub that was stopped catches up on these."""


@dataclass(frozen=True)
class Draft:
    """An acknowledgement composed and sealed, as the row that will keep it."""

    rights_request_id: UUID
    referral_id: UUID
    row: Mapping[str, Any]


@dataclass(frozen=True)
class _Known:
    """What the papers of one unit are composed from, read in a number of queries that is fixed."""

    occasion: Occasion
    agent: str
    readings: Mapping[UUID, ClockReading]
    contacts: Mapping[UUID, ControllerContact]
    titles: Mapping[UUID, list[str]]
    asked: Mapping[UUID, list[Message]]


def draft_for_delivered(work: Work, limit: int) -> list[Draft]:
    """Compose, but not yet enter, the first acknowledgement of up to `limit` referrals that
    reached their controller (CRPA R112-11-2 gives ten working days).

    Apart from the delivery, and outside the write lock, so that those who file do not wait for
    the papers.
    """
    due = _lacking(work.now).order_by(Referral.id).limit(limit)
    return _drafts(work, work.session.scalars(due).all(), Occasion.DELIVERED, agent="")


def enter_drafts(work: Work, drafts: Sequence[Draft]) -> int:
    """Enter composed first acknowledgements, but for the referrals that have one by now.

    Says how many it entered.
    """
    _lock(work, {draft.rights_request_id for draft in drafts})
    lacking = _lacking(work.now).where(Referral.id.in_([draft.referral_id for draft in drafts]))
    still = set(work.session.scalars(lacking))
    return _enter(work, [draft for draft in drafts if draft.referral_id in still])


def _lock(work: Work, requests: set[UUID]) -> None:
    locked = select(RightsRequest.id).where(RightsRequest.id.in_(requests))
    work.session.execute(locked.order_by(RightsRequest.id).with_for_update())


def compose_acknowledgements(
    work: Work, referral_ids: Sequence[UUID], occasion: Occasion, *, agent: str = ""
) -> int:
    """Compose one acknowledgement for each of these referrals, and write it in its log.

    `agent` is who handles the case, where a person acts (CRPA L111-2). A request whose keys were
    destroyed gets none: nothing of it may be written any more. Says how many it composed.
    """
    if not referral_ids:
        return 0
    work.session.flush()
    drafts = _drafts(work, referral_ids, occasion, agent)
    _lock(work, {draft.rights_request_id for draft in drafts})
    return _enter(work, drafts)


def _lacking(now: datetime) -> Select[UUID]:
    """The referrals that reached their controller and have no acknowledgement."""
    has_one = exists().where(AcknowledgementRow.referral_id == Referral.id)
    return select(Referral.id).where(
        Referral.id > first_id_at(now - LOOKS_BACK),
        Referral.delivered_at.is_not(None),
        Referral.state.in_(WORKABLE),
        ~has_one,
    )


def _drafts(
    work: Work, referral_ids: Sequence[UUID], occasion: Occasion, agent: str
) -> list[Draft]:
    rows = work.session.execute(
        select(Referral, RightsRequest)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(Referral.id.in_(referral_ids))
        .order_by(Referral.id)
        .execution_options(populate_existing=True)
    ).all()
    work.keys.load({filed.id for _, filed in rows})
    known = _known(work, [referral for referral, _ in rows], occasion, agent)
    drafts = []
    for referral, filed in rows:
        try:
            drafts.append(_draft(work, referral, filed, known))
        except Shredded:
            continue
    return drafts


def _enter(work: Work, drafts: Sequence[Draft]) -> int:
    _tell_of_first(work, {draft.rights_request_id for draft in drafts})
    for draft in drafts:
        work.record(
            EventKind.ACKNOWLEDGEMENT_COMPOSED,
            draft.rights_request_id,
            draft.referral_id,
            occasion=draft.row["occasion"].value,
            sha256=draft.row["sha256"],
        )
    if drafts:
        work.session.execute(insert(AcknowledgementRow), [dict(draft.row) for draft in drafts])
    return len(drafts)


def _tell_of_first(work: Work, requests: set[UUID]) -> None:
    """One contentless e-mail a request, when its first papers are there: never one a controller.

    The paper is owed to her in hand (CRPA R112-11-1), and her page alone would not bring it. The
    next ones wait for her there: no date of hers hangs on them. The rows are locked, so that two
    controllers acknowledging at once do not both write to her.
    """
    has_paper = exists().where(AcknowledgementRow.rights_request_id == RightsRequest.id)
    first = select(RightsRequest).where(RightsRequest.id.in_(requests), RightsRequest.has_email)
    for filed in work.session.scalars(first.where(~has_paper).order_by(RightsRequest.id)):
        tell_person(work, filed, DeliveryKind.ACKNOWLEDGEMENT_TO_READ)


def _known(work: Work, referrals: Sequence[Referral], occasion: Occasion, agent: str) -> _Known:
    ids = [referral.id for referral in referrals]
    titles: dict[UUID, list[str]] = defaultdict(list)
    found = work.session.execute(
        select(ReferralItem.referral_id, Processing.title)
        .join(Processing, Processing.id == ReferralItem.processing_id)
        .where(ReferralItem.referral_id.in_(ids))
        .order_by(ReferralItem.position, ReferralItem.id)
    )
    for referral_id, title in found:
        titles[referral_id].append(title)
    asked: dict[UUID, list[Message]] = defaultdict(list)
    messages = select(Message).where(
        Message.referral_id.in_(ids), Message.kind == MessageKind.COMPLETION
    )
    for message in work.session.scalars(messages.order_by(Message.sent_at, Message.id)):
        asked[message.referral_id].append(message)
    organisations = {referral.organisation_id for referral in referrals}
    contacts = controller_contacts(work.session, organisations)
    return _Known(occasion, agent, _readings(work, referrals), contacts, titles, asked)


def _readings(work: Work, referrals: Sequence[Referral]) -> dict[UUID, ClockReading]:
    ledgers = ledgers_of(work.session, [referral.id for referral in referrals])
    holidays = added_holidays(work.session)
    return {
        referral.id: read_clock(
            ledgers[referral.id], zone=referral.zone, extra_holidays=holidays.in_zone(referral.zone)
        )
        for referral in referrals
    }


def _content(
    work: Work, referral: Referral, filed: RightsRequest, known: _Known
) -> Acknowledgement:
    contact, reading = known.contacts[referral.organisation_id], known.readings[referral.id]
    asked = known.asked[referral.id]
    open_ones = [message for message in asked if message.replied_at is None]
    lacks = known.occasion is Occasion.INCOMPLETE and open_ones
    is_public = contact.kind.is_public
    return Acknowledgement(
        occasion=known.occasion,
        composed_at=work.now,
        nonce=secrets.token_hex(NONCE_BYTES),
        number=referral.number,
        reference=filed.reference,
        channel=filed.channel.value,
        right=referral.right,
        processings=tuple(known.titles[referral.id]),
        received_at=referral.received_at,
        transmitted_at=referral.delivered_at,
        organisation_kind=contact.kind,
        service=contact.service,
        agent=known.agent,
        due_on=reading.due_on,
        strict_on=reading.strict_on,
        notice_limit_on=reading.notice_limit_on,
        silence=POLICY.silence if is_public else None,
        silence_on=silence_on(reading.received_on, _completions(asked)) if is_public else None,
        to_supply=_opened(work, referral, open_ones[-1]) if lacks else "",
        complete_by_on=open_ones[-1].reply_by_on if lacks else None,
    )


def _completions(asked: Iterable[Message]) -> list[CompletionAsked]:
    return [
        CompletionAsked(
            local_date(message.sent_at),
            message.reply_by_on,
            local_date(message.replied_at) if message.replied_at else None,
        )
        for message in asked
        if message.reply_by_on is not None
    ]


def _opened(work: Work, referral: Referral, message: Message) -> str:
    place = Place(referral.rights_request_id, "message.text_sealed", message.id)
    return work.keys.open(place, message.text_sealed)


def _draft(work: Work, referral: Referral, filed: RightsRequest, known: _Known) -> Draft:
    content = _content(work, referral, filed, known)
    key = new_id()
    text = canonical(content)
    place = Place(filed.id, "acknowledgement.content_sealed", key, KeyClass.PROCEDURE)
    row = {
        "id": key,
        "rights_request_id": filed.id,
        "referral_id": referral.id,
        "occasion": content.occasion,
        "language": filed.language,
        "composed_at": content.composed_at,
        "missing": [field.value for field in content.missing],
        "content_sealed": work.keys.seal(place, text),
        "sha256": fingerprint(text),
    }
    return Draft(filed.id, referral.id, row)
