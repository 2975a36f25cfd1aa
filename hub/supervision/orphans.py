"""One supervisor a state folder, and an end to what a killed one left running."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO


class HubAlreadyRunning(Exception):
    """Another supervisor holds this state folder."""


def hold_state_folder(home: Path) -> TextIO:
    """Hold the folder until the file returned is closed. Raises HubAlreadyRunning."""
    lock = (home / "supervisor.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        pid = lock.read().strip()
        lock.close()
        raise HubAlreadyRunning(
            f"A hub already runs in {home} (process {pid}). "
            "Stop it first, or choose another folder: RIGHTS_HUB_HOME=/path/to/folder."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def end_orphans(
    processes_file: Path,
    marks: Iterable[Path],
    wait_until: Callable[[Callable[[], bool], float], bool],
) -> int:
    """End the processes noted by a supervisor that was killed; how many there were.

    A process id may have been reused since: only one whose command line names one of our folders
    (`marks`), or that writes into one, is ours.
    """
    texts = {str(path) for mark in marks for path in (mark, mark.resolve())}
    pids = [pid for pid in _noted(processes_file) if any(text in _signs_of(pid) for text in texts)]
    for number, seconds in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0)):
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
        if wait_until(lambda: not any(_command_of(pid) for pid in pids), seconds):
            break
    processes_file.unlink(missing_ok=True)
    return len(pids)


def _noted(processes_file: Path) -> list[int]:
    try:
        return [int(pid) for pid in json.loads(processes_file.read_text()).values()]
    except (OSError, ValueError, AttributeError):
        return []


def _signs_of(pid: int) -> str:
    """The command line of a live process, and where it writes: a long name may have been cut."""
    written = ""
    with suppress(OSError):
        written = str(Path(f"/proc/{pid}/fd/1").readlink())
    return f"{_command_of(pid)} {written}"


def _command_of(pid: int) -> str:
    """The command line of a live process, or nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    except (OSError, UnicodeDecodeError):
        return ""
    shown = subprocess.run(  # noqa: S603  (a command of the system, with numbers)
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip()
