"""Writes down who signed in, who failed to, and what changed in an account's second factor."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.errors import NotFound
from hub.models.member import Member
from hub.ports import Keyring
from hub.services.member_sessions import end_sessions
from hub.services.members import tell_access_changed
from hub.services.unit_of_work import Work

UNKNOWN_ADDRESSES = UUID("00000000-0000-7000-8000-000000000001")
"""The stream of failures for addresses without account: they must cost and look the same."""


@dataclass(frozen=True)
class FailedSignIn:
    """A wrong password or code; `factor` is password, code or recovery_code."""

    email: str
    factor: str
    known_browser: bool
    member_id: UUID | None = None
    organisation_id: UUID | None = None


def subject_of(keyring: Keyring, email: str, member_id: UUID | None) -> UUID:
    """Whom failures are counted for: the member, or a keyed hash of an unknown address."""
    return member_id or UUID(bytes=keyring.blind_index(email, "sign_in")[:16])


def record_sign_in(
    work: Work, member_id: UUID, *, known_browser: bool, code_counter: int | None
) -> None:
    """A member passed both factors; `code_counter` is the time step of her code."""
    row = _member(work, member_id)
    row.last_login_at = work.now
    facts: dict[str, object] = {"known_browser": known_browser}
    if code_counter is not None:
        facts["code_counter"] = code_counter
    work.record(EventKind.MEMBER_SIGNED_IN, row.organisation_id, row.id, **facts)


def record_failed_sign_in(work: Work, failure: FailedSignIn) -> None:
    """Somebody gave a wrong password or code."""
    work.record(
        EventKind.MEMBER_SIGN_IN_FAILED,
        failure.organisation_id or UNKNOWN_ADDRESSES,
        subject_of(work.ports.keyring, failure.email, failure.member_id),
        factor=failure.factor,
        known_browser=failure.known_browser,
    )


def record_account_change(
    work: Work, member_id: UUID, what: str, *, kept_id: UUID | None = None
) -> None:
    """A member changed how she signs in: second_factor, recovery_codes, passkeys.

    Her sessions but `kept_id` end, and a mail tells her (ASVS 6.3.7, 7.4.3).
    """
    row = _member(work, member_id)
    work.record(EventKind.MEMBER_CHANGED, row.organisation_id, row.id, what=what)
    end_sessions(work, row.id, kept_id=kept_id)
    tell_access_changed(work, row)


def begin_access(work: Work, member_id: UUID) -> None:
    """A member set up her first second factor: nothing of hers changed, nobody needs a mail."""
    row = _member(work, member_id)
    work.record(EventKind.MEMBER_CHANGED, row.organisation_id, row.id, what="second_factor")


def _member(work: Work, member_id: UUID) -> Member:
    row = work.session.get(Member, member_id)
    if row is None:
        raise NotFound()
    return row
