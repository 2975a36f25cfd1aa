"""The command is quick: it imports what one subcommand needs and nothing else."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from hub.cli import COMMANDS


def modules_after(*arguments: str) -> set[str]:
    code = (
        "import sys\n"
        "from hub.cli import main\n"
        f"main({list(arguments)!r}, standalone_mode=False)\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("deadline", "--help")])
def test_neither_help_nor_deadlines_need_the_web_or_a_database(arguments: tuple[str, ...]) -> None:
    loaded = modules_after(*arguments)
    assert "hub.cli" in loaded
    assert not loaded & {"flask", "sqlalchemy", "redis", "rq"}


def test_a_start_that_is_refused_has_loaded_neither() -> None:
    assert not modules_after("up", "--help") & {"flask", "sqlalchemy", "rq"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_exists(name: str) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    assert callable(getattr(import_module(module), attribute))
