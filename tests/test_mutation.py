"""The runner of mutants changes one thing at a time, and its list of survivors is not stale."""

from pathlib import Path

import pytest

from tests.mutation import ANY, DOMAIN, EXPLAINED, changes_of, explained, mutants_of

SOURCE = '''
"""A docstring is no rule."""
from dataclasses import dataclass
from enum import StrEnum

LIMIT: int = 3


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Box:
    size: int = 1


def may(age, banned=False):
    """Words."""
    if age < LIMIT and not banned:
        raise ValueError("too young")
    return age + 1 in {4}
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "example.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_each_change_is_made_alone_and_said_with_its_place(module: Path) -> None:
    assert changes_of(module) == {
        ("LIMIT", "LIMIT: int = 3 → LIMIT: int = 4"),
        ("LIMIT", "LIMIT: int = 3 → LIMIT: int = 2"),
        ("Box.size", "size: int = 1 → size: int = 2"),
        ("Box.size", "size: int = 1 → size: int = 0"),
        ("may", "False → True"),
        ("may", "age < LIMIT and (not banned) → age < LIMIT or not banned"),
        ("may", "age < LIMIT and (not banned) → age <= LIMIT and (not banned)"),
        ("may", "age < LIMIT and (not banned) → age >= LIMIT and (not banned)"),
        ("may", "age < LIMIT and (not banned) → age < LIMIT and banned"),
        ("may", "raise ValueError('too young') → pass"),
        ("may", "return age + 1 in {4} → return None"),
        ("may", "return age + 1 in {4} → return age + 1 not in {4}"),
        ("may", "age + 1 in {4} → age - 1 in {4}"),
        ("may", "age + 1 → age + 2"),
        ("may", "age + 1 → age + 0"),
        ("may", "without 4"),
        ("may", "{4} → {5}"),
        ("may", "{4} → {3}"),
    }


def test_a_mutant_is_the_module_with_its_one_change(module: Path) -> None:
    for mutant in mutants_of(module):
        if mutant.change == "age + 1 → age + 2":
            names: dict[str, object] = {"__name__": __name__}
            exec(mutant.code, names)  # noqa: S102
            assert names["may"](2, banned=True) is True
            assert names["may"](3) is False


def explained_rows() -> list[tuple[str, str, str]]:
    return [
        (path.name, scope, change)
        for path in sorted(DOMAIN.glob("*.py"))
        for scope, change in sorted(explained(path.name))
    ]


def test_each_survivor_that_is_explained_is_a_mutant_that_exists() -> None:
    known = {name: changes_of(DOMAIN / name) for name in {row[0] for row in explained_rows()}}
    stale = [
        (name, scope, change)
        for name, scope, change in explained_rows()
        if (scope, change) not in known[name]
        and not (change == ANY and scope in {one for one, _ in known[name]})
    ]
    assert not stale, f"{EXPLAINED.name} explains what no longer exists: {stale}"
