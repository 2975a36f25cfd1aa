"""A controller that knows a person vouches for her: by its word, or by a letter with a code.

Its word is worth L2 for its own case, the code L3 (RULES §4.1): the letter goes to the address
that the controller holds, never to one typed here. No document is asked for, and none is kept.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.grounds import says_something
from hub.domain.identity_proof import (
    LEVEL_OF,
    AskedWay,
    IdentityMatch,
    KnownBy,
    ProofMeans,
)
from hub.domain.lifecycle import Action
from hub.domain.references import grouped, normalise_secret, to_base32
from hub.errors import Conflict, HubError, Invalid
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.identity_proof import IdentityAsk, IdentityLetter, IdentityProof
from hub.models.referral import Referral
from hub.sealing import Place
from hub.services.notifying import tell_controller, tell_person
from hub.services.referrals import referral_for, rights_request_of
from hub.services.unit_of_work import Work

LONGEST_WORDS = 1_000
CODE_BYTES = 8
"""64 bits, as 13 characters: too many to guess within a few tries."""


class WrongIdentityCode(HubError):
    """Not the code of the letter; `facts['left']` tries remain."""

    code = "wrong_identity_code"


class NoIdentityCode(HubError):
    """No code waits: none was sent, its time is over, or it was mistyped too often."""

    code = "no_identity_code"


@dataclass(frozen=True)
class WrittenLetter:
    """A letter to print now: its code is shown to nobody again."""

    code: str
    days: int


def ask_to_be_known(work: Work, referral_id: UUID, way: AskedWay) -> None:
    """The person asks the controller of her case to confirm her, or to write to her.

    Raises NotFound, ActionNotAllowed, Conflict when she has asked already and waits.
    """
    referral = referral_for(work, referral_id, Action.ASK_TO_BE_KNOWN)
    if _open_asks(work, referral_id, way):
        raise Conflict(referral_id=referral_id)
    work.session.add(
        IdentityAsk(
            id=new_id(),
            rights_request_id=referral.rights_request_id,
            referral_id=referral.id,
            way=way,
            asked_at=work.now,
        )
    )
    work.record(
        EventKind.IDENTITY_PROOF_ASKED, referral.rights_request_id, referral.id, way=way.value
    )
    tell_controller(work, referral, DeliveryKind.IDENTITY_ASKED)


def vouch(work: Work, referral_id: UUID, known_by: KnownBy, words: str = "") -> None:
    """A member confirms that her organisation knows this person, and by what (EDPB 01/2022 §65).

    Raises NotFound, NotYours, ActionNotAllowed, FilingDisputed, Invalid (`words`): "other" says
    which way.
    """
    referral = referral_for(work, referral_id, Action.VOUCH)
    if known_by is KnownBy.OTHER and not says_something(words):
        raise Invalid(field="words", reason="missing")
    if len(words) > LONGEST_WORDS:
        raise Invalid(field="words", reason="too_long", most=LONGEST_WORDS)
    row = _proof(work, referral, ProofMeans.CONTROLLER)
    row.known_by = known_by
    row.confirmed_by_id, row.confirmed_by_name = work.actor.member_id, work.actor.name
    place = Place(referral.rights_request_id, "identity_proof.words_sealed", row.id)
    row.words_sealed = work.keys.seal(place, words.strip()) if words.strip() else None
    _settle(work, referral_id, AskedWay.CONFIRMATION)
    work.record(
        EventKind.IDENTITY_CONFIRMED,
        referral.rights_request_id,
        referral.id,
        known_by=known_by.value,
    )
    _tell(work, referral)


def write_letter(work: Work, referral_id: UUID) -> WrittenLetter:
    """A member prints a letter with a new code; the code of an earlier one opens nothing more.

    Raises NotFound, NotYours, ActionNotAllowed, FilingDisputed.
    """
    referral = referral_for(work, referral_id, Action.WRITE_IDENTITY_LETTER)
    policy = work.ports.policies.proofs
    for former in _live_letters(work, referral_id):
        former.ended_at = work.now
    row_id, code = new_id(), grouped(to_base32(secrets.token_bytes(CODE_BYTES)))
    work.session.add(
        IdentityLetter(
            id=row_id,
            rights_request_id=referral.rights_request_id,
            referral_id=referral.id,
            code_hash=work.ports.keyring.hash_secret(str(row_id), code),
            written_at=work.now,
            expires_at=work.now + timedelta(days=policy.letter_days),
        )
    )
    _settle(work, referral_id, AskedWay.LETTER)
    work.record(EventKind.IDENTITY_LETTER_WRITTEN, referral.rights_request_id, referral.id)
    _tell(work, referral)
    return WrittenLetter(code, policy.letter_days)


def type_code(work: Work, referral_id: UUID, visit_id: UUID, typed: str) -> HubError | None:
    """The person types the code of her letter: None when it is right.

    The refusal is returned, not raised, because the wrong try must be written down. Raises
    NotFound, ActionNotAllowed.
    """
    referral = referral_for(work, referral_id, Action.TYPE_IDENTITY_CODE)
    row = next(iter(_live_letters(work, referral_id)), None)
    if row is None:
        return NoIdentityCode()
    most = work.ports.policies.proofs.letter_tries
    if not work.ports.keyring.secret_matches(row.code_hash, str(row.id), normalise_secret(typed)):
        row.tries += 1
        left = max(0, most - row.tries)
        if not left:
            row.ended_at = work.now
        work.record(
            EventKind.IDENTITY_CODE_REFUSED, referral.rights_request_id, referral.id, left=left
        )
        return WrongIdentityCode(left=left) if left else NoIdentityCode()
    row.ended_at = work.now
    proof = _proof(work, referral, ProofMeans.LETTER)
    proof.visit_id = visit_id
    work.record(EventKind.IDENTITY_CODE_ACCEPTED, referral.rights_request_id, referral.id)
    return None


def _proof(work: Work, referral: Referral, means: ProofMeans) -> IdentityProof:
    row = IdentityProof(
        id=new_id(),
        rights_request_id=referral.rights_request_id,
        referral_id=referral.id,
        means=means,
        level=LEVEL_OF[means],
        match=IdentityMatch.SAME,
        proven_at=work.now,
    )
    work.session.add(row)
    return row


def _live_letters(work: Work, referral_id: UUID) -> list[IdentityLetter]:
    rows = work.session.scalars(
        select(IdentityLetter)
        .where(
            IdentityLetter.referral_id == referral_id,
            IdentityLetter.ended_at.is_(None),
            IdentityLetter.expires_at > work.now,
        )
        .with_for_update()
    )
    return list(rows)


def _open_asks(work: Work, referral_id: UUID, way: AskedWay) -> list[IdentityAsk]:
    rows = work.session.scalars(
        select(IdentityAsk).where(
            IdentityAsk.referral_id == referral_id,
            IdentityAsk.way == way,
            IdentityAsk.done_at.is_(None),
        )
    )
    return list(rows)


def _settle(work: Work, referral_id: UUID, way: AskedWay) -> None:
    for row in _open_asks(work, referral_id, way):
        row.done_at = work.now


def _tell(work: Work, referral: Referral) -> None:
    rights_request = rights_request_of(work, referral)
    tell_person(work, rights_request, DeliveryKind.SOMETHING_TO_READ, referral)
