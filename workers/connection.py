"""How the processes reach Redis or Valkey: short waits, so that an outage is seen at once."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from workers.known_jobs import KnownJob
from workers.queues import QueueName

CONNECT_S = 2
ANSWER_S = 5


def open_connection(redis_url: str) -> Redis:
    """A connection for ringing: it fails within seconds instead of waiting for the server."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=CONNECT_S,
        socket_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=15,
    )


def open_queue(name: QueueName, connection: Redis) -> Queue:
    """The queue, with arguments in JSON: unpickling would run whatever is in it."""
    return Queue(name.value, connection=connection, serializer=JSONSerializer, job_class=KnownJob)
