"""What leaves a controller without its answer: "not us", transfers, withdrawals."""

import secrets
from uuid import UUID

from sqlalchemy import select

from hub.domain.actors import person
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactRole, OrganisationKind, fold
from hub.domain.grounds import says_something
from hub.domain.lifecycle import ENDED, Action, ActionNotAllowed, ReferralState, RequestState
from hub.domain.references import REFERENCE_BYTES, new_number
from hub.errors import Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint, Organisation
from hub.models.referral import ClockEntry, Referral, ReferralItem, WaitingFor
from hub.models.rights_request import RightsRequest
from hub.queries.calendar import added_holidays
from hub.services.answering import items_of
from hub.services.clocks import dates_of, first_reading, start_row
from hub.services.filing_plans import referral_delivery
from hub.services.notifying import tell_controller, tell_person
from hub.services.referrals import move, referral_for, rights_request_of, set_answer_aside
from hub.services.unit_of_work import Work

LONGEST_NAME = 300
LONGEST_WORDS = 2_000


def decline(work: Work, referral_id: UUID, words: str, named: str = "") -> None:
    """Say "not us" without a successor in the directory; `named` may name one outside it.

    The person is told; no clock moves. Who is named is looked for by an operator, and so is whoever
    is in charge where a public body names nobody: it may not leave her there (CRPA L114-2).
    """
    referral = referral_for(work, referral_id, Action.DECLINE)
    if not says_something(words):
        raise Invalid(field="text", reason="empty")
    set_answer_aside(work, referral)
    owes_name = work.session.get_one(Organisation, referral.organisation_id).kind.is_public
    referral.transferred_to_name = named.strip()[:LONGEST_NAME] or ("" if owes_name else None)
    referral.closed_at = work.now
    move(
        work,
        referral,
        Action.DECLINE,
        EventKind.REFERRAL_DECLINED,
        waiting_for=WaitingFor.NOBODY,
        words=words.strip(),
        named=named.strip(),
    )
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)


def transfer(work: Work, referral_id: UUID, organisation_id: UUID, words: str) -> UUID:
    """Hand a referral to another organisation of the directory; gives the referral that goes on.

    The first receipt date is kept (CRPA L114-3). A controller already addressed gets the items
    added to its own referral.
    """
    referral = referral_for(work, referral_id, Action.TRANSFER)
    heir = work.session.get(Organisation, organisation_id)
    if heir is None or heir.id == referral.organisation_id:
        raise Invalid(field="organisation", reason="unknown")
    successor = _pass_on(work, referral, heir, Action.TRANSFER, words)
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)
    return successor.id


def route_on(work: Work, referral_id: UUID, organisation_id: UUID) -> UUID:
    """The operator passes on what was declined to the organisation that was named.

    The first receipt date is kept, so no clock moves (CRPA L114-2, L114-3); the person is told.
    """
    referral = referral_for(work, referral_id, Action.ROUTE_ON)
    if referral.search_ended_at is not None:
        raise ActionNotAllowed(action=Action.ROUTE_ON.value, state=referral.state.value)
    heir = work.session.get(Organisation, organisation_id)
    if heir is None or heir.id == referral.organisation_id:
        raise Invalid(field="organisation", reason="unknown")
    successor = _pass_on(work, referral, heir, Action.ROUTE_ON, "")
    tell_person(work, rights_request_of(work, referral), DeliveryKind.NEWS, referral)
    return successor.id


def end_search(work: Work, referral_id: UUID, words: str) -> None:
    """The operator gives up looking for an organisation that was named; `words` say what was tried.

    The person reads these words and what she can do instead (CRPA L114-2 binds public bodies
    alone: nobody else must pass on). Raises Invalid (`words`), ActionNotAllowed when it is done.
    """
    referral = referral_for(work, referral_id, Action.END_SEARCH)
    if referral.transferred_to_name is None or referral.search_ended_at is not None:
        raise ActionNotAllowed(action=Action.END_SEARCH.value, state=referral.state.value)
    if not says_something(words):
        raise Invalid(field="words", reason="empty")
    if len(words) > LONGEST_WORDS:
        raise Invalid(field="words", reason="too_long", most=LONGEST_WORDS)
    referral.search_ended_at = work.now
    referral.closed_at = work.now
    move(work, referral, Action.END_SEARCH, EventKind.NAMED_NOT_FOUND, words=words.strip())
    rights_request = rights_request_of(work, referral)
    tell_person(work, rights_request, DeliveryKind.SOMETHING_TO_READ, referral)


