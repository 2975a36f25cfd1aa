"""A rights request and its referrals as programs read them: states, dates, never a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from hub.domain.clock import ClockEvent, ClockReading, read_clock
from hub.domain.lifecycle import UNDELIVERED, ReferralState, RequestState
from hub.domain.representation import Objection
from hub.models.answer import Answer
from hub.models.directory import Organisation
from hub.models.referral import ClockEntry, Referral, ReferralItem
from hub.models.representation import RepresentationRow
from hub.models.rights_request import RightsRequest
from hub.queries.calendar import added_holidays
from hub.queries.patient_records import is_patient_record


@dataclass(frozen=True)
class ReferralRow:
    """One referral with its controller, its processings and the reading of its clock."""

    id: UUID
    number: str
    reference: str
    organisation_id: UUID
    siren: str | None
    organisation_name: str
    right: str
    state: ReferralState
    outcome: str | None
    answer_state: str | None
    received_at: datetime
    processings: tuple[UUID, ...]
    clock: ClockReading
    has_patient_record: bool = False


@dataclass(frozen=True)
class RefusedPart:
    """What was passed on to nobody, for want of a mandate; no processing: the whole request."""

    objection: Objection
    processings: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class RequestRow:
    """One rights request and its referrals, in the order of their making.

    `is_mandate_ended`: the person put an end to the mandate of who filed it.
    """

    id: UUID
    reference: str
    received_at: datetime
    state: RequestState
    filed_by_organisation_id: UUID | None
    referrals: tuple[ReferralRow, ...]
    refused: tuple[RefusedPart, ...] = ()
    is_mandate_ended: bool = False


def request_by_reference(session: Session, reference: str) -> RequestRow | None:
    """The rights request with this reference, in the same number of queries whatever its size."""
    found = session.execute(
        select(RightsRequest, RepresentationRow)
        .outerjoin(RepresentationRow, RepresentationRow.rights_request_id == RightsRequest.id)
        .where(RightsRequest.reference == reference)
    ).first()
    if found is None:
        return None
    row, acting = found
    wanted = _referrals().where(Referral.rights_request_id == row.id).order_by(Referral.id)
    return RequestRow(
        row.id,
        row.reference,
        row.received_at,
        row.state,
        row.filed_by_organisation_id,
        tuple(_rows(session, wanted)),
        _refused(row, acting),
        acting is not None and acting.revoked_at is not None,
    )


def _refused(row: RightsRequest, acting: RepresentationRow | None) -> tuple[RefusedPart, ...]:
    if acting is None:
        return ()
    is_refused = row.state is RequestState.INADMISSIBLE
    return refused_parts(acting.objection if is_refused else None, acting.left_out)


def refused_parts(objection: Objection | None, left_out: Sequence[str]) -> tuple[RefusedPart, ...]:
    """What a mandate did not open: the whole request, or some processings of it."""
    if objection is not None:
        return (RefusedPart(objection),)
    if not left_out:
        return ()
    ids = tuple(UUID(key) for key in left_out)
    return (RefusedPart(Objection.MANDATE_SILENT_ON_PROCESSING, ids),)


def referral_of_organisation(
    session: Session, organisation_id: UUID, referral_id: UUID
) -> ReferralRow | None:
    """One delivered referral of an organisation, or None when it has no such referral."""
    wanted = _referrals().where(
        Referral.id == referral_id,
        Referral.organisation_id == organisation_id,
        Referral.state.not_in(UNDELIVERED),
    )
    return next(iter(_rows(session, wanted)), None)


def referrals_of_organisation(
    session: Session,
    organisation_id: UUID,
    *,
    state: ReferralState | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ReferralRow]:
    """Delivered referrals of an organisation, oldest receipt first, after a key."""
    wanted = _referrals().where(
        Referral.organisation_id == organisation_id, Referral.state.not_in(UNDELIVERED)
    )
    if state is not None:
        wanted = wanted.where(Referral.state == state)
    if after is not None:
        wanted = wanted.where(tuple_(Referral.received_at, Referral.id) > tuple_(*after))
    return _rows(session, wanted.order_by(Referral.received_at, Referral.id).limit(limit))


def _referrals() -> Select[Referral, str, str | None, str]:
    return (
        select(Referral, RightsRequest.reference, Organisation.siren, Organisation.name)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
    )


def _rows(session: Session, wanted: Select[Referral, str, str | None, str]) -> list[ReferralRow]:
    found = session.execute(wanted).all()
    ids = [referral.id for referral, *_ in found]
    items: dict[UUID, list[UUID]] = {key: [] for key in ids}
    with_record: set[UUID] = set()
    for referral_id, processing_id, is_record in session.execute(
        select(ReferralItem.referral_id, ReferralItem.processing_id, is_patient_record())
        .where(ReferralItem.referral_id.in_(ids))
        .order_by(ReferralItem.position)
    ):
        items[referral_id].append(processing_id)
        with_record |= {referral_id} if is_record else set()
    events: dict[UUID, list[ClockEvent]] = {key: [] for key in ids}
    for entry in session.scalars(select(ClockEntry).where(ClockEntry.referral_id.in_(ids))):
        event = ClockEvent(
            entry.kind, entry.effective_at, entry.reason, recorded_at=entry.recorded_at
        )
        events[entry.referral_id].append(event)
    calendar = added_holidays(session)
    states = _answer_states(session, ids)
    return [
        ReferralRow(
            id=referral.id,
            number=referral.number,
            reference=reference,
            organisation_id=referral.organisation_id,
            siren=siren,
            organisation_name=name,
            right=referral.right.value,
            state=referral.state,
            outcome=referral.outcome.value if referral.outcome else None,
            answer_state=states.get(referral.id),
            received_at=referral.received_at,
            processings=tuple(items[referral.id]),
            clock=read_clock(
                events[referral.id],
                zone=referral.zone,
                extra_holidays=calendar.in_zone(referral.zone),
            ),
            has_patient_record=referral.id in with_record,
        )
        for referral, reference, siren, name in found
    ]


def _answer_states(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """How far the last answer of each referral has come."""
    rows = session.execute(
        select(Answer.referral_id, Answer.state)
        .where(Answer.referral_id.in_(ids))
        .order_by(Answer.created_at, Answer.id)
    )
    return {referral_id: state.value for referral_id, state in rows}
