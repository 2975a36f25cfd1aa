"""Sends every mail to one address instead of its reader: for a hub that is tried out."""

from contextlib import AbstractContextManager
from dataclasses import replace

from hub.ports import Mailer, OutgoingMail


class RedirectedMailer:
    """Hands each mail to a mailer with another recipient; nothing else of it changes."""

    def __init__(self, mailer: Mailer, all_mail_to: str) -> None:
        self._mailer = mailer
        self._all_mail_to = all_mail_to

    def conversation(self) -> AbstractContextManager[None]:
        """That of the mailer behind it."""
        return self._mailer.conversation()

    def send(self, mail: OutgoingMail) -> None:
        """Send to the one address; raises MailUnavailable or MailRefused."""
        self._mailer.send(replace(mail, to=self._all_mail_to))
