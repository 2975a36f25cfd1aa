"""Runs whole hubs for tests, started as their operator would start them."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from hub.supervision.listeners import status_of

PATIENCE_S = 60.0
KEPT = {"PATH", "HOME", "LANG", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}


def free_port() -> int:
    """A port that nobody listens to now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_running(pid: int) -> bool:
    """Whether a process of this id exists."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def eventually(happens: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
    """Whether something comes to pass in time; asked ten times a second."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        select.select([], [], [], 0.1)
    return False


def environment(home: Path, port: int, **extra: str) -> dict[str, str]:
    """The environment of a hub: what the test's own says of another hub does not reach it."""
    clean = {name: text for name, text in os.environ.items() if name in KEPT}
    return clean | {"RIGHTS_HUB_HOME": str(home), "PORT": str(port)} | extra


def start(environ: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
    """Start `rights-hub up`."""
    return subprocess.Popen(
        [sys.executable, "-m", "hub.commands.up"],
        env=dict(environ),
        stdout=output,
        stderr=subprocess.STDOUT,
    )


class RunningHub:
    """A hub and what can be seen of it from outside."""

    def __init__(self, home: Path, port: int, **extra: str) -> None:
        self.home, self.port = home, port
        self.environ = environment(home, port, **extra)
        self.output = home.parent / f"{home.name}.output"
        with self.output.open("ab") as output:
            self.process = start(self.environ, output.fileno())

    @property
    def children(self) -> dict[str, int]:
        """The process id of each role."""
        with suppress(OSError, ValueError):
            return dict(json.loads((self.home / "processes.json").read_text()))
        return {}

    @property
    def said(self) -> str:
        """What it printed."""
        return self.output.read_text()

    def is_ready(self) -> bool:
        """Whether it can be used."""
        return status_of("127.0.0.1", self.port, "/readyz") == 200

    def has_started(self) -> bool:
        """Whether it said so."""
        return "Ctrl-C stops it" in self.said

    def stop(self) -> None:
        """Stop it as its operator would; what is left after that is killed."""
        children = list(self.children.values())
        self.process.terminate()
        try:
            self.process.wait(15)
        finally:
            self.process.kill()
            self.process.wait()
            for pid in filter(is_running, children):
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    def kill(self, role: str) -> int:
        """Kill the process that plays a role, and give its id."""
        pid = self.children[role]
        os.kill(pid, signal.SIGKILL)
        return pid

    def comes_back(self, role: str, former: int) -> bool:
        """Whether another process plays the role in time."""
        return eventually(lambda: self.children.get(role, former) != former)
