"""Chooses which adapter serves which port; nothing else knows concrete adapters."""

from pathlib import Path

from apiflask import APIFlask

from config import Settings
from hub.adapters import papers
from hub.adapters.clock import SystemClock
from hub.adapters.doorbell import RedisDoorbell, Watched
from hub.adapters.files.checking import check_upload
from hub.adapters.files.disk import DiskFileStore
from hub.adapters.journal import FolderJournal, new_recovery_key, public_half
from hub.adapters.keyring import Keyring
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.redirected import RedirectedMailer
from hub.adapters.mail.smtp import SmtpMailer
from hub.adapters.mail_domains import DnsMailDomains, MemoryMailDomains
from hub.ports import Clock, MailDomains, Mailer, Ports
from hub.state_folder import SecretsUnreadable, made_once
from workers.heartbeats import last_beat
from workers.queues import QueueName

RECOVERY_FILE = "recovery.key"
WATCHED = Watched(tuple(QueueName), ("relay", "timetable"), last_beat)


def real_ports(settings: Settings, app: APIFlask) -> Ports:
    """The outside as the settings describe it."""
    clock = SystemClock()
    return Ports(
        clock=clock,
        keyring=keyring_of(settings),
        mailer=_mailer(settings, app),
        files=DiskFileStore(settings.home / "files"),
        check_upload=check_upload,
        papers=papers,
        doorbell=RedisDoorbell(settings.redis_url, clock, WATCHED),
        logs=LogFolder(settings.home / "logs"),
        journal=journal_of(settings, clock),
        mail_domains=_mail_domains(settings),
        policies=settings.policies,
    )


def _mailer(settings: Settings, app: APIFlask) -> Mailer:
    """Mail by SMTP; all of it to one address where the settings say so."""
    mailer = SmtpMailer(app)
    return RedirectedMailer(mailer, settings.all_mail_to) if settings.all_mail_to else mailer


def _mail_domains(settings: Settings) -> MailDomains:
    """The DNS, where mail really leaves for its readers."""
    stays = settings.demonstration or settings.mail_spool or settings.all_mail_to
    return MemoryMailDomains() if stays else DnsMailDomains()


def journal_of(settings: Settings, clock: Clock, folder: Path | None = None) -> FolderJournal:
    """The intake journal, sealed to the key that the settings give, else to one made here.

    `folder`: the journal of another machine.
    """
    recipient = settings.journal_recipient or recovery_pair(settings.home)[0]
    return FolderJournal(folder or settings.journal_folder, recipient, clock)


def recovery_pair(home: Path) -> tuple[str, str]:
    """The recovery key of a hub that was given none: public and private, made once in its folder.

    Raises SecretsUnreadable when the file holds no age key any more.
    """
    private = made_once(home, RECOVERY_FILE, new_recovery_key).strip()
    try:
        return public_half(private), private
    except ValueError as error:
        raise SecretsUnreadable(
            f"{home / RECOVERY_FILE} cannot be read as a recovery key. Restore it from a backup; "
            "or move it away: another is made, and what was kept before opens with the former only."
        ) from error


def keyring_of(settings: Settings) -> Keyring:
    """The hub's keys as the settings give them."""
    return Keyring(settings.hub_keys, settings.hub_key_current, settings.pepper, settings.index_key)
