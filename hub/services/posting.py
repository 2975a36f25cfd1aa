"""Turns claimed e-mail deliveries into orders: to whom, in which language, with which facts.

Facts hold links, dates and, for staff, case numbers: never a right, a disease nor a name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.domain.channel_trials import TriedWay
from hub.domain.directory import ContactStatus
from hub.domain.lifecycle import ReferralState, RequestState
from hub.domain.reply_addresses import AddressKind
from hub.models.answer_link import AnswerLink
from hub.models.delivery import DeliveryKind
from hub.models.directory import ContactPoint
from hub.models.exchange import ColleagueTask, Message
from hub.models.lost_code import LostCode
from hub.models.member import Member
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, RightsRequest
from hub.ports import Keyring, MailOrder
from hub.queries.addresses import Mailbox, mailboxes_of
from hub.queries.answer_links import Standing, link_of
from hub.queries.represented import EARLIER, mailbox_told
from hub.sealing import Place, RequestKeys, Shredded
from hub.services.answer_links import link_code, link_token
from hub.services.channel_trials import trial_code, trial_token
from hub.services.confirming import confirmation_code, confirmation_token
from hub.services.contact_points import address_token
from hub.services.delivering import Claimed
from hub.services.invitations import invitation_token
from hub.services.lost_code import is_moot, new_code_token
from hub.services.notice_lines import TO_STAFF, holding, notice_facts, sections_of
from hub.services.password_links import password_link_token
from hub.services.reply_addresses import reply_address
from hub.services.representing import in_my_name_token

CONFIRMING = frozenset({DeliveryKind.ADDRESS_CONFIRMATION, DeliveryKind.CONFIRMATION_REMINDER})
ABOUT_A_QUESTION = frozenset({DeliveryKind.QUESTION_CLOSED, DeliveryKind.QUESTION_REMINDER})
PAGES = {
    DeliveryKind.COMPLAINT_TO_TRANSMIT: "cnil",
    DeliveryKind.DELIVERY_ALARM: "dpo/dossiers",
    DeliveryKind.INCIDENT_OPENED: "incidents",
    DeliveryKind.MAIL_TO_CONFIRM: "courriels",
}
"""Where a mail to staff leads, when it is not to their cases."""
MOST_ADDRESSES = 20
"""Cases named in one mail, each with its own address; the page lists them all."""
log = structlog.get_logger(__name__)

ABOUT_A_CODE = frozenset({DeliveryKind.NEW_CODE_ASKED, DeliveryKind.NEW_CODE_READY})


@dataclass(frozen=True)
class Posting:
    """One mail for several deliveries of one kind to one recipient; None: nobody to write to.

    `is_faulty`: it could not be composed, and the fault is ours.
    """

    claimed: tuple[Claimed, ...]
    order: MailOrder | None
    is_moot: bool = False
    is_faulty: bool = False


def postings_of(
    session: Session,
    keyring: Keyring,
    claimed: Sequence[Claimed],
    public_url: str,
    reply_domain: str | None = None,
) -> list[Posting]:
    """Group claimed deliveries into as few mails as say everything once to each recipient.

    `reply_domain`: where answers and returned mails come back; None: this hub takes none. One that
    cannot be composed keeps no other back.
    """
    alike: dict[tuple[str, DeliveryKind, int, UUID | None], list[Claimed]] = {}
    for one in claimed:
        alone = one.rights_request_id if one.recipient.startswith(EARLIER) else None
        alike.setdefault((one.recipient, one.kind, one.way, alone), []).append(one)
    writer = _Writer(session, keyring, public_url.rstrip("/"), reply_domain)
    writer.know_persons({recipient for recipient, *_ in alike})
    return [_composed(writer, kind, tuple(group)) for (_, kind, *_), group in alike.items()]


def _composed(writer: "_Writer", kind: DeliveryKind, group: tuple[Claimed, ...]) -> Posting:
    try:
        return writer.posting(kind, group)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.error("mail_not_composed", kind=kind.value, error=type(error).__name__)
        return Posting(group, None, is_faulty=True)


class _Writer:
    def __init__(
        self, session: Session, keyring: Keyring, public_url: str, reply_domain: str | None
    ) -> None:
        self._session = session
        self._keyring = keyring
        self._url = public_url
        self._reply_domain = reply_domain
        self._keys = RequestKeys(session, keyring)
        self._known: list[Any] = []

    def know_persons(self, recipients: Iterable[str]) -> None:
        """Read at once what the mails to many persons ask for one by one."""
        named = (one.partition(":") for one in recipients)
        ids = {UUID(key) for who, _, key in named if who in {"person", "represented"}}
        if not ids:
            return
        for model, column in ((RightsRequest, "id"), (Identity, "rights_request_id")):
            found = select(model).where(getattr(model, column).in_(ids))
            self._known += self._session.scalars(found)  # held: the session alone forgets them
        self._keys.load(ids)

    def posting(self, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Posting:
        """The mail for one group of deliveries."""
        who, _, key = group[0].recipient.partition(":")
        to_whom = {
            "person": self._to_person,
            "organisation": self._to_organisation,
            "task": self._to_colleague,
            "member": self._to_member,
            "represented": self._to_represented,
            "earlier": self._to_represented,
            "link": self._to_contact,
            "contact": self._to_mailbox,
        }[who]
        addressed = to_whom(UUID(key), kind, group)
        if addressed is None:
            return Posting(group, None)
        if addressed is MOOT:
            return Posting(group, None, is_moot=True)
        address, language, facts = addressed
        message_id = f"<{group[0].id.hex}@{self._host()}>"
        order = MailOrder(kind.value, address, language, message_id, facts)
        if self._reply_domain is None:
            return Posting(group, order)
        returned = self._address(AddressKind.DELIVERY, group[0].id)
        if who != "organisation":
            return Posting(group, replace(order, envelope_from=returned))
        waiting = self._waiting(UUID(key)) if kind is DeliveryKind.REFERRALS_WAITING else []
        order = replace(
            order,
            facts={**facts, "waiting": waiting},
            reply_to=self._reply_to(UUID(key), group, waiting),
            envelope_from=returned,
        )
        return Posting(group, order)

    def _reply_to(
        self, organisation_id: UUID, group: tuple[Claimed, ...], waiting: list[dict[str, str]]
    ) -> str:
        """The address of the one case that a mail is about; of the organisation for several."""
        cases = {one.referral_id for one in group if one.referral_id}
        if len(cases) == 1:
            return self._address(AddressKind.REFERRAL, cases.pop())
        if not cases and len(waiting) == 1:
            return waiting[0]["address"]
        return self._address(AddressKind.ORGANISATION, organisation_id)

    def _waiting(self, organisation_id: UUID) -> list[dict[str, str]]:
        """The cases that wait for their acknowledgement, each with the address that answers it."""
        rows = self._session.execute(
            select(Referral.id, Referral.number)
            .where(
                Referral.organisation_id == organisation_id,
                Referral.state == ReferralState.DELIVERED,
            )
            .order_by(Referral.id)
            .limit(MOST_ADDRESSES)
        )
        return [
            {"number": number, "address": self._address(AddressKind.REFERRAL, key)}
            for key, number in rows
        ]

    def _address(self, kind: AddressKind, row_id: UUID) -> str:
        return reply_address(self._keyring, kind, row_id, str(self._reply_domain))

    def _host(self) -> str:
        return self._url.partition("://")[2].split("/")[0].split(":")[0] or "localhost"

    def _to_person(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        row = self._session.get(RightsRequest, key)
        if row is None:
            return MOOT
        awaits = row.state is RequestState.AWAITING_CONFIRMATION
        if (kind in CONFIRMING) != awaits:
            return MOOT
        if kind is DeliveryKind.DATE_PASSED and not holding(self._session, group):
            return MOOT
        if kind in ABOUT_A_QUESTION and not self._still_unreplied(group):
            return MOOT
        if kind in ABOUT_A_CODE and is_moot(self._session, key, _round_of(group)):
            return MOOT
        identity = self._session.get(Identity, key)
        place = Place(key, "identity.sealed", key)
        try:
            address = self._keys.open_facts(place, identity.sealed if identity else None)
        except Shredded:
            return MOOT
        if not address.get("email"):
            return None
        return address["email"], row.language, self._person_facts(row, kind, group)

    def _still_unreplied(self, group: tuple[Claimed, ...]) -> bool:
        """Whether one of these questions still waits for its reply."""
        ids = [UUID(one.details["message_id"]) for one in group if "message_id" in one.details]
        waiting = select(Message.id).where(Message.id.in_(ids), Message.replied_at.is_(None))
        return self._session.scalar(waiting.limit(1)) is not None

    def _to_represented(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        """The person of a case at an address that is hers, whoever filed it; the link is hers."""
        filed_id = group[0].rights_request_id or key
        row = self._session.get(RightsRequest, filed_id)
        if row is None:
            return MOOT
        try:
            address = mailbox_told(self._session, self._keys, group[0].recipient, filed_id)
        except Shredded:
            return MOOT
        if address is None:
            return None
        token = in_my_name_token(self._keyring, filed_id)
        by_another = self._session.get(RepresentationRow, filed_id) is not None
        link = f"{self._url}/en-mon-nom/{filed_id}/{token}"
        return address, row.language, {"link": link, "by_another": by_another}

    def _person_facts(
        self, row: RightsRequest, kind: DeliveryKind, group: tuple[Claimed, ...]
    ) -> dict[str, Any]:
        if kind in CONFIRMING:
            token = confirmation_token(self._keyring, row.id, row.email_round)
            return {
                "code": confirmation_code(self._keyring, row.id, row.email_round),
                "link": f"{self._url}/confirmer/{row.id}/{token}",
                "until_at": row.lapses_at,
            }
        if kind in ABOUT_A_CODE:
            token = new_code_token(self._keyring, row.id, _round_of(group))
            kept = self._session.get_one(LostCode, row.id)
            return {
                "link": f"{self._url}/nouveau-code/{row.id}/{token}",
                "until_at": kept.ready_at,
            }
        reply_by_on = _earliest(group, "reply_by_on")
        return {
            "link": f"{self._url}/suivre",
            "reply_by_on": reply_by_on,
            "until_on": _earliest(group, "until_on"),
        }

    def _to_organisation(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        facts = self._staff_facts(kind, group)
        if facts is None:
            return MOOT
        ways = mailboxes_of(self._session, key, kind)
        if group[0].way >= len(ways):
            return None
        mailbox = ways[group[0].way]
        return mailbox.address, "fr", facts | self._about(mailbox)

    def _about(self, mailbox: Mailbox) -> dict[str, Any]:
        """The link by which its readers say that an address is no longer right."""
        if mailbox.contact_point_id is None:
            return {}
        token = address_token(self._keyring, mailbox.contact_point_id, mailbox.address)
        return {"address_link": f"{self._url}/adresse/{mailbox.contact_point_id}/{token}"}

    def _to_mailbox(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        """The readers of a mailbox of the directory, about the mailbox itself."""
        point = self._session.get(ContactPoint, key)
        if point is None or point.status is ContactStatus.IN_REVIEW or not point.address:
            return MOOT
        return point.address, "fr", self._about(Mailbox(point.address, point.id))

    def _staff_facts(self, kind: DeliveryKind, group: tuple[Claimed, ...]) -> dict[str, Any] | None:
        """The facts of a mail to staff; None when no reminder of it holds any more."""
        if kind not in TO_STAFF:
            return {"link": f"{self._url}/{PAGES.get(kind, 'dossiers')}", "count": len(group)}
        sections = sections_of(self._session, group)
        return notice_facts(sections, self._url) if sections else None

    def _to_colleague(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        task = self._session.get(ColleagueTask, key)
        if task is None or task.done_at or task.cancelled_at:
            return MOOT
        referral = self._session.get_one(Referral, task.referral_id)
        place = Place(referral.rights_request_id, "colleague_task.email_sealed", task.id)
        token = self._keyring.blind_index(str(task.id), "colleague_task").hex()
        facts = {"link": f"{self._url}/tache/{token}", "reply_by_on": task.reply_by_on}
        try:
            return self._keys.open(place, task.email_sealed), "fr", facts
        except Shredded:
            return MOOT

    def _to_contact(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        """A controller's contact without account; the mailbox must still be the link's own."""
        link = self._session.get(AnswerLink, key)
        found = link_of(self._session, self._keyring, key)
        if link is None or found is None:
            return MOOT
        if found.standing is not Standing.OPEN:
            return None if kind is DeliveryKind.REFERRAL and not link.revoked_at else MOOT
        if kind is DeliveryKind.ANSWER_CODE:
            if link.code_sent_at is None:
                return MOOT
            return found.address, "fr", {"code": link_code(self._keyring, key, link.code_round)}
        referral = self._session.get_one(Referral, link.referral_id)
        token = link_token(self._keyring, key, link.round_number)
        facts = {
            "link": f"{self._url}/lien/{token}",
            "number": referral.number,
            "due_on": referral.due_on or referral.strict_on,
            "until_on": link.expires_at,
        }
        return (
            found.address,
            "fr",
            facts | self._about(Mailbox(found.address, link.contact_point_id)),
        )

    def _to_member(self, key: UUID, kind: DeliveryKind, group: tuple[Claimed, ...]) -> Any:
        row = self._session.get(Member, key)
        if row is None or not row.active:
            return MOOT
        if kind in TO_STAFF:
            facts = self._staff_facts(kind, group)
            return MOOT if facts is None else (row.email, row.language, facts)
        if kind is DeliveryKind.CHANNEL_TRIAL:
            return row.email, row.language, self._trial_facts(group)
        facts = {"link": f"{self._url}/connexion", "until_on": _earliest(group, "until_on")}
        if kind in PAGES:
            facts["link"] = f"{self._url}/{PAGES[kind]}"
        if kind is DeliveryKind.MEMBER_INVITATION:
            facts["link"] = f"{self._url}/invitation/{invitation_token(self._keyring, row)}"
        if kind is DeliveryKind.PASSWORD_LINK:
            token = password_link_token(self._keyring, row)
            facts["link"] = f"{self._url}/connexion/nouveau-mot-de-passe/{token}"
        return row.email, row.language, facts

    def _trial_facts(self, group: tuple[Claimed, ...]) -> dict[str, Any]:
        """What the last of these trials brings: a code, or a link for the signed link."""
        last = max(group, key=lambda one: one.id).details
        trial_id = UUID(last["trial"])
        if last["way"] == TriedWay.LINK:
            return {"link": f"{self._url}/essai/{trial_token(self._keyring, trial_id)}"}
        page = f"{self._url}/exploitation/voies/courriel"
        return {"link": page, "code": trial_code(self._keyring, trial_id)}


def _round_of(group: tuple[Claimed, ...]) -> int:
    """The latest asking for a new code that these deliveries are about."""
    return max(int(one.details["round"]) for one in group)


def _earliest(group: tuple[Claimed, ...], name: str) -> date | None:
    """The first of the dates that these deliveries carry under a name."""
    dates = [str(one.details[name]) for one in group if one.details.get(name)]
    return date.fromisoformat(min(dates)) if dates else None


MOOT = object()
"""Nothing to say any more: the delivery is done without a mail."""
