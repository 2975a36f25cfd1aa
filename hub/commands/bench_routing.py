"""rights-hub bench routing: from a filing to its deliveries, on a running hub, with the floor."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from config import Settings
from hub.domain.directory import Channel
from hub.extensions import db
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState

FLOOR_JOBS = 300
FLOOR_ROWS = 2000
LOOKS_EVERY_S = 0.5
UNFINISHED = (DeliveryState.WAITING, DeliveryState.CLAIMED)


@dataclass(frozen=True)
class Arrivals:
    """What became of the deliveries made since an instant."""

    first_s: Sequence[float]
    by_channel: dict[Channel, int]
    span_s: float
    left: int

    def figures(self) -> dict[str, float]:
        """For the report: delays of first deliveries, and deliveries a second by channel."""
        at = statistics.quantiles(self.first_s, n=100) if len(self.first_s) > 1 else [0.0] * 99
        return {
            "first_deliveries": len(self.first_s),
            "first_delivery_p50_s": round(at[49], 2),
            "first_delivery_p95_s": round(at[94], 2),
            "first_delivery_p99_s": round(at[98], 2),
            "portal_per_s": round(self.by_channel.get(Channel.PORTAL, 0) / self.span_s, 1),
            "email_per_s": round(self.by_channel.get(Channel.EMAIL, 0) / self.span_s, 1),
            "left": self.left,
        }


def wait_until_left(since: datetime, longest_s: float) -> None:
    """Wait until nothing made since then is on its way, or so many seconds are over."""
    deadline = time.monotonic() + longest_s
    while time.monotonic() < deadline and _left(db.session(), since):
        db.session.rollback()
        time.sleep(LOOKS_EVERY_S)
    db.session.rollback()


def arrivals(since: datetime) -> Arrivals:
    """What the database says of the deliveries made since then; a referral counts as a first."""
    session = db.session()
    rows = session.execute(
        select(
            Delivery.channel,
            Delivery.kind,
            Delivery.rights_request_id,
            Delivery.created_at,
            Delivery.delivered_at,
        ).where(Delivery.created_at >= since, Delivery.state == DeliveryState.DELIVERED)
    ).all()
    first: dict[Any, float] = {}
    by_channel: dict[Channel, int] = {}
    for channel, kind, key, made_at, arrived_at in rows:
        by_channel[channel] = by_channel.get(channel, 0) + 1
        if kind is DeliveryKind.REFERRAL and arrived_at:
            delay = (arrived_at - made_at).total_seconds()
            first[key] = min(delay, first.get(key, delay))
    last = max((row.delivered_at for row in rows if row.delivered_at), default=since)
    span = max((last - since).total_seconds(), 0.001)
    return Arrivals(list(first.values()), by_channel, span, _left(session, since))


def paced(rate: float, clients: int, how_many: int, call: Any) -> None:
    """Let some clients call so many times in all, so many times a second."""
    started, left, lock = time.monotonic(), iter(range(how_many)), threading.Lock()

    def client() -> None:
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            call()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def floor(settings: Settings) -> dict[str, float]:
    """Raw RQ jobs that do nothing, and raw rows, one INSERT and COMMIT each, in this process."""
    return {"floor_jobs_per_s": _floor_jobs(settings), "floor_rows_per_s": _floor_rows()}


def _floor_jobs(settings: Settings) -> float:
    connection = Redis.from_url(settings.redis_url)
    queue = Queue("bench", connection=connection, serializer=JSONSerializer)
    for _ in range(FLOOR_JOBS):
        queue.enqueue("builtins.len", "x", result_ttl=0)
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
    started = time.perf_counter()
    worker.work(burst=True, logging_level="ERROR")
    spent = time.perf_counter() - started
    queue.delete(delete_jobs=True)
    return round(FLOOR_JOBS / spent, 1)


def _floor_rows() -> float:
    engine = db.engine.execution_options(takes_write_lock=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bench_row (said TEXT)"))
    started = time.perf_counter()
    for _ in range(FLOOR_ROWS):
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO bench_row (said) VALUES ('x')"))
    spent = time.perf_counter() - started
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE bench_row"))
    return round(FLOOR_ROWS / spent, 1)


def _left(session: Session, since: datetime) -> int:
    waiting = select(func.count()).where(
        Delivery.state.in_(UNFINISHED),
        Delivery.created_at >= since,
        Delivery.next_at <= func.coalesce(Delivery.first_tried_at, Delivery.created_at),
    )
    return session.scalar(waiting) or 0
