"""The ends to which a measurement delivers: mailboxes and endpoints, in a thread of its process."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

STARTS_WITHIN_S = 10
LARGEST_HEAD = 64 * 1024


@dataclass
class Receivers:
    """Where they listen, and the deliveries they got, each time: both ids hold the delivery's."""

    mail_port: int = 0
    endpoint_port: int = 0
    mails: list[UUID] = field(default_factory=list)
    calls: list[UUID] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  (the SMTP library's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        headers = BytesHeaderParser().parsebytes(envelope.original_content or b"")
        self.mails.append(UUID(str(headers["Message-ID"]).strip("<").partition("@")[0]))
        return "250 kept"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the calls of one connection: say that each is received, and repeat what it asks."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                said = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                asked = json.loads(await reader.readexactly(int(said["content-length"])))
                self.calls.append(UUID(said["webhook-id"]))
                body = json.dumps({"received": said["webhook-id"], **asked["data"]}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
                )
                if said.get("connection") == "close":
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@contextmanager
def receiving() -> Iterator[Receivers]:
    """Receivers that listen on free ports of this machine, until the end of the block."""
    receivers, ready, over = Receivers(), threading.Event(), Future[Callable[[], object]]()
    serving = _serve(receivers, ready, over)
    thread = threading.Thread(target=asyncio.run, args=(serving,), daemon=True)
    thread.start()
    ready.wait(STARTS_WITHIN_S)
    try:
        yield receivers
    finally:
        over.result(STARTS_WITHIN_S)()
        thread.join(STARTS_WITHIN_S)


async def _serve(
    receivers: Receivers, ready: threading.Event, over: Future[Callable[[], object]]
) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    over.set_result(lambda: loop.call_soon_threadsafe(stop.set))

    def conversation() -> SMTP:
        return SMTP(receivers, hostname="localhost", enable_SMTPUTF8=True, loop=loop)

    mails = await loop.create_server(conversation, "127.0.0.1", 0)
    calls = await asyncio.start_server(receivers.answer, "127.0.0.1", 0, limit=LARGEST_HEAD)
    receivers.mail_port = mails.sockets[0].getsockname()[1]
    receivers.endpoint_port = calls.sockets[0].getsockname()[1]
    ready.set()
    await stop.wait()
    for server in (mails, calls):
        server.close()
