"""Calls the address of a controller, and is harmed by none: endpoints by POST, pages by GET.

The name is resolved once and every address it gives is checked; the connection goes to a checked
address, so that no second look-up can lead elsewhere. One deadline covers the look-up, the
connection, TLS, and every byte; the answer is read up to a cap; redirects are answers like others.
"""

import io
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any, TypeVar

from hub.domain.outward_addresses import AddressRefusal, Target, may_connect, target_of
from hub.port_errors import CallFailed
from hub.ports import OutwardAnswer

DEADLINE_S = 8.0
"""From the look-up of the name to the last byte that is read."""
MOST_BYTES = 64 * 1024
"""Of an answer, its headers included."""
AGENT = "rights-hub-webhooks/1"
LOOKING_AGENT = "rights-hub-addresses/1"
RESOLVER_AWAY = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL})
"""What a look-up says when nobody could be asked: it tells nothing of the name."""

Resolve = Callable[[str, int], list[str]]
Reading = TypeVar("Reading")
Read = Callable[[socket.socket, float, float], Reading]


def looked_up(host: str, port: int) -> list[str]:
    """Every address of a name, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


class OutwardHttp:
    """Posts to public addresses; `allows_loopback` is for demonstrations and tests."""

    def __init__(
        self,
        *,
        allows_loopback: bool = False,
        deadline_s: float = DEADLINE_S,
        resolve: Resolve = looked_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allows_loopback = allows_loopback
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()

    def refusal_of(self, url: str) -> AddressRefusal | None:
        """Why this address is never called, as far as it shows without a look-up."""
        target = target_of(url, allows_loopback=self._allows_loopback)
        return target if isinstance(target, AddressRefusal) else None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> OutwardAnswer:
        """Post a body and read what comes back, whatever its status. Raises CallFailed."""
        target = self._target(url)
        given = {"User-Agent": AGENT, "Accept": "application/json", **headers}
        return self._asked(target, _request("POST", target, given, body), _read)

    def reach(self, url: str) -> int:
        """Ask for a page and read the head of the answer alone. Raises CallFailed."""
        target = self._target(url)
        given = {"User-Agent": LOOKING_AGENT, "Accept": "*/*"}
        return self._asked(target, _request("GET", target, given), _read_status)

    def _target(self, url: str) -> Target:
        target = target_of(url, allows_loopback=self._allows_loopback)
        if isinstance(target, AddressRefusal):
            raise CallFailed(reason=target.value)
        return target

    def _asked(self, target: Target, request: bytes, read: Read[Reading]) -> Reading:
        started = monotonic()
        ends_at = started + self._deadline_s
        address = self._address_of(target, ends_at)
        try:
            with self._connected(target, address, ends_at) as line:
                line.settimeout(_left(ends_at))
                line.sendall(request)
                return read(line, ends_at, started)
        except TimeoutError as error:
            raise CallFailed(reason="too_slow") from error
        except ssl.SSLCertVerificationError as error:
            raise CallFailed(reason="certificate_refused") from error
        except ssl.SSLError as error:
            raise CallFailed(reason="tls_failed") from error
        except HTTPException as error:
            raise CallFailed(reason="not_http") from error
        except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError) as error:
            raise CallFailed(reason="connection_refused") from error
        except (OSError, ValueError) as error:
            raise CallFailed(reason="not_reached") from error

    def _address_of(self, target: Target, ends_at: float) -> str:
        addresses = _within(lambda: self._resolve(target.host, target.port), ends_at)
        if not addresses:
            raise CallFailed(reason="name_unknown")
        # One address that must not be reached condemns the name: which is tried is not ours to say.
        if not all(may_connect(one, is_loopback=target.is_loopback) for one in addresses):
            raise CallFailed(reason=AddressRefusal.NOT_PUBLIC.value)
        return addresses[0]

    def _connected(self, target: Target, address: str, ends_at: float) -> socket.socket:
        line = socket.create_connection((address, target.port), timeout=_left(ends_at))
        if target.scheme != "https":
            return line
        try:
            line.settimeout(_left(ends_at))
            return self._tls.wrap_socket(line, server_hostname=target.host)
        except BaseException:
            line.close()
            raise


class _Counted(io.RawIOBase):
    """The bytes of a connection, up to a cap and until a deadline, whatever their rhythm."""

    def __init__(self, line: socket.socket, ends_at: float) -> None:
        self._line = line
        self._ends_at = ends_at
        self._room = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if self._room <= 0:
            raise CallFailed(reason="too_long")
        self._line.settimeout(_left(self._ends_at))
        count = self._line.recv_into(memoryview(into)[: self._room])
        self._room -= count
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        """What HTTPResponse asks of a socket."""
        return io.BufferedReader(self, 4096)


def _read(line: socket.socket, ends_at: float, started: float) -> OutwardAnswer:
    counted: Any = _Counted(line, ends_at)
    response = HTTPResponse(counted, method="POST")
    response.begin()
    declared = response.length
    if declared is not None and declared > MOST_BYTES:
        raise CallFailed(reason="too_long")
    return OutwardAnswer(
        status=response.status,
        media_type=response.headers.get_content_type()
        if response.getheader("Content-Type")
        else "",
        body=response.read(),
        took_ms=round((monotonic() - started) * 1000),
        retry_after=response.getheader("Retry-After"),
    )


def _read_status(line: socket.socket, ends_at: float, started: float) -> int:
    counted: Any = _Counted(line, ends_at)
    response = HTTPResponse(counted, method="GET")
    response.begin()
    return response.status


def _request(
    method: str, target: Target, headers: Mapping[str, str], body: bytes | None = None
) -> bytes:
    given = {
        "Host": target.authority,
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    if body is not None:
        given["Content-Length"] = str(len(body))
    first = f"{method} {target.path} HTTP/1.1"
    lines = [first, *(f"{name}: {text}" for name, text in given.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise CallFailed(reason=AddressRefusal.NOT_A_URL.value)
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")


def _left(ends_at: float) -> float:
    left = ends_at - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _within(look_up: Callable[[], list[str]], ends_at: float) -> list[str]:
    """What a look-up gives; the system's resolver has no deadline of its own."""
    found: list[list[str]] = []

    def ask() -> None:
        try:
            found.append(look_up())
        except OSError as error:
            if error.errno not in RESOLVER_AWAY:
                found.append([])

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(0.0, ends_at - monotonic()))
    if not found:
        raise CallFailed(reason="name_too_slow")
    return found[0]
