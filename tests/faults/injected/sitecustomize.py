"""What a campaign plants in the processes of its hub; Python loads it in each as it starts.

A trap is a file in the folder that RIGHTS_HUB_TRAPS names: whoever comes upon it first removes it
and meets the fault. `kill-before-commit` and `kill-after-commit` (of a filing),
`kill-after-dequeue`, `fail-INSERT-table` and `fail-UPDATE-table` (one statement, once). `clock`
stays: the seconds by which the hub's clock is wrong.
"""

import importlib.abc
import importlib.util
import os
import re
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

FOLDER = os.environ.get("RIGHTS_HUB_TRAPS", "")
WRITE = re.compile(r'(INSERT|UPDATE)(?: INTO)? "?(\w+)')
here = threading.local()


def is_sprung(name):
    """Whether this process is the one that met the trap."""
    try:
        os.unlink(f"{FOLDER}/{name}")  # noqa: PTH108  (atomic, and on every statement)
    except OSError:
        return False
    return True


def die():
    """End as the kernel ends a process that has no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)


def wrong_clock(module):
    """The system's clock, moved by what the file says."""
    true_now = module.SystemClock.now

    def now(self):
        try:
            moved = float(Path(FOLDER, "clock").read_text(encoding="ascii") or 0)
        except (OSError, ValueError):
            moved = 0.0
        return true_now(self) + timedelta(seconds=moved)

    module.SystemClock.now = now


def is_filing():
    """Whether this thread's transaction has inserted a rights request."""
    return getattr(here, "filing", False)


def before_statement(_conn, _cursor, statement, *_rest):
    """A statement that writes may fail, once; one that files is remembered until its commit."""
    from sqlalchemy.exc import OperationalError

    write = WRITE.match(statement)
    if write is None:
        return
    here.filing = is_filing() or write.groups() == ("INSERT", "rights_request")
    if is_sprung(f"fail-{write[1]}-{write[2]}"):
        raise OperationalError(statement, None, Exception("planted by the campaign"))


def before_commit(_conn):
    """All is written, nothing is kept yet."""
    if is_filing() and is_sprung("kill-before-commit"):
        die()


def after_commit(_session):
    """All is kept, nobody knows yet."""
    if is_filing() and is_sprung("kill-after-commit"):
        die()
    here.filing = False


def watched_statements(module):
    """Statements and commits, once SQLAlchemy's sessions exist."""
    from sqlalchemy import Engine, event

    event.listen(Engine, "before_cursor_execute", before_statement)
    event.listen(Engine, "commit", before_commit)
    event.listen(Engine, "rollback", lambda _conn: setattr(here, "filing", False))
    event.listen(module.Session, "after_commit", after_commit)


def fatal_dequeue(module):
    """The instant between taking a job from its queue and beginning it."""
    begin = module.SimpleWorker.execute_job

    def execute_job(self, job, queue):
        if is_sprung("kill-after-dequeue"):
            die()
        return begin(self, job, queue)

    module.SimpleWorker.execute_job = execute_job


PATCHES = {
    "hub.adapters.clock": wrong_clock,
    "sqlalchemy.orm": watched_statements,
    "rq.worker": fatal_dequeue,
}


class AfterImport(importlib.abc.MetaPathFinder):
    """Changes a module once it is loaded, and loads nothing that nobody asked for."""

    def find_spec(self, name, path=None, target=None):
        if name not in PATCHES:
            return None
        change = PATCHES.pop(name)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            change(module)

        spec.loader.exec_module = exec_module
        return spec


if FOLDER:
    sys.meta_path.insert(0, AfterImport())