def enter_organisation(work: Work, name: str, email: str) -> UUID:
    """Enter in the directory an organisation that was named, with the address of its service."""
    if not name.strip():
        raise Invalid(field="name", reason="empty")
    if "@" not in email:
        raise Invalid(field="email", reason="empty")
    row = Organisation(
        id=new_id(),
        name=name.strip()[:LONGEST_NAME],
        kind=OrganisationKind.UNKNOWN,
        search_text=fold(name.strip()),
        created_at=work.now,
        updated_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add(
        ContactPoint(
            organisation_id=row.id,
            role=ContactRole.RIGHTS_REQUESTS,
            channel=Channel.EMAIL,
            address=email.strip(),
        )
    )
    work.session.flush()
    work.record(EventKind.CONTACT_ADDED, row.id, row.id)
    return row.id


def withdraw_request(work: Work, rights_request_id: UUID) -> None:
    """The person withdraws all that is still open; controllers already told are told again.

    Raises NotFound, or ActionNotAllowed when nothing is open any more.
    """
    row = work.session.get(RightsRequest, rights_request_id, with_for_update=True)
    if row is None or work.actor != person(row.id):
        raise NotFound(rights_request_id=rights_request_id)
    open_states = {RequestState.ACTIVE, RequestState.AWAITING_CONFIRMATION}
    if row.state not in open_states:
        raise ActionNotAllowed(action=Action.WITHDRAW.value, state=row.state.value)
    row.state = RequestState.WITHDRAWN
    row.closed_at = work.now
    for referral in work.session.scalars(
        select(Referral).where(Referral.rights_request_id == row.id).with_for_update()
    ):
        if referral.state not in ENDED | {ReferralState.ANSWERED}:
            end_referral(work, referral)
    work.record(EventKind.REQUEST_WITHDRAWN, row.id, row.id)
    _cancel_waiting(work, row.id)
    tell_person(work, row, DeliveryKind.REQUEST_WITHDRAWN)


def withdraw_referral(work: Work, referral_id: UUID) -> None:
    """The person withdraws her request from one controller only."""
    referral = referral_for(work, referral_id, Action.WITHDRAW)
    end_referral(work, referral)


def _pass_on(
    work: Work, referral: Referral, heir: Organisation, action: Action, words: str
) -> Referral:
    """Give the items to the heir's own referral, and end this one."""
    successor = work.session.scalar(
        select(Referral)
        .where(
            Referral.rights_request_id == referral.rights_request_id,
            Referral.organisation_id == heir.id,
        )
        .with_for_update()
    )
    if successor is None:
        successor = _new_referral(work, referral, heir)
    elif successor.state in ENDED:
        raise ActionNotAllowed(action=action.value, state=successor.state.value)
    _hand_over_items(work, referral, successor)
    set_answer_aside(work, referral)
    referral.transferred_to_id = heir.id
    referral.closed_at = work.now
    move(
        work,
        referral,
        action,
        EventKind.REFERRAL_TRANSFERRED,
        waiting_for=WaitingFor.NOBODY,
        words=words.strip(),
        to=str(heir.id),
    )
    return successor


def end_referral(work: Work, referral: Referral) -> None:
    """Stop one referral that is not answered; a controller that has it is told."""
    was_delivered = referral.delivered_at is not None
    set_answer_aside(work, referral)
    referral.closed_at = work.now
    move(
        work,
        referral,
        Action.WITHDRAW,
        EventKind.REFERRAL_WITHDRAWN,
        waiting_for=WaitingFor.NOBODY,
    )
    if was_delivered:
        tell_controller(work, referral, DeliveryKind.REFERRAL_WITHDRAWN)


def _cancel_waiting(work: Work, rights_request_id: UUID) -> None:
    waiting = select(Delivery).where(
        Delivery.rights_request_id == rights_request_id,
        Delivery.state == DeliveryState.WAITING,
    )
    for delivery in work.session.scalars(waiting):
        delivery.state = DeliveryState.CANCELLED


def _new_referral(work: Work, source: Referral, heir: Organisation) -> Referral:
    extra_holidays = added_holidays(work.session).in_zone(heir.holiday_zone)
    reading = first_reading(source.received_at, heir.holiday_zone, extra_holidays)
    referral = Referral(
        id=new_id(),
        rights_request_id=source.rights_request_id,
        organisation_id=heir.id,
        number=new_number(secrets.token_bytes(REFERENCE_BYTES)),
        right=source.right,
        state=ReferralState.QUEUED,
        waiting_for=WaitingFor.CONTROLLER,
        received_at=source.received_at,
        last_event_at=work.now,
        last_event_kind=EventKind.REFERRAL_CREATED.value,
        zone=heir.holiday_zone,
        routing_trace={"transferred_from": str(source.organisation_id)},
        **dates_of(reading),
    )
    work.session.add(referral)
    work.session.flush()
    work.session.add(ClockEntry(**start_row(referral.id, source.received_at, work.now)))
    row = referral_delivery(
        {
            "organisation_id": heir.id,
            "rights_request_id": source.rights_request_id,
            "id": referral.id,
        },
        work.now,
    )
    work.deliveries.append(row)
    work.record(
        EventKind.REFERRAL_CREATED,
        source.rights_request_id,
        referral.id,
        organisation=str(heir.id),
        transferred_from=str(source.organisation_id),
    )
    return referral


def _hand_over_items(work: Work, source: Referral, successor: Referral) -> None:
    held = {item.processing_id for item in items_of(work, successor)}
    position = len(held)
    for item in items_of(work, source):
        if item.processing_id in held:
            continue
        reason = {"kind": "transferred", "from": str(source.organisation_id)}
        work.session.add(
            ReferralItem(
                id=new_id(),
                referral_id=successor.id,
                processing_id=item.processing_id,
                reasons=[reason],
                position=position,
            )
        )
        position += 1
    work.session.flush()
