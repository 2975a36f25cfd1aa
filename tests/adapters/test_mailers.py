"""E-mails: the server is verified, headers carry nothing else, failures are told apart."""

import email
import email.policy
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from hub.adapters.mail.memory import MemoryMailer
from hub.adapters.mail.smtp import SmtpMailer
from hub.port_errors import MailRefused, MailUnavailable
from hub.ports import Mailer, OutgoingMail

MAIL = OutgoingMail(
    to="zoe@example.org",
    subject="Rien à faire : votre demande avance",
    text="Bonjour,\nRien à faire.",
    html="<p>Rien à faire.</p>",
    message_id="<0192.delivery@hub.example>",
    language="fr",
)


class Sink:
    """A server's mailbox: keeps what it was told, and answers as it is asked to."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.envelope_senders: list[str] = []
        self.callers: list[Any] = []
        self.to_recipient = self.to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any, to: str, options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.to_data.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append((list(envelope.rcpt_tos), message))
            self.envelope_senders.append(envelope.mail_from)
            self.callers.append(session.peer)
        return self.to_data


class Secured(Controller):
    """A server that speaks STARTTLS only."""

    def __init__(self, sink: Sink, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(sink, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return SMTP(self.handler, tls_context=self._context, require_starttls=True)


def mailer_to(controller: Controller, **settings: Any) -> SmtpMailer:
    assert controller.server is not None
    port = controller.server.sockets[0].getsockname()[1]
    app = Flask("mail")
    app.config.update(
        MAIL_SERVER="localhost", MAIL_PORT=port, MAIL_DEFAULT_SENDER="hub@hub.example", **settings
    )
    return SmtpMailer(app)


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        """The library greets the port it was given; ours is known only once it listens."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class SecuredOnAnyPort(_OnAnyPort, Secured):
    pass


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def server(sink: Sink) -> Iterator[Controller]:
    controller = _OnAnyPort(sink, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def smtp(server: Controller) -> SmtpMailer:
    return mailer_to(server)


@pytest.fixture(params=["smtp", "memory"])
def mailer(request: pytest.FixtureRequest) -> Mailer:
    return request.getfixturevalue("smtp") if request.param == "smtp" else MemoryMailer()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for a name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def secured_server(sink: Sink, folder: Path, name: str) -> Controller:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate(folder, name))
    controller = SecuredOnAnyPort(sink, context)
    controller.start()
    return controller


def test_a_mail_arrives_as_it_was_worded(smtp: SmtpMailer, sink: Sink) -> None:
    smtp.send(replace(MAIL, reply_to="aide@hub.example"))
    [(recipients, message)] = sink.received
    assert recipients == ["zoe@example.org"]
    assert message.get_all("To") == ["zoe@example.org"]
    assert message["Subject"] == MAIL.subject
    assert message["From"] == "hub@hub.example"
    assert message["Reply-To"] == "aide@hub.example"
    assert message["Content-Language"] == "fr"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == MAIL.text.splitlines()
    assert html is not None
    assert "<p>Rien à faire.</p>" in html.get_content()


def test_the_mails_of_a_conversation_share_one_connection_and_others_do_not(
    smtp: SmtpMailer, sink: Sink
) -> None:
    with smtp.conversation():
        smtp.send(MAIL)
        sink.to_recipient = "550 nobody"
        with pytest.raises(MailRefused):
            smtp.send(MAIL)
        sink.to_recipient = "250 OK"
        smtp.send(MAIL)
    smtp.send(MAIL)
    first, second, after = sink.callers
    assert first == second != after


def test_a_conversation_that_the_server_ended_goes_on_over_another_connection(
    smtp: SmtpMailer, sink: Sink
) -> None:
    with smtp.conversation():
        smtp.send(MAIL)
        sink.to_data = "421 too many for one connection"
        with pytest.raises(MailUnavailable):
            smtp.send(MAIL)
        sink.to_data = "250 OK"
        smtp.send(MAIL)
    assert len(sink.received) == 2
    assert len(set(sink.callers)) == 2


def test_a_conversation_with_nobody_is_over_without_a_word(sink: Sink) -> None:
    gone = _OnAnyPort(sink, hostname="127.0.0.1", port=0)
    gone.start()
    smtp = mailer_to(gone)
    gone.stop()
    with smtp.conversation():
        for _ in range(2):
            with pytest.raises(MailUnavailable):
                smtp.send(MAIL)


def test_a_second_attempt_carries_the_same_single_message_id(smtp: SmtpMailer, sink: Sink) -> None:
    smtp.send(MAIL)
    smtp.send(MAIL)
    assert [m.get_all("Message-ID") for _, m in sink.received] == [[MAIL.message_id]] * 2


def test_what_a_server_sends_back_goes_to_the_address_of_the_delivery(
    smtp: SmtpMailer, sink: Sink
) -> None:
    smtp.send(replace(MAIL, envelope_from="b.0@reponse.hub.example"))
    assert sink.envelope_senders == ["b.0@reponse.hub.example"]
    assert sink.received[0][1]["From"] == "hub@hub.example"


def test_a_mail_without_html_is_plain_text(smtp: SmtpMailer, sink: Sink) -> None:
    smtp.send(replace(MAIL, html=""))
    assert sink.received[0][1].get_content_type() == "text/plain"


