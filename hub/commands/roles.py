"""The children of `up` and their commands; each command line names its role and its folder."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType

from config import Settings
from hub.supervision.child import Role
from hub.supervision.forked import CAN_FORK
from workers.queues import queues_for

LOADED = (
    *("hub.application", "hub.commands.migrate", "hub.commands.web", "hub.commands.worker"),
    *("hub.commands.relay", "hub.commands.timetable", "hub.commands.inbound_mail"),
    *("hub.commands.mailcatcher", "gunicorn.workers.gthread"),
)


def load_all(settings: Settings) -> None:
    """Load what the children need, once for all of those that are forks of this process."""
    if CAN_FORK:
        is_sqlite = settings.database_url.startswith("sqlite")
        for module in (*LOADED, "sqlite3" if is_sqlite else "psycopg"):
            import_module(module)
        gc.collect()
        gc.freeze()  # what is not looked through stays in memory that all share


def preparing_role(settings: Settings) -> Role:
    """Migrates, and loads the demonstration where there is one."""
    extra = ("--demonstration",) if settings.demonstration else ()
    return _python_role(settings, "migrate", "migrate", *extra)


def site_role(settings: Settings, listener: int, gate: int) -> Role:
    """The site, on a socket that is already bound; it answers once `gate` has ended."""
    inherited = {"--descriptor": listener, "--gate": gate}
    return _python_role(settings, "web", "web", inherited=inherited)


def mailcatcher_role(settings: Settings, descriptor: int) -> Role:
    """The mail catcher, on a socket that is already bound."""
    spool = ("--spool", str(settings.mail_spool))
    inherited = {"--descriptor": descriptor}
    return _python_role(settings, "mailcatcher", "mailcatcher", *spool, inherited=inherited)


def inbound_mail_role(settings: Settings, descriptor: int) -> Role:
    """Where mails come back, on a socket that is already bound."""
    inherited = {"--descriptor": descriptor}
    return _python_role(settings, "inbound-mail", "inbound_mail", inherited=inherited)


def standing_roles(settings: Settings) -> Iterator[Role]:
    """What works behind the site: relay, one worker or more on each queue, timetable."""
    yield _python_role(settings, "relay", "relay")
    numbers: Counter[str] = Counter()
    for queue in (one.value for one in queues_for(settings.workers)):
        numbers[queue] += 1
        yield _python_role(settings, f"worker-{queue}-{numbers[queue]}", "worker", queue)
    yield _python_role(settings, "timetable", "timetable")


def _python_role(
    settings: Settings,
    name: str,
    module: str,
    *extra: str,
    inherited: Mapping[str, int] = MappingProxyType({}),
) -> Role:
    """`inherited` are the descriptors that the child receives, by the option that names each."""
    arguments = (
        *(f"--role={name}", f"--home={settings.home}"),
        *(f"{option}={descriptor}" for option, descriptor in inherited.items()),
        *extra,
    )
    return Role(
        name,
        (sys.executable, "-m", f"hub.commands.{module}", *arguments),
        tuple(inherited.values()),
        play=partial(_play, module, arguments),
    )


def _play(module: str, arguments: tuple[str, ...]) -> None:
    """What `python -m hub.commands.MODULE ARGUMENTS` does, in this process, which is named so."""
    import_module("setproctitle").setproctitle(" ".join(("rights-hub", module, *arguments)))
    getattr(import_module(f"hub.commands.{module}"), module).main(arguments)
