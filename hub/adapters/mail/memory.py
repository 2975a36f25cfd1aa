"""Mails kept in memory: the twin of the SMTP mailer, for tests."""

from contextlib import AbstractContextManager, nullcontext

from hub.adapters.mail.contract import check_mail
from hub.port_errors import MailRefused, MailUnavailable
from hub.ports import OutgoingMail


class MemoryMailer:
    """Keeps what it was given in `sent`; `down` and `refused` make it fail as a server would."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.down = False
        self.refused: set[str] = set()

    def conversation(self) -> AbstractContextManager[None]:
        """Memory keeps no connection."""
        return nullcontext()

    def send(self, mail: OutgoingMail) -> None:
        """Keep the mail; raises MailUnavailable while down, MailRefused for refused addresses."""
        check_mail(mail)
        if self.down:
            raise MailUnavailable(reason="down")
        if mail.to in self.refused:
            raise MailRefused(reason="smtp_550")
        self.sent.append(mail)
