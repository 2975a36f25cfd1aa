"""docs/law.md leads from each rule to its code and its test: what it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAW = ROOT / "docs" / "law.md"
NAMED = re.compile(r"`((?:hub|workers|tests|config|templates)[\w/.-]*)(?:::(\w+))?`")
NOT_YET = "not yet"


def rows() -> dict[str, list[str]]:
    """Each rule of the tables with its cells, by its code."""
    lines = LAW.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return {row[0]: row[1:] for row in cells if re.fullmatch(r"[A-Z]\d+", row[0])}


@cache
def names_in(path: Path) -> frozenset[str]:
    """Functions, classes and constants of a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def test_every_file_and_name_of_the_table_exists():
    lost = []
    for path, name in NAMED.findall(LAW.read_text(encoding="utf-8")):
        place = ROOT / path
        if not place.exists() or (name and name not in names_in(place)):
            lost.append(f"{path}::{name}" if name else path)
    assert not lost, f"docs/law.md names what no longer exists: {lost}"


def test_every_rule_of_time_and_every_example_has_its_line():
    known = rows()
    wanted = [f"T{n}" for n in range(1, 17)]
    wanted += [f"X{n}" for n in range(1, 31)] + [f"C{n:02}" for n in range(1, 31)]
    assert not [code for code in wanted if code not in known]


def test_every_example_has_a_test_or_says_not_yet():
    for code, cells in rows().items():
        if re.fullmatch(r"X\d+", code):
            line = " ".join(cells)
            assert "`tests/" in line or NOT_YET in line, f"{code}: name its test, or write not yet"
