"""Writes docs/settings.md, every setting there is; `python -m tests.settings_document` does it.

Which settings there are is heard from the settings themselves, as they are read; defaults too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from config import MEGABYTE, Settings, policy_variable
from hub.domain.policies import BOUNDS, Policies
from hub.identity_settings import PREFIX
from hub.state_folder import new_hub_keys
from hub.storage_settings import PLACES
from hub.web.points_vocabulary import POINTS

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
HEAD = """# Settings

A hub reads its settings once, at its start, from the environment; one that it cannot understand stops the start and says what to give.
An empty variable counts as one that is not set. This page is written by `python -m tests.settings_document`: a test holds that no
setting is missing, and none too many.
"""


class Words(NamedTuple):
    """What a setting is, and its default where none can be read from the settings."""

    what: str
    default: str = ""


MADE = "made in the state folder"
NEEDED = "needed when scaled"
PAGES = "Where and how it runs"
STORES = "Database, queue and keys"
MAIL = "Mail that leaves"
MAIL_IN = "Mail that comes in"
FILES = "Files"
SOFTWARE = "Software of controllers, programs"
SAFETY = "Second copy of filings"

TABLES: Mapping[str, Mapping[str, Words]] = {
    PAGES: {
        "RIGHTS_HUB_MODE": Words(
            "`embedded`: everything on this machine; `scaled`: only settings differ, on any number of machines",
            "embedded",
        ),
        "RIGHTS_HUB_HOME": Words(
            "the state folder: database, files, keys, queue, logs; one a hub", "var"
        ),
        "PORT": Words("where the site listens"),
        "RIGHTS_HUB_LISTEN": Words("the address it listens on", "127.0.0.1; 0.0.0.0 when scaled"),
        "RIGHTS_HUB_PUBLIC_URL": Words(
            "the address that people type; written in mails and papers. With https, cookies are for https alone",
            "http://localhost:PORT",
        ),
        "RIGHTS_HUB_TRUSTED_HOSTS": Words(
            "the host names it answers to, with spaces or commas between; others are refused",
            "the host of the public address, and this machine",
        ),
        "RIGHTS_HUB_PROXY_COUNT": Words(
            "how many proxies of yours stand before it: that many X-Forwarded-For are believed, and no more"
        ),
        "RIGHTS_HUB_WEB_PROCESSES": Words("processes that serve pages"),
        "RIGHTS_HUB_WEB_THREADS": Words("pages that each of them serves at once"),
        "RIGHTS_HUB_WORKERS": Words("processes that deliver, remind and tidy"),
        "RIGHTS_HUB_DEMONSTRATION": Words(
            "`yes` loads invented organisations and cases, with accounts whose codes are shown: never beside real cases",
            "yes; no when scaled",
        ),
        "RIGHTS_HUB_SERVICE_NAME": Words("the name of the service, in mails and papers"),
        "RIGHTS_HUB_HELP_PHONE": Words(
            "the number shown to people who need help; the default answers nobody"
        ),
        "RIGHTS_HUB_HELP_EMAIL": Words("the address shown to them; the default reaches nobody"),
        "RIGHTS_HUB_SECURITY_CONTACT": Words(
            "whom to tell of a flaw, shown in /.well-known/security.txt: an address or a page"
        ),
        "RIGHTS_HUB_LIMITS": Words(
            "`no` stops the limits on calls, to measure a hub from one machine"
        ),
    },
    STORES: {
        "DATABASE_URL": Words(
            "`postgresql://USER:PASSWORD@HOST/NAME`, or SQLite", f"{MADE}; {NEEDED}"
        ),
        "REDIS_URL": Words(
            "the queue's server, Redis or Valkey: `rediss://:PASSWORD@HOST:6379/0`",
            f"{MADE}; {NEEDED}",
        ),
        "RIGHTS_HUB_SECRET_KEY": Words(
            "signs cookies; the same on every machine", f"{MADE}; {NEEDED}"
        ),
        "RIGHTS_HUB_KEYS": Words(
            "the long-lived keys, or the path of their file; see [keys](keys.md)",
            f"{MADE}; {NEEDED}",
        ),
        "RIGHTS_HUB_KEY_CURRENT": Words(
            "which key wraps from now on, where the environment holds the keys", "as the keys say"
        ),
    },
    FILES: {
        "RIGHTS_HUB_FILES": Words(
            "where new files go: "
            + " or ".join(f"`{place}`" for place in PLACES)
            + "; sealed before they leave the hub's memory; see [storage](storage.md)"
        ),
        "RIGHTS_HUB_S3_ENDPOINT": Words(
            "the address of the S3 server, without the bucket; https, but on this machine", "none"
        ),
        "RIGHTS_HUB_S3_BUCKET": Words("the bucket, which must exist, for this hub alone", "none"),
        "RIGHTS_HUB_S3_REGION": Words("the region that the server names", "none"),
        "RIGHTS_HUB_S3_KEY_ID": Words(
            "the access key: it needs to list, read, write and delete", "none"
        ),
        "RIGHTS_HUB_S3_SECRET": Words("its secret", "none"),
        "RIGHTS_HUB_S3_SECRET_FILE": Words(
            "the path of a file with the secret, in place of the former", "none"
        ),
        "RIGHTS_HUB_S3_PATH_STYLE": Words(
            "`no` names the bucket in the host of each address, not in its path", "yes"
        ),
        "RIGHTS_HUB_ANSWER_MEGABYTES": Words(
            "what the files of one answer may weigh in all",
            str(Settings.max_answer_bytes // MEGABYTE),
        ),
        "RIGHTS_HUB_CLAMD": Words(
            "ClamAV's daemon, `HOST:PORT` or the path of its socket: each file is then looked at before it is kept",
            "none",
        ),
    },
    MAIL: {
        "MAIL_SERVER": Words(
            "the SMTP server; without it an embedded hub keeps its mails and shows them",
            "the hub's own catcher; 127.0.0.1 when scaled",
        ),
        "MAIL_PORT": Words("its port", "25"),
        "MAIL_USERNAME": Words("who signs in there", "nobody"),
        "MAIL_PASSWORD": Words("the password for it", "none"),
        "MAIL_USE_TLS": Words("`yes`: STARTTLS, with the certificate checked"),
        "MAIL_USE_SSL": Words("`yes`: TLS from the first byte, with the certificate checked"),
        "MAIL_DEFAULT_SENDER": Words("the sender of every mail"),
        "RIGHTS_HUB_ALL_MAIL_TO": Words(
            "the one address that gets every mail of a hub that is tried out; said at start and on each page of its operators",
            "none",
        ),
    },
    MAIL_IN: {
        "RIGHTS_HUB_REPLY_DOMAIN": Words(
            "the domain of the addresses that answers come back to; without it a scaled hub takes no mail",
            "reponse.hub.example; none when scaled",
        ),
        "RIGHTS_HUB_AUTHSERV_ID": Words(
            "the name under which your relay writes Authentication-Results (RFC 8601); it must remove those that come from outside",
            "none",
        ),
        "RIGHTS_HUB_MAIL_INTAKE": Words(
            "where mail is taken, `smtp://HOST:PORT` or `lmtp://HOST:PORT`; else by `rights-hub inbound-mail` alone",
            "a port of this machine; none when scaled",
        ),
    },
    SOFTWARE: {
        "RIGHTS_HUB_WEBHOOK_LOOPBACK": Words(
            "`yes` lets a controller's endpoint be on this machine; for a demonstration alone"
        ),
    },
    SAFETY: {
        "RIGHTS_HUB_JOURNAL": Words(
            "where the second copy of every filing is kept, best on another disk",
            "in the state folder",
        ),
        "RIGHTS_HUB_JOURNAL_RECIPIENT": Words(
            "the public half (`age1…`) of the key that opens it; see [after a failure](recovery.md)",
            MADE,
        ),
    },
}
PROVIDERS = {
    "ISSUER": "the address of the provider; without it the provider is not offered",
    "CLIENT_ID": "the name it gave to this hub",
    "CLIENT_SECRET": "the secret it gave, or:",
    "CLIENT_KEY": "the path of a private key in PEM",
    "PKCE": "`no` for one that refuses parameters it does not know",
}
POLICIES_FROM = policy_variable("opt_outs.from_on")


class Heard(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, told: Mapping[str, str]) -> None:
        super().__init__(told)
        self.asked: set[str] = set()

    def get(self, name, default=None):  # type: ignore[no-untyped-def]
        """What was told, and that it was asked."""
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def heard() -> set[str]:
    """Every variable that a hub asks for, in one mode or the other, bare or with all it may have.

    The policies are read from a copy: they are those of the table of their bounds.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked: set[str] = set()
        for told in _environments(folder):
            environ = Heard(told)
            Settings.from_environment(environ)
            asked |= environ.asked
    return asked | {policy_variable(name) for name in BOUNDS} | {POLICIES_FROM}


