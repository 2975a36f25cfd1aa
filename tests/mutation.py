"""Change the law one piece at a time and see which change no test notices (docs/mutation.md).

Run as `python -m tests.mutation hub/domain/NAME.py`: one process stays warm and forks for each
mutant, the mutated module is imported in place of the true one, and the tests that reach the
mutated function run until one fails. Pytest does not collect this file.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import hypothesis
import pytest
from _pytest.config import default_plugins

ROOT = Path(__file__).parents[1]
EXPLAINED = ROOT / "docs" / "mutation.md"
DOMAIN = ROOT / "hub" / "domain"
DOMAIN_TESTS = "tests/domain"
# Tests that look at every module without naming any.
ABOUT_ALL = {"tests/domain/test_error_codes.py"}
MODULE_LEVEL = 0
ANY = "*"
# Plain: neither plugins nor rewritten asserts are worth their time when nobody reads the failure.
PYTEST = ("-q", "--tb=no", "--assert=plain", "--noconftest", "-p", "no:cacheprovider")
MEMORY = 3 * 1024**3
# Seconds of processor: what a module's tests take, twice, and this.
PATIENCE = 4.0

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


# --- what is changed ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, what it was and became, and the code of the changed module."""

    scope: str
    first_line: int  # of the function that holds it, as its code object says; 0: none does
    line: int
    change: str
    code: CodeType


@dataclass
class Place:
    """A node that may be replaced, in the function that holds it."""

    node: ast.AST
    parent: ast.AST
    name: str
    index: int | None
    scope: str
    first_line: int

    @property
    def named(self) -> str:
        """Where it is, in words."""
        return self.scope or "module"

    def put(self, node: ast.AST) -> None:
        """Set a node here."""
        if self.index is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.index] = node


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Each change of a module, one at a time."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for place, change in _mutations(tree):
        code = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
        line = getattr(place.node, "lineno", 0)
        yield Mutant(place.named, place.first_line, line, change, code)


def unchanged(path: Path) -> Mutant:
    """The module as it is: were it noticed, the runner would be at fault."""
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    return Mutant("module", MODULE_LEVEL, 0, "nothing", code)


def changes_of(path: Path) -> set[tuple[str, str]]:
    """What the mutants of a module are called: (scope, change)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {(place.named, change) for place, change in _mutations(tree)}


def _mutations(tree: ast.Module) -> Iterator[tuple[Place, str]]:
    """Each change in words; the tree holds it until the next is asked for."""
    for place in list(_places(tree, "", MODULE_LEVEL)):
        for change, node in _changes(place):
            place.put(node)
            yield place, change
            place.put(place.node)


def _places(parent: ast.AST, scope: str, first_line: int) -> Iterator[Place]:
    for name, value in ast.iter_fields(parent):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        inside = _enter(parent, name, scope, first_line)
        several = isinstance(value, list)
        for index, node in enumerate(value if several else [value]):
            if not isinstance(node, ast.AST) or _is_left_out(node, parent):
                continue
            if isinstance(node, ast.expr | ast.stmt | ast.keyword | ast.arguments):
                yield Place(node, parent, name, index if several else None, *inside)
            yield from _places(node, *inside)


def _enter(node: ast.AST, name: str, scope: str, first_line: int) -> tuple[str, int]:
    """The scope of what a field holds, and the function that runs it: defaults run outside."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and not first_line:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return ".".join(filter(None, (scope, ast.unparse(target)))), first_line
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return scope, first_line
    inner = f"{scope}.{node.name}" if scope else node.name
    if name != "body" or isinstance(node, ast.ClassDef) or first_line:
        return inner, first_line
    return inner, min([node.lineno, *(one.lineno for one in node.decorator_list)])


