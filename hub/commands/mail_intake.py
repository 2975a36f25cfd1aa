"""Takes one mail in for one recipient: read, sealed, entered; committed before it is said taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import structlog
from flask import Flask

from config import Settings
from hub.domain.actors import SYSTEM
from hub.domain.authentication_results import authentication_of
from hub.domain.mail_reading import MailUnreadable, read_mail
from hub.domain.reply_addresses import read_local_part
from hub.errors import HubError
from hub.extensions import db
from hub.ports import Ports
from hub.services.receiving_mail import Arrival, TooManyMails, enter_mail, keep_mail
from hub.services.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)


class Taken(Enum):
    """What came of a mail: its SMTP answer (RFC 5321, 3463) and its exit code (sysexits)."""

    KEPT = ("250 2.0.0 Kept", 0)
    LATER = ("451 4.3.0 Not now: send it again", 75)
    TOO_MANY = ("450 4.7.1 Too many mails for this address: send it again tomorrow", 75)
    TOO_LARGE = ("552 5.3.4 Too large: 25 MB at most", 65)
    UNREADABLE = ("554 5.6.0 This mail cannot be read: send it again as plain text", 65)
    NOBODY = ("550 5.1.1 No such address here", 67)

    def __init__(self, reply: str, exit_code: int) -> None:
        self.reply = reply
        self.exit_code = exit_code


@dataclass(frozen=True)
class MailIntake:
    """The way in for mails, over the application's database and ports."""

    app: Flask
    settings: Settings

    def knows(self, recipient: str) -> bool:
        """Whether an address could be one of ours: its domain, and the shape of its local part.

        One that was mistyped is taken all the same, and a person says where it goes.
        """
        local, _, domain = recipient.strip("<> ").rpartition("@")
        ours = (self.settings.reply_domain or "").casefold()
        is_ours = bool(ours) and domain.casefold() == ours
        looks_so = local[:2].lower() in {"b.", "o.", "r."} and 30 <= len(local) <= 60
        return is_ours and (looks_so or read_local_part(local) is not None)

    def take(self, envelope_from: str, recipient: str, content: bytes) -> Taken:
        """Take a mail in; whatever fails on our side is to be sent again, and loses nothing."""
        recipient = recipient.strip("<> ")
        if not self.knows(recipient):
            return Taken.NOBODY
        try:
            mail = read_mail(content, envelope_from)
        except MailUnreadable as unreadable:
            is_large = unreadable.facts["reason"] == "too_large"
            return Taken.TOO_LARGE if is_large else Taken.UNREADABLE
        found = authentication_of(mail.authentication, self.settings.authserv_id, mail.sender)
        try:
            self._enter(Arrival(recipient, content, mail, found))
        except TooManyMails:
            return Taken.TOO_MANY
        except Exception as failure:
            log.error("mail_not_taken", error=type(failure).__name__)
            return Taken.LATER
        return Taken.KEPT

    def _enter(self, arrival: Arrival) -> None:
        with self.app.app_context():
            ports: Ports = self.app.extensions["ports"]
            kept = keep_mail(ports, arrival)
            is_entered = False
            try:
                with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
                    is_entered = enter_mail(work, arrival, kept)
            finally:
                if not is_entered:
                    self._forget(ports, kept.storage_key)

    @staticmethod
    def _forget(ports: Ports, key: str) -> None:
        try:
            ports.files.delete(key)
        except HubError:
            log.warning("mail_file_left")
