"""The rules of the house that a reader relies on: who may import whom, and who may do what."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("hub/**/*.py"), *ROOT.glob("workers/**/*.py"), ROOT / "config.py"])
SOURCES = [path for path in SOURCES if "migrations/versions" not in str(path)]

SHARED = {"hub.errors", "hub.ports", "hub.port_errors", "hub.papers"}
MAY_IMPORT: dict[str, set[str]] = {
    "hub.domain": {"hub.domain", "hub.errors"},
    "hub.models": {"hub.models", "hub.domain", "hub.errors", "hub.extensions"},
    "hub.sealing": {"hub.models", *SHARED},
    "hub.queries": {"hub.queries", "hub.models", "hub.domain", "hub.sealing", *SHARED},
    "hub.services": {
        "hub.services",
        "hub.queries",
        "hub.models",
        "hub.domain",
        "hub.sealing",
        "hub.importers",
        "hub.extensions",
        *SHARED,
    },
    "hub.importers": {"hub.importers", "hub.domain", "hub.errors"},
    "hub.adapters": {"hub.adapters", "hub.domain", "hub.papers", *SHARED},
    "hub.web": {
        "hub.web",
        "hub.services",
        "hub.queries",
        "hub.models",
        "hub.domain",
        "hub.sealing",
        "hub.extensions",
        "hub.papers",
        "hub.demo",
        "config",
        *SHARED,
    },
    "workers": {
        "workers",
        "hub.services",
        "hub.queries",
        "hub.domain",
        "hub.extensions",
        "config",
        *SHARED,
    },
}
BOTH_SIDES = ("hub.commands", "hub.bootstrap", "hub.application", "hub.cli", "hub.demo")
FORBIDDEN_OUTSIDE = {
    "hub.domain": {"flask", "sqlalchemy", "rq", "redis", "apiflask", "cryptography"},
    "hub.models": {"flask", "rq", "redis"},
    "hub.queries": {"flask", "rq", "redis", "flask_babel"},
    "hub.services": {"flask", "rq", "redis", "flask_babel"},
}
AUDIENCES = ("public", "controller", "dpo", "operator", "api")


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FOLDERS: dict[str, list[Path]] = defaultdict(list)
for _path in SOURCES:
    FOLDERS[name_of(_path.parent / "__init__.py") or "config"].append(_path)
each_folder = pytest.mark.parametrize("sources", FOLDERS.values(), ids=FOLDERS.keys())


@cache
def tree_of(path: Path) -> ast.Module:
    """A source, parsed once for all rules."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> tuple[tuple[str, bool], ...]:
    """Each imported module, and whether it is imported at the top of the file."""
    return tuple(_imports(tree_of(path)))


