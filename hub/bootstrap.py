"""Chooses which adapter serves which port; nothing else knows concrete adapters."""

from apiflask import APIFlask

from config import Settings
from hub.adapters import papers
from hub.adapters.clock import SystemClock
from hub.adapters.doorbell import RedisDoorbell
from hub.adapters.files.checking import check_upload
from hub.adapters.files.disk import DiskFileStore
from hub.adapters.keyring import Keyring
from hub.adapters.mail.smtp import SmtpMailer
from hub.ports import Ports


def real_ports(settings: Settings, app: APIFlask) -> Ports:
    """The outside as the settings describe it."""
    return Ports(
        clock=SystemClock(),
        keyring=keyring_of(settings),
        mailer=SmtpMailer(app),
        files=DiskFileStore(settings.home / "files"),
        check_upload=check_upload,
        papers=papers,
        doorbell=RedisDoorbell(settings.redis_url),
    )


def keyring_of(settings: Settings) -> Keyring:
    """The hub's keys as the settings give them."""
    return Keyring(settings.hub_keys, settings.hub_key_current, settings.pepper, settings.index_key)
