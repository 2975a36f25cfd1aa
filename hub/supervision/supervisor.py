"""The loop that keeps children alive: it waits for signals and deadlines, and never sleeps."""

from __future__ import annotations

import json
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from hub.state_folder import write_atomically
from hub.supervision.child import Child, Role
from hub.supervision.logs import cut_if_long

GRACE_S = 6.0
LAST_GRACE_S = 3.0
LONGEST_WAIT_S = 30.0
GLANCE_S = 0.05


class Supervisor:
    """Starts children, restarts those that die, and stops them all within ten seconds."""

    def __init__(self, home: Path, say: Callable[[str], None]) -> None:
        self.log_folder = home / "logs"
        self.processes_file = home / "processes.json"
        self.say = say
        self.children: dict[str, Child] = {}
        self.stops_asked = 0
        self._bell, self._ringer = socket.socketpair()

    def listen_to_signals(self) -> None:
        """Let SIGTERM and SIGINT stop us and SIGCHLD wake us; call once, in the main thread."""
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, self._wake)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self.stops_asked > 0

    def start(self, roles: Iterable[Role]) -> None:
        """Start one child for each role, unless we are stopping."""
        for role in roles:
            if not self.is_stopping:
                self.children[role.name] = Child(role, self.log_folder)
        self._note_processes()

    def run_to_end(self, role: Role) -> int | None:
        """Run one role to its end; its exit status, or None when we were told to stop."""
        child = Child(role, self.log_folder)
        while child.is_alive and not self.is_stopping:
            self._wait(self._next_deadline())
            self._tend()
        if child.is_alive:
            child.send(signal.SIGTERM)
            child.process.wait()
            return None
        return child.process.returncode

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> bool:
        """Tend the children until `is_ready`, a stop or a time-out; whether it became ready."""
        deadline = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < deadline:
            if is_ready():
                return True
            self._wait(GLANCE_S)
            self._tend()
        return False

    def watch(self) -> None:
        """Keep every child alive until we are told to stop."""
        while not self.is_stopping:
            self._wait(self._next_deadline())
            self._tend()

    def stop_all(self) -> None:
        """Stop every child, those that others lean on last; what resists is killed."""
        children = list(self.children.values())
        self._end([child for child in children if not child.role.stops_last], GRACE_S)
        self._end([child for child in children if child.role.stops_last], LAST_GRACE_S)
        self.processes_file.unlink(missing_ok=True)

    def close(self) -> None:
        """Give back the descriptors that wake us."""
        self._bell.close()
        self._ringer.close()

    def _end(self, children: list[Child], seconds: float) -> None:
        for child in children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        asked = self.stops_asked
        while any(child.is_alive for child in children):
            if time.monotonic() > deadline or self.stops_asked > max(asked, 1):
                break
            self._wait(GLANCE_S)
        for child in children:
            child.send(signal.SIGKILL)
            child.process.wait()

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if not child.is_down and not child.is_alive:
                child.note_death(now)
                self.say(f"{child.role.name} ended ({child.process.returncode}): starting it again")
            if child.is_down and now >= child.restart_at and not self.is_stopping:
                child.start()
                self._note_processes()
            cut_if_long(child.log_path)

    def _next_deadline(self) -> float:
        now = time.monotonic()
        restarts = (child.restart_at - now for child in self.children.values() if child.is_down)
        return max(0.0, min((LONGEST_WAIT_S, *restarts)))

    def _wait(self, seconds: float) -> None:
        select.select([self._bell], [], [], seconds)
        with suppress(BlockingIOError):
            self._bell.recv(4096)

    def _note_processes(self) -> None:
        pids = {name: child.pid for name, child in self.children.items()}
        write_atomically(self.processes_file, json.dumps(pids))

    def _wake(self, _number: int, _frame: FrameType | None) -> None:
        """The wake-up descriptor has already done what is needed."""

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops_asked += 1
