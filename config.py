"""Settings of one process, read once from the environment: this module is its only reader."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from hub.domain.identity_providers import Provider
from hub.domain.mailboxes import is_email
from hub.domain.policies import (
    BOUNDS,
    Policies,
    PoliciesContradict,
    PolicyOutOfBounds,
    policies_with,
)
from hub.identity_settings import IdentityRegistration, registrations
from hub.key_file import KeyFile, KeysIncomplete, KeysUnreadable, read_keys
from hub.state_folder import (
    KEY_BYTES,
    SettingsError,
    StateFolderNotWritable,
    kept_secrets,
    remembered_intake_port,
    remembered_mail_port,
    secrets_file,
    socket_folder,
    writable_state_folder,
)
from hub.storage_settings import Bucket, bucket_of, place_of_files

__all__ = [
    "SettingInvalid",
    "Settings",
    "SettingsError",
    "SettingsMissing",
    "StateFolderNotWritable",
]

Mode = Literal["embedded", "scaled"]

MEGABYTE = 1024 * 1024
MOST_ANSWER_MEGABYTES = 2047
MAKE_SECRET_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105  (how to make one)
MAKE_KEYS = ".venv/bin/rights-hub keys > hub.keys && chmod 600 hub.keys"


class SettingsMissing(SettingsError):
    """Settings without which this mode must not start are absent."""


class SettingInvalid(SettingsError):
    """A setting is present and cannot be understood."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two hubs. Sizes are in bytes, keys are raw bytes."""

    mode: Mode
    home: Path
    port: int
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_url: str
    secret_key: str = field(repr=False)
    hub_keys: Mapping[int, bytes] = field(repr=False)
    hub_key_current: int
    pepper: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    keys_file: Path | None = None
    """Where the keys are read again when they change; None when the environment holds them."""
    demonstration: bool = False
    testing: bool = False
    listen_address: str = "127.0.0.1"
    valkey_folder: Path | None = None
    """Where this hub keeps its own Valkey; None when REDIS_URL names another server."""
    mail_server: str = "127.0.0.1"
    mail_port: int = 25
    mail_username: str | None = None
    mail_password: str | None = field(default=None, repr=False)
    mail_use_tls: bool = False
    mail_use_ssl: bool = False
    mail_sender: str = "ne-pas-repondre@hub.example"
    reply_domain: str | None = None
    """The domain of the addresses that mails come back to; None: this hub takes no mail."""
    authserv_id: str | None = None
    """The name under which the trusted relay writes what it found of a mail (RFC 8601)."""
    mail_intake: str | None = None
    """Where mail is taken: `smtp://HOST:PORT`, `lmtp://HOST:PORT`; None: by the pipe alone."""
    all_mail_to: str | None = None
    """The one address that gets every mail of a hub that is tried out, instead of its readers."""
    mail_spool: Path | None = None
    """Where the mail catcher keeps what it caught; None when mail really leaves."""
    journal: Path | None = None
    """Where the intake journal is kept, best on another disk; None: in the state folder."""
    journal_recipient: str | None = None
    """The public half (`age1…`) of the key that opens the journal; None: a key made here."""
    webhook_loopback: bool = False
    """Whether a controller's endpoint may be on this machine: in a demonstration or a test only."""
    trusted_hosts: tuple[str, ...] = ()
    proxy_count: int = 0
    help_phone: str = "01 99 00 12 34"
    help_email: str = "aide@hub.example"
    security_contact: str | None = None
    """Who is told of a flaw: an e-mail address or a page over https; None: the address of help."""
    web_processes: int = 2
    web_threads: int = 4
    workers: int = 3
    counts_calls: bool = True
    """Whether the open doors are limited; off to measure a hub from one machine."""
    max_body_bytes: int = 64 * MEGABYTE
    max_form_bytes: int = MEGABYTE
    max_json_bytes: int = 4 * MEGABYTE
    max_form_parts: int = 1000
    max_file_bytes: int = 20 * MEGABYTE
    max_answer_bytes: int = 2000 * MEGABYTE
    """What the files of one answer may weigh in all, sent in parts."""
    clamd_address: str | None = None
    """Where ClamAV's daemon listens: `host:port`, or the path of its socket."""
    files_place: str = "disk"
    """Where new files go: `disk` (in the state folder) or `s3`."""
    bucket: Bucket | None = None
    """The bucket of an S3 server, where files are kept or were kept."""
    languages: tuple[str, ...] = ("fr", "en")
    service_name: str = "Rights hub"
    registrations: Mapping[Provider, IdentityRegistration] = field(default_factory=dict)
    """The providers of identity that are offered; hub/identity_settings.py names the variables."""
    policies: Policies = field(default_factory=Policies)
    """What the law leaves to whoever runs the hub; each number has its own variable."""

    @property
    def is_public_url_secure(self) -> bool:
        """Whether cookies may carry `Secure` and the `__Host-` prefix."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def journal_folder(self) -> Path:
        """Where the intake journal is."""
        return self.journal or self.home / "journal"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; the embedded mode makes its secrets once, in the state folder.

        Raises SettingsMissing, SettingInvalid or another SettingsError.
        """
        mode = environ.get("RIGHTS_HUB_MODE") or "embedded"
        if mode == "embedded":
            return cls(**_embedded(environ))
        if mode == "scaled":
            return cls(**_scaled(environ))
        raise SettingInvalid(f"RIGHTS_HUB_MODE is {mode!r}: choose embedded or scaled.")

    @classmethod
    def for_tests(cls, tmp_path: Path, **overrides: Any) -> Settings:
        """Settings of a hub that listens nowhere, sends nothing and has fixed secrets."""
        fixed: dict[str, Any] = {
            "mode": "embedded",
            "home": tmp_path,
            "port": 0,
            "database_url": f"sqlite:///{tmp_path / 'hub.sqlite3'}",
            "redis_url": f"unix://{tmp_path / 'v.sock'}?db=0",
            "public_url": "http://localhost",
            "secret_key": "for tests only, never for people",
            "hub_keys": {1: b"\x01" * KEY_BYTES},
            "hub_key_current": 1,
            "pepper": b"\x02" * KEY_BYTES,
            "index_key": b"\x03" * KEY_BYTES,
            "testing": True,
            "mail_port": 0,
            "trusted_hosts": ("localhost", "127.0.0.1"),
        }
        return cls(**(fixed | overrides))


