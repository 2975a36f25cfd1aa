"""A child that begins as a fork of this process, so that what all need is loaded once.

Loading the application takes some seconds and much memory: the processes of a hub share both.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

CAN_FORK = sys.platform == "linux"
"""On macOS a process that forks without exec may not use the system's own libraries."""
OPEN_HERE = Path("/proc/self/fd")


class Forked:
    """A forked process, spoken to as one that subprocess.Popen started."""

    def __init__(
        self, play: Callable[[], object], output: BinaryIO, descriptors: Iterable[int] = ()
    ) -> None:
        """Fork this process, which must have one thread: the child plays, and ends.

        It has a session of its own, no standard input, and writes to `output`. Of what is open
        here it keeps `descriptors` alone: a lock or a pipe that it kept would outlive us.
        """
        self.returncode: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal that came too early would be handled in the child as if it were us.
        former = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        self.pid = os.fork()
        if not self.pid:
            _be_the_child(play, output.fileno(), frozenset(descriptors))
        signal.pthread_sigmask(signal.SIG_SETMASK, former)

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        if self.returncode is None:
            self._take_end(os.WNOHANG)
        return self.returncode

    def wait(self) -> None:
        """Wait for its end."""
        if self.returncode is None:
            self._take_end(0)

    def _take_end(self, options: int) -> None:
        ended, status = os.waitpid(self.pid, options)
        if ended:
            self.returncode = os.waitstatus_to_exitcode(status)


def _be_the_child(play: Callable[[], object], output: int, descriptors: frozenset[int]) -> None:
    """Never returns: whatever the callers would undo is not the child's."""
    status = 1
    try:
        os.setsid()
        _keep_descriptors(output, descriptors)
        _forget_handlers()
        play()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _keep_descriptors(output: int, descriptors: frozenset[int]) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    for number in {int(entry.name) for entry in OPEN_HERE.iterdir()} - {0, 1, 2} - descriptors:
        with suppress(OSError):  # the one that read the folder
            os.close(number)


def _forget_handlers() -> None:
    """Take signals as a program that has just begun."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
