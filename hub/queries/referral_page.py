"""Everything of one referral for those who answer it, in a constant number of queries."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.audit_log import CONSULTATIONS, EventKind
from hub.domain.clock import ClockEvent, ClockReading, read_clock
from hub.domain.lifecycle import UNDELIVERED, RequestState
from hub.errors import NotFound
from hub.models.answer import Direction, Document
from hub.models.audit_event import AuditEvent
from hub.models.directory import IdentifierAsked, Organisation, Processing, Purpose
from hub.models.member import Member
from hub.models.referral import ClockEntry, Referral, ReferralItem
from hub.models.rights_request import Identity, KeyClass, RightsRequest
from hub.queries.acknowledgements import acknowledgements_of_referral
from hub.queries.calendar import added_holidays
from hub.queries.letters import sender_of
from hub.queries.objections import objections_of
from hub.queries.referral_exchanges import (
    Open,
    answers_of,
    documents_of,
    messages_of,
    recipients_of,
    tasks_of,
)
from hub.queries.referral_rows import ActLine, Asked, ReferralPage
from hub.queries.retention import are_names_deleted, content_deleted_at
from hub.sealing import Place, RequestKeys, Shredded


def referral_page(
    session: Session, keys: RequestKeys, organisation_id: UUID, referral_id: UUID
) -> ReferralPage:
    """One delivered referral of this organisation; raises NotFound for any other."""
    referral, filed, organisation, sealed, assigned_to = _found(
        session, organisation_id, referral_id
    )
    keys.load([filed.id])
    opened = _opener(keys, filed.id)
    person, statement, shredded = _content(keys, filed, sealed)
    items = _items(session, referral, opened)
    names = _organisations(session, referral, items)
    return ReferralPage(
        id=referral.id,
        rights_request_id=filed.id,
        organisation_id=organisation_id,
        number=referral.number,
        right=referral.right,
        state=referral.state,
        waiting_for=referral.waiting_for,
        channel=filed.channel,
        language=filed.language,
        received_at=referral.received_at,
        delivered_at=referral.delivered_at,
        opened_at=referral.opened_at,
        assigned_to_id=referral.assigned_to_id,
        assigned_to=assigned_to or "",
        label=referral.label or "",
        outcome=referral.outcome,
        routing_trace=referral.routing_trace,
        box_public=filed.box_public,
        has_email=filed.has_email,
        person=_minimised(person, items),
        statement=statement,
        shredded=shredded,
        content_deleted_at=content_deleted_at(session, filed.id) if shredded else None,
        are_names_deleted=shredded and are_names_deleted(session, filed.id),
        clock=_clock(session, referral),
        items=items,
        messages=messages_of(session, referral_id, opened),
        tasks=tasks_of(session, referral_id, opened),
        documents=documents_of(session, referral_id, opened),
        answers=answers_of(session, referral_id, opened),
        recipients=recipients_of(session, referral_id, opened),
        acts=acts_of(session, keys, filed.id, referral_id),
        organisations=names,
        acknowledgements=acknowledgements_of_referral(session, keys, referral_id),
        second_reader_wanted=organisation.second_reader_wanted,
        sender=sender_of(organisation),
        is_disputed=filed.state is RequestState.NEEDS_PERSON,
        objections=objections_of(session, referral),
        transferred_to=names.get(str(referral.transferred_to_id), "")
        or referral.transferred_to_name
        or "",
    )


def acts_of(
    session: Session, keys: RequestKeys, rights_request_id: UUID, referral_id: UUID
) -> tuple[ActLine, ...]:
    """The acts on one referral, oldest first; nothing of the person's other referrals.

    With each opening of a file of the person; what she opens herself is hers to know.
    """
    files = select(Document.id).where(
        Document.referral_id == referral_id, Document.direction != Direction.TO_PERSON
    )
    opened = (AuditEvent.kind == EventKind.DOCUMENT_OPENED) & AuditEvent.subject_id.in_(files)
    rows = session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.stream_id == rights_request_id,
            (AuditEvent.subject_id == referral_id) | opened,
        )
        .order_by(AuditEvent.seq)
    )
    return tuple(_act(keys, row) for row in rows)


def _found(session: Session, organisation_id: UUID, referral_id: UUID) -> Any:
    row = session.execute(
        select(Referral, RightsRequest, Organisation, Identity.sealed, Member.name)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .outerjoin(Identity, Identity.rights_request_id == RightsRequest.id)
        .outerjoin(Member, Member.id == Referral.assigned_to_id)
        .where(
            Referral.id == referral_id,
            Referral.organisation_id == organisation_id,
            Referral.state.not_in(UNDELIVERED),
        )
    ).first()
    if row is None:
        raise NotFound(referral_id=referral_id)
    return row


def _opener(keys: RequestKeys, rights_request_id: UUID) -> Open:
    """Opens cells of this rights request; what was shredded reads as empty."""

    def opened(cell: str, row: UUID, sealed: bytes | None) -> str:
        try:
            return keys.open(Place(rights_request_id, cell, row), sealed)
        except Shredded:
            return ""

    return opened


def _content(
    keys: RequestKeys, filed: RightsRequest, sealed: bytes | None
) -> tuple[dict[str, Any], str, bool]:
    try:
        identity = keys.open_facts(Place(filed.id, "identity.sealed", filed.id), sealed)
        cell = Place(filed.id, "rights_request.statement_sealed", filed.id)
        return identity, keys.open(cell, filed.statement_sealed), False
    except Shredded:
        return {}, "", True


def _minimised(person: dict[str, Any], items: tuple[Asked, ...]) -> dict[str, Any]:
    """Of the identifiers, only those this controller asks for: the rest would tell of others.

    A patient number or a place of care names another holder (GDPR 5(1)(c)).
    """
    asked = {name for item in items for name in item.identifiers}
    given = person.get("identifiers") or {}
    kept = {name: value for name, value in given.items() if name in asked}
    return person | {"identifiers": kept} if given else person


def _clock(session: Session, referral: Referral) -> ClockReading:
    rows = session.scalars(select(ClockEntry).where(ClockEntry.referral_id == referral.id))
    ledger = [
        ClockEvent(row.kind, row.effective_at, row.reason, recorded_at=row.recorded_at)
        for row in rows
    ]
    extra_holidays = added_holidays(session).in_zone(referral.zone)
    return read_clock(ledger, zone=referral.zone, extra_holidays=extra_holidays)


def _items(session: Session, referral: Referral, opened: Open) -> tuple[Asked, ...]:
    rows = session.execute(
        select(ReferralItem, Processing.title, Processing.answer_level)
        .join(Processing, Processing.id == ReferralItem.processing_id)
        .where(ReferralItem.referral_id == referral.id)
        .order_by(ReferralItem.position, ReferralItem.id)
    ).all()
    ids = [item.processing_id for item, *_ in rows]
    purposes = _grouped(
        session.execute(
            select(Purpose.processing_id, Purpose.legal_basis, Purpose.context).where(
                Purpose.processing_id.in_(ids)
            )
        )
    )
    identifiers = _grouped(
        session.execute(
            select(IdentifierAsked.processing_id, IdentifierAsked.identifier)
            .where(IdentifierAsked.processing_id.in_(ids))
            .order_by(IdentifierAsked.position)
        )
    )
    cell = "referral_item.applied_"
    return tuple(
        Asked(
            id=item.id,
            processing_id=item.processing_id,
            title=title,
            reasons=tuple(item.reasons),
            purposes=tuple(purposes.get(item.processing_id, ())),
            identifiers=tuple(one.value for (one,) in identifiers.get(item.processing_id, ())),
            outcome=item.outcome,
            decided_on=item.decided_on,
            applied_on=item.applied_on,
            done=opened(f"{cell}words_sealed", item.id, item.applied_words_sealed),
            proof=opened(f"{cell}proof_sealed", item.id, item.applied_proof_sealed),
            answer_level=level,
        )
        for item, title, level in rows
    )


def _grouped(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for key, *values in rows:
        found.setdefault(key, []).append(tuple(values))
    return found


def _act(keys: RequestKeys, row: AuditEvent) -> ActLine:
    key_class = KeyClass.CONSULTATIONS if row.kind in CONSULTATIONS else KeyClass.PROCEDURE
    place = Place(row.stream_id, "audit_event.detail_sealed", row.id, key_class)
    try:
        facts = keys.open_facts(place, row.detail_sealed)
    except Shredded:
        facts = {}
    return ActLine(row.at, row.kind, row.actor_kind.value, str(facts.get("actor", "")), facts)


def _organisations(
    session: Session, referral: Referral, items: tuple[Asked, ...]
) -> dict[str, str]:
    """The names of organisations between which this referral moved, by id."""
    moved = {str(reason["from"]) for item in items for reason in item.reasons if "from" in reason}
    if referral.transferred_to_id:
        moved.add(str(referral.transferred_to_id))
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.id.in_([UUID(key) for key in moved])
        )
    )
    return {str(row.id): row.name for row in rows}
