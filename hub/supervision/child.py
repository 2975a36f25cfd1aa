"""One child process: its command, its log, and when it may start again after it died."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hub.supervision.forked import CAN_FORK, Forked
from hub.supervision.logs import open_log

SHORTEST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_AFTER_S = 30.0
"""A child that lived this long starts again without the pauses its earlier deaths had earned."""


@dataclass(frozen=True)
class Role:
    """What a child is for. `descriptors` are the sockets it inherits.

    With `play`, it is a fork of the supervisor where the system allows one; else its command.
    """

    name: str
    command: tuple[str, ...]
    descriptors: tuple[int, ...] = ()
    stops_last: bool = False
    play: Callable[[], object] | None = None


class Child:
    """A role and the process that plays it now."""

    def __init__(self, role: Role, log_folder: Path) -> None:
        self.role = role
        self.log_path = log_folder / f"{role.name}.log"
        self.deaths = 0
        self.restart_at = 0.0
        self.start()

    def start(self) -> None:
        """Start the process, in a session of its own so that Ctrl-C reaches us alone."""
        with open_log(self.log_path) as log:
            self.process = _started(self.role, log)
        self.started_at = time.monotonic()
        self.is_down = False

    @property
    def pid(self) -> int:
        """The process id, also of the group of its own children."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def note_death(self, now: float) -> None:
        """End what the dead process left behind, and settle when to start it again."""
        self.send(signal.SIGKILL)
        self.deaths = 0 if now - self.started_at > STEADY_AFTER_S else self.deaths + 1
        pause = min(SHORTEST_PAUSE_S * 2**self.deaths, LONGEST_PAUSE_S)
        self.restart_at = now + (pause if self.deaths else 0.0)
        self.is_down = True

    def send(self, number: signal.Signals) -> None:
        """Send a signal: SIGKILL goes to the whole group, others to the process alone."""
        with suppress(ProcessLookupError, PermissionError):
            if number is signal.SIGKILL:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)


def _started(role: Role, log: BinaryIO) -> Forked | subprocess.Popen[bytes]:
    if role.play is not None and CAN_FORK:
        return Forked(role.play, log, role.descriptors)
    return subprocess.Popen(  # noqa: S603 (our own commands)
        role.command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=role.descriptors,
    )
