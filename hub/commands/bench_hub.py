"""A whole hub of a measurement's own: in a temporary folder, and gone with it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from config import Settings
from hub.supervision.listeners import status_of

READY_WITHIN_S = 120
STOPS_WITHIN_S = 20
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
"""What its environment takes of ours: no setting of another hub."""


@dataclass(frozen=True)
class OwnHub:
    """A running hub, and what its processes cost."""

    settings: Settings

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.settings.port}"

    def cpu_s(self, role: str) -> float:
        """Seconds of CPU that the processes of roles so named have spent, theirs and the system's.

        As the kernel counts for getrusage; nothing where there is no /proc.
        """
        pids = json.loads((self.settings.home / "processes.json").read_text(encoding="utf-8"))
        return sum(_spent(pid) for name, pid in pids.items() if name.startswith(role))


def _spent(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@contextmanager
def own_hub(mail_port: int) -> Iterator[OwnHub]:
    """An embedded hub whose mails go to this port; raises ClickException when it does not start."""
    with tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        environ = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "RIGHTS_HUB_HOME": folder,
            "PORT": str(_free_port()),
            "RIGHTS_HUB_LIMITS": "no",
            "RIGHTS_HUB_WEBHOOK_LOOPBACK": "yes",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(mail_port),
        }
        settings = Settings.from_environment(environ)
        with (home / "up.log").open("wb") as output:
            command = [sys.executable, "-m", "hub.commands.up"]
            process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)  # noqa: S603  (our own)
        try:
            _await_ready(settings, process, home / "up.log")
            yield OwnHub(settings)
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOPS_WITHIN_S)
            process.kill()
            process.wait()


def _await_ready(settings: Settings, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while status_of("127.0.0.1", settings.port, "/readyz") != 200:
        if process.poll() is not None or time.monotonic() > deadline:
            raise click.ClickException(f"The hub to measure did not start:\n{log.read_text()}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
