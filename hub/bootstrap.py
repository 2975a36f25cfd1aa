"""Chooses which adapter serves which port; nothing else knows concrete adapters."""

from collections.abc import Callable
from pathlib import Path

from apiflask import APIFlask

from config import Settings
from hub.adapters import papers
from hub.adapters.clamd import Clamd
from hub.adapters.clock import SystemClock
from hub.adapters.doorbell import RedisDoorbell, Watched
from hub.adapters.files.active_pdf import inspect_pdf
from hub.adapters.files.checking import check_upload
from hub.adapters.files.disk import DiskFileStore
from hub.adapters.files.two_places import SealedPlace, TwoPlaces
from hub.adapters.identity.openid import OpenIdClient, OpenIdProvider, private_key
from hub.adapters.journal import FolderJournal, new_recovery_key, public_half
from hub.adapters.keyring import Keyring, Wrapping, never_changed
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.redirected import RedirectedMailer
from hub.adapters.mail.smtp import SmtpMailer
from hub.adapters.mail_domains import DnsMailDomains, MemoryMailDomains
from hub.adapters.outward.http import OutwardHttp
from hub.demo.identity_provider.registration import demonstration_registrations
from hub.domain.identity_providers import Provider
from hub.identity_settings import IdentityRegistration
from hub.key_file import KeyFile
from hub.ports import Clock, FileStore, IdentityProvider, MailDomains, Mailer, Ports
from hub.state_folder import SecretsUnreadable, made_once
from hub.storage_settings import Bucket
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
        files=files_of(settings),
        check_upload=check_upload,
        inspect_pdf=inspect_pdf,
        papers=papers,
        doorbell=RedisDoorbell(settings.redis_url, clock, WATCHED),
        logs=LogFolder(settings.home / "logs"),
        journal=journal_of(settings, clock),
        outward=OutwardHttp(allows_loopback=settings.webhook_loopback),
        mail_domains=_mail_domains(settings),
        identity_providers=identity_providers(settings, clock),
        antivirus=Clamd(settings.clamd_address) if settings.clamd_address else None,
        policies=settings.policies,
    )


def files_of(settings: Settings) -> FileStore:
    """Where files are kept; what is still where they were kept before is found there."""
    places = places_of_files(settings)
    return places[0] if len(places) == 1 else TwoPlaces(*places)


def places_of_files(settings: Settings) -> list[SealedPlace]:
    """The store of new files, then the other that the settings name, if they do."""
    disk = DiskFileStore(settings.home / "files")
    if settings.bucket is None:
        return [disk]
    bucket = s3_store(settings.bucket)
    return [bucket, disk] if settings.files_place == "s3" else [disk, bucket]


def s3_store(bucket: Bucket) -> SealedPlace:
    """The store in a bucket; its client is loaded by the hubs that name one alone."""
    from hub.adapters.files.s3 import BucketKey, S3FileStore, bucket_config

    return S3FileStore(
        bucket_config(bucket.endpoint, bucket.name, bucket.region, path_style=bucket.path_style),
        BucketKey(bucket.key_id, bucket.secret),
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


def identity_providers(settings: Settings, clock: Clock) -> dict[Provider, IdentityProvider]:
    """The providers that the hub is registered with; a demonstration has some of its own."""
    known = demonstration_registrations(settings) | dict(settings.registrations)
    return {
        provider: OpenIdProvider(_client(settings, provider, one), clock)
        for provider, one in known.items()
    }


def _client(
    settings: Settings, provider: Provider, registration: IdentityRegistration
) -> OpenIdClient:
    return OpenIdClient(
        provider=provider,
        issuer=registration.issuer,
        client_id=registration.client_id,
        secret=private_key(registration.client_key) or registration.client_secret,
        return_address=f"{settings.public_url}/identite/retour/{provider.value}",
        left_address=f"{settings.public_url}/identite/quitte",
        uses_pkce=registration.uses_pkce,
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
