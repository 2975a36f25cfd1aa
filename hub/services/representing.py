"""What the person represented does: stop what is not hers, end a mandate, take her own code."""

import secrets
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select, update

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import (
    ENDED,
    UNDELIVERED,
    WORKABLE,
    ActionNotAllowed,
    ReferralState,
    RequestState,
)
from hub.domain.representation import (
    UNDER_MANDATE,
    AnswerTo,
    address_of_person,
    postal_address_of_person,
)
from hub.domain.working_days import local_date
from hub.errors import HubError, NotFound
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.hub_task import HubTaskKind
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, RightsRequest
from hub.ports import Keyring
from hub.queries.represented import is_filers_address
from hub.sealing import Place
from hub.services.boxes import close_visits, renew_box
from hub.services.confirming import activate
from hub.services.filing_plans import Receipt, referral_delivery, waiting_secret
from hub.services.notifying import tell_controller
from hub.services.opt_outs import end_disputed
from hub.services.represented import open_task
from hub.services.rerouting import end_referral
from hub.services.unit_of_work import Work
from hub.services.visits import TooManyTries, failed_tries, wait_left

DISPUTED = "disputed"
NOT_THE_PERSON = "not_the_person"
BACKLOG = "backlog:"


def in_my_name_token(keyring: Keyring, rights_request_id: UUID) -> str:
    """The secret part of the link by which the person sees what is done in her name."""
    return keyring.blind_index(str(rights_request_id), "in_my_name").hex()


def dispute(work: Work, rights_request_id: UUID) -> None:
    """ "This was not me": everything stands still until an agent of the hub has looked.

    Whoever filed, in her name or as if by herself. Nothing is delivered nor answered, nobody opens
    the case with its code, controllers that have it are told. Raises NotFound, ActionNotAllowed
    when it is over or stopped already.
    """
    row = _locked(work, rights_request_id)
    if row.state is not RequestState.ACTIVE:
        raise ActionNotAllowed(action="dispute", state=row.state.value)
    row.state, row.state_reason = RequestState.NEEDS_PERSON, DISPUTED
    acting = work.session.get(RepresentationRow, rights_request_id)
    if acting is not None:
        acting.disputed_at = work.now
    close_visits(work, row)
    _cancel_waiting(work, row.id)
    work.record(EventKind.FILING_DISPUTED, row.id, row.id)
    _tell_controllers(work, row, EventKind.FILING_DISPUTED)
    open_task(work, HubTaskKind.CHECK_DISPUTE, row.id)


def settle_dispute(work: Work, rights_request_id: UUID, *, is_hers: bool) -> None:
    """An agent of the hub has heard the person: the request goes on, or ends here.

    Where it is not hers, its code opens nothing any more. Raises NotFound, ActionNotAllowed.
    """
    row = _locked(work, rights_request_id)
    if row.state_reason != DISPUTED:
        raise ActionNotAllowed(action="settle_dispute", state=row.state.value)
    work.record(EventKind.DISPUTE_SETTLED, row.id, row.id, is_hers=is_hers)
    if not is_hers:
        end_disputed(work, row)
        _end(work, row)
        return
    row.state, row.state_reason = RequestState.ACTIVE, None
    for referral in _referrals(work, row.id):
        if referral.state is ReferralState.QUEUED:
            facts = {
                "id": referral.id,
                "rights_request_id": row.id,
                "organisation_id": referral.organisation_id,
            }
            work.deliveries.append(referral_delivery(facts, work.now))
    _tell_controllers(work, row, EventKind.DISPUTE_SETTLED)


