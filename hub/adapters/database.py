"""How the two engines are opened: SQLite safe and prompt for many writers, PostgreSQL as is."""

import random
import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

BUSY_TIMEOUT_S = 15.0
LOOKS_AGAIN_AFTER_S = 0.001
HOLDS_TURN = "holds_turn"


def prepare_engine(engine: Engine) -> None:
    """Set SQLite's journal, durability and explicit BEGIN; nothing to do on PostgreSQL.

    What is deleted is overwritten (secure_delete): a destroyed key must not lie in a free page.

    pysqlite's own deferred transactions lose updates between processes (measured: 5,466 of
    12,453): a unit of work therefore begins IMMEDIATE, a page only reads. SQLite's waiting
    writers look again after up to 100 ms, and the unlucky ones wait for seconds; here the threads
    of a process queue, and one of them looks again each millisecond.
    """
    if engine.dialect.name == "sqlite":
        _Turns().listen(engine)


class _Turns:
    """The queue of one process's writers to one SQLite database."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "connect", _open)
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "reset", self._over)
        event.listen(engine, "invalidate", self._lost)

    def _begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("takes_write_lock"):
            connection.exec_driver_sql("BEGIN")
            return
        deadline = time.monotonic() + BUSY_TIMEOUT_S
        if connection.connection.info.get(HOLDS_TURN):  # it begins again before it goes back
            _begin_when_free(connection, deadline)
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_S):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says itself that the database is busy
            return
        connection.connection.info[HOLDS_TURN] = True
        _begin_when_free(connection, deadline)

    def _over(self, connection: Any, record: Any, _state: Any) -> None:
        """The connection goes back to the pool: its transaction is over, the next may write."""
        if record.info.pop(HOLDS_TURN, False):
            self._turn.release()

    def _lost(self, connection: Any, record: Any, _error: Any) -> None:
        if record.info.pop(HOLDS_TURN, False):
            self._turn.release()


def _open(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "wal_autocheckpoint=8000",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_when_free(connection: Connection, deadline: float) -> None:
    """BEGIN IMMEDIATE as soon as no other process writes; past the deadline SQLite refuses."""
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                time.sleep(LOOKS_AGAIN_AFTER_S * random.uniform(0.5, 1.5))  # noqa: S311  (jitter)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
