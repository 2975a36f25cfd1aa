"""One command starts a whole hub; what is killed comes back; stopping it leaves nothing."""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hub.supervision.listeners import status_of
from hub.supervision.valkey import is_answering
from tests.running import (
    PATIENCE_S,
    RunningHub,
    environment,
    eventually,
    free_port,
    is_running,
    start,
)
from workers.queues import QueueName

pytestmark = pytest.mark.slow

NO_DEMONSTRATION = {"RIGHTS_HUB_DEMONSTRATION": "no"}


def outcome_of(home: Path, port: int, tmp_path: Path) -> tuple[int, str]:
    """Exit status and words of a start that should be refused."""
    words = tmp_path / "refusal.output"
    with words.open("wb") as output:
        status = start(environment(home, port), output.fileno()).wait(PATIENCE_S)
    return status, words.read_text()


def answers_calls(page: http.client.HTTPConnection) -> bool:
    """Whether the port takes a connection, which is then held open."""
    with suppress(ConnectionRefusedError):
        page.connect()
        return True
    return False


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningHub]]:
    """The hubs of these tests, one after the other in one folder; the last one runs."""
    hubs: list[RunningHub] = []
    home = tmp_path_factory.mktemp("up") / "hub"
    try:
        start_another(hubs, home, free_port())
        yield hubs
    finally:
        for hub in reversed(hubs):
            hub.stop()


def start_another(hubs: list[RunningHub], home: Path, port: int) -> RunningHub:
    """Start a hub, and wait until it has said that it is ready."""
    hub = RunningHub(home, port, **NO_DEMONSTRATION)
    hubs.append(hub)
    assert eventually(lambda: hub.said.count("Ctrl-C stops it") == len(hubs)), hub.said
    return hub


@pytest.fixture
def running(started: list[RunningHub]) -> RunningHub:
    """The hub that runs now; a test that ends it starts another, and leaves it to the next."""
    last = started[-1]
    ended = last.process.poll() is not None
    return start_another(started, last.home, last.port) if ended else last


def test_it_says_where_everything_is(running: RunningHub) -> None:
    assert running.is_ready()
    assert f"http://localhost:{running.port}/" in running.said
    assert "Staff sign-in" in running.said


def test_every_role_plays_and_names_itself_in_the_list_of_processes(running: RunningHub) -> None:
    assert set(running.children) == {
        "valkey",
        "inbound-mail",
        "mailcatcher",
        "web",
        "relay",
        "timetable",
        *(f"worker-{name}-1" for name in QueueName),
    }
    for role, pid in running.children.items():
        command = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
        ).stdout
        assert role.partition("-")[0] in command
        assert str(running.home) in command


@pytest.mark.parametrize("role", ["worker-deliveries-1", "relay", "timetable", "mailcatcher"])
def test_a_killed_child_comes_back(running: RunningHub, role: str) -> None:
    assert running.comes_back(role, running.kill(role))


def test_a_killed_site_answers_again_on_the_same_port(running: RunningHub) -> None:
    former = running.kill("web")
    assert running.comes_back("web", former)
    assert eventually(running.is_ready)


def test_with_valkey_killed_the_site_answers_and_the_workers_find_it_again(
    running: RunningHub,
) -> None:
    door = running.home / "valkey" / "v.sock"
    former = running.kill("valkey")
    assert running.is_ready()
    assert running.comes_back("valkey", former)
    assert eventually(lambda: is_answering(door))


def test_a_second_hub_in_the_same_folder_is_refused(running: RunningHub, tmp_path: Path) -> None:
    status, words = outcome_of(running.home, free_port(), tmp_path)
    assert status == 1
    assert re.search(r"already runs in .* \(process \d+\)", words)
    assert running.is_ready()


def test_a_port_that_is_taken_is_named_with_a_way_out(running: RunningHub, tmp_path: Path) -> None:
    status, words = outcome_of(tmp_path / "other", running.port, tmp_path)
    assert status == 1
    assert words.splitlines()[-1] == (
        f"Port {running.port} is already used by another program. "
        f"Choose another: PORT={running.port + 1} make run"
    )


def test_whoever_comes_while_the_database_is_prepared_waits_and_sees_her_page(
    tmp_path: Path,
) -> None:
    hub = RunningHub(tmp_path / "hub", free_port(), **NO_DEMONSTRATION)
    try:
        page = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=PATIENCE_S)
        assert eventually(lambda: answers_calls(page))
        page.request("GET", "/demander/bases", headers={"Host": "localhost"})
        assert not (hub.home / "logs" / "relay.log").exists(), "the database was already prepared"
        assert page.getresponse().status == 200
        page.close()
    finally:
        hub.stop()


def test_stopping_ends_everything_in_time_and_a_second_start_finds_it_again(
    running: RunningHub, started: list[RunningHub]
) -> None:
    kept = (running.home / "secrets.json").read_bytes()
    children = list(running.children.values())
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 10
    assert not any(is_running(pid) for pid in children)
    assert status_of("127.0.0.1", running.port, "/") == 0

    second = start_another(started, running.home, running.port)
    assert second.is_ready()
    assert (second.home / "secrets.json").read_bytes() == kept


def test_a_start_after_a_killed_supervisor_ends_what_it_left(
    running: RunningHub, started: list[RunningHub]
) -> None:
    left = list(running.children.values())
    running.process.kill()
    running.process.wait()
    second = start_another(started, running.home, running.port)
    assert second.is_ready()
    assert not any(is_running(pid) for pid in left)
