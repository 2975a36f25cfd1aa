"""What the README tells people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from hub.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CODE = re.compile(r"^    .+$|`[^`]+`", re.M)


def named_after(word: str, text: str = README) -> set[str]:
    """What follows `word` wherever the text shows something to type; prose does not count."""
    typed = (piece.strip("` ") for piece in CODE.findall(text))
    pattern = re.compile(rf"(?:^|\s){re.escape(word)} ([a-z][a-z-]*)")
    return {name for piece in typed for name in pattern.findall(piece)}


@pytest.mark.parametrize("target", sorted(named_after("make")))
def test_each_make_target_that_the_readme_names_exists(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.M)


@pytest.mark.parametrize("command", sorted(named_after("rights-hub")))
def test_each_command_that_the_readme_names_exists(command: str) -> None:
    assert command in main.list_commands(click.Context(main))


def test_the_reading_sees_code_and_leaves_prose() -> None:
    text = "Say how to make it.\n\n    make run   # all\n\nOr `make test`, or `rights-hub up`."
    assert named_after("make", text) == {"run", "test"}
    assert named_after("rights-hub", text) == {"up"}
    assert {"run", "test"} <= named_after("make")
