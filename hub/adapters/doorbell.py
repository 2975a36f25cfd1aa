"""Looks at the queue through Redis or Valkey; an unreachable server is told, never raised."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from hub.ports import Clock

SILENT_AFTER = timedelta(seconds=90)


@dataclass(frozen=True)
class Watched:
    """What to look at: queues by name, roles that beat, and how to read a role's last beat."""

    queues: tuple[str, ...]
    roles: tuple[str, ...]
    last_beat: Callable[[Redis, str], datetime | None]


class RedisDoorbell:
    """Knows whether the queue answers, and when each of its parts last gave a sign of life."""

    def __init__(self, url: str, clock: Clock, watched: Watched) -> None:
        self._redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._clock = clock
        self._watched = watched

    def health(self) -> Mapping[str, Any]:
        """`reachable`, and `parts`: name, alive, seen_at (UTC) and jobs waiting of each."""
        try:
            self._redis.ping()
            return {"reachable": True, "parts": [*self._queues(), *self._roles()]}
        except (RedisError, OSError):
            return {"reachable": False, "parts": []}

    def _queues(self) -> Iterable[dict[str, Any]]:
        for name in self._watched.queues:
            queue = Queue(name, connection=self._redis, serializer=JSONSerializer)
            beats = [worker.last_heartbeat for worker in Worker.all(queue=queue)]
            yield self._part(name, max((beat for beat in beats if beat), default=None), queue.count)

    def _roles(self) -> Iterable[dict[str, Any]]:
        for role in self._watched.roles:
            yield self._part(role, self._watched.last_beat(self._redis, role), None)

    def _part(self, name: str, seen_at: datetime | None, waiting: int | None) -> dict[str, Any]:
        alive = seen_at is not None and self._clock.now() - seen_at < SILENT_AFTER
        return {"name": name, "alive": alive, "seen_at": seen_at, "waiting": waiting}


class MemoryDoorbell:
    """A queue that always answers, unless told otherwise."""

    def __init__(self) -> None:
        self.reachable = True

    def health(self) -> Mapping[str, Any]:
        """Reachable, with nothing to look at."""
        return {"reachable": self.reachable, "parts": []}
