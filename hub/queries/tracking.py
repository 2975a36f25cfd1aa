"""A rights request as the person sees it, in the same number of queries whatever its size.

Internal notes, tasks of colleagues, who is in charge and what others did are never read here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from hub.domain.clock import ClockEvent, ClockEventKind, read_clock
from hub.domain.representation import representation_from
from hub.errors import NotFound
from hub.models.answer import GIVEN, Answer, CleanedCopy, Direction, Document
from hub.models.directory import Organisation, Processing
from hub.models.referral import ClockEntry, RecipientNotice, Referral, ReferralItem
from hub.models.rights_request import Identity, RightsRequest
from hub.queries.acknowledgements import KeptAcknowledgement, acknowledgements_of_request
from hub.queries.calendar import AddedHolidays, added_holidays
from hub.queries.linked_requests import linked_requests
from hub.queries.patient_records import is_patient_record
from hub.queries.retention import content_deleted_at
from hub.queries.tracking_exchanges import (
    Opened,
    acts_by_referral,
    answers_by_referral,
    files_of,
    questions_by_referral,
)
from hub.queries.tracking_rows import (
    TrackedItem,
    TrackedRecipient,
    TrackedReferral,
    TrackedRequest,
)
from hub.sealing import Place, RequestKeys, Shredded


def tracked_request(session: Session, keys: RequestKeys, rights_request_id: UUID) -> TrackedRequest:
    """Everything the person may see of her request; raises NotFound."""
    row = session.execute(
        select(RightsRequest, Identity.sealed)
        .outerjoin(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(RightsRequest.id == rights_request_id)
    ).first()
    if row is None:
        raise NotFound(rights_request_id=rights_request_id)
    filed, sealed = row
    keys.load([filed.id])
    identity, statement, shredded = _content(keys, filed, sealed)
    referrals = _referrals(session, keys, filed.id)
    return TrackedRequest(
        id=filed.id,
        reference=filed.reference,
        right=filed.right,
        state=filed.state,
        channel=filed.channel,
        received_at=filed.received_at,
        filed_at=filed.filed_at,
        lapses_at=filed.lapses_at,
        has_email=filed.has_email,
        email=str(identity.get("email") or ""),
        statement=statement,
        person_name=" ".join(
            str(identity[part]) for part in ("given_names", "family_name") if identity.get(part)
        ),
        postal_address=str(identity.get("postal_address") or ""),
        notified_online=bool(identity.get("notified_online")),
        shredded=shredded,
        content_deleted_at=content_deleted_at(session, filed.id) if shredded else None,
        names=_names(session, referrals),
        referrals=referrals,
        acting=representation_from(identity.get("representative") or {}),
        links=linked_requests(session, filed.id),
    )


def document_for_person(session: Session, rights_request_id: UUID, document_id: UUID) -> Document:
    """A file sent to the person of this request and still kept; raises NotFound for any other."""
    found = session.scalar(_sent_to_person(rights_request_id).where(Document.id == document_id))
    if found is None:
        raise NotFound(document_id=document_id)
    return found


def documents_for_person(session: Session, rights_request_id: UUID) -> dict[UUID, Document]:
    """Every file sent to the person of this request and still kept, by id, in one query."""
    return {row.id: row for row in session.scalars(_sent_to_person(rights_request_id))}


def cleaned_copy_of(session: Session, document_id: UUID) -> CleanedCopy:
    """A document without what it does by itself; raises NotFound where no copy was made."""
    found = session.get(CleanedCopy, document_id)
    if found is None:
        raise NotFound(document_id=document_id)
    return found


def _sent_to_person(rights_request_id: UUID) -> Select[Document]:
    return (
        select(Document)
        .outerjoin(Answer, Answer.id == Document.answer_id)
        .where(
            Document.rights_request_id == rights_request_id,
            Document.direction == Direction.TO_PERSON,
            Document.storage_key.is_not(None),
            Document.deleted_at.is_(None),
            or_(Document.answer_id.is_(None), Answer.state.in_(GIVEN)),
        )
    )


def _content(
    keys: RequestKeys, filed: RightsRequest, sealed: bytes | None
) -> tuple[dict[str, Any], str, bool]:
    cell = Place(filed.id, "rights_request.statement_sealed", filed.id)
    try:
        identity = keys.open_facts(Place(filed.id, "identity.sealed", filed.id), sealed)
        return identity, keys.open(cell, filed.statement_sealed), False
    except Shredded:
        return {}, "", True


def _referrals(
    session: Session, keys: RequestKeys, rights_request_id: UUID
) -> tuple[TrackedReferral, ...]:
    rows = session.execute(
        select(Referral, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(Referral.rights_request_id == rights_request_id)
        .order_by(Referral.id)
    ).all()
    ids = [referral.id for referral, *_ in rows]
    opened = Opened(keys, rights_request_id)
    successors = _successors(session, rows)
    files = files_of(session, rights_request_id, opened)
    items = _items(session, ids, opened)
    recipients = _recipients(session, ids)
    ledgers = _ledgers(session, ids)
    questions = questions_by_referral(session, ids, opened, files)
    answers = answers_by_referral(session, ids, opened, files, items)
    acts = acts_by_referral(session, keys, rights_request_id)
    papers = _acknowledgements(session, keys, rights_request_id)
    calendar = added_holidays(session)
    return tuple(
        TrackedReferral(
            id=referral.id,
            number=referral.number,
            organisation_id=referral.organisation_id,
            organisation_name=name,
            organisation_kind=kind,
            state=referral.state,
            received_at=referral.received_at,
            delivered_at=referral.delivered_at,
            outcome=referral.outcome,
            contested_once=referral.contested_once,
            transferred_to=successors.get(referral.transferred_to_id)
            or referral.transferred_to_name
            or "",
            is_looked_for=referral.transferred_to_name is not None,
            search_ended_at=referral.search_ended_at,
            items=tuple(items[referral.id]),
            questions=tuple(questions[referral.id]),
            answers=tuple(answers[referral.id]),
            recipients=tuple(recipients[referral.id]),
            acts=acts.told_of(referral.id, rights_request_id),
            opened_at=tuple(acts.opened[referral.id]),
            acknowledgements=tuple(papers[referral.id]),
            **_clock(referral, ledgers[referral.id], opened, calendar),
        )
        for referral, name, kind in rows
    )


def _acknowledgements(
    session: Session, keys: RequestKeys, rights_request_id: UUID
) -> dict[UUID, list[KeptAcknowledgement]]:
    found: dict[UUID, list[KeptAcknowledgement]] = defaultdict(list)
    for kept in acknowledgements_of_request(session, keys, rights_request_id):
        found[kept.referral_id].append(kept)
    return found


def _clock(
    referral: Referral, ledger: Sequence[ClockEntry], opened: Opened, calendar: AddedHolidays
) -> dict[str, Any]:
    events = [
        ClockEvent(row.kind, row.effective_at, row.reason, recorded_at=row.recorded_at)
        for row in ledger
    ]
    extra_holidays = calendar.in_zone(referral.zone)
    reading = read_clock(events, zone=referral.zone, extra_holidays=extra_holidays)
    last = next((row for row in reversed(ledger) if row.kind is ClockEventKind.EXTEND), None)
    if last is None or not reading.extended:
        return {"clock": reading, "extension_cause": "", "extension_words": ""}
    words = opened("clock_entry.text_sealed", last.id, last.text_sealed)
    return {"clock": reading, "extension_cause": last.reason or "", "extension_words": words}


def _ledgers(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[ClockEntry]]:
    found: dict[UUID, list[ClockEntry]] = defaultdict(list)
    rows = session.scalars(
        select(ClockEntry)
        .where(ClockEntry.referral_id.in_(ids))
        .order_by(ClockEntry.effective_at, ClockEntry.id)
    )
    for row in rows:
        found[row.referral_id].append(row)
    return found


def _items(session: Session, ids: Iterable[UUID], opened: Opened) -> dict[UUID, list[TrackedItem]]:
    found: dict[UUID, list[TrackedItem]] = defaultdict(list)
    rows = session.execute(
        select(ReferralItem, Processing.title, Processing.title_en, is_patient_record())
        .join(Processing, Processing.id == ReferralItem.processing_id)
        .where(ReferralItem.referral_id.in_(ids))
        .order_by(ReferralItem.position, ReferralItem.id)
    )
    for item, title, title_en, is_record in rows:
        found[item.referral_id].append(
            TrackedItem(
                item.processing_id,
                title,
                tuple(item.reasons),
                item.outcome,
                item.applied_on,
                opened("referral_item.applied_words_sealed", item.id, item.applied_words_sealed),
                title_en,
                is_record,
            )
        )
    return found


def _recipients(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[TrackedRecipient]]:
    """Whom each controller tells of what it changed, by name (GDPR 19; CJEU C-154/21)."""
    found: dict[UUID, list[TrackedRecipient]] = defaultdict(list)
    rows = session.execute(
        select(RecipientNotice, Processing.title)
        .join(ReferralItem, ReferralItem.id == RecipientNotice.referral_item_id)
        .join(Processing, Processing.id == ReferralItem.processing_id)
        .where(RecipientNotice.referral_id.in_(ids))
        .order_by(ReferralItem.position, RecipientNotice.name, RecipientNotice.id)
    )
    for row, title in rows:
        was_not_told = row.closed_at is not None and row.told_on is None
        found[row.referral_id].append(
            TrackedRecipient(row.name, row.kind, title, row.told_on, was_not_told)
        )
    return found


def _successors(session: Session, rows: Iterable[Any]) -> dict[UUID | None, str]:
    wanted = {row[0].transferred_to_id for row in rows} - {None}
    found = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    )
    return {row.id: row.name for row in found}


def _names(session: Session, referrals: Iterable[TrackedReferral]) -> dict[str, str]:
    """The names of organisations that passed an item on, by id as the reasons hold it."""
    wanted = {
        UUID(str(reason["from"]))
        for referral in referrals
        for item in referral.items
        for reason in item.reasons
        if "from" in reason
    }
    found = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    )
    return {str(row.id): row.name for row in found}