def _embedded(environ: Mapping[str, str]) -> dict[str, Any]:
    home = writable_state_folder(_home(environ))
    shared = _shared(environ, home)
    kept = kept_secrets(home)
    valkey_folder = None if environ.get("REDIS_URL") else socket_folder(home)
    catches_mail = not environ.get("MAIL_SERVER")
    return {
        **shared,
        "mode": "embedded",
        "database_url": environ.get("DATABASE_URL") or f"sqlite:///{home / 'hub.sqlite3'}",
        "redis_url": environ.get("REDIS_URL") or f"unix://{valkey_folder}/v.sock?db=0",
        "valkey_folder": valkey_folder,
        "secret_key": environ.get("RIGHTS_HUB_SECRET_KEY") or kept["secret_key"],
        **_keys_from(environ, environ.get("RIGHTS_HUB_KEYS") or str(secrets_file(home))),
        **_of_demonstration(environ, default=True),
        "listen_address": environ.get("RIGHTS_HUB_LISTEN") or "127.0.0.1",
        "mail_spool": home / "mail" if catches_mail else None,
        "reply_domain": environ.get("RIGHTS_HUB_REPLY_DOMAIN") or "reponse.hub.example",
        "mail_intake": _mail_intake(environ) or f"smtp://127.0.0.1:{remembered_intake_port(home)}",
        "mail_port": remembered_mail_port(home)
        if catches_mail
        else _number(environ, "MAIL_PORT", 25),
    }


