"""What an embedded hub sends arrives whole in its spool, and can be read there."""

from __future__ import annotations

import select
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from hub.queries.caught_mail import caught_mail, caught_mails, count_caught

FIRST = "00000000000000000001-aaaaaaaa"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a mail catcher that keeps its mail in the test's folder."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        descriptor = listener.fileno()
        command = [sys.executable, "-m", "hub.commands.mailcatcher"]
        command += ["--descriptor", str(descriptor), "--spool", str(tmp_path)]
        with subprocess.Popen(command, pass_fds=(descriptor,)) as catcher:
            yield listener.getsockname()[1]
            catcher.terminate()
            assert catcher.wait(10) == 0


def send(port: int, message: EmailMessage) -> None:
    for _ in range(200):
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
                server.send_message(message)
        except ConnectionRefusedError:
            select.select([], [], [], 0.05)
        else:
            return
    pytest.fail("the mail catcher never listened")


def letter(subject: str = "À lire", text: str = "Votre code : 482913\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "hub@hub.example", "claire@personne.example"
    message["Subject"] = subject
    message.set_content(text)
    return message


def test_a_mail_is_kept_as_it_was_sent(port: int, tmp_path: Path) -> None:
    send(port, letter())
    (mail,) = caught_mails(tmp_path)
    assert (mail.subject, mail.recipients) == ("À lire", "claire@personne.example")
    assert "482913" in mail.text
    assert mail.caught_at.tzinfo is not None
    assert caught_mail(tmp_path, mail.id) == mail


def test_the_newest_mail_comes_first_and_the_count_is_of_all(port: int, tmp_path: Path) -> None:
    for number in range(3):
        send(port, letter(subject=f"Courriel {number}"))
    assert [mail.subject for mail in caught_mails(tmp_path, limit=2)] == [
        "Courriel 2",
        "Courriel 1",
    ]
    assert count_caught(tmp_path) == 3


@pytest.mark.parametrize("name", ["../secrets", "..", "", "x" * 29, f"{FIRST}/../a", FIRST + "\n"])
def test_a_name_is_never_taken_for_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "secrets.eml").write_text("Subject: no\n\nno")
    (tmp_path / f"{FIRST}.eml").write_text("Subject: yes\n\nyes")
    assert caught_mail(tmp_path, name) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"Content-Type: text/plain; charset=none\n\ncaf\xe9"]
)
def test_a_mail_that_is_no_mail_breaks_no_page(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{FIRST}.eml").write_bytes(content)
    assert len(caught_mails(tmp_path)) == 1
