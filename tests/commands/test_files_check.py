"""`rights-hub files check`: what the database names and the store lacks, and what is left over."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import String, update

from hub.adapters.files.disk import DiskFileStore
from hub.commands import files as command
from hub.extensions import db
from hub.models.answer import Answer, Document
from hub.queries.stored_files import KEYS_OF_FILES
from tests.retained import answered

KEY = b"\1" * 32


@pytest.fixture
def store(settings) -> DiskFileStore:
    """The store of the test's hub, as its command finds it."""
    return DiskFileStore(settings.home / "files")


@pytest.fixture
def run(app, settings, monkeypatch) -> Callable[..., Result]:
    monkeypatch.setattr(command, "create_app", lambda _: app)
    monkeypatch.setattr(command.Settings, "from_environment", classmethod(lambda _: settings))
    return lambda *arguments: CliRunner().invoke(command.files, ["check", *arguments])


@pytest.fixture
def kept(store, unit, ports, session) -> str:
    """The one file of an answer, in this store."""
    answered(unit, ports)
    key = store.put(io.BytesIO(b"the answer"), sealed_to=KEY).key
    session.rollback()
    session.execute(update(Answer).values(letter_key=None))
    session.execute(update(Document).values(storage_key=key))
    session.commit()
    return key


def left_over(store: DiskFileStore, settings, clock, *, hours: int) -> Path:
    """A file of which a hub was killed before it wrote the line, so many hours ago."""
    key = store.put(io.BytesIO(b"nobody's"), sealed_to=KEY).key
    path: Path = settings.home / "files" / key[:2] / key
    at = clock.now().timestamp() - hours * 3600
    os.utime(path, (at, at))
    return path


def test_what_no_line_names_is_left_over_after_a_day_and_deleted_when_told(
    run, store, settings, clock, kept
) -> None:
    young, old = (left_over(store, settings, clock, hours=hours) for hours in (23, 25))
    assert "Files named: 1; kept: 3; left over: 1." in run().output
    assert old.exists()
    assert run("--delete").exit_code == 0
    assert not old.exists()
    assert young.exists()
    assert store.holds(kept)


def test_what_is_missing_is_counted_by_table_and_then_nothing_is_deleted(
    run, store, settings, clock, kept
) -> None:
    store.delete(kept)
    old = left_over(store, settings, clock, hours=25)
    found = run("--delete")
    assert found.exit_code == 1
    assert "Missing: 1 (document: 1)" in found.output
    assert old.exists()


def test_each_column_that_names_a_file_is_looked_at() -> None:
    found = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.name in {"storage_key", "letter_key", "cleaned_key"}
        or (
            column.name.endswith("_key")
            and isinstance(column.type, String)
            and column.type.length == 100
        )
    }
    assert {(one.class_.__tablename__, one.key) for one in KEYS_OF_FILES} == found
