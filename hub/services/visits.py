"""Lets a person in with her reference and secret, and out again."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import RequestState
from hub.domain.references import ReferenceMistyped, normalise_reference, normalise_secret
from hub.errors import HubError
from hub.models.rights_request import FailedVisit, RightsRequest, Visit
from hub.queries.visits import hash_of_token
from hub.services.unit_of_work import Work

VISIT_LASTS = timedelta(hours=2)
FREE_TRIES = 6
FIRST_WAIT_S = 5
LONGEST_WAIT_S = 900
LONGEST_TYPED = 40
"""What is looked at of a text that is no reference."""


NEAREST = (
    select(RightsRequest.reference, RightsRequest.secret_hash)
    .where(RightsRequest.reference >= bindparam("wanted"))
    .order_by(RightsRequest.reference)
    .limit(1)
)
"""The row of a reference, else the one after it: finding none would be told by its time."""


class WrongReferenceOrSecret(HubError):
    """The pair opens nothing; said alike for an unknown reference and a wrong secret."""

    code = "wrong_reference_or_secret"


class TooManyTries(HubError):
    """Too many wrong secrets lately; `facts['seconds']` is how long to wait."""

    code = "too_many_tries"


class RequestStopped(HubError):
    """The person said that this request is not hers: nobody opens it until that is settled."""

    code = "request_stopped"


def open_visit(work: Work, reference: str, secret: str) -> bytes | HubError:
    """Open a visit and give its 32-byte token, or say why not.

    The refusal is returned, not raised, because the failed try must be written down: the delay
    doubles from the sixth. The right secret always opens: nobody guesses 120 bits, and a delay that
    held it back would let anybody shut a person out by typing wrong ones without end.
    One code path for every case (ASVS 6.3.8): an unknown reference, or a text that is none, costs
    the same queries and the same keyed hashes.
    """
    wanted = _reference_typed(reference)
    failed = failed_tries(work, wanted)
    found = work.session.execute(NEAREST, {"wanted": wanted}).first()
    is_there = found is not None and found.reference == wanted
    stored = found.secret_hash if found else bytes(32)
    typed = normalise_secret(secret)
    if not work.ports.keyring.secret_matches(stored, wanted, typed) or not is_there:
        if (wait := wait_left(work, failed)) > 0:
            return TooManyTries(seconds=wait)
        failed.tries += 1
        failed.last_at = work.now
        return WrongReferenceOrSecret()
    failed.tries = 0
    row = work.session.scalars(select(RightsRequest).where(RightsRequest.reference == wanted)).one()
    if row.state is RequestState.NEEDS_PERSON:
        return RequestStopped()
    private = work.ports.keyring.unwrap_private(row.box_private_wrapped, typed, row.reference)
    return start_visit(work, row, private)


def _reference_typed(typed: str) -> str:
    """A reference in its one form; of what can be none, a text that no request has.

    That text lies among the references, so that looking it up costs the same.
    """
    try:
        return normalise_reference(typed)
    except ReferenceMistyped:
        return f"{hashlib.sha256(typed[:LONGEST_TYPED].encode()).hexdigest()[:9].upper()}?"


def start_visit(work: Work, rights_request: RightsRequest, private: str) -> bytes:
    """Open a visit for a person already known to hold the secret; gives its token."""
    token = secrets.token_bytes(32)
    work.session.add(
        Visit(
            token_hash=hash_of_token(token),
            rights_request_id=rights_request.id,
            box_sealed=work.ports.keyring.seal_for_visit(private, token),
            opened_at=work.now,
            expires_at=work.now + VISIT_LASTS,
        )
    )
    work.record(EventKind.REQUEST_OPENED, rights_request.id)
    return token


def close_visit(work: Work, token: bytes) -> None:
    """End a visit at once."""
    work.session.execute(delete(Visit).where(Visit.token_hash == hash_of_token(token)))


def failed_tries(work: Work, door: str) -> FailedVisit:
    """The tries counted at a door (a reference): an unknown one is counted alike."""
    key = work.ports.keyring.exact_digest(door, "failed_visit")
    row = work.session.get(FailedVisit, key, with_for_update=True)
    if row is None:
        row = FailedVisit(reference_hash=key, tries=0, last_at=work.now)
        work.session.add(row)
    return row


def wait_left(work: Work, failed: FailedVisit) -> int:
    """How many seconds to wait before the next try."""
    if failed.tries < FREE_TRIES:
        return 0
    delay = min(2 ** (failed.tries - FREE_TRIES) * FIRST_WAIT_S, LONGEST_WAIT_S)
    since = (work.now - failed.last_at).total_seconds()
    return max(0, int(delay - since))
