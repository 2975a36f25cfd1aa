"""Everything that a running hub keeps, says or leaves behind, as bytes to look through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from redis import Redis

from config import Settings
from tests.journeys.hubs import JourneyHub
from tests.security.searching import Place, files_under
from tests.security.visitors import Exchanged

GLANCE_S = 0.02
LARGEST_TEMPORARY = 8 * 2**20
SAID_TO_ALL = (
    "/metrics",
    "/readyz",
    "/healthz",
    "/api/v1/openapi.json",
    "/api/v1/audit/checkpoint",
)


class TemporaryFiles:
    """Looks at a folder of temporary files all the time, for they live but a moment."""

    def __init__(self, folder: Path, pids: Any) -> None:
        self._folder, self._pids = folder, pids
        self._seen: dict[str, bytes] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> TemporaryFiles:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def places(self) -> list[Place]:
        """What was seen, each content once."""
        return [Place(f"temporary file {name}", content) for name, content in self._seen.items()]

    def _look(self) -> None:
        while not self._over.wait(GLANCE_S):
            for path in (*self._folder.rglob("*"), *_open_without_name(self._pids())):
                self._keep(path)

    def _keep(self, path: Path) -> None:
        with suppress(OSError):
            if path.is_file() and (size := path.stat().st_size) <= LARGEST_TEMPORARY:
                name = f"{path} of {size}"
                if size and name not in self._seen:
                    self._seen[name] = path.read_bytes()


def _open_without_name(pids: list[int]) -> Iterator[Path]:
    """The files that processes hold open and that no folder names any more."""
    for pid in pids:
        with suppress(OSError):
            for path in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if str(path.readlink()).endswith("(deleted)"):
                        yield path


def kept_by(hub: JourneyHub) -> Iterator[Place]:
    """The state folder whole: database, files, journal, logs, mails, the file of the queue."""
    yield from files_under(hub.home, "state")
    yield Place("what it printed", hub.output.read_bytes())


def queue_of(hub: JourneyHub) -> str:
    """Where its Valkey listens."""
    return Settings.from_environment(hub.environ).redis_url


def queued_in(url: str) -> Iterator[Place]:
    """Every key of Valkey with its value: jobs, results, counters, beats."""
    with Redis.from_url(url) as server:
        for key in server.scan_iter(count=1000):
            yield Place(f"queue {key!r}", key + b"\n" + _value_of(server, key))


def _value_of(server: Any, key: bytes) -> bytes:
    read = {
        b"string": lambda: [server.get(key)],
        b"hash": lambda: [part for pair in server.hgetall(key).items() for part in pair],
        b"list": lambda: server.lrange(key, 0, -1),
        b"set": lambda: server.smembers(key),
        b"zset": lambda: server.zrange(key, 0, -1),
        b"stream": lambda: [repr(server.xrange(key)).encode()],
    }
    wanted = read.get(server.type(key))
    return b"\n".join(part for part in wanted() if part) if wanted else b""


def run_as(hub: JourneyHub) -> Iterator[Place]:
    """What the list of processes shows of each child to everybody, and its environment."""
    for role, pid in hub.children.items():
        for name in ("cmdline", "environ"):
            with suppress(OSError):
                yield Place(f"process {role} {name}", Path(f"/proc/{pid}/{name}").read_bytes())


def exchanged_with(exchanged: Exchanged) -> Iterator[Place]:
    """The addresses that were called or linked, and the headers that were given."""
    yield Place("log of addresses", "\n".join(exchanged.addresses).encode())
    for header in sorted(set(exchanged.headers)):
        yield Place(f"header {header.partition(':')[0]}", header.encode())