def _imports(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top
            if node.module in {"hub", "hub.web", "hub.models"}:
                yield from ((f"{node.module}.{one.name}", id(node) in top) for one in node.names)


def layer_of(module: str) -> str | None:
    """The layer a module belongs to, if it is bound by one."""
    return next((layer for layer in MAY_IMPORT if (module + ".").startswith(layer + ".")), None)


def is_within(module: str, names: set[str]) -> bool:
    """Whether a module is one of these, or inside one."""
    return any((module + ".").startswith(name + ".") for name in names)


@each_folder
def test_imports_go_one_way(sources: list[Path]) -> None:
    for path in sources:
        module = name_of(path)
        layer = layer_of(module)
        if layer is None:
            continue
        ours = {"hub", "workers", "config"}
        inside = {name for name, _ in imports_of(path) if name.split(".")[0] in ours} - {"hub"}
        wrong = {name for name in inside if not is_within(name, MAY_IMPORT[layer])}
        assert not wrong, f"{module} may not import {sorted(wrong)} (README, the map of the house)"


@each_folder
def test_a_layer_keeps_clear_of_the_libraries_of_others(sources: list[Path]) -> None:
    for path in sources:
        module = name_of(path)
        forbidden = FORBIDDEN_OUTSIDE.get(layer_of(module) or "", set())
        wrong = {name for name, _ in imports_of(path) if name.split(".")[0] in forbidden}
        assert not wrong, f"{module} may not import {sorted(wrong)}"


@each_folder
def test_no_import_hides_inside_a_function(sources: list[Path]) -> None:
    for path in sources:
        module = name_of(path)
        if is_within(module, set(BOTH_SIDES)) or module == "hub":
            continue
        hidden = [name for name, is_top in imports_of(path) if not is_top]
        assert not hidden, f"{module} imports {hidden} inside a function"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_pages_of_one_audience_do_not_lean_on_those_of_another(audience: str) -> None:
    others = {f"hub.web.{other}" for other in AUDIENCES if other != audience}
    for path in ROOT.glob(f"hub/web/{audience}/**/*.py"):
        wrong = {name for name, _ in imports_of(path) if is_within(name, others)}
        assert not wrong, f"{name_of(path)} may not import {sorted(wrong)}"


def test_there_is_no_cycle_of_imports() -> None:
    modules = {name_of(path): path for path in SOURCES}
    graph = {
        module: {
            name
            for name, is_top in imports_of(path)
            if is_top and name in modules and name != module
        }
        for module, path in modules.items()
    }
    seen: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a cycle: {' → '.join([*trail, module])}"
        if module in seen:
            return
        for other in graph[module]:
            visit(other, (*trail, module))
        seen.add(module)

    for module in graph:
        visit(module, ())


@cache
def calls_in(path: Path) -> set[str]:
    """Every dotted call of a module, as written."""
    calls = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    return {ast.unparse(call.func) for call in calls}


@each_folder
def test_only_the_unit_of_work_commits(sources: list[Path]) -> None:
    for path in sources:
        if name_of(path) == "hub.services.unit_of_work":
            continue
        committing = [call for call in calls_in(path) if call.endswith("session.commit")]
        assert not committing, f"{name_of(path)} commits: open a unit of work instead"


@each_folder
def test_only_the_clock_asks_the_time(sources: list[Path]) -> None:
    for path in sources:
        module = name_of(path)
        if module == "hub.adapters.clock" or module.startswith(("hub.commands", "workers")):
            continue
        asking = {"datetime.now", "datetime.utcnow", "date.today", "time.time"} & calls_in(path)
        assert not asking, f"{module} asks the time: take it as an argument"


@each_folder
def test_only_the_settings_read_the_environment(sources: list[Path]) -> None:
    for path in sources:
        module = name_of(path)
        if module in {"config", "hub.state_folder"} or module.startswith("hub.commands"):
            continue
        text = path.read_text(encoding="utf-8")
        assert "os.environ" not in text, f"{module} reads the environment"
        assert "os.getenv" not in text, f"{module} reads the environment"


BANNED = ("utils", "helpers", "manager", "common", "misc", "info", "handler")


@each_folder
def test_names_say_what_a_thing_is(sources: list[Path]) -> None:
    for path in sources:
        assert not set(path.stem.split("_")) & set(BANNED), f"{path.name} names nothing"
        classes = [node.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]
        vague = [name for name in classes if name.lower().endswith(BANNED)]
        assert not vague, f"{path.name}: {vague}"


TOLD_APART = {"is_jour_ouvrable"}
"""Notions of the law that the hub keeps beside the one it counts by, for whoever must choose."""


def test_each_rule_of_the_law_is_asked_by_the_hub_or_by_a_test_of_its_queries() -> None:
    """Tests of a rule that nothing else asks hold nothing of what the hub does."""
    domain = [path for path in SOURCES if name_of(path).startswith("hub.domain.")]
    bodies = (node for path in domain for node in tree_of(path).body)
    rules = {node.name for node in bodies if isinstance(node, ast.FunctionDef)}
    asked: set[str] = set()
    for path in SOURCES:
        asked |= {node.id for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name)}
    for path in ROOT.glob("tests/*/**/*.py"):
        if path.parts[-2] != "domain":
            asked |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    alone = rules - asked - TOLD_APART
    assert not alone, f"let the hub ask {sorted(alone)}, or take them away"