def _scaled(environ: Mapping[str, str]) -> dict[str, Any]:
    _refuse_if_missing(environ)
    home = writable_state_folder(_home(environ))
    return {
        **_shared(environ, home),
        "mode": "scaled",
        "database_url": environ["DATABASE_URL"],
        "redis_url": environ["REDIS_URL"],
        "secret_key": environ["RIGHTS_HUB_SECRET_KEY"],
        **_keys_from(environ, environ["RIGHTS_HUB_KEYS"]),
        **_of_demonstration(environ, default=False),
        "listen_address": environ.get("RIGHTS_HUB_LISTEN") or "0.0.0.0",  # noqa: S104  # nosec B104 (behind a proxy)
        "mail_port": _number(environ, "MAIL_PORT", 25),
        "reply_domain": environ.get("RIGHTS_HUB_REPLY_DOMAIN") or None,
        "mail_intake": _mail_intake(environ),
    }


def _shared(environ: Mapping[str, str], home: Path) -> dict[str, Any]:
    port = _number(environ, "PORT", 8000)
    public_url = (environ.get("RIGHTS_HUB_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/")
    hosts = environ.get("RIGHTS_HUB_TRUSTED_HOSTS", "").replace(",", " ").split()
    texts = {
        "mail_server": "MAIL_SERVER",
        "mail_username": "MAIL_USERNAME",
        "mail_password": "MAIL_PASSWORD",
        "mail_sender": "MAIL_DEFAULT_SENDER",
        "help_phone": "RIGHTS_HUB_HELP_PHONE",
        "help_email": "RIGHTS_HUB_HELP_EMAIL",
        "service_name": "RIGHTS_HUB_SERVICE_NAME",
        "authserv_id": "RIGHTS_HUB_AUTHSERV_ID",
    }
    journal = environ.get("RIGHTS_HUB_JOURNAL")
    place = place_of_files(environ)
    numbers = {
        "proxy_count": ("RIGHTS_HUB_PROXY_COUNT", Settings.proxy_count),
        "web_processes": ("RIGHTS_HUB_WEB_PROCESSES", Settings.web_processes),
        "web_threads": ("RIGHTS_HUB_WEB_THREADS", Settings.web_threads),
        "workers": ("RIGHTS_HUB_WORKERS", Settings.workers),
    }
    return {
        "home": home,
        "port": port,
        "public_url": public_url,
        "trusted_hosts": tuple(hosts) or _hosts_of(public_url),
        "journal": Path(journal).expanduser().absolute() if journal else None,
        "journal_recipient": _recipient(environ),
        "all_mail_to": _one_mailbox(environ),
        "security_contact": _security_contact(environ),
        "registrations": registrations(environ),
        "counts_calls": _flag(environ, "RIGHTS_HUB_LIMITS", default=True),
        "max_answer_bytes": _answer_megabytes(environ) * MEGABYTE,
        "clamd_address": _clamd_address(environ),
        "files_place": place,
        "bucket": bucket_of(environ, is_needed=place == "s3"),
        "mail_use_tls": _flag(environ, "MAIL_USE_TLS", default=False),
        "mail_use_ssl": _flag(environ, "MAIL_USE_SSL", default=False),
        **{name: environ[key] for name, key in texts.items() if environ.get(key)},
        **{name: _number(environ, key, default) for name, (key, default) in numbers.items()},
    }


def _refuse_if_missing(environ: Mapping[str, str]) -> None:
    ways = {
        "DATABASE_URL": "postgresql://USER:PASSWORD@HOST/NAME",
        "REDIS_URL": "rediss://:PASSWORD@HOST:6379/0",
        "RIGHTS_HUB_SECRET_KEY": f"make it once with: {MAKE_SECRET_KEY}",
        "RIGHTS_HUB_KEYS": f"the path of a file made once with: {MAKE_KEYS}",
    }
    absent = [f"  {name}: {way}" for name, way in ways.items() if not environ.get(name)]
    if absent:
        raise SettingsMissing("The scaled mode needs these settings too:\n" + "\n".join(absent))


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("RIGHTS_HUB_HOME") or "var").expanduser().absolute()


