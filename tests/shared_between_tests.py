"""What the applications of one run share, so that a fresh application for each test stays cheap.

Each test has its own application and database. Of what a new one works out again, two things
depend on neither, and took a third of the run: the functions that build addresses from routes
(werkzeug), and the text of each statement (SQLAlchemy keeps it by dialect, one an engine).
Connections to one server's database are kept too: each new one reads the catalogue anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from tests.engines import keep_connections

MOST_STATEMENTS = 5000


@contextmanager
def shared_between_tests() -> Iterator[None]:
    """Share both for as long as it is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", _remembering(Rule._compile_builder))
        patch.setattr(SQLAlchemy, "_make_engine", _one_dialect(SQLAlchemy._make_engine))
        yield


def _remembering(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Compile each builder once: it is a function of the rule's parts, and gets the rule itself
    as its first argument.
    """
    made: dict[Any, Any] = {}

    def remembered(rule: Any, append_unknown: bool = True) -> Any:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (tuple(rule._trace), append_unknown, defaults, frozenset(rule.arguments))
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    return remembered


def _one_dialect(make_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    """Give all engines of one driver the dialect and statements of the first that connected."""
    first: dict[str, Engine] = {}

    def made(*arguments: Any, **options: Any) -> Engine:
        engine = make_engine(*arguments, **options)
        keep_connections(engine)
        shared = first.get(engine.driver)
        if shared is None or not _has_connected(shared):
            engine._compiled_cache = LRUCache(MOST_STATEMENTS)
            first[engine.driver] = engine
            return engine
        engine.dialect = engine.pool._dialect = shared.dialect
        engine._compiled_cache = shared._compiled_cache
        return engine

    return made


def _has_connected(engine: Engine) -> bool:
    """A dialect learns its server's version, and what it can do, by its first connection."""
    return engine.dialect.server_version_info is not None