def end_expired_mandates(work: Work, limit: int = 200) -> int:
    """End each mandate whose last day is over while a case is open: its answer is hers then.

    Not one that did not hold when it was used: the controller refuses on that ground. Nor one of a
    backlog, whose owner deals with the person itself. Says how many.
    """
    is_open = exists().where(
        Referral.rights_request_id == RepresentationRow.rights_request_id,
        Referral.state.in_(WORKABLE | UNDELIVERED),
    )
    ids = work.session.scalars(
        select(RepresentationRow.rights_request_id)
        .join(RightsRequest, RightsRequest.id == RepresentationRow.rights_request_id)
        .where(
            RepresentationRow.capacity.in_(UNDER_MANDATE),
            RepresentationRow.ends_on < local_date(work.now),
            RepresentationRow.revoked_at.is_(None),
            RepresentationRow.objection.is_(None),
            ~RightsRequest.idempotency_scope.startswith(BACKLOG),
            RightsRequest.state == RequestState.ACTIVE,
            is_open,
        )
        .order_by(RepresentationRow.rights_request_id)
        .limit(limit)
    ).all()
    for rights_request_id in ids:
        end_mandate(work, rights_request_id)
    return len(ids)


def end_mandate(work: Work, rights_request_id: UUID) -> None:
    """End a mandate, by the person's will (Civil code 2004) or its date: whoever acted is out.

    The code of the receipt opens nothing any more and a new box waits for her own code; controllers
    with an open case are told, and answers go to her. Raises NotFound where there is no mandate,
    ActionNotAllowed where it has ended or the request is over.
    """
    row, acting = _represented(work, rights_request_id)
    if acting.capacity not in UNDER_MANDATE:
        raise NotFound(rights_request_id=rights_request_id)
    if acting.revoked_at is not None or row.state is not RequestState.ACTIVE:
        raise ActionNotAllowed(action="end_mandate", state=row.state.value)
    acting.revoked_at, acting.answer_to = work.now, AnswerTo.PERSON
    has_address = _keep_own_addresses(work, row)
    _renew_box(work, row)
    close_visits(work, row)
    work.record(EventKind.MANDATE_ENDED, row.id, row.id)
    _tell_controllers(work, row, EventKind.MANDATE_ENDED)
    if has_address:
        recipient = f"represented:{row.id}"
        kind = DeliveryKind.MANDATE_ENDED
        work.deliver(kind, Channel.EMAIL, recipient, rights_request_id=row.id)
    else:
        open_task(work, HubTaskKind.CODE_BY_POST, row.id)


class WrongBirthDate(HubError):
    """The date of birth is not the one of the filing, or none was given with it."""

    code = "wrong_birth_date"


def take_code(work: Work, rights_request_id: UUID, birth_date: date) -> Receipt | HubError:
    """Give the person her own code, for her date of birth.

    Where it does not wait for her already the mandate ends; where nothing was to leave without her,
    that she takes it is her agreement: the request goes to its controllers.
    The refusal is returned, not raised, so that the failed try is kept: the wait doubles as it does
    for a wrong secret. Raises NotFound, ActionNotAllowed.
    """
    row, acting = _represented(work, rights_request_id)
    failed = failed_tries(work, f"in my name:{rights_request_id}")
    if (wait := wait_left(work, failed)) > 0:
        return TooManyTries(seconds=wait)
    identity = work.session.get_one(Identity, rights_request_id)
    place = Place(rights_request_id, "identity.sealed", rights_request_id)
    if work.keys.open_facts(place, identity.sealed).get("birth_date") != birth_date.isoformat():
        failed.tries += 1
        failed.last_at = work.now
        return WrongBirthDate()
    failed.tries = 0
    if acting.code_waits and acting.code_renewed_at is None:
        _accept(work, row)
    elif acting.revoked_at is None:
        end_mandate(work, rights_request_id)
        _cancel_code_mail(work)
    return give_new_code(work, rights_request_id)


def give_new_code(work: Work, rights_request_id: UUID) -> Receipt:
    """The person's own code, made and shown now; one shown before opens nothing any more.

    Raises NotFound, ActionNotAllowed while a mandate holds that gives the answer to who acts.
    """
    row, acting = _represented(work, rights_request_id)
    if acting.revoked_at is None and not acting.code_waits:
        raise ActionNotAllowed(action="give_new_code", state=row.state.value)
    if acting.code_renewed_at is not None:
        _renew_box(work, row)
    keyring = work.ports.keyring
    private = keyring.unwrap_private(
        row.box_private_wrapped, waiting_secret(keyring, row.id, row.reference), row.reference
    )
    secret = keyring.derive_secret(secrets.token_hex(32), row.reference)
    row.secret_hash = keyring.hash_secret(row.reference, secret)
    row.box_private_wrapped = keyring.wrap_private(private, secret, row.reference)
    acting.code_renewed_at = work.now
    close_visits(work, row)
    work.record(EventKind.CODE_RENEWED, row.id, row.id)
    return Receipt(row.id, row.reference, secret)


