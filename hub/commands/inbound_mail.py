"""rights-hub inbound-mail: takes mails in, one by the pipe, or all that come to a socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from typing import Any

import click
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from config import Settings
from hub import create_app
from hub.adapters.log_lines import keep_log_lines
from hub.commands.mail_intake import MailIntake, Taken
from hub.domain.mail_reading import LARGEST_MAIL, MailUnreadable, recipient_named
from hub.supervision.listeners import bind_intake

MOST_RECIPIENTS = 10
MOST_CONVERSATIONS = 20
TIMEOUT_S = 60.0


class Conversation:
    """Answers a mail server: which recipients are ours, and whether a mail was kept."""

    def __init__(self, intake: MailIntake, *, one_reply_each: bool) -> None:
        self._intake = intake
        self._one_reply_each = one_reply_each
        self._one_at_a_time = asyncio.Semaphore(2)

    async def handle_RCPT(  # noqa: N802 (the SMTP library's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient of ours, a few for one mail."""
        if not self._intake.knows(address):
            return Taken.NOBODY.reply
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients for one mail"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 (the SMTP library's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say that a mail is kept only once it is committed for each of its recipients.

        Over SMTP there is one answer: a mail that one recipient could not have is sent again,
        and changes nothing where it was entered already. Over LMTP there is one for each.
        """
        content = bytes(envelope.original_content or b"")
        sender = envelope.mail_from or ""
        taken = []
        for recipient in envelope.rcpt_tos:
            async with self._one_at_a_time:
                taken.append(await asyncio.to_thread(self._intake.take, sender, recipient, content))
        if self._one_reply_each:
            return "\r\n".join(one.reply for one in taken)
        return max(taken, key=_weight).reply


def _weight(taken: Taken) -> int:
    """What must be said first: to send it again, then why it is refused, then that it is kept."""
    if taken.exit_code == os.EX_TEMPFAIL:
        return 2
    return 0 if taken is Taken.KEPT else 1


async def serve_until_told(listener: socket.socket, intake: MailIntake, lmtp: bool) -> None:
    """Take what comes to a bound socket until the process is told to stop."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await serve(listener, intake, speaks_lmtp=lmtp, stop=stop)


async def serve(
    listener: socket.socket, intake: MailIntake, *, speaks_lmtp: bool, stop: asyncio.Event
) -> None:
    """Take what comes to a bound socket until `stop` is set."""
    loop = asyncio.get_running_loop()
    conversation = Conversation(intake, one_reply_each=speaks_lmtp)
    kind = LMTP if speaks_lmtp else SMTP

    def protocol() -> SMTP:
        options: dict[str, Any] = {
            "hostname": "localhost",
            "ident": "rights hub",
            "data_size_limit": LARGEST_MAIL,
            "enable_SMTPUTF8": True,
            "timeout": TIMEOUT_S,
            "command_call_limit": {"*": 200},
        }
        return kind(conversation, **options)

    server = await loop.create_server(protocol, sock=listener, backlog=MOST_CONVERSATIONS)
    await stop.wait()
    server.close()


@click.command("inbound-mail")
@click.option("--recipient", help="For whom the mail is; default: what the relay wrote on it.")
@click.option("--sender", default="", help="The envelope's sender; empty for a report.")
@click.option("--listen", is_flag=True, help="Take mails at RIGHTS_HUB_MAIL_INTAKE instead.")
@click.option("--role", default="inbound-mail", hidden=True)
@click.option("--home", hidden=True)
@click.option("--descriptor", type=int, hidden=True, help="A bound socket, inherited.")
def inbound_mail(
    recipient: str | None,
    sender: str,
    listen: bool,
    role: str,
    home: str | None,
    descriptor: int | None,
) -> None:
    """Take in one mail from the standard input, for a mail server that pipes it.

    Exit codes of sysexits: 0 kept, 75 send it again later, 65 it cannot be read, 67 no such
    address here.
    """
    keep_log_lines()
    settings = Settings.from_environment()
    if listen or descriptor is not None:
        listener = bind_intake(settings) if descriptor is None else socket.socket(fileno=descriptor)
        speaks_lmtp = (settings.mail_intake or "").startswith("lmtp:")
        asyncio.run(serve_until_told(listener, _intake(settings), speaks_lmtp))
        return
    sys.exit(_piped(settings, recipient, sender))


def _piped(settings: Settings, recipient: str | None, sender: str) -> int:
    content = sys.stdin.buffer.read(LARGEST_MAIL + 1)
    try:
        named = recipient or recipient_named(content)
    except MailUnreadable:
        return os.EX_DATAERR
    try:
        intake = _intake(settings)
    except Exception as failure:
        click.echo(f"Not now: {type(failure).__name__}", err=True)
        return os.EX_TEMPFAIL
    taken = intake.take(sender, named, content)
    click.echo(taken.reply, err=True)
    return taken.exit_code


def _intake(settings: Settings) -> MailIntake:
    return MailIntake(create_app(settings), settings)


if __name__ == "__main__":
    inbound_mail()
