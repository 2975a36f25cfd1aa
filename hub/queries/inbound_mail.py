"""Mails that came back, as their readers see them: in lists without content, then one at a time."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hub.domain.authentication_results import Verdict
from hub.domain.inbound_mail import HeldReason
from hub.domain.lifecycle import UNDELIVERED
from hub.domain.mail_reading import read_mail
from hub.errors import HubError, NotFound
from hub.models.delivery import Delivery
from hub.models.inbound_mail import WAITING, InboundMail, MailState
from hub.models.referral import Referral
from hub.port_errors import FileKindRefused, FileTooLarge
from hub.ports import Ports

TABLE = "inbound_mail"
_NUMBER = re.compile(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}")
_STILL_WAITS = (InboundMail.state.in_(WAITING), InboundMail.purged_at.is_(None))


@dataclass(frozen=True)
class MailLine:
    """One mail that waits; nothing of what it says."""

    id: UUID
    state: MailState
    reason: HeldReason | None
    received_at: datetime
    size: int
    number: str
    referral_id: UUID | None


@dataclass(frozen=True)
class MailFile:
    """A file of a mail: its place, and why it could not go to the person (None: it can)."""

    position: int
    name: str
    size: int
    refusal: HubError | None


@dataclass(frozen=True)
class MailPage:
    """One mail, opened."""

    id: UUID
    state: MailState
    reason: HeldReason | None
    verdict: Verdict
    received_at: datetime
    organisation_id: UUID | None
    referral_id: UUID | None
    number: str
    sender: str
    subject: str
    text: str
    spf: str
    dkim: str
    dmarc: str
    files: tuple[MailFile, ...]
    guesses: tuple[str, ...]
    """Numbers of cases it may belong to: named in it, or of the mail it answers."""


def waiting_mails(session: Session, organisation_id: UUID | None, limit: int) -> list[MailLine]:
    """What waits for this organisation, or for the hub's agents (None); the oldest first."""
    rows = session.execute(
        select(InboundMail, Referral.number)
        .outerjoin(Referral, Referral.id == InboundMail.referral_id)
        .where(_owned_by(organisation_id), *_STILL_WAITS)
        .order_by(InboundMail.received_at)
        .limit(limit)
    )
    return [
        MailLine(
            row.id, row.state, row.reason, row.received_at, row.size, number or "", row.referral_id
        )
        for row, number in rows
    ]


def count_waiting_of(session: Session, organisation_id: UUID | None) -> int:
    """How many mails wait for this organisation, or for the hub's agents (None)."""
    found = select(func.count()).select_from(InboundMail)
    waits = found.where(_owned_by(organisation_id), *_STILL_WAITS)
    return session.scalar(waits) or 0


def waiting_of_case(session: Session, referral_id: UUID) -> list[UUID]:
    """The mails that wait for a decision on one case."""
    found = select(InboundMail.id).where(
        InboundMail.referral_id == referral_id, InboundMail.state == MailState.PROPOSED
    )
    return list(session.scalars(found.order_by(InboundMail.received_at)))


def count_waiting(session: Session) -> dict[MailState, int]:
    """How many mails wait in the whole hub, by state."""
    rows = session.execute(
        select(InboundMail.state, func.count()).where(*_STILL_WAITS).group_by(InboundMail.state)
    )
    return {state: count for state, count in rows}  # noqa: C416  (rows are not pairs to mypy)


def mail_page(
    session: Session, ports: Ports, mail_id: UUID, organisation_id: UUID | None
) -> MailPage:
    """One mail of this organisation, or of the hub's agents (None). Raises NotFound."""
    row = _owned(session, mail_id, organisation_id)
    key = ports.keyring.unwrap(row.key_wrapped or b"")
    sealed = ports.keyring.open(
        key, row.facts_sealed, table=TABLE, column="facts_sealed", row=str(row.id)
    )
    facts: dict[str, Any] = json.loads(sealed)
    number = session.scalar(select(Referral.number).where(Referral.id == row.referral_id))
    return MailPage(
        id=row.id,
        state=row.state,
        reason=row.reason,
        verdict=row.verdict,
        received_at=row.received_at,
        organisation_id=row.organisation_id,
        referral_id=row.referral_id,
        number=number or "",
        sender=facts["sender"],
        subject=facts["subject"],
        text=facts["text"],
        spf=row.spf,
        dkim=row.dkim,
        dmarc=row.dmarc,
        files=tuple(_file(place, line) for place, line in enumerate(facts["files"])),
        guesses=_guesses(session, row, number or "", facts),
    )


def files_of_mail(
    session: Session, ports: Ports, mail_id: UUID, organisation_id: UUID
) -> list[tuple[str, bytes]]:
    """The names and bytes of the files of a mail, in their order. Raises NotFound."""
    row = _owned(session, mail_id, organisation_id)
    key = ports.keyring.unwrap(row.key_wrapped or b"")
    content = b"".join(ports.files.read(row.storage_key or "", opened_with=key))
    return [(file.name, file.content) for file in read_mail(content, "").files]


def _owned_by(organisation_id: UUID | None) -> ColumnElement[bool]:
    if organisation_id is None:
        return InboundMail.organisation_id.is_(None)
    return InboundMail.organisation_id == organisation_id


def _owned(session: Session, mail_id: UUID, organisation_id: UUID | None) -> InboundMail:
    row = session.get(InboundMail, mail_id)
    if row is None or row.purged_at is not None or row.organisation_id != organisation_id:
        raise NotFound(mail_id=mail_id)
    return row


def _file(place: int, line: dict[str, Any]) -> MailFile:
    refused = line.get("refused")
    kind = FileTooLarge if refused == FileTooLarge.code else FileKindRefused
    refusal = kind(**line["facts"]) if refused else None
    return MailFile(place, line["name"], line["size"], refusal)


def _guesses(
    session: Session, row: InboundMail, number: str, facts: dict[str, Any]
) -> tuple[str, ...]:
    named = _NUMBER.findall(f"{facts['subject']}\n{facts['text']}".upper())[:20]
    answered = [_uuid(one.partition("@")[0]) for one in facts["answers_to"]]
    of_mails = select(Delivery.referral_id).where(
        Delivery.id.in_([one for one in answered if one]), Delivery.referral_id.is_not(None)
    )
    found = select(Referral.number).where(
        Referral.number.in_([number, *named]) | Referral.id.in_(of_mails),
        Referral.state.not_in(UNDELIVERED),
    )
    if row.organisation_id is not None:
        found = found.where(Referral.organisation_id == row.organisation_id)
    return tuple(session.scalars(found.order_by(Referral.number).limit(5)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
