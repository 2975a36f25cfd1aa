"""Clients of a measurement: they repeat a call at full speed or at a steady pace."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import click

STARTS_WITHIN_S = 20


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


def filing_call(address: str, token: str, processings: Sequence[UUID]) -> Call:
    """A filing by the API over these processings, by another person each time."""
    wanted = [str(one) for one in processings]

    def body() -> tuple[bytes, dict[str, str]]:
        mark = secrets.token_hex(8)
        person = {
            "given_names": "Camille",
            "family_name": f"Essai {mark}",
            "birth_date": "1970-01-01",
        }
        content = {
            "right": "access",
            "processings": wanted,
            "person": person,
            "statement": "Je souhaite une copie de mes données.",
        }
        return json.dumps(content).encode(), {"Idempotency-Key": mark}

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return Call(address, "/api/v1/requests", headers, body, 201)


def repeat(call: Call, how_many: int, clients: int, per_s: float | None = None) -> Times:
    """Let some clients repeat a call until it was made so many times; `per_s` is their pace."""
    times = Times()
    left = iter(range(how_many))
    lock = threading.Lock()
    started = time.perf_counter()

    def client() -> None:
        connection = _connected(call.address)
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            if per_s is not None:
                time.sleep(max(0.0, started + number / per_s - time.perf_counter()))
            _once(call, connection, times)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.whole = time.perf_counter() - started
    return times


def await_answer(address: str, path: str) -> None:
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


def _connected(address: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.connect()
    if connection.sock:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


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
