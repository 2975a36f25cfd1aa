"""Opens, notes the use of, confirms and ends members' sessions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, update

from hub.domain.audit_log import EventKind
from hub.domain.session_limits import CONFIRMED_FOR, IDLE, LONGEST
from hub.errors import NotFound
from hub.models.member import Member
from hub.models.member_session import MemberSession
from hub.queries.member_sessions import hash_of_number
from hub.services.unit_of_work import Work, rows_changed


@dataclass(frozen=True)
class NewSession:
    """A browser that just gave both factors; `replaces` is the number it had before, if any."""

    member_id: UUID
    number: str
    device: str
    replaces: str = ""


def open_member_session(work: Work, new: NewSession) -> None:
    """Keep a session under the hash of its number; it begins confirmed."""
    end_session(work, new.replaces)
    row = MemberSession(
        member_id=new.member_id,
        number_hash=hash_of_number(work.ports.keyring, new.number),
        opened_at=work.now,
        used_at=work.now,
        confirmation_ends_at=work.now + CONFIRMED_FOR,
        device=new.device,
    )
    work.session.add(row)


def note_use(work: Work, session_id: UUID, used_at: datetime, ends_at: datetime) -> None:
    """Write down that a session was used, and until when its member stays confirmed."""
    changed = update(MemberSession).where(MemberSession.id == session_id)
    work.session.execute(changed.values(used_at=used_at, confirmation_ends_at=ends_at))


def renew_number(work: Work, session_id: UUID, number: str) -> None:
    """Give a session another number: the one before opens nothing any more."""
    row = work.session.get(MemberSession, session_id)
    if row is None:
        raise NotFound()
    row.number_hash = hash_of_number(work.ports.keyring, number)
    row.used_at = work.now


def confirm_session(
    work: Work, session_id: UUID, number: str, *, code_counter: int | None = None
) -> None:
    """Its member has proved again who she is; the session goes on under a new number (ASVS 7.2.4).

    `code_counter` is the time step of the code she gave. Raises NotFound.
    """
    renew_number(work, session_id, number)
    row = work.session.get_one(MemberSession, session_id)
    row.confirmation_ends_at = work.now + CONFIRMED_FOR
    member = work.session.get_one(Member, row.member_id)
    facts = {} if code_counter is None else {"code_counter": code_counter}
    work.record(EventKind.MEMBER_CONFIRMED, member.organisation_id, member.id, **facts)


def end_session(work: Work, number: str) -> None:
    """End the session of this number at once; an unknown one is no fault."""
    if number:
        wanted = MemberSession.number_hash == hash_of_number(work.ports.keyring, number)
        work.session.execute(delete(MemberSession).where(wanted))


def end_own_session(work: Work, member_id: UUID, session_id: UUID) -> None:
    """End one of a member's sessions at once; raises NotFound for another's."""
    row = work.session.get(MemberSession, session_id)
    if row is None or row.member_id != member_id:
        raise NotFound()
    work.session.delete(row)
    _record_ended(work, member_id)


def end_sessions(work: Work, member_id: UUID, *, kept_id: UUID | None = None) -> None:
    """End every session of a member, but the one she is in."""
    wanted = MemberSession.member_id == member_id
    if kept_id is not None:
        wanted &= MemberSession.id != kept_id
    work.session.execute(delete(MemberSession).where(wanted))


def end_other_sessions(work: Work, member_id: UUID, kept_id: UUID) -> None:
    """End a member's sessions elsewhere, because she asks for it."""
    end_sessions(work, member_id, kept_id=kept_id)
    _record_ended(work, member_id)


def forget_sessions(work: Work) -> int:
    """Delete the sessions that are over; says how many."""
    over = or_(
        MemberSession.opened_at < work.now - LONGEST, MemberSession.used_at < work.now - IDLE
    )
    return rows_changed(work.session, delete(MemberSession).where(over))


def _record_ended(work: Work, member_id: UUID) -> None:
    row = work.session.get_one(Member, member_id)
    work.record(EventKind.MEMBER_CHANGED, row.organisation_id, row.id, what="sessions")
