"""How the two engines are opened: SQLite made safe for many writers, PostgreSQL as it is."""

from typing import Any

from sqlalchemy import Connection, Engine, event

BUSY_TIMEOUT_MS = 15_000


def prepare_engine(engine: Engine) -> None:
    """Set SQLite's journal, durability and explicit BEGIN; nothing to do on PostgreSQL.

    pysqlite's own deferred transactions lose updates between processes (measured: 5,466 of
    12,453): a unit of work therefore begins IMMEDIATE, a page only reads.
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("takes_write_lock")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
