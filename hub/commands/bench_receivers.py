"""The ends to which a measurement delivers: mailboxes and endpoints, in a thread of its process."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, Envelope, Session

STARTS_WITHIN_S = 10
LARGEST_HEAD = 64 * 1024


@dataclass
class Receivers:
    """Where they listen, and the ids of what they got: Message-ID or webhook-id, each time."""

    mail_port: int = 0
    endpoint_port: int = 0
    mails: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  (the SMTP library's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        headers = BytesHeaderParser().parsebytes(envelope.original_content or b"")
        self.mails.append(str(headers["Message-ID"]))
        return "250 kept"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the calls of one connection: say that each is received, and repeat what it asks."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                said = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                asked = json.loads(await reader.readexactly(int(said["content-length"])))
                self.calls.append(said["webhook-id"])
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
    receivers = Receivers()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    thread = threading.Thread(target=_serve, args=(loop, receivers, ready), daemon=True)
    thread.start()
    ready.wait(STARTS_WITHIN_S)
    try:
        yield receivers
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STARTS_WITHIN_S)


def _serve(loop: asyncio.AbstractEventLoop, receivers: Receivers, ready: threading.Event) -> None:
    asyncio.set_event_loop(loop)

    def conversation() -> SMTP:
        return SMTP(receivers, hostname="localhost", enable_SMTPUTF8=True, loop=loop)

    async def listen() -> None:
        mails = await loop.create_server(conversation, "127.0.0.1", 0)
        calls = await asyncio.start_server(receivers.answer, "127.0.0.1", 0, limit=LARGEST_HEAD)
        receivers.mail_port = mails.sockets[0].getsockname()[1]
        receivers.endpoint_port = calls.sockets[0].getsockname()[1]
        ready.set()

    loop.run_until_complete(listen())
    loop.run_forever()
