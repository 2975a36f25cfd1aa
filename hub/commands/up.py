"""rights-hub up: the whole hub in one command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import click

from config import Settings, SettingsError
from hub.commands.roles import (
    inbound_mail_role,
    load_all,
    mailcatcher_role,
    preparing_role,
    site_role,
    standing_roles,
)
from hub.state_folder import accounts_file
from hub.supervision.child import Role
from hub.supervision.listeners import (
    PortNotFree,
    bind_intake,
    bind_mailcatcher,
    bind_site,
    status_of,
)
from hub.supervision.logs import last_lines
from hub.supervision.orphans import HubAlreadyRunning, end_orphans, hold_state_folder
from hub.supervision.supervisor import Supervisor
from hub.supervision.valkey import (
    ValkeyMissing,
    ask_to_shut_down,
    is_answering,
    server_command,
)

ADDRESSES = (
    ("Site", "/"),
    ("Staff sign-in", "/connexion"),
    ("Operator", "/exploitation"),
)
CAUGHT_MAIL = ("Caught mail", "/demonstration/courriels")
FIRST_ANSWER_S = 30.0
READY_S = 60.0


class Unprepared(Exception):
    """The database could not be brought to the current schema."""


@click.command()
def up() -> None:
    """Start everything, keep it running, and stop it all on Ctrl-C."""
    try:
        settings = Settings.from_environment()
        with ExitStack() as held:
            held.enter_context(hold_state_folder(settings.home))
            supervisor = Supervisor(settings.home, click.echo)
            supervisor.listen_to_signals()
            held.callback(supervisor.stop_all)
            _start(settings, supervisor, held)
            supervisor.watch()
            click.echo("Stopping…")
    except (SettingsError, HubAlreadyRunning, PortNotFree, ValkeyMissing, Unprepared) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _start(settings: Settings, supervisor: Supervisor, held: ExitStack) -> None:
    """The site loads while the database is prepared, and answers when the gate opens."""
    end_orphans(
        supervisor.processes_file,
        [folder for folder in (settings.home, settings.valkey_folder) if folder],
        supervisor.wait_until,
    )
    site = held.enter_context(bind_site(settings.listen_address, settings.port))
    supervisor.start(_valkey(settings, supervisor))
    load_all(settings)
    supervisor.start(_mailcatcher(settings, held))
    gate, opener = os.pipe()
    held.callback(os.close, gate)
    with os.fdopen(opener, "wb"):
        supervisor.start([site_role(settings, site.fileno(), gate)])
        _prepare(settings, supervisor)
    supervisor.wait_until(lambda: _status(settings, "/healthz") > 0, FIRST_ANSWER_S)
    supervisor.start(standing_roles(settings))
    if settings.mail_intake is not None and settings.reply_domain is not None:
        intake = held.enter_context(bind_intake(settings))
        supervisor.start([inbound_mail_role(settings, intake.fileno())])
    is_ready = supervisor.wait_until(lambda: _status(settings, "/readyz") == 200, READY_S)
    if not supervisor.is_stopping:
        click.echo(_welcome(settings, is_ready=is_ready))


def _valkey(settings: Settings, supervisor: Supervisor) -> Iterator[Role]:
    """The hub's own server of the queue, instead of one that a killed hub left."""
    if settings.valkey_folder is not None:
        command = server_command(settings.valkey_folder)
        door = settings.valkey_folder / "v.sock"
        if is_answering(door):
            ask_to_shut_down(door)
            supervisor.wait_until(lambda: not is_answering(door), 5.0)
        yield Role("valkey", command, stops_last=True)


def _mailcatcher(settings: Settings, held: ExitStack) -> Iterator[Role]:
    if settings.mail_spool is not None:
        listener = held.enter_context(bind_mailcatcher(settings))
        yield mailcatcher_role(settings, listener.fileno())


def _prepare(settings: Settings, supervisor: Supervisor) -> None:
    click.echo("Preparing the database…")
    role = preparing_role(settings)
    if supervisor.run_to_end(role):
        log = supervisor.log_folder / f"{role.name}.log"
        raise Unprepared(f"The database could not be prepared. From {log}:\n{last_lines(log)}")


def _status(settings: Settings, path: str) -> int:
    return status_of(settings.listen_address, settings.port, path)


def _welcome(settings: Settings, *, is_ready: bool) -> str:
    addresses = [*ADDRESSES, CAUGHT_MAIL] if settings.mail_spool else list(ADDRESSES)
    first = (
        "The hub is ready. Ctrl-C stops it."
        if is_ready
        else f"The hub is still starting; see {settings.home / 'logs'}."
    )
    lines = [f"  {name:<14} {settings.public_url}{path}" for name, path in addresses]
    accounts = accounts_file(settings.home)
    if settings.demonstration and accounts.exists():
        lines += ["", accounts.read_text(encoding="utf-8")]
    if settings.all_mail_to:
        lines += ["", f"EVERY MAIL GOES TO {settings.all_mail_to}: nobody else gets any."]
    return "\n".join([first, *lines])


if __name__ == "__main__":
    up()
