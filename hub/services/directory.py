"""What controllers and the hub's agents do to the directory by hand; each act leaves an event."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from hub.domain.actors import Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactRole, Source, fold
from hub.errors import Invalid, NotFound
from hub.models.columns import new_id
from hub.models.directory import ContactPoint, Controllership, Organisation, Processing
from hub.services.contact_points import is_usable, trust
from hub.services.directory_import import apply_directory_records
from hub.services.unit_of_work import Work

__all__ = [
    "add_contact_point",
    "apply_directory_records",
    "update_processing",
    "verify_contact_point",
    "verify_processing",
]

EDITABLE = frozenset(
    {
        "answer_level", "data_from_on", "data_to_on", "is_open", "population", "sources_text",
        "summary", "summary_en", "title", "title_en", "website",
    }
)  # fmt: skip
_HUB_ROLES = frozenset({Role.OPERATOR, Role.HUB_AGENT, Role.HUB_DPO})


def verify_processing(work: Work, processing_id: UUID) -> None:
    """Say that a processing is described as it is; imports leave it alone from then on."""
    processing = processing_for(work, processing_id)
    processing.verified_at = work.now
    record_on_controllers(work, processing, verified=True)


def update_processing(work: Work, processing_id: UUID, *, values: Mapping[str, Any]) -> None:
    """Correct the description of a processing by hand, which also verifies it.

    `values`: column → value, among EDITABLE. Raises Invalid (facts: field) for another column,
    an empty title or a period that ends before it starts.
    """
    processing = processing_for(work, processing_id)
    for name in values:
        if name not in EDITABLE:
            raise Invalid(field=name)
    changed = {
        name: {"before": str(getattr(processing, name) or ""), "after": str(value or "")}
        for name, value in values.items()
        if getattr(processing, name) != value
    }
    for name in changed:
        setattr(processing, name, values[name])
    _check_description(processing)
    processing.verified_at = work.now
    if changed:
        processing.updated_at = work.now
        processing.search_text = _search_text(processing)
    record_on_controllers(work, processing, changed=changed, verified=True)


def add_contact_point(
    work: Work, organisation_id: UUID, *, role: ContactRole, channel: Channel, address: str
) -> UUID:
    """Add a way to reach an organisation, after those it has; unverified until checked.

    Raises Invalid (facts: field) when the address does not fit its channel.
    """
    _must_act_for(work.actor, [organisation_id])
    if work.session.get(Organisation, organisation_id) is None:
        raise NotFound()
    address = address.strip()
    if not is_usable(work.ports.outward, channel, address):
        raise Invalid(field="address")
    last = select(func.max(ContactPoint.position)).where(
        ContactPoint.organisation_id == organisation_id
    )
    position = work.session.scalar(last)
    point = ContactPoint(
        id=new_id(),
        organisation_id=organisation_id,
        role=role,
        channel=channel,
        address=address,
        position=0 if position is None else position + 1,
        source=Source.HAND,
    )
    work.session.add(point)
    work.record(EventKind.CONTACT_ADDED, organisation_id, point.id, role=role, channel=channel)
    return point.id


def verify_contact_point(work: Work, contact_point_id: UUID) -> None:
    """Say that a contact point reaches the organisation; imports never overwrite it then."""
    point = work.session.get(ContactPoint, contact_point_id)
    if point is None:
        raise NotFound()
    _must_act_for(work.actor, [point.organisation_id])
    trust(work, point)


def processing_for(work: Work, processing_id: UUID) -> Processing:
    """A processing that the actor may describe: her organisation controls it, or she is the hub's.

    Raises NotFound.
    """
    found = work.session.scalar(
        select(Processing)
        .where(Processing.id == processing_id)
        .options(
            selectinload(Processing.controllerships).joinedload(Controllership.organisation),
            selectinload(Processing.purposes),
        )
    )
    if found is None:
        raise NotFound()
    _must_act_for(work.actor, [one.organisation_id for one in found.controllerships])
    return found


def _must_act_for(actor: Actor, organisation_ids: Iterable[UUID]) -> None:
    """Raises NotFound when the actor is neither of these organisations nor of the hub's staff."""
    if actor.kind is ActorKind.SYSTEM or actor.roles & _HUB_ROLES:
        return
    if actor.organisation_id is None or actor.organisation_id not in set(organisation_ids):
        raise NotFound()


def _check_description(processing: Processing) -> None:
    if not (processing.title or "").strip():
        raise Invalid(field="title")
    starts, ends = processing.data_from_on, processing.data_to_on
    if starts and ends and ends < starts:
        raise Invalid(field="data_to_on")


def _search_text(processing: Processing) -> str:
    cues = [word for value in processing.cues.values() if isinstance(value, list) for word in value]
    texts = (
        processing.title, processing.title_en, processing.summary, processing.summary_en,
        processing.sources_text, processing.population, *map(str, cues),
        *(one.organisation.name for one in processing.controllerships),
        *(one.organisation.acronym for one in processing.controllerships),
        *(one.title for one in processing.purposes),
    )  # fmt: skip
    return fold(" ".join(text for text in texts if text))


def record_on_controllers(
    work: Work,
    processing: Processing,
    kind: EventKind = EventKind.PROCESSING_CHANGED,
    **detail: Any,
) -> None:
    """Write an act on a processing in the log of each of its controllers."""
    for part in processing.controllerships:
        work.record(kind, part.organisation_id, processing.id, **detail)
