"""rights-hub mailcatcher: accepts every mail of an embedded hub and keeps it in a folder."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import time
from pathlib import Path

import click
from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL = 32 * 1024 * 1024


class Spool:
    """Keeps each mail in one file, whole or not at all, named in order of arrival."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    async def handle_DATA(  # noqa: N802 (the SMTP library's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail; the answer is what the sender reads."""
        content = envelope.original_content or b""
        path = self.folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.rename(path)
        return "250 kept"


async def _serve(listener: socket.socket, spool: Spool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)

    def conversation() -> SMTP:
        return SMTP(spool, hostname="localhost", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True)

    server = await loop.create_server(conversation, sock=listener)
    await stop.wait()
    server.close()


@click.command(hidden=True)
@click.option("--role", default="mailcatcher", help="Shown in the list of processes.")
@click.option("--home", help="Shown in the list of processes.")
@click.option("--descriptor", type=int, required=True, help="The bound socket, inherited.")
@click.option("--spool", type=click.Path(path_type=Path), required=True)
def mailcatcher(role: str, home: str | None, descriptor: int, spool: Path) -> None:
    """Catch every mail sent to the inherited socket (internal: started by `up`)."""
    asyncio.run(_serve(socket.socket(fileno=descriptor), Spool(spool)))


if __name__ == "__main__":
    mailcatcher()
