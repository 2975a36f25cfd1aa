"""Whose turn it is, how much may leave at once, and what must wait for what went before it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.delivery_circuits import CircuitState

MOST_IN_FLIGHT = 4
"""Conversations with one controller at once: more would only wear out a slow one."""


def waiting_since(oldest_due_at: datetime, served_at: datetime | None) -> datetime:
    """Since when a recipient waits for its turn: for whoever was just served, since then.

    Taken in this order no recipient starves, however much another has waiting.
    """
    return oldest_due_at if served_at is None else max(oldest_due_at, served_at)


def admitted(wanted: int, in_flight: int, circuits: Iterable[CircuitState]) -> int:
    """How many deliveries may be claimed for one recipient, given the circuits they pass through.

    None through an open circuit, nor with too many conversations open; one through a half-open
    circuit; else as many as are wanted: claimed together, they are one conversation.
    """
    states = set(circuits)
    if CircuitState.OPEN in states or in_flight >= MOST_IN_FLIGHT:
        return 0
    return min(wanted, 1) if CircuitState.HALF_OPEN in states else wanted


@dataclass(frozen=True, order=True)
class Queued:
    """A delivery of a rights request to one recipient; ids are in the order of making."""

    id: UUID
    rights_request_id: UUID | None = None


def in_order(chosen: Collection[Queued], unfinished: Iterable[Queued]) -> list[Queued]:
    """Those of the chosen that may leave, oldest first: none before an older one that has not.

    `unfinished`: what is not yet delivered to the same recipient of the same requests. Requests
    do not wait for one another.
    """
    ids = {one.id for one in chosen}
    oldest_left: dict[UUID | None, UUID] = {}
    for one in unfinished:
        if one.id not in ids:
            known = oldest_left.get(one.rights_request_id)
            oldest_left[one.rights_request_id] = one.id if known is None else min(known, one.id)
    return [
        one
        for one in sorted(chosen)
        if one.rights_request_id is None
        or one.rights_request_id not in oldest_left
        or one.id < oldest_left[one.rights_request_id]
    ]