def test_the_memory_twin_keeps_what_it_was_given() -> None:
    mailer = MemoryMailer()
    mailer.send(MAIL)
    assert mailer.sent == [MAIL]


INJECTIONS = [
    {"envelope_from": "b.1@reponse.hub.example> SIZE=1\r\nRCPT TO:<eve@evil.example"},
    {"to": "zoe@example.org\r\nBcc: eve@evil.example"},
    {"to": "zoe@example.org\nBcc: eve@evil.example"},
    {"to": "zoe@example.org, eve@evil.example"},
    {"to": "zoe@example.org; eve@evil.example"},
    {"to": "Zoé <zoe@example.org>"},
    {"to": "zoe@example.org <eve@evil.example>"},
    {"to": "<zoe@example.org>"},
    {"to": '"zoe@example.org\r\n"@evil.example'},
    {"to": "zoe@example.org (eve@evil.example)"},
    {"to": "@evil.example:zoe@example.org"},
    {"to": "eve%evil.example@example.org"},
    {"to": "zoe@example.org\u2028x"},
    {"to": "zoé@example.org"},
    {"to": ""},
    {"to": "zoe"},
    {"subject": "Rien à faire\r\nBcc: eve@evil.example"},
    {"subject": "Rien\n à faire"},
    {"subject": "Rien\x00"},
    {"subject": "Rien\u2028Bcc: eve@evil.example"},
    {"subject": ""},
    {"subject": "x" * 201},
    {"reply_to": "aide@hub.example\r\nBcc: eve@evil.example"},
    {"reply_to": "Aide <aide@hub.example>"},
    {"message_id": "<a@b>\r\nBcc: eve@evil.example"},
    {"message_id": "no brackets"},
    {"language": "fr\r\nBcc: eve@evil.example"},
]


@pytest.mark.parametrize("change", INJECTIONS, ids=repr)
def test_nothing_slips_a_header_or_a_recipient_in(
    mailer: Mailer, sink: Sink, change: dict[str, str]
) -> None:
    with pytest.raises(MailRefused):
        mailer.send(replace(MAIL, **change))
    assert sink.received == []


def test_a_body_may_look_like_headers(smtp: SmtpMailer, sink: Sink) -> None:
    smtp.send(
        replace(MAIL, text="\r\n.\r\nBcc: eve@evil.example\r\n\r\nRCPT TO:<eve@evil.example>")
    )
    [(recipients, message)] = sink.received
    assert recipients == ["zoe@example.org"]
    assert message["Bcc"] is None


@pytest.mark.parametrize("settings", [{"MAIL_USE_TLS": True}, {"MAIL_USE_SSL": True}])
def test_a_server_that_cannot_secure_gets_nothing(
    server: Controller, sink: Sink, settings: dict[str, bool]
) -> None:
    with pytest.raises(MailUnavailable):
        mailer_to(server, **settings).send(MAIL)
    assert sink.received == []


@pytest.mark.parametrize("name", ["evil.example", "localhost"])
def test_a_certificate_nobody_vouches_for_is_refused(sink: Sink, tmp_path: Path, name: str) -> None:
    controller = secured_server(sink, tmp_path, name)
    try:
        with pytest.raises(MailUnavailable) as refused:
            mailer_to(controller, MAIL_USE_TLS=True).send(MAIL)
    finally:
        controller.stop()
    assert refused.value.facts["reason"] == "SSLCertVerificationError"
    assert sink.received == []


@pytest.mark.parametrize(("name", "arrives"), [("localhost", 1), ("evil.example", 0)])
def test_a_trusted_certificate_is_accepted_for_its_own_name_only(
    sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, arrives: int
) -> None:
    controller = secured_server(sink, tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    try:
        try:
            mailer_to(controller, MAIL_USE_TLS=True).send(MAIL)
        except MailUnavailable:
            assert not arrives
    finally:
        controller.stop()
    assert len(sink.received) == arrives


@pytest.mark.parametrize(
    ("to_recipient", "to_data", "error"),
    [
        ("550 no such mailbox", "250 OK", MailRefused),
        ("450 mailbox busy", "250 OK", MailUnavailable),
        ("250 OK", "554 looks like spam", MailRefused),
        ("250 OK", "452 no room", MailUnavailable),
        ("530 authentication required", "250 OK", MailUnavailable),
    ],
)
def test_what_may_be_tried_again_is_told_from_what_may_not(
    smtp: SmtpMailer, sink: Sink, to_recipient: str, to_data: str, error: type[Exception]
) -> None:
    sink.to_recipient, sink.to_data = to_recipient, to_data
    with pytest.raises(error) as failed:
        smtp.send(MAIL)
    assert "zoe" not in repr(failed.value.facts)


def test_a_server_that_is_down_may_be_tried_again(sink: Sink) -> None:
    controller = _OnAnyPort(sink, hostname="127.0.0.1", port=0)
    controller.start()
    mailer = mailer_to(controller)
    controller.stop()
    with pytest.raises(MailUnavailable):
        mailer.send(MAIL)


def test_the_memory_twin_fails_as_a_server_would() -> None:
    mailer = MemoryMailer()
    mailer.refused.add(MAIL.to)
    with pytest.raises(MailRefused):
        mailer.send(MAIL)
    mailer.down = True
    with pytest.raises(MailUnavailable):
        mailer.send(MAIL)
