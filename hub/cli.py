"""The rights-hub command: each subcommand is imported when it is called, not before."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType

import click

COMMANDS = MappingProxyType(
    {
        "audit": "hub.commands.audit:audit",
        "bench": "hub.commands.bench:bench",
        "deadline": "hub.commands.deadline:deadline",
        "demo": "hub.commands.demo:demo",
        "import": "hub.commands.importing:import_file",
        "keys": "hub.commands.keys:keys",
        "mailcatcher": "hub.commands.mailcatcher:mailcatcher",
        "migrate": "hub.commands.migrate:migrate",
        "relay": "hub.commands.relay:relay",
        "sweep": "hub.commands.sweep:sweep",
        "timetable": "hub.commands.timetable:timetable",
        "token": "hub.commands.token:token",
        "translations": "hub.commands.translations:translations",
        "up": "hub.commands.up:up",
        "web": "hub.commands.web:web",
        "worker": "hub.commands.worker:worker",
    }
)


class LazyGroup(click.Group):
    """A group that knows the names of its commands and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LazyGroup)
def main() -> None:
    """One request, every controller: run and look after a rights hub."""
