"""rights-hub bench routing: from a filing to its deliveries, and how fast a backlog leaves.

A hub is started for the measure, with its relay, its Valkey and its workers as they always are;
mailboxes and endpoints are in this process. The floor is measured on the same hub.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import click
import structlog
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import func, select, text

from config import Settings
from hub import create_app
from hub.commands.bench_calls import Times, filing_call, repeat
from hub.commands.bench_cases import (
    UNFINISHED,
    Controller,
    add_controllers,
    add_endpoints,
    hold_calls,
    hold_mails,
    hold_referrals,
    left,
    release,
    unconfirmed_endpoints,
)
from hub.commands.bench_hub import OwnHub, own_hub
from hub.commands.bench_receivers import Receivers, receiving
from hub.domain.directory import Channel
from hub.extensions import db
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.ports import Ports

CLIENTS = 8
WARMING = 32
FLOOR_JOBS = 300
FLOOR_ROWS = 2000
LOOKS_EVERY_S = 0.2
LEAVES_WITHIN_S = 600
WORKERS = "worker-"


def routing_figures(filings: int, rate: float, deliveries: int) -> dict[str, float]:
    """The whole measure; raises ClickException when the hub refuses the filings."""
    with receiving() as receivers, own_hub(receivers.mail_port) as hub:
        app = create_app(hub.settings)
        # The hub tells what it does in its own logs; this process has one answer to print.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        ports: Ports = app.extensions["ports"]
        with app.app_context():
            controllers = add_controllers(ports)
            figures = _paced(hub, ports, controllers, filings, rate)
            stage = _Stage(hub, ports, controllers, deliveries)
            figures |= stage.portal()
            figures |= stage.email(receivers)
            figures |= stage.webhook(receivers)
            return figures | _floor(hub.settings)


@dataclass(frozen=True)
class _Stage:
    """One channel after the other: a backlog is prepared, released, and timed until it is gone."""

    hub: OwnHub
    ports: Ports
    controllers: Sequence[Controller]
    deliveries: int

    def portal(self) -> dict[str, float]:
        """Referrals into inboxes."""
        hold_referrals(self.ports, self.controllers, self.deliveries)
        return self._drained(Channel.PORTAL)

    def email(self, receivers: Receivers) -> dict[str, float]:
        """Mails, each to a person of her own."""
        hold_mails(self.ports, self.controllers, self.deliveries)
        figures = self._drained(Channel.EMAIL)
        return figures | {"email_received_once": received_once(DeliveryKind.NEWS, receivers.mails)}

    def webhook(self, receivers: Receivers) -> dict[str, float]:
        """Announcements to endpoints that have answered their challenge."""
        add_endpoints(self.ports, self.controllers, receivers.endpoint_port)
        _wait(unconfirmed_endpoints)
        hold_calls(self.ports, self.controllers, self.deliveries)
        figures = self._drained(Channel.WEBHOOK)
        once = received_once(DeliveryKind.REFERRAL_ANNOUNCED, receivers.calls)
        return figures | {"webhook_received_once": once}

    def _drained(self, channel: Channel) -> dict[str, float]:
        spent, how_many = self.hub.cpu_s(WORKERS), left(channel)
        since, started = self.ports.clock.now(), time.perf_counter()
        release(self.ports, channel)
        _wait(lambda: left(channel))
        seconds = time.perf_counter() - started
        spent = self.hub.cpu_s(WORKERS) - spent
        last = db.session.scalar(
            select(func.max(Delivery.delivered_at)).where(Delivery.channel == channel)
        )
        if last is not None and left(channel) == 0:
            seconds = (last - since).total_seconds()
        done = how_many - left(channel)
        return {
            f"{channel.value}_deliveries": done,
            f"{channel.value}_per_s": round(done / max(seconds, 0.001), 1),
            f"{channel.value}_cpu_ms_per_delivery": round(1000 * spent / max(done, 1), 2),
        }


def received_once(kind: DeliveryKind, received: Sequence[UUID]) -> int:
    """How many deliveries of this kind came out at the other end, once and no more."""
    db.session.rollback()
    counted = Counter(received)
    ids = db.session.scalars(select(Delivery.id).where(Delivery.kind == kind))
    return sum(counted[one] == 1 for one in ids)


def _paced(
    hub: OwnHub, ports: Ports, controllers: Sequence[Controller], filings: int, rate: float
) -> dict[str, float]:
    """File at a steady pace over five controllers, and see when the first of each arrives."""
    processings = [one.processing_id for one in controllers[:5]]
    call = filing_call(hub.address, controllers[0].token, processings)
    repeat(call, WARMING, CLIENTS)
    since = ports.clock.now()
    times = repeat(call, filings, CLIENTS, per_s=rate)
    if len(times.each) < 2:
        raise click.ClickException(f"The hub refused the filings: {set(times.failures)}.")
    _wait(lambda: _left_since(since))
    return _arrivals(times, since)


def _arrivals(times: Times, since: datetime) -> dict[str, float]:
    """What the database says of the referrals made since then: the first of each filing."""
    rows = db.session.execute(
        select(Delivery.rights_request_id, Delivery.created_at, Delivery.delivered_at).where(
            Delivery.delivered_at.is_not(None),
            Delivery.created_at >= since,
            Delivery.kind == DeliveryKind.REFERRAL,
            Delivery.state == DeliveryState.DELIVERED,
        )
    ).all()
    first: dict[Any, float] = {}
    for key, made_at, arrived_at in rows:
        delay = (arrived_at - made_at).total_seconds() if arrived_at else 0.0
        first[key] = min(delay, first.get(key, delay))
    at = statistics.quantiles(first.values(), n=100) if len(first) > 1 else [0.0] * 99
    return {
        "filings": len(times.each),
        "failures": len(times.failures),
        "filings_per_s": round(times.per_s(), 1),
        "first_deliveries": len(first),
        "first_delivery_p50_s": round(at[49], 2),
        "first_delivery_p95_s": round(at[94], 2),
        "first_delivery_p99_s": round(at[98], 2),
        "left": _left_since(since),
    }


def _left_since(since: datetime) -> int:
    db.session.rollback()
    waiting = select(func.count()).where(
        Delivery.state.in_(UNFINISHED),
        Delivery.created_at >= since,
        Delivery.next_at <= func.coalesce(Delivery.first_tried_at, Delivery.created_at),
    )
    return db.session.scalar(waiting) or 0


def _wait(how_many_left: Callable[[], int]) -> None:
    """Wait until nothing is left, or the time allowed is over."""
    deadline = time.monotonic() + LEAVES_WITHIN_S
    while how_many_left() and time.monotonic() < deadline:
        time.sleep(LOOKS_EVERY_S)


def _floor(settings: Settings) -> dict[str, float]:
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
    return round(FLOOR_ROWS / (time.perf_counter() - started), 1)
