"""Who acts for a person, and how she herself is told of whatever is filed in her name.

| Filed                          | Who is told                       | What an impostor gets       |
|--------------------------------|-----------------------------------|-----------------------------|
| by another, for her            | her own mailbox, else a letter    | nothing: she stops it       |
| site, her mailbox typed        | that mailbox, before all else     | nothing leaves unconfirmed  |
| site, his mailbox typed        | the mailbox known before (1)      | word of answers, no data (2)|
| site, by FranceConnect         | FranceConnect's mailbox too       | nothing: she stops it       |
| letter, e-mail, call, counter  | the mailbox given for her, and (1)| word of answers, no data (2)|
| another service, by its token  | the mailbox given for her         | nothing: it is known        |

(1) The one that the same person confirmed for a request which she opened with a proof of identity.
(2) What holds data opens for a proof of identity alone, and a controller asks who writes on a
reasonable doubt (GDPR 12(6)).

Whoever is told by mistake, a namesake or a mailbox given up, learns that something was filed and
nothing else; what she stops goes on once an agent of the hub has heard the person.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.representation import (
    Capacity,
    Objection,
    Representation,
    address_of_person,
    is_told,
    postal_address_of_person,
    representation_from,
    who_is_answered,
)
from hub.domain.working_days import local_date
from hub.extensions import Model
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.hub_task import HubTask, HubTaskKind
from hub.models.rights_request import IntakeChannel
from hub.queries.represented import EARLIER, is_filers_address, known_mailbox_of
from hub.services.logging_acts import PendingEvent
from hub.services.unit_of_work import Work, delivery_row

BY_POST_INSTEAD = MappingProxyType(
    {
        DeliveryKind.CODE_WAITS: HubTaskKind.CODE_BY_POST,
        DeliveryKind.FILED_IN_YOUR_NAME: HubTaskKind.TELL_BY_POST,
        DeliveryKind.MANDATE_ENDED: HubTaskKind.CODE_BY_POST,
    }
)


class Telling(NamedTuple):
    """How the person represented is told: the row that does it, and its event if it is one now."""

    model: type[Model]
    row: dict[str, Any]
    event: PendingEvent | None


def representation_row(
    rights_request_id: UUID,
    said: Representation,
    objection: Objection | None = None,
    left_out: tuple[UUID, ...] = (),
) -> dict[str, Any]:
    """The row of a filing for another; a mandate that opens nothing says why."""
    return {
        "rights_request_id": rights_request_id,
        "capacity": said.capacity,
        "answer_to": who_is_answered(said),
        "ends_on": said.ends_on,
        "objection": objection,
        "left_out": [str(key) for key in left_out],
    }


def telling_of(
    rights_request_id: UUID,
    facts: Mapping[str, Any],
    channel: IntakeChannel,
    now: datetime,
    *,
    code_waits: bool = False,
) -> Telling | None:
    """How the person of a filing with these facts is told of it; None where she is not.

    By an e-mail without content where her own address is known, else by a task: write by post. A
    minor is looked for no further: who would find her address is the parent who filed. Where nobody
    acts for her, no task is made: only an address that was not typed on the site is told, that of
    FranceConnect, or the one given for her elsewhere. `code_waits`: what she is told leads
    her to her own code.
    """
    said = representation_from(facts.get("representative") or {})
    if said is None:
        return _telling_herself(rights_request_id, facts, channel, now)
    born = facts.get("birth_date")
    born_on = date.fromisoformat(born) if born else None
    if not is_told(said, born_on, local_date(now)):
        return None
    kind = DeliveryKind.CODE_WAITS if code_waits else DeliveryKind.FILED_IN_YOUR_NAME
    is_filers = is_filers_address(channel)
    if address_of_person(facts, is_filers=is_filers):
        return _by_email(kind, rights_request_id, now)
    if said.capacity is Capacity.PARENT and not postal_address_of_person(
        facts, is_filers=is_filers
    ):
        return None
    return Telling(HubTask, task_row(BY_POST_INSTEAD[kind], rights_request_id, now), None)


def _telling_herself(
    rights_request_id: UUID, facts: Mapping[str, Any], channel: IntakeChannel, now: datetime
) -> Telling | None:
    if address_of_person(facts, is_filers=is_filers_address(channel)) is None:
        return None
    return _by_email(DeliveryKind.FILED_IN_YOUR_NAME, rights_request_id, now)


def tell_known_mailbox(work: Work, rights_request_id: UUID) -> None:
    """Tell the mailbox that the same person, her identity proven, confirmed for another request.

    For a filing under her name with another mailbox, which may not be hers; nothing else.
    """
    work.session.flush()
    known = known_mailbox_of(work.session, rights_request_id)
    if known is None:
        return
    recipient = f"{EARLIER}{known}"
    work.deliver(
        DeliveryKind.FILED_IN_YOUR_NAME,
        Channel.EMAIL,
        recipient,
        rights_request_id=rights_request_id,
    )
    work.record(
        EventKind.REPRESENTED_TOLD, rights_request_id, rights_request_id, by="earlier_email"
    )


def _by_email(kind: DeliveryKind, rights_request_id: UUID, now: datetime) -> Telling:
    recipient = f"represented:{rights_request_id}"
    row = delivery_row(kind, Channel.EMAIL, recipient, now)
    event = PendingEvent(
        rights_request_id, EventKind.REPRESENTED_TOLD, rights_request_id, {"by": "email"}
    )
    return Telling(Delivery, row | {"rights_request_id": rights_request_id}, event)


def task_row(kind: HubTaskKind, rights_request_id: UUID, now: datetime) -> dict[str, Any]:
    """A task of the hub's agents about one case."""
    return {
        "id": new_id(),
        "kind": kind,
        "rights_request_id": rights_request_id,
        "opened_at": now,
        "done_by_name": "",
    }


def open_task(work: Work, kind: HubTaskKind, rights_request_id: UUID) -> None:
    """A task for the hub's agents; one that waits already is enough."""
    waiting = select(HubTask.id).where(
        HubTask.kind == kind,
        HubTask.rights_request_id == rights_request_id,
        HubTask.done_at.is_(None),
    )
    if work.session.scalar(waiting.limit(1)) is None:
        work.session.add(HubTask(**task_row(kind, rights_request_id, work.now)))


def write_by_post(work: Work, mail: Delivery) -> None:
    """Her mailbox takes nothing: an agent of the hub posts what the mail led to, if anything.

    Not to the address of a filing that another of her mailboxes was told of: it may not be hers.
    """
    is_hers = not mail.recipient.startswith(EARLIER)
    if mail.rights_request_id and mail.kind in BY_POST_INSTEAD and is_hers:
        open_task(work, BY_POST_INSTEAD[mail.kind], mail.rights_request_id)
