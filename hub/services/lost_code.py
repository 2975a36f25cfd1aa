"""A new secret code for whoever lost hers: asked, stopped, taken; or given to who proves it."""

import hmac
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.identity_proof import CivilIdentity, ProvenIdentity
from hub.domain.lifecycle import ActionNotAllowed, RequestState
from hub.domain.lost_code import (
    PROOF_LASTS,
    TOLD_AGAIN_AFTER,
    LostCodeStanding,
    dates_for,
    standing_at,
)
from hub.domain.references import ReferenceMistyped, normalise_reference
from hub.domain.representation import AnswerTo
from hub.errors import HubError, NotFound
from hub.models.delivery import DeliveryKind
from hub.models.lost_code import LostCode
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, RightsRequest
from hub.ports import Keyring
from hub.sealing import Place, Shredded
from hub.services.boxes import renew_code
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import Receipt
from hub.services.unit_of_work import Work, delivery_row
from hub.services.visits import TooManyTries, failed_tries, wait_left

HAS_A_CODE = frozenset({RequestState.ACTIVE, RequestState.CLOSED})
NOBODY_KNOWN = "0000-0000-00"


class NoNewCode(HubError):
    """No new code may be taken: none was asked, it was stopped or taken, or its time is over."""

    code = "no_new_code"


class NotReadyYet(HubError):
    """The waiting time is not over; `facts['ready_at']` says until when."""

    code = "not_ready_yet"


class NotTheBirthDate(HubError):
    """The date of birth is not the one that was given with the request."""

    code = "not_the_birth_date"


class IdentityDiffers(HubError):
    """The identity proven is not the one of the request, or was proven too long ago."""

    code = "identity_differs"


def new_code_token(keyring: Keyring, rights_request_id: UUID, round_number: int) -> str:
    """The secret part of the link of one asking, by which it is stopped or the code taken."""
    return keyring.blind_index(f"{rights_request_id}:{round_number}", "new_code").hex()


def ask_new_code(work: Work, reference: str, email: str) -> None:
    """Begin the waiting time for a new code, and write at once to the confirmed mailbox.

    Says nothing of whether such a request exists, nor whether the address is its own. A code goes
    to nobody but who holds the answers: not to the mailbox of who filed for another, where the
    answer goes to the person.
    """
    row = _of_confirmed_mailbox(work, reference, email)
    if row is None:
        return
    kept = work.session.get(LostCode, row.id, with_for_update=True)
    if kept is not None and work.now - kept.told_at < TOLD_AGAIN_AFTER:
        return
    if kept is None or standing_of(kept, work) is LostCodeStanding.OVER:
        kept = _begin(work, row, kept)
    kept.told_at = work.now
    _write(work, row, DeliveryKind.NEW_CODE_ASKED, kept.round)


def stop_new_code(work: Work, rights_request_id: UUID) -> None:
    """Stop an asking: the former code goes on working. Raises NoNewCode when there is none."""
    kept = work.session.get(LostCode, rights_request_id, with_for_update=True)
    if kept is None or standing_of(kept, work) is LostCodeStanding.OVER:
        raise NoNewCode
    kept.ended_at = work.now
    work.record(EventKind.CODE_STOPPED, rights_request_id, rights_request_id)


def take_new_code(
    work: Work, rights_request_id: UUID, token: str, birth_date: date
) -> Receipt | HubError:
    """Give the new code for the link of the mail and the date of birth, once its time has come.

    The refusal of a wrong date is returned, not raised, so that the failed try is kept: the wait
    doubles as it does for a wrong secret. Raises NoNewCode, NotReadyYet.
    """
    row = work.session.get(RightsRequest, rights_request_id, with_for_update=True)
    kept = work.session.get(LostCode, rights_request_id, with_for_update=True)
    if row is None or kept is None or not opens(work.ports.keyring, kept, token):
        raise NoNewCode
    standing = standing_of(kept, work)
    if standing is LostCodeStanding.OVER or row.state not in HAS_A_CODE:
        raise NoNewCode
    if standing is LostCodeStanding.WAITING:
        raise NotReadyYet(ready_at=kept.ready_at)
    failed = failed_tries(work, f"new code:{rights_request_id}")
    if (wait := wait_left(work, failed)) > 0:
        return TooManyTries(seconds=wait)
    if _person_of(work, row).birth_date != birth_date:
        failed.tries += 1
        failed.last_at = work.now
        return NotTheBirthDate()
    failed.tries = 0
    return _give(work, row)


def give_code_to_proven(work: Work, rights_request_id: UUID, proof: ProvenIdentity) -> Receipt:
    """Give the new code at once, for an identity just proven that is the one of the request.

    Raises NotFound, IdentityDiffers; ActionNotAllowed where the answers go to who acts for her:
    she ends the mandate first.
    """
    row = work.session.get(RightsRequest, rights_request_id, with_for_update=True)
    if row is None:
        raise NotFound(rights_request_id=rights_request_id)
    acting = work.session.get(RepresentationRow, row.id)
    is_others = acting is not None and acting.answer_to is AnswerTo.REPRESENTATIVE
    if row.state not in HAS_A_CODE or is_others:
        raise ActionNotAllowed(action="give_code", state=row.state.value)
    is_fresh = work.now - proof.proven_at < PROOF_LASTS
    if not is_fresh or not _is_same_person(_person_of(work, row), proof.civil):
        raise IdentityDiffers
    return _give(work, row)


