"""Signs of life of the processes that are no RQ workers, for the operator's page."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from redis import Redis

KEPT_S = 3600


def key_of(role: str) -> str:
    """The Redis key of a role's last sign of life."""
    return f"rights-hub:heartbeat:{role}"


def beat(connection: Redis, role: str, now: datetime) -> None:
    """Note that this role was alive at this instant; raises redis.RedisError."""
    connection.set(key_of(role), now.isoformat(), ex=KEPT_S)


def last_beat(connection: Redis, role: str) -> datetime | None:
    """When the role last gave a sign of life, or None for more than an hour ago."""
    text = cast("bytes | None", connection.get(key_of(role)))
    return datetime.fromisoformat(text.decode()) if text else None