def _is_left_out(node: ast.AST, parent: ast.AST) -> bool:
    """Whether a node says nothing that is run, or only words for programmers."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        is_enum_value = isinstance(parent, ast.ClassDef) and _is_enum(parent)
        return "__all__" in names or is_enum_value or _calls(node.value, {"TypeVar"})
    if isinstance(parent, ast.Call) and isinstance(node, ast.Constant | ast.JoinedStr):
        return _calls(parent, {"ValueError", "LookupError", "TypeError", "RuntimeError"})
    return False


def _is_enum(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def _calls(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _changes(place: Place) -> Iterator[tuple[str, ast.AST]]:
    for kind, make in _MAKERS:
        if isinstance(place.node, kind):
            for node in make(place.node):
                yield _said(place, node), node
    if isinstance(place.node, ast.Set):
        for index in range(len(place.node.elts)):
            rest = [one for n, one in enumerate(place.node.elts) if n != index]
            node = ast.Set(rest) if rest else ast.Call(ast.Name("set", ast.Load()), [], [])
            yield f"without {ast.unparse(place.node.elts[index])}", node
    if place.name == "test" and not isinstance(place.node, ast.Compare | ast.BoolOp | ast.UnaryOp):
        node = ast.UnaryOp(ast.Not(), place.node)
        yield _said(place, node), node


def _said(place: Place, node: ast.AST) -> str:
    """The change in words: the whole expression around it when that is short."""
    short = 60
    before = ast.unparse(place.parent)
    if not isinstance(place.parent, ast.expr | ast.keyword | ast.Return | ast.AnnAssign):
        before = ""
    if before and len(before) <= short and "\n" not in before:
        place.put(node)
        after = ast.unparse(ast.fix_missing_locations(place.parent))
        place.put(place.node)
        return f"{before} → {after}"
    return f"{ast.unparse(place.node)} → {ast.unparse(ast.fix_missing_locations(node))}"


def _of_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)]:
            yield ast.Compare(
                node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators
            )


def _of_arithmetic(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in ARITHMETIC:
        yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)


def _of_growth(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in ARITHMETIC:
        yield ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)


def _of_and_or(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _of_not(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(value + 1.0)
    elif isinstance(value, str):
        yield ast.Constant("X" + value)


def _of_raise(_node: ast.Raise) -> Iterator[ast.AST]:
    yield ast.Pass()


def _of_return(node: ast.Return) -> Iterator[ast.AST]:
    # To whoever asks yes or no, False and None are one.
    is_nothing = isinstance(node.value, ast.Constant) and node.value.value in (None, False)
    if node.value is not None and not is_nothing:
        yield ast.Return(ast.Constant(None))


def _of_call(node: ast.Expr) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Call):
        yield ast.Pass()


def _of_continue(_node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


_MAKERS: tuple[tuple[type[ast.AST], Callable[[Any], Iterator[ast.AST]]], ...] = (
    (ast.Compare, _of_comparison),
    (ast.BinOp, _of_arithmetic),
    (ast.AugAssign, _of_growth),
    (ast.BoolOp, _of_and_or),
    (ast.UnaryOp, _of_not),
    (ast.Constant, _of_constant),
    (ast.Raise, _of_raise),
    (ast.Return, _of_return),
    (ast.Expr, _of_call),
    (ast.Continue, _of_continue),
    (ast.Break, _of_continue),
)


# --- the tests that concern it -----------------------------------------------------------------


Call = tuple[str, int]
"""A function of the domain: its module, and its first line there."""


@dataclass
class Baseline:
    """What the tests do to the true modules: their times, and what each reaches."""

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, set[Call]] = field(default_factory=dict)
    at_import: set[Call] = field(default_factory=set)

    def tests_for(self, mutant: Mutant, module: str) -> list[str]:
        """The tests that may notice a mutant, the nearest and quickest first."""
        place = (module, mutant.first_line)
        if mutant.first_line == MODULE_LEVEL or place in self.at_import:
            names = self._near(module)
        else:
            names = {name for name, calls in self.calls.items() if place in calls}
        return sorted(names, key=lambda name: (module not in self._ran(name), self.seconds[name]))

    def _near(self, module: str) -> set[str]:
        """Tests that run a module or one that imports it, or whose file names one of these."""
        users = {module, *(path.stem for path in DOMAIN.glob("*.py") if _names(path, module))}
        near = {name for name in self.calls if users & self._ran(name)}
        files = {name.split("::")[0] for name in self.seconds}
        naming = {
            file
            for file in files
            if file in ABOUT_ALL or any(_names(ROOT / file, user) for user in users)
        }
        return near | {name for name in self.seconds if name.split("::")[0] in naming}

    def _ran(self, name: str) -> set[str]:
        """The modules of which a test ran a function."""
        return {module for module, _ in self.calls[name]}


@cache
def _names(path: Path, module: str) -> bool:
    """Whether a file imports a module of the domain."""
    text = path.read_text(encoding="utf-8")
    return re.search(rf"hub\.domain(\.| import .*\b){module}\b", text) is not None


@cache
def _module_in(path: str) -> str:
    return Path(path).stem


class Watcher:
    """A pytest plugin that fills a baseline."""

    def __init__(self) -> None:
        self.baseline = Baseline()
        self.calls: set[Call] = set()

    def watch(self, frame: FrameType, event: str, _argument: object) -> None:
        """Note a call into the domain."""
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(DOMAIN)):
            self.calls.add((_module_in(code.co_filename), code.co_firstlineno))

    def pytest_collection_finish(self) -> None:
        self.baseline.at_import = self.calls

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _forget_caches()
        self.calls = set()
        began = time.process_time()
        sys.setprofile(self.watch)
        result = yield
        sys.setprofile(None)
        self.baseline.seconds.setdefault(item.nodeid, time.process_time() - began)
        self.baseline.calls[item.nodeid] = self.calls
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.baseline.seconds[report.nodeid] = -1.0


class Chosen:
    """A pytest plugin that keeps some tests, in the order given."""

    def __init__(self, names: list[str]) -> None:
        self.order = {name: position for position, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order),
            key=lambda item: self.order[item.nodeid],
        )


def _forget_caches() -> None:
    """A test that finds its answer in a cache would seem not to reach the function."""
    for name, module in list(sys.modules.items()):
        if name.startswith("hub.domain"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _run_tests(where: Iterable[str], plugin: object, *options: str) -> int:
    return int(pytest.main([*PYTEST, *options, *where], plugins=[plugin]))


# --- one process for each mutant ---------------------------------------------------------------


class MutantLoader(importlib.abc.Loader):
    """Gives the mutated code in place of the module's."""

    def __init__(self, code: CodeType) -> None:
        self.code = code

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant as the module."""
        exec(self.code, vars(module))  # noqa: S102


class MutantFinder(importlib.abc.MetaPathFinder):
    """Finds one module in its mutated form."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name = name
        self.loader = MutantLoader(code)

    def find_spec(
        self, name: str, _path: object, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The place of the mutant, nothing for the rest."""
        if name != self.name:
            return None
        return importlib.util.spec_from_loader(name, self.loader)


def _in_a_child(work: Callable[[], object]) -> tuple[int, str]:
    """Run something in a process of its own: how it ended, and what it gave as JSON."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        status = 99
        try:
            given = json.dumps(work()).encode()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(given)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        given = pipe.read()
    return os.waitpid(child, 0)[1], given.decode()


def baseline(where: list[str]) -> Baseline:
    """Run these tests on the true modules; those that fail or ask for an application are left."""

    def work() -> object:
        watcher = Watcher()
        sys.setprofile(watcher.watch)
        if _run_tests(where, watcher) not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise SystemExit("nothing was run")
        found = watcher.baseline
        calls = {name: list(found.calls[name]) for name in found.calls}
        return found.seconds, calls, list(found.at_import)

    status, given = _in_a_child(work)
    if status:
        raise SystemExit(f"the tests of {' '.join(where)} do not run")
    seconds, calls, at_import = json.loads(given)
    passed = {name: spent for name, spent in seconds.items() if spent >= 0}
    return Baseline(passed, {name: _calls_in(calls[name]) for name in passed}, _calls_in(at_import))


def _calls_in(pairs: list[list[Any]]) -> set[Call]:
    return {(module, line) for module, line in pairs}


def is_killed(mutant: Mutant, module: str, known: Baseline) -> bool:
    """Whether a test fails on a mutant, or never ends."""
    names = known.tests_for(mutant, module.split(".")[-1])
    if not names:
        return False
    files = dict.fromkeys(name.split("::")[0] for name in names)
    seconds = PATIENCE + 2 * sum(known.seconds[name] for name in names)

    def work() -> object:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        sys.meta_path.insert(0, MutantFinder(module, mutant.code))
        return _run_tests(files, Chosen(names), "-x")

    status, given = _in_a_child(work)
    if os.WIFEXITED(status) and status:
        raise SystemExit(f"the runner failed on {mutant.scope}: {mutant.change}")
    return status != 0 or json.loads(given) != 0


# --- what is told ------------------------------------------------------------------------------


def explained(module: str) -> set[tuple[str, str]]:
    """The survivors of a module that docs/mutation.md explains: (scope, change)."""
    found = set()
    for line in EXPLAINED.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 4 and cells[0].strip("`") == module:
            changes = re.findall(r"`([^`]+)`", cells[2].replace("\\|", "|"))
            found |= {(cells[1].strip("`"), change) for change in changes}
    return found


def examine(path: Path, within: str | None, tests: Baseline) -> int:
    """Try each mutant of a module; tell the survivors, and return how many nothing explains."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    began = time.monotonic()
    if is_killed(unchanged(path), module, tests):
        raise SystemExit(f"the tests of {path.name} fail on the true module")
    known = explained(path.name)
    total = killed = unexplained = 0
    for mutant in mutants_of(path):
        if within and not mutant.scope.startswith(within):
            continue
        total += 1
        if is_killed(mutant, module, tests):
            killed += 1
            continue
        is_known = bool(known & {(mutant.scope, mutant.change), (mutant.scope, ANY)})
        unexplained += not is_known
        word = "explained" if is_known else "SURVIVED"
        _tell(f"{word} {path.name}:{mutant.line} {mutant.scope}: {mutant.change}")
    spent = time.monotonic() - began
    _tell(f"| `{path.name}` | {total} | {killed} | {total - killed} | {spent:.0f} s")
    return unexplained


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def warm_up() -> None:
    """Import what no mutant changes, and make the random tests few and always the same."""
    plugins = (f"_pytest.{name}" for name in default_plugins)
    for name in ("holidays", "hub.errors", "hypothesis.strategies", *plugins):
        importlib.import_module(name)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["RIGHTS_HUB_CLOCK_EXAMPLES"] = "200"
    hypothesis.settings.register_profile(
        "mutation", deadline=None, max_examples=25, derandomize=True, database=None
    )
    hypothesis.settings.load_profile("mutation")
    gc.collect()
    gc.freeze()


def main() -> int:
    """Read the command line; 1 when a survivor is not explained."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.mutation")
    parser.add_argument("modules", nargs="+", type=Path)
    parser.add_argument("--within", help="only the functions or classes that begin so")
    parser.add_argument(
        "--tests",
        nargs="+",
        default=[DOMAIN_TESTS],
        help="these tests alone: quicker, and stricter",
    )
    chosen = parser.parse_args()
    os.nice(10)
    warm_up()
    tests = baseline(chosen.tests)
    return int(sum(examine(path.resolve(), chosen.within, tests) for path in chosen.modules) > 0)


if __name__ == "__main__":
    sys.exit(main())
