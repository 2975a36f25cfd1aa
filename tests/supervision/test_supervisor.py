"""What dies is started again; what is told to stop stops; nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hub.supervision.child import LONGEST_PAUSE_S, Child, Role
from hub.supervision.logs import cut_if_long, last_lines, open_log
from hub.supervision.orphans import HubAlreadyRunning, end_orphans, hold_state_folder
from hub.supervision.supervisor import Supervisor
from tests.running import eventually

WAITS = "import signal; signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True)\nwhile True: signal.pause()"
)
ENDS = "raise SystemExit(3)"


def python(name: str, code: str, *mark: str) -> Role:
    return Role(name, (sys.executable, "-c", code, *mark))


def is_running(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    kept = {
        number: signal.getsignal(number)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    }
    one = Supervisor(tmp_path, said.append)
    one.listen_to_signals()
    yield one
    one.stop_all()
    signal.set_wakeup_fd(-1)
    for number, previous in kept.items():
        signal.signal(number, previous)
    one.close()


def test_a_killed_child_is_started_again(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start([python("relay", WAITS)])
    first = supervisor.children["relay"].pid
    os.kill(first, signal.SIGKILL)
    assert supervisor.wait_until(lambda: supervisor.children["relay"].pid != first, 10)
    assert said == ["relay ended (-9): starting it again"]
    assert supervisor.children["relay"].is_alive


def test_a_child_that_always_dies_is_tried_less_and_less_often(tmp_path: Path) -> None:
    child = Child(python("worker", ENDS), tmp_path)
    pauses = []
    for _ in range(9):
        child.process.wait()
        now = time.monotonic()
        child.note_death(now)
        pauses.append(child.restart_at - now)
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE_S)


def test_one_that_always_dies_keeps_no_other_waiting(supervisor: Supervisor) -> None:
    supervisor.start([python("worker", ENDS), python("relay", WAITS)])
    worker = supervisor.children["worker"]
    assert supervisor.wait_until(lambda: worker.deaths >= 3, 20)
    relay = supervisor.children["relay"].pid
    os.kill(relay, signal.SIGKILL)
    began = time.monotonic()
    assert supervisor.wait_until(lambda: supervisor.children["relay"].pid != relay, 10)
    assert time.monotonic() - began < 2


def test_stopping_ends_everyone_even_who_resists(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.supervision.supervisor.GRACE_S", 0.3)
    supervisor.start([python("web", STUBBORN), python("relay", WAITS)])
    log = supervisor.children["web"].log_path
    assert supervisor.wait_until(lambda: "ready" in last_lines(log), 10)
    pids = [child.pid for child in supervisor.children.values()]
    supervisor.stop_all()
    assert not any(is_running(pid) for pid in pids)
    assert not supervisor.processes_file.exists()


def test_what_others_lean_on_stops_last(supervisor: Supervisor, tmp_path: Path) -> None:
    note = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        f"    pathlib.Path({str(tmp_path)!r}, sys.argv[1]).write_text(str(time.monotonic()))\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('ready', flush=True)\n"
        "signal.pause()"
    )
    valkey = Role("valkey", (sys.executable, "-c", note, "valkey"), stops_last=True)
    supervisor.start([valkey, python("worker", note, "worker")])
    logs = [child.log_path for child in supervisor.children.values()]
    assert supervisor.wait_until(lambda: all("ready" in last_lines(log) for log in logs), 10)
    supervisor.stop_all()
    ends = {name: float((tmp_path / name).read_text()) for name in ("valkey", "worker")}
    assert ends["worker"] < ends["valkey"]


def test_a_role_that_runs_to_its_end_gives_its_status(supervisor: Supervisor) -> None:
    assert supervisor.run_to_end(python("migrate", ENDS)) == 3
    assert supervisor.run_to_end(python("migrate", "")) == 0


def test_what_a_killed_supervisor_left_is_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([python("web", WAITS, f"--home={tmp_path}")])
    left = supervisor.children.pop("web")
    command = Path(f"/proc/{left.process.pid}/cmdline")
    if command.exists():  # written a moment after the start, seen on a busy machine
        assert eventually(lambda: str(tmp_path) in command.read_text())
    assert end_orphans(supervisor.processes_file, [tmp_path], supervisor.wait_until) == 1
    assert left.process.wait(5) == -signal.SIGTERM


def test_a_process_that_only_has_the_same_number_is_left_alone(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS]) as stranger:
        supervisor.processes_file.write_text(f'{{"web": {stranger.pid}}}')
        assert end_orphans(supervisor.processes_file, [tmp_path], supervisor.wait_until) == 0
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("content", ["", "[]", '{"web": "x"}', "\x00"])
def test_a_damaged_list_of_processes_hinders_no_start(
    supervisor: Supervisor, tmp_path: Path, content: str
) -> None:
    supervisor.processes_file.write_text(content)
    assert end_orphans(supervisor.processes_file, [tmp_path], supervisor.wait_until) == 0


def test_a_state_folder_has_one_hub_at_a_time(tmp_path: Path) -> None:
    refusal = pytest.raises(HubAlreadyRunning, match=f"process {os.getpid()}")
    with hold_state_folder(tmp_path), refusal:
        hold_state_folder(tmp_path)
    hold_state_folder(tmp_path).close()


def test_a_long_log_is_cut_and_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "web.log"
    with open_log(path) as log:
        log.write(b"before " * 100)
        log.flush()
        cut_if_long(path, largest=100)
        log.write(b"after")
        log.flush()
    assert path.read_bytes() == b"after"
    assert path.with_suffix(".log.1").read_bytes().startswith(b"before")
