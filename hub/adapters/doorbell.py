"""Looks at the queue through Redis or Valkey; an unreachable server is told, never raised."""

from collections.abc import Mapping
from typing import Any

from redis import Redis
from redis.exceptions import RedisError


class RedisDoorbell:
    """Knows whether the queue answers; rings are the relay's business."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def health(self) -> Mapping[str, Any]:
        """Whether the server answers, and its memory in bytes."""
        try:
            used = self._redis.info("memory")
        except (RedisError, OSError):
            return {"reachable": False}
        return {"reachable": True, "memory_bytes": used.get("used_memory", 0)}


class MemoryDoorbell:
    """A queue that always answers."""

    def health(self) -> Mapping[str, Any]:
        """Always reachable."""
        return {"reachable": True}
