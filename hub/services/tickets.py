"""Tickets of download: one file, once, within a minute, for who asked (OWASP ASVS 5.0, V5.4)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete

from hub.models.answer import DownloadTicket
from hub.services.unit_of_work import Work, rows_changed

TICKET_LASTS = timedelta(seconds=60)


@dataclass(frozen=True)
class Granted:
    """What a ticket opened: the document, or its cleaned copy."""

    document_id: UUID
    cleaned: bool


def give_ticket(work: Work, document_id: UUID, holder: bytes, *, cleaned: bool = False) -> str:
    """A new ticket, bound to the token of a visit or session; the database keeps only hashes."""
    ticket = secrets.token_urlsafe(24)
    work.session.add(
        DownloadTicket(
            token_hash=_hash(ticket.encode()),
            document_id=document_id,
            holder_hash=_hash(holder),
            cleaned=cleaned,
            expires_at=work.now + TICKET_LASTS,
        )
    )
    return ticket


def use_ticket(work: Work, ticket: str, holder: bytes) -> Granted | None:
    """What a ticket opens, and it is gone; None when it is used, too old, or somebody else's."""
    used = work.session.execute(
        delete(DownloadTicket)
        .where(
            DownloadTicket.token_hash == _hash(ticket.encode()),
            DownloadTicket.holder_hash == _hash(holder),
            DownloadTicket.expires_at > work.now,
        )
        .returning(DownloadTicket.document_id, DownloadTicket.cleaned)
    ).first()
    return Granted(used.document_id, used.cleaned) if used else None


def forget_tickets(work: Work) -> int:
    """Delete tickets nobody used in time."""
    over = delete(DownloadTicket).where(DownloadTicket.expires_at <= work.now)
    return rows_changed(work.session, over)


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
