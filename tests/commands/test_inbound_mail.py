"""A real conversation by SMTP and by LMTP: what is said kept is kept, what is not is said."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from hub.commands import inbound_mail as command
from hub.commands.inbound_mail import serve
from hub.domain.actors import SYSTEM
from hub.domain.mail_reading import LARGEST_MAIL
from hub.domain.reply_addresses import AddressKind
from hub.models.inbound_mail import InboundMail
from hub.services.reply_addresses import reply_address
from tests.factories import open_case
from tests.inbound import DOMAIN, DPO, add_mailbox, intake_of, written


@pytest.fixture
def address(unit, ports) -> str:
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_mailbox(work, case.organisation_id)
    return reply_address(ports.keyring, AddressKind.REFERRAL, case.referral_id, DOMAIN)


@contextmanager
def listening(intake, *, speaks_lmtp: bool = False) -> Iterator[int]:
    """The port of the way in, while it listens."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        until = serve(listener, intake, speaks_lmtp=speaks_lmtp, stop=stop)
        thread = threading.Thread(target=loop.run_until_complete, args=(until,))
        thread.start()
        try:
            yield port
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()


def kept(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(InboundMail))


def test_a_mail_over_smtp_is_committed_before_it_is_said_kept(app, settings, session, address):
    with listening(intake_of(app, settings)) as port, smtplib.SMTP("127.0.0.1", port) as server:
        assert server.sendmail(DPO, [address], written()) == {}
        assert kept(session) == 1
        assert server.mail(DPO)[0] == 250
        assert server.rcpt("personne@ailleurs.example")[0] == 550
        assert server.rcpt(f"contact@{DOMAIN}")[0] == 550
        server.rset()
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail(DPO, [address], b"ni tete ni corps")
        assert refused.value.smtp_code == 554
        assert server.mail(DPO, [f"size={LARGEST_MAIL + 1}"])[0] == 552
    assert kept(session) == 1


def test_lmtp_answers_for_each_recipient_rfc_2033(app, settings, session, address):
    last = address.index("@") - 1
    mistyped = f"{address[:last]}{'2' if address[last] != '2' else '3'}@{DOMAIN}"
    intake = intake_of(app, settings)
    with listening(intake, speaks_lmtp=True) as port, smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo_or_helo_if_needed()
        server.mail(DPO)
        for recipient in (address, mistyped):
            assert server.rcpt(recipient)[0] == 250
        assert server.docmd("DATA")[0] == 354
        server.send(written().replace(b"\n", b"\r\n") + b"\r\n.\r\n")
        assert [server.getreply()[0], server.getreply()[0]] == [250, 250]

    assert kept(session) == 2


@pytest.mark.parametrize(
    ("arguments", "mail", "code"),
    [
        (["--sender", DPO], written(), 0),
        (["--sender", DPO], b"ni tete ni corps", 65),
        (["--recipient", f"contact@{DOMAIN}"], written(), 67),
    ],
)
def test_a_pipe_ends_with_the_codes_of_sysexits(
    app, settings, session, address, monkeypatch, arguments, mail, code
):
    intake = intake_of(app, settings)
    monkeypatch.setattr(command.Settings, "from_environment", lambda: settings)
    monkeypatch.setattr(command, "create_app", lambda chosen: intake.app)
    if "--recipient" not in arguments:
        arguments = [*arguments, "--recipient", address]

    done = CliRunner().invoke(command.inbound_mail, arguments, input=mail)

    assert done.exit_code == code
    assert kept(session) == (1 if code == 0 else 0)


def test_a_pipe_that_finds_no_database_asks_to_be_tried_again(
    app, settings, address, ports, monkeypatch
):
    intake = intake_of(app, settings)
    monkeypatch.setattr(command.Settings, "from_environment", lambda: settings)
    monkeypatch.setattr(command, "create_app", lambda chosen: intake.app)
    ports.files._room = 0

    done = CliRunner().invoke(command.inbound_mail, ["--recipient", address], input=written())

    assert done.exit_code == 75
