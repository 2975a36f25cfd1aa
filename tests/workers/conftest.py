"""A real Valkey on a private socket: what is promised about rings is promised of the server."""

from __future__ import annotations

import select
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from hub.supervision.valkey import ValkeyMissing, is_answering, server_command
from workers.connection import open_connection


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """The address of a server of our own."""
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:
        try:
            command = server_command(Path(folder))
        except ValkeyMissing as missing:
            pytest.skip(str(missing))
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            door = Path(folder) / "v.sock"
            for _ in range(400):
                if is_answering(door):
                    break
                select.select([], [], [], 0.025)
            yield f"unix://{door}?db=0"
            server.terminate()


@pytest.fixture
def connection(valkey_url: str) -> Iterator[Redis]:
    """A connection to an empty server."""
    with open_connection(valkey_url) as opened:
        opened.flushall()
        yield opened
