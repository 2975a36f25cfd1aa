"""What a filing for another leaves behind: who acts, and how the person herself is told of it."""

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
from hub.queries.represented import is_filers_address
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
    minor is looked for no further: who would find her address is the parent who filed.
    `code_waits`: what she is told leads her to her own code.
    """
    said = representation_from(facts.get("representative") or {})
    born = facts.get("birth_date")
    born_on = date.fromisoformat(born) if born else None
    if said is None or not is_told(said, born_on, local_date(now)):
        return None
    kind = DeliveryKind.CODE_WAITS if code_waits else DeliveryKind.FILED_IN_YOUR_NAME
    is_filers = is_filers_address(channel)
    if address_of_person(facts, is_filers=is_filers):
        recipient = f"represented:{rights_request_id}"
        row = delivery_row(kind, Channel.EMAIL, recipient, now)
        event = PendingEvent(
            rights_request_id, EventKind.REPRESENTED_TOLD, rights_request_id, {"by": "email"}
        )
        return Telling(Delivery, row | {"rights_request_id": rights_request_id}, event)
    if said.capacity is Capacity.PARENT and not postal_address_of_person(
        facts, is_filers=is_filers
    ):
        return None
    return Telling(HubTask, task_row(BY_POST_INSTEAD[kind], rights_request_id, now), None)


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


def write_by_post(work: Work, kind: DeliveryKind, rights_request_id: UUID) -> None:
    """Her mailbox takes nothing: an agent of the hub posts what the mail led to, if anything."""
    if kind in BY_POST_INSTEAD:
        open_task(work, BY_POST_INSTEAD[kind], rights_request_id)
