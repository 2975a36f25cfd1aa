"""E-mails by SMTP, with the server's certificate verified and a time-out."""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from flask import Flask, current_app
from flask_mail import Connection, Mail, Message

from hub.adapters.mail.contract import check_mail
from hub.port_errors import MailRefused, MailUnavailable
from hub.ports import OutgoingMail

TIMEOUT_S = 15
_OK = 250
_PERMANENT = range(500, 600)
_SERVER_FAULTS = {500, 502, 503, 504, 530, 534, 535, 538}
"""The server or our settings are wrong, not the message (RFC 5321, RFC 4954): try again later."""


class VerifiedConnection(Connection):
    """A connection that checks the certificate and its name, which Flask-Mail does not."""

    def __init__(self, mail: Mail, trusted: ssl.SSLContext) -> None:
        super().__init__(mail)
        self._trusted = trusted

    def configure_host(self) -> smtplib.SMTP:
        """Connect, secure and log in; raises smtplib's errors, ssl.SSLError or OSError."""
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(
                self.mail.server, self.mail.port, timeout=TIMEOUT_S, context=self._trusted
            )
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=TIMEOUT_S)
        try:
            if self.mail.use_tls:
                host.starttls(context=self._trusted)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host


class VerifiedMail(Mail):
    """Flask-Mail over a VerifiedConnection."""

    @cached_property
    def trusted(self) -> ssl.SSLContext:
        """Who may vouch for a server, read once: it takes longer than sending some mails."""
        return ssl.create_default_context()

    def connect(self) -> VerifiedConnection:
        """A connection, not yet made."""
        return VerifiedConnection(current_app.extensions["mail"], self.trusted)


class SmtpMailer:
    """Sends each mail over a connection of its own, or those of a conversation over one, by the
    application's MAIL_ settings.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._mail = VerifiedMail(app)
        self._kept = threading.local()

    @contextmanager
    def conversation(self) -> Iterator[None]:
        """What this thread sends in the block shares one connection, made for the first mail."""
        line = self._kept.line = _Line(self._mail)
        try:
            yield
        finally:
            self._kept.line = None
            line.end()

    def send(self, mail: OutgoingMail) -> None:
        """Send; raises MailUnavailable (try again) or MailRefused (never will be accepted).

        A message that was accepted counts as sent, whatever happens to the connection after.
        """
        check_mail(mail)
        with self._app.app_context():
            message = _message(mail)
            try:
                self._deliver(message, mail.envelope_from)
            except smtplib.SMTPRecipientsRefused as refused:
                raise _refusal(*next(iter(refused.recipients.values()))) from refused
            except smtplib.SMTPResponseException as refused:
                raise _refusal(refused.smtp_code, refused.smtp_error) from refused
            except (smtplib.SMTPException, OSError) as unreachable:
                raise MailUnavailable(reason=type(unreachable).__name__) from unreachable

    def _deliver(self, message: Message, envelope_from: str | None) -> None:
        kept: _Line | None = getattr(self._kept, "line", None)
        if kept is not None:
            kept.send(message, envelope_from)
            return
        line = _Line(self._mail)
        try:
            line.send(message, envelope_from)
        finally:
            line.end()


class _Line:
    """A connection made when there is something to send, and again when the server ended it."""

    def __init__(self, mail: VerifiedMail) -> None:
        self._mail = mail
        self._connection: Connection | None = None
        self._host: smtplib.SMTP | None = None

    def send(self, message: Message, envelope_from: str | None) -> None:
        """Send one message; after a refusal the line serves for the next, after a fault it is new.

        Whether the server is still there is asked before a message is begun: one that may have
        been taken is never sent again from here.
        """
        connection = self._connected()
        try:
            connection.send(message, envelope_from)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException):
            raise
        except BaseException:
            self._drop()
            raise

    def end(self) -> None:
        """Say goodbye, if there is anybody."""
        if self._host is not None:
            _say_goodbye(self._host)
        self._connection = self._host = None

    def _connected(self) -> Connection:
        if self._host is not None and not _is_there(self._host):
            self._drop()
        if self._connection is None:
            connection: VerifiedConnection = self._mail.connect()
            connection.host = self._host = connection.configure_host()
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        if self._host is not None:
            self._host.close()
        self._connection = self._host = None


def _is_there(host: smtplib.SMTP) -> bool:
    """Whether the server still answers on this connection (RFC 5321 §4.1.1.9)."""
    try:
        code, _ = host.noop()
    except (smtplib.SMTPException, OSError):
        return False
    return code == _OK


def _say_goodbye(host: smtplib.SMTP) -> None:
    try:
        host.quit()
    except (smtplib.SMTPException, OSError):
        host.close()


def _message(mail: OutgoingMail) -> Message:
    message = Message(
        subject=mail.subject,
        recipients=[mail.to],
        body=mail.text,
        html=mail.html or None,
        reply_to=mail.reply_to,
        extra_headers={"Content-Language": mail.language, "Auto-Submitted": "auto-generated"},
    )
    message.msgId = mail.message_id
    return message


def _refusal(code: int, _said: bytes | str) -> MailRefused | MailUnavailable:
    """The code alone is kept: what a server says often repeats the address."""
    if code in _PERMANENT and code not in _SERVER_FAULTS:
        return MailRefused(reason=f"smtp_{code}")
    return MailUnavailable(reason=f"smtp_{code}")
