"""The children of `up` and their commands; each command line names its role and its folder."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from config import Settings
from hub.supervision.child import Role
from workers.queues import queues_for


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
    for queue in queues_for(settings.workers):
        numbers[queue.value] += 1
        yield _python_role(settings, f"worker-{queue}-{numbers[queue.value]}", "worker", queue)
    yield _python_role(settings, "timetable", "timetable")


def _python_role(
    settings: Settings,
    name: str,
    module: str,
    *extra: str,
    inherited: Mapping[str, int] = MappingProxyType({}),
) -> Role:
    """`inherited` are the descriptors that the child receives, by the option that names each."""
    return Role(
        name,
        (
            *(sys.executable, "-m", f"hub.commands.{module}"),
            *(f"--role={name}", f"--home={settings.home}"),
            *(f"{option}={descriptor}" for option, descriptor in inherited.items()),
            *extra,
        ),
        tuple(inherited.values()),
    )