def _hosts_of(public_url: str) -> tuple[str, ...]:
    host = urlsplit(public_url).hostname or "localhost"
    return tuple(dict.fromkeys((host, "localhost", "127.0.0.1", "[::1]")))


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise SettingInvalid(f"{name} is {text!r}: give a whole number from 0 to 65535.")
    return int(text)


def _mail_intake(environ: Mapping[str, str]) -> str | None:
    text = environ.get("RIGHTS_HUB_MAIL_INTAKE")
    if text and not re.fullmatch(r"(smtp|lmtp)://[\w.-]+:\d{1,5}", text):
        raise SettingInvalid(
            f"RIGHTS_HUB_MAIL_INTAKE is {text!r}: give smtp://127.0.0.1:2525 or lmtp://…"
        )
    return text or None


def _recipient(environ: Mapping[str, str]) -> str | None:
    text = environ.get("RIGHTS_HUB_JOURNAL_RECIPIENT")
    if text and not re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", text):
        raise SettingInvalid(
            "RIGHTS_HUB_JOURNAL_RECIPIENT must be the public half of an age key (age1…); "
            "its private half stays elsewhere, for rights-hub recover --key."
        )
    return text or None


def _one_mailbox(environ: Mapping[str, str]) -> str | None:
    text = environ.get("RIGHTS_HUB_ALL_MAIL_TO")
    if text and not (text.isascii() and is_email(text)):
        raise SettingInvalid("RIGHTS_HUB_ALL_MAIL_TO must be one bare e-mail address.")
    return text or None


def _security_contact(environ: Mapping[str, str]) -> str | None:
    text = environ.get("RIGHTS_HUB_SECURITY_CONTACT")
    if not text:
        return None
    is_page = re.fullmatch(r"https://[!-~]+", text)
    if not is_page and not (text.isascii() and is_email(text)):
        raise SettingInvalid(
            "RIGHTS_HUB_SECURITY_CONTACT must be one bare e-mail address, or a page: https://…"
        )
    return text


def _answer_megabytes(environ: Mapping[str, str]) -> int:
    name = "RIGHTS_HUB_ANSWER_MEGABYTES"
    megabytes = _number(environ, name, Settings.max_answer_bytes // MEGABYTE)
    if not 1 <= megabytes <= MOST_ANSWER_MEGABYTES:
        raise SettingInvalid(
            f"{name} is {megabytes}: give a whole number from 1 to {MOST_ANSWER_MEGABYTES}."
        )
    return megabytes


def _clamd_address(environ: Mapping[str, str]) -> str | None:
    """Where clamd listens, or None where the hub has no antivirus."""
    address = environ.get("RIGHTS_HUB_CLAMD") or None
    if address is None or address.startswith("/"):
        return address
    host, _, port = address.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) <= 65535):
        raise SettingInvalid(
            f"RIGHTS_HUB_CLAMD is {address!r}: give HOST:PORT, or the path of its socket."
        )
    return address


def policy_variable(name: str) -> str:
    """The variable that changes a policy: "retention.content_months" has a name of its own."""
    return "RIGHTS_HUB_" + name.replace(".", "_").upper()


ASKED = policy_variable("proofs.asked")