def _environments(folder: str) -> Iterator[dict[str, str]]:
    home = {"RIGHTS_HUB_HOME": folder}
    yield home
    key = Path(folder) / "key.pem"
    key.write_text("a key", encoding="ascii")
    providers = {
        f"{prefix}_{name}": text
        for prefix in PREFIX.values()
        for name, text in {
            "ISSUER": "https://provider.example/api",
            "CLIENT_ID": "hub",
            "CLIENT_KEY": str(key),
        }.items()
    }
    yield (
        home
        | providers
        | {
            "RIGHTS_HUB_MODE": "scaled",
            "DATABASE_URL": "postgresql://db.example/hub",
            "REDIS_URL": "redis://redis.example/0",
            "RIGHTS_HUB_SECRET_KEY": "for this page alone",
            "RIGHTS_HUB_KEYS": new_hub_keys(),
            "MAIL_SERVER": "smtp.example",
            "RIGHTS_HUB_FILES": "s3",
            "RIGHTS_HUB_S3_ENDPOINT": "https://s3.example",
            "RIGHTS_HUB_S3_BUCKET": "hub-files",
            "RIGHTS_HUB_S3_REGION": "fr",
            "RIGHTS_HUB_S3_KEY_ID": "hub",
            "RIGHTS_HUB_S3_SECRET": "for this page alone",
        }
    )


