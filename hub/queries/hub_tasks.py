"""What waits for the hub's agents: a list without content, and one case at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain.lifecycle import RequestState
from hub.domain.representation import (
    Representation,
    address_of_person,
    postal_address_of_person,
    representation_from,
)
from hub.errors import NotFound
from hub.models.hub_task import HubTask, HubTaskKind
from hub.models.rights_request import Identity, IntakeChannel, RightsRequest
from hub.queries.represented import is_filers_address
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class TaskLine:
    """One task in a list: the reference and nothing of the person."""

    id: UUID
    kind: HubTaskKind
    reference: str
    opened_at: datetime
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True)
class TaskPage:
    """One task with what it needs: who the person is, where she lives, who acts for her."""

    id: UUID
    kind: HubTaskKind
    rights_request_id: UUID
    reference: str
    language: str
    channel: IntakeChannel
    state: RequestState
    filed_at: datetime
    opened_at: datetime
    done_at: datetime | None
    done_by: str
    words: str
    given_names: str
    family_name: str
    postal_address: str
    phone: str
    email: str
    acting: Representation | None

    @property
    def name(self) -> str:
        """The person's name, as given."""
        return f"{self.given_names} {self.family_name}".strip()


def waiting_tasks(session: Session, limit: int) -> tuple[TaskLine, ...]:
    """What waits, the oldest first."""
    return _lines(session, is_done=False, limit=limit)


def last_done(session: Session, limit: int) -> tuple[TaskLine, ...]:
    """What was done last."""
    return _lines(session, is_done=True, limit=limit)


def count_waiting(session: Session) -> int:
    """How many tasks wait."""
    found = select(func.count()).select_from(HubTask).where(HubTask.done_at.is_(None))
    return session.scalar(found) or 0


def hub_task(session: Session, keys: RequestKeys, task_id: UUID) -> TaskPage:
    """One task with its case; raises NotFound. What was shredded reads as empty."""
    row = session.execute(
        select(HubTask, RightsRequest, Identity.sealed)
        .join(RightsRequest, RightsRequest.id == HubTask.rights_request_id)
        .join(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(HubTask.id == task_id)
    ).first()
    if row is None:
        raise NotFound(task_id=task_id)
    task, filed, sealed = row
    try:
        facts = keys.open_facts(Place(filed.id, "identity.sealed", filed.id), sealed)
        words = keys.open(Place(filed.id, "hub_task.words_sealed", task.id), task.words_sealed)
    except Shredded:
        facts, words = {}, ""
    is_filers = is_filers_address(filed.channel)
    return TaskPage(
        id=task.id,
        kind=task.kind,
        rights_request_id=filed.id,
        reference=filed.reference,
        language=filed.language,
        channel=filed.channel,
        state=filed.state,
        filed_at=filed.filed_at,
        opened_at=task.opened_at,
        done_at=task.done_at,
        done_by=task.done_by_name,
        words=words,
        given_names=str(facts.get("given_names") or ""),
        family_name=str(facts.get("family_name") or ""),
        postal_address=postal_address_of_person(facts, is_filers=is_filers),
        phone=str(facts.get("phone") or ""),
        email=address_of_person(facts, is_filers=is_filers) or "",
        acting=representation_from(facts.get("representative") or {}),
    )


def _lines(session: Session, *, is_done: bool, limit: int) -> tuple[TaskLine, ...]:
    order = HubTask.done_at.desc() if is_done else HubTask.opened_at
    rows = session.execute(
        select(HubTask, RightsRequest.reference)
        .join(RightsRequest, RightsRequest.id == HubTask.rights_request_id)
        .where(HubTask.done_at.is_not(None) if is_done else HubTask.done_at.is_(None))
        .order_by(order, HubTask.id)
        .limit(limit)
    )
    return tuple(
        TaskLine(row.id, row.kind, reference, row.opened_at, row.done_at, row.done_by_name)
        for row, reference in rows
    )
