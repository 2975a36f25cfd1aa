"""The servers that a hub of the campaign talks to, as good and as bad as those it will meet.

They are real ones, on loopback: aiosmtpd takes mail, a small HTTP server takes calls. A mood says
how they behave; what they accepted is kept, whatever they said of it.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.running import free_port

LONGER_THAN_ANY_WAIT_S = 20
FLOOD = 200 * 1024 * 1024


@dataclass(frozen=True)
class Mail:
    """A mail as its reader gets it."""

    message_id: str
    to: str
    text: str
    raw: bytes


class MailServer:
    """Takes mail in a mood: `takes`, `later` (451), `refuses` (550), `silent`, `drops` after it
    took a mail, `down`. `when_taken` is called before a mail is answered.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.mood = "takes"
        self.mails: list[Mail] = []
        self.conversations = 0
        self.when_taken: Callable[[], None] | None = None
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(  # noqa: N802  (the SMTP library's name)
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, or not, and answer in the mood of the moment."""
        self.conversations += 1
        if self.mood == "later":
            return "451 4.7.1 come back later"
        if self.mood == "refuses":
            return "550 5.1.1 nobody of that name"
        if self.mood == "silent":
            await asyncio.sleep(LONGER_THAN_ANY_WAIT_S)
            return "451 4.4.2 too slow"
        self._keep(envelope)
        if self.when_taken is not None:
            await asyncio.to_thread(self.when_taken)
        if self.mood == "drops" and server.transport is not None:
            server.transport.abort()
        return "250 2.0.0 kept"

    def _keep(self, envelope: Envelope) -> None:
        raw = bytes(envelope.original_content or b"")
        message = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain",))
        text = str(body.get_content()) if body else ""
        identity = str(message["Message-ID"]).strip()
        self.mails += [Mail(identity, to, text, raw) for to in envelope.rcpt_tos]


@dataclass(frozen=True)
class Call:
    """A call as an endpoint got it, and what reading the answer cost the hub."""

    webhook_id: str
    kind: str
    referral: str
    mood: str
    raw: bytes
    took_s: float = 0.0
    bytes_read: int = 0


class Endpoint:
    """Takes calls in a mood: `takes`, `error` (500), `busy` (429), `hangs`, `drips`, `floods`,
    `redirects` to `elsewhere` (whose visits are counted), `says_error` (200 with an error inside).
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.mood = "takes"
        self.calls: list[Call] = []
        self.visits_elsewhere = 0
        self.when_taken: Callable[[], None] | None = None
        self._server: ThreadingHTTPServer | None = None
        self._elsewhere: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def elsewhere(self) -> str:
        """Where no call may ever arrive."""
        return f"http://127.0.0.1:{self._elsewhere.server_port}/" if self._elsewhere else ""

    def start(self) -> None:
        """Listen."""
        if self._elsewhere is None:
            self._elsewhere = _serving(0, self._came_elsewhere)
        self._server = _serving(self.port, self._answer)

    def stop(self) -> None:
        """Listen no more: calls are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def close(self) -> None:
        """Stop both listeners."""
        self.stop()
        if self._elsewhere is not None:
            self._elsewhere.shutdown()
            self._elsewhere.server_close()

    def _came_elsewhere(self, handler: BaseHTTPRequestHandler) -> None:
        self.visits_elsewhere += 1
        _say(handler, 200, b"{}")

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        said = json.loads(raw)
        mood, started = self.mood, time.monotonic()
        read = 0
        identity = handler.headers["webhook-id"]
        if mood == "takes":
            data = said["data"]
            content = {"challenge": data["challenge"]} if "challenge" in data else {}
            if self.when_taken is not None and "referral" in data:
                self.when_taken()
            _say(handler, 200, json.dumps(content | {"received": identity}).encode())
        else:
            read = BAD_ANSWERS[mood](handler, self.elsewhere)
        self.calls.append(
            Call(
                identity,
                said["type"],
                said["data"].get("referral", ""),
                mood,
                raw,
                time.monotonic() - started,
                read,
            )
        )


def _says(status: int, content: bytes, **headers: str) -> Callable[[Any, str], int]:
    def answer(handler: BaseHTTPRequestHandler, _elsewhere: str) -> int:
        _say(handler, status, content, **headers)
        return len(content)

    return answer


def _redirects(handler: BaseHTTPRequestHandler, elsewhere: str) -> int:
    _say(handler, 307, b"", Location=elsewhere)
    return 0


def _hangs(handler: BaseHTTPRequestHandler, _elsewhere: str) -> int:
    handler.connection.settimeout(LONGER_THAN_ANY_WAIT_S)
    with suppress(OSError):
        handler.connection.recv(1)
    return 0


def _drips(handler: BaseHTTPRequestHandler, _elsewhere: str) -> int:
    """One byte each tenth of a second, for ever; how many left before the hub hung up."""
    sent = 0
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while sent < 10 * LONGER_THAN_ANY_WAIT_S:
            handler.wfile.write(b" ")
            sent += 1
            handler.connection.settimeout(0.1)
            with suppress(TimeoutError):
                if not handler.connection.recv(1):
                    break
    return sent


def _floods(handler: BaseHTTPRequestHandler, _elsewhere: str) -> int:
    """As much as the hub lets in, without saying how long it is."""
    sent, part = 0, b" " * 65536
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while sent < FLOOD:
            handler.wfile.write(part)
            sent += len(part)
    return sent


BAD_ANSWERS: dict[str, Callable[[Any, str], int]] = {
    "error": _says(500, b"{}"),
    "busy": _says(429, b"{}", **{"Retry-After": "60"}),
    "says_error": _says(200, b'{"error": "no room"}'),
    "redirects": _redirects,
    "hangs": _hangs,
    "drips": _drips,
    "floods": _floods,
}


def _say(handler: BaseHTTPRequestHandler, status: int, content: bytes, **headers: str) -> None:
    with suppress(OSError):
        handler.send_response(status)
        given = {"Content-Type": "application/json", "Content-Length": str(len(content))} | headers
        for name, text in given.items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(content)


def _serving(port: int, answer: Callable[[BaseHTTPRequestHandler], None]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        do_GET = do_POST  # noqa: N815  (as above)

        def log_message(self, *_arguments: object) -> None:
            """Nothing is said of calls."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
    ).start()
    return server


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server that listens."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that listens."""
    one = Endpoint()
    one.start()
    try:
        yield one
    finally:
        one.close()
