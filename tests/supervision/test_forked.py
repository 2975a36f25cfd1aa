"""A forked child does its part, ends as a program would, and keeps nothing of the supervisor's."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.supervision.child import Child, Role
from hub.supervision.forked import CAN_FORK
from hub.supervision.logs import last_lines
from hub.supervision.orphans import end_orphans, hold_state_folder
from tests.running import eventually

pytestmark = [
    pytest.mark.skipif(not CAN_FORK, reason="here each child is a program of its own"),
    # A supervisor has one thread; the process of a test may have more.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]
COMMAND = (sys.executable, "-c", "raise SystemExit('the command, and no fork')")


def say(text: str) -> None:
    os.write(1, text.encode())


@pytest.fixture
def children() -> Iterator[list[Child]]:
    """Those that a test started; what still runs is ended."""
    started: list[Child] = []
    yield started
    for child in started:
        child.send(signal.SIGKILL)
        child.process.wait()


def test_it_plays_its_part_into_its_log(tmp_path: Path) -> None:
    child = Child(Role("relay", COMMAND, play=lambda: say(f"session {os.getsid(0)}")), tmp_path)
    child.process.wait()
    assert child.process.returncode == 0
    assert child.log_path.read_text() == f"session {child.pid}"


@pytest.mark.parametrize(
    ("play", "status"),
    [
        (lambda: sys.exit(3), 3),
        (lambda: sys.exit("words"), 1),
        (lambda: 1 / 0, 1),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), -signal.SIGKILL),
    ],
)
def test_its_end_is_seen_as_that_of_a_program(tmp_path: Path, play: object, status: int) -> None:
    child = Child(Role("worker", COMMAND, play=play), tmp_path)  # type: ignore[arg-type]
    child.process.wait()
    assert child.process.returncode == status


def test_a_signal_ends_it_whatever_the_supervisor_does_with_its_own(
    tmp_path: Path, children: list[Child]
) -> None:
    former = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        children.append(Child(Role("worker", COMMAND, play=signal.pause), tmp_path))
        children[0].send(signal.SIGTERM)
        children[0].process.wait()
        assert children[0].process.returncode == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, former)


def test_it_is_known_by_its_log_to_the_start_after_a_killed_supervisor(
    tmp_path: Path, children: list[Child]
) -> None:
    def play() -> None:
        say("ready")
        signal.pause()

    children.append(Child(Role("worker", COMMAND, play=play), tmp_path / "logs"))
    assert eventually(lambda: last_lines(children[0].log_path) == "ready", 10)
    noted = tmp_path / "processes.json"
    noted.write_text(f'{{"worker": {children[0].pid}}}')

    def has_come(is_so: Callable[[], bool], seconds: float) -> bool:
        return eventually(lambda: children[0].process.poll() is not None and is_so(), seconds)

    assert end_orphans(noted, [tmp_path], has_come) == 1
    assert children[0].process.returncode == -signal.SIGTERM


def test_it_keeps_the_descriptors_of_its_role_and_no_lock_nor_pipe(
    tmp_path: Path, children: list[Child]
) -> None:
    ours, theirs = os.pipe()
    gate, opener = os.pipe()

    def play() -> None:
        os.write(theirs, b"here")
        signal.pause()

    with hold_state_folder(tmp_path):
        children.append(Child(Role("web", COMMAND, (theirs,), play=play), tmp_path))
        assert os.read(ours, 4) == b"here"
    hold_state_folder(tmp_path).close()
    os.close(opener)
    assert select.select([gate], [], [], 5)[0], "the child holds the gate open"
    for descriptor in (ours, theirs, gate):
        os.close(descriptor)