def give_code_of_reference(work: Work, reference: str, proof: ProvenIdentity) -> Receipt | HubError:
    """The same, for the reference that she types: one refusal, whatever the reason.

    It is returned, not raised, so that the failed try is kept: the wait doubles for who proved who
    she is, and the reference of somebody else's request is no more refused than one of none.
    """
    failed = failed_tries(work, f"new code of:{proof.means.value}:{proof.subject}")
    if (wait := wait_left(work, failed)) > 0:
        return TooManyTries(seconds=wait)
    row = work.session.scalar(
        select(RightsRequest).where(RightsRequest.reference == _as_kept(reference))
    )
    try:
        if row is None:
            raise IdentityDiffers
        receipt = give_code_to_proven(work, row.id, proof)
    except (ActionNotAllowed, IdentityDiffers, Shredded):
        failed.tries += 1
        failed.last_at = work.now
        return IdentityDiffers()
    failed.tries = 0
    return receipt


def opens(keyring: Keyring, kept: LostCode, token: str) -> bool:
    """Whether a link is that of the last asking."""
    expected = new_code_token(keyring, kept.rights_request_id, kept.round)
    return hmac.compare_digest(expected.encode(), token[:200].encode())


def standing_of(kept: LostCode, work: Work) -> LostCodeStanding:
    """Where an asking stands now."""
    return standing_at(work.now, kept.ready_at, kept.until_at, kept.ended_at)


def is_moot(session: Session, rights_request_id: UUID, round_number: int) -> bool:
    """Whether a mail about an asking has nothing to say any more."""
    kept = session.get(LostCode, rights_request_id)
    return kept is None or kept.round != round_number or kept.ended_at is not None


def _begin(work: Work, row: RightsRequest, before: LostCode | None) -> LostCode:
    kept = before or LostCode(rights_request_id=row.id, round=0)
    kept.round += 1
    kept.asked_at = kept.told_at = work.now
    kept.ready_at, kept.until_at = dates_for(work.now, work.ports.policies.codes)
    kept.ended_at = None
    work.session.add(kept)
    work.record(EventKind.CODE_ASKED, row.id, row.id)
    ready = delivery_row(
        DeliveryKind.NEW_CODE_READY, Channel.EMAIL, f"person:{row.id}", kept.ready_at
    )
    details = {"round": kept.round}
    work.deliveries.append(ready | {"rights_request_id": row.id, "details": details})
    return kept


def _give(work: Work, row: RightsRequest) -> Receipt:
    kept = work.session.get(LostCode, row.id)
    if kept is not None and kept.ended_at is None:
        kept.ended_at = work.now
    if row.has_email:
        _write(work, row, DeliveryKind.NEW_CODE_GIVEN, 0)
    acting = work.session.get(RepresentationRow, row.id)
    if acting is not None and (acting.code_waits or acting.revoked_at is not None):
        # The code that waited for her under the link of her mailbox is this one.
        acting.code_renewed_at = work.now
    return renew_code(work, row)


def _write(work: Work, row: RightsRequest, kind: DeliveryKind, round_number: int) -> None:
    recipient = f"person:{row.id}"
    work.deliver(kind, Channel.EMAIL, recipient, rights_request_id=row.id, round=round_number)


def _of_confirmed_mailbox(work: Work, reference: str, email: str) -> RightsRequest | None:
    """The request of a reference, if this mailbox was confirmed for it and holds its answers."""
    typed = work.ports.keyring.blind_index(email, "email")
    found = work.session.execute(
        select(RightsRequest, Identity.email_index)
        .join(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(RightsRequest.reference == _as_kept(reference))
    ).first()
    row, known = found if found else (None, None)
    if not hmac.compare_digest(known or bytes(32), typed) or row is None:
        return None
    if row.state not in HAS_A_CODE or not row.has_email or not _has_birth_date(work, row):
        return None
    return row if _holds_answers(work, row) else None


def _as_kept(reference: str) -> str:
    """A reference as it is kept; a mistyped one is nobody's."""
    try:
        return normalise_reference(reference)
    except ReferenceMistyped:
        return NOBODY_KNOWN


def _holds_answers(work: Work, row: RightsRequest) -> bool:
    """Whether who confirmed this mailbox is whom the answers go to.

    Who files for another on the site confirms a mailbox of his own. Once the person has taken her
    own code by her own mailbox, since a mandate has ended or leaves her the answers, that one is
    the request's.
    """
    acting = work.session.get(RepresentationRow, row.id)
    if acting is None:
        return row.confirmed_at is not None
    if acting.revoked_at is not None or acting.code_waits:
        return acting.code_renewed_at is not None
    return row.confirmed_at is not None and acting.answer_to is AnswerTo.REPRESENTATIVE


def _has_birth_date(work: Work, row: RightsRequest) -> bool:
    try:
        return _person_of(work, row).birth_date is not None
    except Shredded:
        return False


def _person_of(work: Work, row: RightsRequest) -> PersonGiven:
    sealed = work.session.get_one(Identity, row.id).sealed
    place = Place(row.id, "identity.sealed", row.id)
    return PersonGiven.from_facts(work.keys.open_facts(place, sealed))


def _is_same_person(known: PersonGiven, civil: CivilIdentity | None) -> bool:
    """By surname (birth name too), first given name and birth date, as the blind index does."""
    if civil is None or known.birth_date is None:
        return False
    given = " ".join(civil.given_names)
    proven = PersonGiven(given, civil.family_name, civil.birth_date).same_person_text()
    names = {known.family_name, known.identifiers.get("birth_name") or known.family_name}
    return proven in {
        PersonGiven(known.given_names, name, known.birth_date).same_person_text() for name in names
    }
