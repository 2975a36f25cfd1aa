"""Settings of one process, read once from the environment: this module is its only reader."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from hub.domain.mailboxes import is_email
from hub.domain.policies import (
    BOUNDS,
    Policies,
    PoliciesContradict,
    PolicyOutOfBounds,
    policies_with,
)
from hub.state_folder import (
    KEY_BYTES,
    SettingsError,
    StateFolderNotWritable,
    kept_secrets,
    remembered_mail_port,
    socket_folder,
    writable_state_folder,
)

__all__ = [
    "SettingInvalid",
    "Settings",
    "SettingsError",
    "SettingsMissing",
    "StateFolderNotWritable",
]

Mode = Literal["embedded", "scaled"]

MEGABYTE = 1024 * 1024
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
    all_mail_to: str | None = None
    """The one address that gets every mail of a hub that is tried out, instead of its readers."""
    mail_spool: Path | None = None
    """Where the mail catcher keeps what it caught; None when mail really leaves."""
    journal: Path | None = None
    """Where the intake journal is kept, best on another disk; None: in the state folder."""
    journal_recipient: str | None = None
    """The public half (`age1…`) of the key that opens the journal; None: a key made here."""
    trusted_hosts: tuple[str, ...] = ()
    proxy_count: int = 0
    help_phone: str = "01 99 00 12 34"
    help_email: str = "aide@hub.example"
    web_processes: int = 2
    web_threads: int = 4
    workers: int = 3
    max_body_bytes: int = 64 * MEGABYTE
    max_form_bytes: int = MEGABYTE
    max_form_parts: int = 1000
    max_file_bytes: int = 20 * MEGABYTE
    languages: tuple[str, ...] = ("fr", "en")
    service_name: str = "Rights hub"
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
        **_keys_from(environ, environ.get("RIGHTS_HUB_KEYS") or kept["keys"]),
        "demonstration": _flag(environ, "RIGHTS_HUB_DEMONSTRATION", default=True),
        "listen_address": environ.get("RIGHTS_HUB_LISTEN") or "127.0.0.1",
        "mail_spool": home / "mail" if catches_mail else None,
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
        "demonstration": _flag(environ, "RIGHTS_HUB_DEMONSTRATION", default=False),
        "listen_address": environ.get("RIGHTS_HUB_LISTEN") or "0.0.0.0",  # noqa: S104  (behind a proxy)
        "mail_port": _number(environ, "MAIL_PORT", 25),
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
    }
    journal = environ.get("RIGHTS_HUB_JOURNAL")
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
        "policies": _policies(environ),
        "journal": Path(journal).expanduser().absolute() if journal else None,
        "journal_recipient": _recipient(environ),
        "all_mail_to": _one_mailbox(environ),
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


def policy_variable(name: str) -> str:
    """The variable that changes a policy: "retention.content_months" has a name of its own."""
    return "RIGHTS_HUB_" + name.replace(".", "_").upper()


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
    keys = dict(_named_key(entry) for entry in _key_text(source).replace(",", " ").split())
    numbered = {int(name): key for name, key in keys.items() if name.isdecimal()}
    if not numbered or not {"pepper", "index"} <= keys.keys():
        raise SettingsMissing(
            "RIGHTS_HUB_KEYS must hold at least the lines 1:…, pepper:… and index:…; "
            f"make it once with: {MAKE_KEYS}"
        )
    current = _number(environ, "RIGHTS_HUB_KEY_CURRENT", max(numbered))
    if current not in numbered:
        raise SettingInvalid(
            f"RIGHTS_HUB_KEY_CURRENT is {current}: RIGHTS_HUB_KEYS has no such key."
        )
    return {
        "hub_keys": numbered,
        "hub_key_current": current,
        "pepper": keys["pepper"],
        "index_key": keys["index"],
    }


def _key_text(source: str) -> str:
    if not source.startswith(("/", "./", "../", "~")) and ":" in source:
        return source
    try:
        return Path(source).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            f"RIGHTS_HUB_KEYS names a file that cannot be read: {source}"
        ) from error


def _named_key(entry: str) -> tuple[str, bytes]:
    name, _, text = entry.partition(":")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingInvalid(
            f"RIGHTS_HUB_KEYS: each entry is a name, a colon and {KEY_BYTES} bytes in base64."
        )
    return name, key