def _accept(work: Work, row: RightsRequest) -> None:
    """She comes by the link of her own mailbox: what waited for her agreement leaves."""
    if row.state is RequestState.AWAITING_CONFIRMATION:
        activate(work, row)
    if row.state not in {RequestState.ACTIVE, RequestState.CLOSED}:
        raise ActionNotAllowed(action="take_code", state=row.state.value)


def _cancel_code_mail(work: Work) -> None:
    """She takes her code now: the mail that would lead her to it has nothing to say."""
    work.deliveries[:] = [
        one for one in work.deliveries if one["kind"] is not DeliveryKind.MANDATE_ENDED
    ]


def _represented(work: Work, rights_request_id: UUID) -> tuple[RightsRequest, RepresentationRow]:
    row = _locked(work, rights_request_id)
    acting = work.session.get(RepresentationRow, rights_request_id)
    if acting is None:
        raise NotFound(rights_request_id=rights_request_id)
    return row, acting


def _locked(work: Work, rights_request_id: UUID) -> RightsRequest:
    row = work.session.get(RightsRequest, rights_request_id, with_for_update=True)
    if row is None:
        raise NotFound(rights_request_id=rights_request_id)
    return row


def _end(work: Work, row: RightsRequest) -> None:
    row.state, row.state_reason = RequestState.INADMISSIBLE, NOT_THE_PERSON
    row.closed_at = work.now
    row.secret_hash = secrets.token_bytes(32)
    for referral in _referrals(work, row.id):
        if referral.state not in ENDED | {ReferralState.ANSWERED}:
            end_referral(work, referral)


def _keep_own_addresses(work: Work, row: RightsRequest) -> bool:
    """From now on she is written to at her own addresses alone; says whether she has an e-mail."""
    identity = work.session.get_one(Identity, row.id)
    place = Place(row.id, "identity.sealed", row.id)
    facts = work.keys.open_facts(place, identity.sealed)
    is_filers = is_filers_address(row.channel)
    email = address_of_person(facts, is_filers=is_filers)
    ended_on = local_date(work.now).isoformat()
    facts["representative"] = facts["representative"] | {"ended_on": ended_on}
    facts["postal_address"] = postal_address_of_person(facts, is_filers=is_filers) or None
    facts["email"] = email
    identity.sealed = work.keys.seal_facts(place, facts)
    identity.email_index = work.ports.keyring.blind_index(email, "email") if email else None
    row.has_email = email is not None
    return row.has_email


def _renew_box(work: Work, row: RightsRequest) -> None:
    """A new pair, kept under a code that nobody knows until the person takes hers."""
    renew_box(work, row, waiting_secret(work.ports.keyring, row.id, row.reference))
    row.secret_hash = secrets.token_bytes(32)


def _cancel_waiting(work: Work, rights_request_id: UUID) -> None:
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.rights_request_id == rights_request_id,
            Delivery.state == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.CANCELLED)
    )


def _referrals(work: Work, rights_request_id: UUID) -> list[Referral]:
    found = select(Referral).where(Referral.rights_request_id == rights_request_id)
    return list(work.session.scalars(found.order_by(Referral.id).with_for_update()))


def _tell_controllers(work: Work, row: RightsRequest, event: EventKind) -> None:
    """Each controller that works on the case, by a contentless mail and a line of its timeline."""
    for referral in _referrals(work, row.id):
        if referral.state in WORKABLE:
            work.record(event, row.id, referral.id)
            tell_controller(work, referral, DeliveryKind.WHO_ACTS_CHANGED)