def _of_demonstration(environ: Mapping[str, str], *, default: bool) -> dict[str, Any]:
    """Whether the hub shows invented cases, and the policies, of which one hangs on it.

    Without a provider of identity, a demonstration opens its invented answers with the secret code
    alone, unless told otherwise; a hub for people asks for a proof.
    """
    shows = _flag(environ, "RIGHTS_HUB_DEMONSTRATION", default=default)
    asked = environ.get(ASKED) or ("0" if shows else "1")
    near = _flag(environ, "RIGHTS_HUB_WEBHOOK_LOOPBACK", default=False)
    if near and not shows:
        raise SettingInvalid(
            "RIGHTS_HUB_WEBHOOK_LOOPBACK is for demonstrations: it lets a member of an "
            "organisation make the hub call this machine."
        )
    return {
        "demonstration": shows,
        "webhook_loopback": near,
        "policies": _policies({**environ, ASKED: asked}),
    }


def _policies(environ: Mapping[str, str]) -> Policies:
    """The policies, with what their variables change; the page of the rules lists them all."""
    given = {name: environ.get(policy_variable(name)) for name in BOUNDS}
    changes = {}
    for name, text in given.items():
        if not text:
            continue
        least, most = BOUNDS[name]
        if not (text.isascii() and text.isdigit()):
            raise _policy_refused(name, text, least, most)
        changes[name] = int(text)
    try:
        return _opened_on(policies_with(changes), environ)
    except PolicyOutOfBounds as refusal:
        name = str(refusal.facts["name"])
        raise _policy_refused(name, str(given[name]), *BOUNDS[name]) from refusal
    except PoliciesContradict as refusal:
        smaller, larger = str(refusal.facts["smaller"]), str(refusal.facts["larger"])
        raise SettingInvalid(
            f"{policy_variable(smaller)} must be less than {policy_variable(larger)}."
        ) from refusal


def _opened_on(policies: Policies, environ: Mapping[str, str]) -> Policies:
    """The policies, with the day on which the register of opt-outs opens, if it is given."""
    name = policy_variable("opt_outs.from_on")
    text = environ.get(name)
    if not text:
        return policies
    try:
        from_on = date.fromisoformat(text)
    except ValueError as error:
        raise SettingInvalid(f"{name} is {text!r}: give a date such as 2029-03-26.") from error
    return replace(policies, opt_outs=replace(policies.opt_outs, from_on=from_on))


def _policy_refused(name: str, text: str, least: int, most: int) -> SettingInvalid:
    variable = policy_variable(name)
    return SettingInvalid(f"{variable} is {text!r}: give a whole number from {least} to {most}.")


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (environ.get(name) or str(default)).lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise SettingInvalid(f"{name} is {text!r}: give yes or no.")


def _keys_from(environ: Mapping[str, str], source: str) -> dict[str, Any]:
    """Keys from a file or from text: `1:base64 2:base64 pepper:base64 index:base64`."""
    file = _key_file(source)
    try:
        keys = KeyFile(file).read() if file else read_keys(source)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            f"RIGHTS_HUB_KEYS names a file that cannot be read: {source}"
        ) from error
    except KeysIncomplete as error:
        raise SettingsMissing(
            f"RIGHTS_HUB_KEYS: {error}; make it once with: {MAKE_KEYS}"
        ) from error
    except KeysUnreadable as error:
        raise SettingInvalid(f"RIGHTS_HUB_KEYS: {error}.") from error
    pinned = environ.get("RIGHTS_HUB_KEY_CURRENT")
    current = _number(environ, "RIGHTS_HUB_KEY_CURRENT", keys.current)
    if current not in keys.wrapping:
        raise SettingInvalid(
            f"RIGHTS_HUB_KEY_CURRENT is {current}: RIGHTS_HUB_KEYS has no such key."
        )
    return {
        "hub_keys": keys.wrapping,
        "hub_key_current": current,
        "pepper": keys.others["pepper"],
        "index_key": keys.others["index"],
        "keys_file": None if pinned else file,
    }


def _key_file(source: str) -> Path | None:
    """The file that a source of keys names; None when it is the keys themselves."""
    if not source.startswith(("/", "./", "../", "~")) and ":" in source:
        return None
    return Path(source).expanduser()
