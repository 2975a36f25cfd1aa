"""Which way a controller is reached, and what its links open: found by token, visit or list."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from hub.domain.actors import Actor, Role, contact
from hub.domain.directory import Channel, ContactRole, ContactStatus
from hub.domain.lifecycle import ENDED
from hub.models.answer_link import AnswerLink, LinkVisit
from hub.models.directory import ContactPoint, Organisation
from hub.models.member import ApiToken, Member, RoleRow, TokenScope
from hub.models.referral import Referral
from hub.ports import Keyring

ANSWERING = (Role.AGENT.value, Role.DECISION_MAKER.value, Role.ADMINISTRATOR.value)
ROLES_TRIED = (ContactRole.RIGHTS_REQUESTS, ContactRole.DPO, ContactRole.GENERAL)


class Standing(StrEnum):
    """What a link still does."""

    EXPIRED = "expired"
    """Nothing but send a new one to the same mailbox."""
    OPEN = "open"
    OVER = "over"
    """Revoked, sent to an address that is no longer the contact's, or its case has ended."""


@dataclass(frozen=True)
class LinkFound:
    """A link as its page needs it; nothing of the case."""

    id: UUID
    referral_id: UUID
    organisation_id: UUID
    organisation_name: str
    number: str
    address: str
    standing: Standing
    code_sent_at: datetime | None


@dataclass(frozen=True)
class LinkListed:
    """A link for the operator: whose, since when, whether it still opens."""

    referral_id: UUID
    organisation_name: str
    number: str
    channel: Channel
    made_at: datetime
    expires_at: datetime
    standing: Standing
    last_opened_at: datetime | None


def hash_of_link_token(token: str) -> bytes:
    """What the database keeps of a link."""
    return hashlib.sha256(token.encode()).digest()


def address_index(keyring: Keyring, address: str) -> bytes:
    """What a link keeps of the address it was sent to."""
    return keyring.blind_index(address, "contact_address")


def has_account(session: Session, organisation_id: UUID) -> bool:
    """Whether somebody of this organisation, or a program, reads the inbox of the portal."""
    by_member = exists().where(
        Member.organisation_id == organisation_id,
        Member.active,
        Member.roles.any(RoleRow.name.in_(ANSWERING)),
    )
    by_program = exists().where(
        ApiToken.organisation_id == organisation_id,
        ApiToken.scope.contains(TokenScope.ANSWER.value),
        ApiToken.revoked_at.is_(None),
    )
    return bool(session.scalar(select(by_member | by_program)))


def contact_without_account(
    session: Session, organisation_id: UUID, channel: Channel
) -> ContactPoint | None:
    """The contact point of this channel that a link goes to: its role first, then its position."""
    found = session.scalars(
        select(ContactPoint)
        .where(
            ContactPoint.organisation_id == organisation_id,
            ContactPoint.channel == channel,
            ContactPoint.status != ContactStatus.IN_REVIEW,
            ContactPoint.address.is_not(None),
        )
        .order_by(ContactPoint.position, ContactPoint.id)
    ).all()
    return min(found, key=lambda one: ROLES_TRIED.index(one.role), default=None)


def link_of_token(
    session: Session, keyring: Keyring, token: str, now: datetime
) -> LinkFound | None:
    """The link behind the token of a mail, whatever it still does; None for an unknown one."""
    wanted = _links().where(
        AnswerLink.token_hash == hash_of_link_token(token),
        AnswerLink.channel == Channel.EMAIL,
        ~Organisation.is_suspended,
    )
    row = session.execute(wanted).first()
    return _found(row, keyring, now) if row else None


def link_of_number(session: Session, keyring: Keyring, number: str) -> LinkFound | None:
    """The link of a referral that went by letter, by the number that the letter bears."""
    wanted = _links().where(
        Referral.number == number, AnswerLink.channel == Channel.POST, ~Organisation.is_suspended
    )
    row = session.execute(wanted).first()
    return _found(row, keyring, None) if row else None


def link_of(
    session: Session, keyring: Keyring, link_id: UUID, now: datetime | None = None
) -> LinkFound | None:
    """The same, by id; without an instant, whatever its age."""
    row = session.execute(_links().where(AnswerLink.id == link_id)).first()
    return _found(row, keyring, now) if row else None


def contact_of_visit(
    session: Session, keyring: Keyring, cookie: str, now: datetime
) -> Actor | None:
    """Who came by a link, as an actor, while her visit lasts and the link opens its case."""
    wanted = _links(LinkVisit.name).join(LinkVisit, LinkVisit.answer_link_id == AnswerLink.id)
    row = session.execute(
        wanted.where(
            LinkVisit.token_hash == hash_of_link_token(cookie),
            LinkVisit.expires_at > now,
            ~Organisation.is_suspended,
        )
    ).first()
    if row is None or _standing(row, keyring, now) is Standing.OVER:
        return None
    return contact(row.AnswerLink.referral_id, row.organisation_id, row.name)


def links_listed(session: Session, keyring: Keyring, now: datetime, limit: int) -> list[LinkListed]:
    """The links of cases that have not ended, newest first."""
    last = (
        select(func.max(LinkVisit.opened_at))
        .where(LinkVisit.answer_link_id == AnswerLink.id)
        .scalar_subquery()
    )
    wanted = _links(last.label("last_opened_at")).where(Referral.state.not_in(ENDED))
    rows = session.execute(wanted.order_by(AnswerLink.id.desc()).limit(limit))
    return [
        LinkListed(
            row.AnswerLink.referral_id,
            row.organisation_name,
            row.number,
            row.AnswerLink.channel,
            row.AnswerLink.made_at,
            row.AnswerLink.expires_at,
            _standing(row, keyring, now),
            row.last_opened_at,
        )
        for row in rows
    ]


def _links(*more: Any) -> Select[Any]:
    return (
        select(
            AnswerLink,
            Referral.state,
            Referral.number,
            Referral.organisation_id,
            Organisation.name.label("organisation_name"),
            ContactPoint.address,
            ContactPoint.status,
            *more,
        )
        .select_from(AnswerLink)
        .join(Referral, Referral.id == AnswerLink.referral_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .join(ContactPoint, ContactPoint.id == AnswerLink.contact_point_id)
    )


def _found(row: Any, keyring: Keyring, now: datetime | None) -> LinkFound:
    return LinkFound(
        row.AnswerLink.id,
        row.AnswerLink.referral_id,
        row.organisation_id,
        row.organisation_name,
        row.number,
        row.address or "",
        _standing(row, keyring, now),
        row.AnswerLink.code_sent_at,
    )


def _standing(row: Any, keyring: Keyring, now: datetime | None) -> Standing:
    link: AnswerLink = row.AnswerLink
    is_same = bool(row.address) and address_index(keyring, row.address) == link.address_index
    is_trusted = row.status is not ContactStatus.IN_REVIEW
    if link.revoked_at or row.state in ENDED or not (is_same and is_trusted):
        return Standing.OVER
    return Standing.EXPIRED if now and link.expires_at <= now else Standing.OPEN
