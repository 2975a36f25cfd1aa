"""Chooses which adapter serves which port; nothing else knows concrete adapters."""

from apiflask import APIFlask

from config import Settings
from hub.adapters import papers
from hub.adapters.clamd import Clamd
from hub.adapters.clock import SystemClock
from hub.adapters.doorbell import RedisDoorbell, Watched
from hub.adapters.files.active_pdf import inspect_pdf
from hub.adapters.files.checking import check_upload
from hub.adapters.files.disk import DiskFileStore
from hub.adapters.keyring import Keyring
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.smtp import SmtpMailer
from hub.ports import Ports
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
        inspect_pdf=inspect_pdf,
        papers=papers,
        doorbell=RedisDoorbell(settings.redis_url, clock, WATCHED),
        logs=LogFolder(settings.home / "logs"),
        antivirus=Clamd(settings.clamd_address) if settings.clamd_address else None,
        policies=settings.policies,
    )


def keyring_of(settings: Settings) -> Keyring:
    """The hub's keys as the settings give them."""
    return Keyring(settings.hub_keys, settings.hub_key_current, settings.pepper, settings.index_key)
