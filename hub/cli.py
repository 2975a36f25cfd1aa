"""The rights-hub command: each subcommand is imported when it is called, not before."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType

import click

COMMANDS = MappingProxyType(
    {
        "audit": ("hub.commands.audit:audit", "Export the log of acts, or verify it."),
        "bench": ("hub.commands.bench:bench", "Measure a running hub."),
        "conformance": (
            "hub.commands.conformance:conformance",
            "Try a controller's webhook endpoint.",
        ),
        "deadline": ("hub.commands.deadline:deadline", "Work out legal dates."),
        "demo": ("hub.commands.demo:demo", "Load the demonstration."),
        "files": ("hub.commands.files:files", "Check or move the sealed files."),
        "import": ("hub.commands.importing:import_file", "Read organisations or catalogues."),
        "inbound-mail": ("hub.commands.inbound_mail:inbound_mail", "Take in a mail that answers."),
        "keys": ("hub.commands.keys:keys", "Make, list and rotate the keys."),
        "mailcatcher": ("hub.commands.mailcatcher:mailcatcher", ""),
        "migrate": ("hub.commands.migrate:migrate", "Bring the database to the current schema."),
        "recover": ("hub.commands.recover:recover", "Bring back the filings that a backup lacks."),
        "relay": ("hub.commands.relay:relay", "Ring the workers for what is due."),
        "retention": ("hub.commands.retention:retention", "Delete what is at the end of its time."),
        "sweep": ("hub.commands.sweep:sweep", "Catch up on all that is due now."),
        "timetable": ("hub.commands.timetable:timetable", "Ring what runs by itself."),
        "token": ("hub.commands.token:token", "Give an organisation a key to the API."),
        "translations": ("hub.commands.translations:translations", "Compile the catalogues."),
        "up": ("hub.commands.up:up", "Start everything, and keep it running."),
        "web": ("hub.commands.web:web", "Serve the pages and the API."),
        "worker": ("hub.commands.worker:worker", "Run the jobs of one queue."),
    }
)
"""Name: where the command is, and what the list of commands says of it (nothing: hidden)."""


class LazyGroup(click.Group):
    """A group that knows the names of its commands and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        shown = [(name, said) for name, (_, said) in sorted(COMMANDS.items()) if said]
        with formatter.section("Commands"):
            formatter.write_dl(shown)


@click.group(cls=LazyGroup)
def main() -> None:
    """One request, every controller: run and look after a rights hub."""
