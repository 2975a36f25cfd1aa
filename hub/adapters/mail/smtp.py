"""E-mails by SMTP, with the server's certificate verified and a time-out."""

import smtplib
import ssl

from flask import Flask, current_app
from flask_mail import Connection, Mail, Message

from hub.adapters.mail.contract import check_mail
from hub.port_errors import MailRefused, MailUnavailable
from hub.ports import OutgoingMail

TIMEOUT_S = 15
_PERMANENT = range(500, 600)
_SERVER_FAULTS = {500, 502, 503, 504, 530, 534, 535, 538}
"""The server or our settings are wrong, not the message (RFC 5321, RFC 4954): try again later."""


class VerifiedConnection(Connection):
    """A connection that checks the certificate and its name, which Flask-Mail does not."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, secure and log in; raises smtplib's errors, ssl.SSLError or OSError."""
        context = ssl.create_default_context()
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(
                self.mail.server, self.mail.port, timeout=TIMEOUT_S, context=context
            )
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=TIMEOUT_S)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host


class VerifiedMail(Mail):
    """Flask-Mail over a VerifiedConnection."""

    def connect(self) -> Connection:
        """A connection to use as a context manager."""
        return VerifiedConnection(current_app.extensions["mail"])


class SmtpMailer:
    """Sends each mail over a connection of its own, by the application's MAIL_ settings."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._mail = VerifiedMail(app)

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
        connection = self._mail.connect()
        host = connection.configure_host()
        connection.host = host
        try:
            connection.send(message, envelope_from)
        except BaseException:
            host.close()
            raise
        _say_goodbye(host)


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