def written() -> set[str]:
    """Every variable that the document names."""
    named = {name for table in TABLES.values() for name in table}
    providers = {f"{prefix}_{name}" for prefix in PREFIX.values() for name in PROVIDERS}
    return named | providers | {policy_variable(name) for name in BOUNDS} | {POLICIES_FROM}


def document() -> str:
    """The whole document."""
    return "\n".join([HEAD, *_tables(), *_providers(), *_policies()])


def _tables() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        bare = Settings.from_environment({"RIGHTS_HUB_HOME": folder})
    for title, table in TABLES.items():
        yield f"## {title}\n"
        yield "| Setting | Default | What it is |"
        yield "|---|---|---|"
        for name, words in table.items():
            yield f"| `{name}` | {words.default or _default(bare, name)} | {words.what} |"
        yield ""


def _default(bare: Settings, name: str) -> str:
    value = getattr(bare, FIELDS.get(name) or name.removeprefix("RIGHTS_HUB_").lower())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


FIELDS = {
    "RIGHTS_HUB_LIMITS": "counts_calls",
    "RIGHTS_HUB_FILES": "files_place",
    "MAIL_DEFAULT_SENDER": "mail_sender",
}


def _providers() -> Iterator[str]:
    yield "## Providers of identity\n"
    yield "Each is offered once it is registered; a demonstration has providers of its own, clearly marked.\n"
    yield "| Setting | What it is |"
    yield "|---|---|"
    for name, what in PROVIDERS.items():
        yield f"| {', '.join(f'`{prefix}_{name}`' for prefix in PREFIX.values())} | {what} |"
    yield ""


def _policies() -> Iterator[str]:
    yield "## What the law leaves to whoever runs the hub\n"
    yield "In force and explained on `/exploitation/points-de-droit`; two that contradict each other stop the start.\n"
    yield "| Setting | Default | From | To | What it is |"
    yield "|---|---|---|---|---|"
    policies = Policies()
    for name, (least, most) in BOUNDS.items():
        what = str(POINTS[name][0])
        yield f"| `{policy_variable(name)}` | {policies.value(name)} | {least} | {most} | {what} |"
    opens_on = policies.opt_outs.from_on.isoformat()
    yield f"| `{POLICIES_FROM}` | {opens_on} | | | {POINTS['opt_outs_from_on'][0]} |"
    yield ""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
