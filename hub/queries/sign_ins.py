"""Reads the log of an account: recent failures, last code used, last invitation."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.models.audit_event import AuditEvent

MOST_READ = 40
LAST_SUCCESSES = 10
SUCCESSES = (EventKind.MEMBER_SIGNED_IN, EventKind.MEMBER_CONFIRMED)


def failures_since_success(
    session: Session, subject_id: UUID, since: datetime, *, known_browser: bool
) -> list[datetime]:
    """Instants of the failures of an account after `since` and after its last sign-in.

    Failures from browsers that already signed in to the account, and from others, are counted
    apart: an attacker cannot slow down the rightful holder.
    """
    rows = session.execute(
        select(AuditEvent.kind, AuditEvent.at, AuditEvent.detail_sealed)
        .where(
            AuditEvent.subject_id == subject_id,
            AuditEvent.kind.in_((EventKind.MEMBER_SIGN_IN_FAILED, *SUCCESSES)),
            AuditEvent.at > since,
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
        .limit(MOST_READ)
    )
    found = []
    for kind, at, detail in rows:
        if _facts(detail).get("known_browser", False) != known_browser:
            continue
        if kind in SUCCESSES:
            break
        found.append(at)
    return found


def last_code_counter(session: Session, member_id: UUID) -> int | None:
    """The time step (RFC 6238 §5.2) of the last code that this member used.

    Codes are good for less than two minutes: the last few times she came in are enough.
    """
    details = session.scalars(
        select(AuditEvent.detail_sealed)
        .where(AuditEvent.subject_id == member_id, AuditEvent.kind.in_(SUCCESSES))
        .order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
        .limit(LAST_SUCCESSES)
    )
    counters = (_facts(detail).get("code_counter") for detail in details)
    return max((one for one in counters if isinstance(one, int)), default=None)


def last_invited_at(session: Session, member_id: UUID) -> datetime | None:
    """When this member was last invited."""
    return _last_at(session, member_id, EventKind.MEMBER_INVITED)


def last_forgotten_at(session: Session, subject_id: UUID) -> datetime | None:
    """When a new password was last asked for this account, or this unknown address."""
    return _last_at(session, subject_id, EventKind.MEMBER_PASSWORD_FORGOTTEN)


def _last_at(session: Session, subject_id: UUID, kind: EventKind) -> datetime | None:
    return session.scalar(
        select(AuditEvent.at)
        .where(AuditEvent.subject_id == subject_id, AuditEvent.kind == kind)
        .order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
        .limit(1)
    )


def _facts(detail: bytes | None) -> dict[str, object]:
    return dict(json.loads(detail)) if detail else {}
