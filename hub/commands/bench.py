"""rights-hub bench: measures a running hub against this machine's floor, in the same run."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from hub import create_app
from hub.commands.bench_routing import arrivals, floor, paced, wait_until_left
from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.models.delivery import Delivery, DeliveryState
from hub.models.directory import Controllership, Processing
from hub.models.member import TokenScope
from hub.ports import Ports
from hub.services.tokens import create_token
from hub.services.unit_of_work import unit_of_work

REFERRALS = 5
STARTS_WITHIN_S = 20
LEAVES_WITHIN_S = 120


@dataclass
class Times:
    """What the clients saw: seconds of each answer, and how long the whole took."""

    each: list[float] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    whole: float = 0.0

    def per_s(self) -> float:
        """Answers a second."""
        return len(self.each) / self.whole if self.whole else 0.0

    def percentile_ms(self, percent: int) -> float:
        """A percentile of the answers, in milliseconds."""
        return statistics.quantiles(self.each, n=100)[percent - 1] * 1000


@dataclass(frozen=True)
class Call:
    """One request that a client repeats; `body` makes a fresh one each time."""

    address: str
    path: str
    headers: dict[str, str]
    body: Callable[[], tuple[bytes, dict[str, str]]]
    expected: int


@click.group()
def bench() -> None:
    """Measure a running hub."""


@bench.command()
@click.option("--filings", default=1500, show_default=True, help="How many filings.")
@click.option("--clients", default=8, show_default=True, help="How many clients at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def intake(filings: int, clients: int, as_json: bool) -> None:
    """File over five controllers each, while the deliveries drain; then the floor."""
    settings = Settings.from_environment()
    app = create_app(settings)
    with app.app_context():
        call = _filing(settings, app.extensions["ports"])
        _await(call.address, "/healthz")
        _repeat(call, clients * 4, clients)
        times = _repeat(call, filings, clients)
        if len(times.each) < 2:
            raise click.ClickException(f"The hub refused the filings: {set(times.failures)}.")
        backlog = _backlog()
        floor = _floor(settings, filings, clients)
    figures = {
        "filings": len(times.each),
        "failures": len(times.failures),
        "clients": clients,
        "filings_per_s": round(times.per_s(), 1),
        "p50_ms": round(times.percentile_ms(50), 1),
        "p95_ms": round(times.percentile_ms(95), 1),
        "p99_ms": round(times.percentile_ms(99), 1),
        "floor_per_s": round(floor.per_s(), 1),
        "floor_p95_ms": round(floor.percentile_ms(95), 1),
        "ratio": round(times.per_s() / floor.per_s(), 3),
        "backlog": backlog,
    }
    _print(figures, as_json)


@bench.command()
@click.option("--filings", default=1000, show_default=True, help="How many filings.")
@click.option("--rate", default=50.0, show_default=True, help="How many filings a second.")
@click.option("--clients", default=8, show_default=True, help="How many clients at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def routing(filings: int, rate: float, clients: int, as_json: bool) -> None:
    """File at a steady pace, and see when the deliveries arrive; then the floor."""
    settings = Settings.from_environment()
    app = create_app(settings)
    with app.app_context():
        ports: Ports = app.extensions["ports"]
        call = _filing(settings, ports)
        _await(call.address, "/healthz")
        since, times = ports.clock.now(), Times()
        started = time.perf_counter()
        paced(rate, clients, filings, lambda: _once(call, _connected(call.address), times))
        times.whole = time.perf_counter() - started
        if len(times.each) < 2:
            raise click.ClickException(f"The hub refused the filings: {set(times.failures)}.")
        wait_until_left(since, LEAVES_WITHIN_S)
        figures = {
            "filings": len(times.each),
            "failures": len(times.failures),
            "filings_per_s": round(times.per_s(), 1),
            **arrivals(since).figures(),
            **floor(settings),
        }
    _print(figures, as_json)


def _connected(address: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(address, timeout=60)


def _print(figures: dict[str, float], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        click.echo(f"{name:>14}  {value}")


def _filing(settings: Settings, ports: Ports) -> Call:
    """A filing over five controllers of the directory, by a token made for this run."""
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        chosen = _five_processings(work.session)
        organisation_id = chosen[0][1]
        token = create_token(work, organisation_id, [TokenScope.FILE], "bench")
    processings = [str(processing_id) for processing_id, _ in chosen]

    def body() -> tuple[bytes, dict[str, str]]:
        mark = secrets.token_hex(8)
        person = {
            "given_names": "Camille",
            "family_name": f"Essai {mark}",
            "birth_date": "1970-01-01",
        }
        content = {
            "right": "access",
            "processings": processings,
            "person": person,
            "statement": "Je souhaite une copie de mes données.",
        }
        return json.dumps(content).encode(), {"Idempotency-Key": mark}

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    address = f"{settings.listen_address}:{settings.port}"
    return Call(address, "/api/v1/requests", headers, body, 201)


def _five_processings(session: Session) -> list[tuple[UUID, UUID]]:
    rows = session.execute(
        select(func.min(Processing.id), Controllership.organisation_id)
        .join(Controllership, Controllership.processing_id == Processing.id)
        .where(Controllership.is_contact, Processing.is_open)
        .group_by(Controllership.organisation_id)
        .limit(REFERRALS)
    ).all()
    if len(rows) < REFERRALS:
        raise click.ClickException(f"The directory needs {REFERRALS} controllers to measure with.")
    return [(processing_id, organisation_id) for processing_id, organisation_id in rows]


def _backlog() -> int:
    db.session.rollback()
    waiting = [DeliveryState.WAITING, DeliveryState.CLAIMED]
    count = select(func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))
    return db.session.scalar(count) or 0


def _repeat(call: Call, how_many: int, clients: int) -> Times:
    """Let some clients repeat a call until it was made so many times."""
    times = Times()
    left = iter(range(how_many))
    lock = threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection(call.address, timeout=60)
        connection.connect()
        if connection.sock:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            with lock:
                if next(left, None) is None:
                    return
            _once(call, connection, times)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.whole = time.perf_counter() - started
    return times


def _once(call: Call, connection: http.client.HTTPConnection, times: Times) -> None:
    body, extra = call.body()
    started = time.perf_counter()
    connection.request("POST", call.path, body, call.headers | extra)
    answer = connection.getresponse()
    answer.read()
    if answer.status != call.expected:
        times.failures.append(answer.status)
        return
    times.each.append(time.perf_counter() - started)


def _floor(settings: Settings, calls: int, clients: int) -> Times:
    """The same clients against a bare Flask view: one INSERT and COMMIT on the same engine."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(128)
        bound.set_inheritable(True)
        address = "{}:{}".format(*bound.getsockname())
        url = settings.database_url
        if url.startswith("sqlite"):
            url = f"sqlite:///{Path(folder) / 'floor.sqlite3'}"
        command = [sys.executable, "-m", "hub.commands.floor", url, str(bound.fileno())]
        command += [str(settings.web_processes), str(settings.web_threads)]
        with subprocess.Popen(command, pass_fds=[bound.fileno()]) as server:  # noqa: S603  (our own)
            try:
                _await(address, "/")
                call = Call(address, "/", {}, lambda: (b"x", {}), 200)
                _repeat(call, clients * 4, clients)
                return _repeat(call, calls, clients)
            finally:
                server.terminate()


def _await(address: str, path: str) -> None:
    """Wait until a server answers; raises ClickException when it does not."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        connection = http.client.HTTPConnection(address, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse()
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise click.ClickException(f"Nothing answers on {address}: start it.") from error
            time.sleep(0.2)
        finally:
            connection.close()


if __name__ == "__main__":
    bench()
