"""Chooses which adapter serves which port; nothing else knows concrete adapters."""

from collections.abc import Callable

from apiflask import APIFlask

from config import Settings
from hub.adapters import papers
from hub.adapters.clock import SystemClock
from hub.adapters.doorbell import RedisDoorbell, Watched
from hub.adapters.files.checking import check_upload
from hub.adapters.files.disk import DiskFileStore
from hub.adapters.keyring import Keyring, Wrapping, never_changed
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.smtp import SmtpMailer
from hub.key_file import KeyFile
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
        papers=papers,
        doorbell=RedisDoorbell(settings.redis_url, clock, WATCHED),
        logs=LogFolder(settings.home / "logs"),
        policies=settings.policies,
    )


def limit_store(settings: Settings) -> tuple[str, dict[str, str | int]]:
    """Where the limits count, as Flask-Limiter reads it: the queue's server; tests, in memory."""
    if settings.testing:
        return "memory://", {}
    scheme, _, rest = settings.redis_url.partition("://")
    patience: dict[str, str | int] = {"socket_timeout": 1, "socket_connect_timeout": 1}
    return f"{'redis+unix' if scheme == 'unix' else scheme}://{rest}", patience


def keyring_of(settings: Settings) -> Keyring:
    """The hub's keys as the settings give them, read anew when their file changes."""
    return Keyring(
        settings.hub_keys,
        settings.hub_key_current,
        settings.pepper,
        settings.index_key,
        changed=_changes_of(KeyFile(settings.keys_file)) if settings.keys_file else never_changed,
    )


def _changes_of(file: KeyFile) -> Callable[[], Wrapping | None]:
    def changed() -> Wrapping | None:
        found = file.read_if_changed()
        return (found.wrapping, found.current) if found else None

    return changed
