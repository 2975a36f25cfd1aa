"""Chooses which adapter serves which port; nothing else knows concrete adapters."""

from apiflask import APIFlask

from config import Settings
from hub.adapters import papers
from hub.adapters.clock import SystemClock
from hub.adapters.doorbell import RedisDoorbell, Watched
from hub.adapters.files.checking import check_upload
from hub.adapters.files.disk import DiskFileStore
from hub.adapters.journal import FolderJournal, recovery_pair
from hub.adapters.keyring import Keyring
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.smtp import SmtpMailer
from hub.ports import Clock, Ports
from workers.heartbeats import last_beat
from workers.queues import QueueName

WATCHED = Watched(tuple(QueueName), ("relay", "timetable"), last_beat)


def real_ports(settings: Settings, app: APIFlask) -> Ports:
    """The outside as the settings describe it."""
    clock = SystemClock()
    return Ports(
        clock=clock,
        keyring=keyring_of(settings),
        mailer=SmtpMailer(app),
        files=DiskFileStore(settings.home / "files"),
        check_upload=check_upload,
        papers=papers,
        doorbell=RedisDoorbell(settings.redis_url, clock, WATCHED),
        logs=LogFolder(settings.home / "logs"),
        journal=journal_of(settings, clock),
        policies=settings.policies,
    )


def journal_of(settings: Settings, clock: Clock) -> FolderJournal:
    """The intake journal, sealed to the key that the settings give, else to one made here."""
    recipient = settings.journal_recipient or recovery_pair(settings.home)[0]
    return FolderJournal(settings.journal_folder, recipient, clock)


def keyring_of(settings: Settings) -> Keyring:
    """The hub's keys as the settings give them."""
    return Keyring(settings.hub_keys, settings.hub_key_current, settings.pepper, settings.index_key)
