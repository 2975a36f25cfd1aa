"""A line between two programs that is cut now and then, once the request is through (fault 4)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from random import Random

MOST_AT_ONCE = 65536

Connect = Callable[[], socket.socket]


def to_port(port: int) -> Connect:
    """Opens connections to a port of this machine."""
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=30)


def to_socket(path: str) -> Connect:
    """Opens connections to a unix socket."""

    def connect() -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.connect(path)
        return line

    return connect


class CutLine:
    """Passes bytes both ways; each answer is cut with a given chance (0: a good line)."""

    def __init__(self, connect: Connect, chance: Random) -> None:
        self._connect = connect
        self._random = chance
        self.chance = 0.0
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near: socket.socket) -> None:
        with near:
            try:
                far = self._connect()
            except OSError:
                return
            with far:
                far.settimeout(None)
                asking = threading.Thread(target=self._copy, args=(near, far, False), daemon=True)
                asking.start()
                self._copy(far, near, True)

    def _copy(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while part := source.recv(MOST_AT_ONCE):
                if is_answer and self.chance and self._random.random() < self.chance:
                    self.cuts += 1
                    break
                target.sendall(part)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
