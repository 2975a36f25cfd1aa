"""A hub that already holds cases keeps them when its tables change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import MetaData, Table, inspect, select

from config import Settings
from hub import create_app
from hub.commands.migrate import MIGRATIONS, upgrade_database
from hub.extensions import db
from hub.models.rights_request import DataKey, KeyClass, NameIndex
from tests.conftest import NOW
from tests.engines import Engines

WORDS = (b"a" * 32, b"b" * 32, b"b" * 32)


@pytest.fixture
def first_hub(engines: Engines, engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """A hub whose tables are those of the first version."""
    url = engines.bare(engine_name, tmp_path)
    app = create_app(Settings.for_tests(tmp_path, database_url=url))
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS), revision="0001")
        yield app
        db.session.remove()
        db.engine.dispose()
    engines.drop(engine_name, url)


def hold_a_request() -> None:
    """One rights request as the first version held it; a word of its names was written twice."""
    old = MetaData()
    old.reflect(db.engine, only=["rights_request", "data_key", "name_index"])
    key = uuid4().hex
    rows = {
        "rights_request": [{"id": key}],
        "data_key": [{"rights_request_id": key, "key_class": one} for one in KeyClass],
        "name_index": [{"rights_request_id": key, "word": word} for word in WORDS],
    }
    with db.engine.begin() as connection:
        for name, given in rows.items():
            table = old.tables[name]
            connection.execute(table.insert(), [sample(table) | row for row in given])


def sample(table: Table) -> dict[str, Any]:
    """Something in every column that must hold something; ids are text where they are on disk."""
    values = {str: "x", bytes: b"x", int: 0, bool: False, datetime: NOW, UUID: uuid4()}
    return {
        column.name: uuid4().hex if column.name == "id" else values[column.type.python_type]
        for column in table.columns
        if not column.nullable
    }


def test_keys_and_names_are_still_there_after_the_tables_were_made_leaner(
    first_hub: Flask,
) -> None:
    hold_a_request()
    upgrade_database(first_hub)
    with db.engine.connect() as connection:
        assert set(connection.scalars(select(DataKey.key_class))) == set(KeyClass)
        assert sorted(connection.scalars(select(NameIndex.word))) == sorted(set(WORDS))


def test_each_table_has_the_primary_key_of_its_model(first_hub: Flask) -> None:
    upgrade_database(first_hub)
    found = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        kept = found.get_pk_constraint(table.name)["constrained_columns"]
        assert kept == [column.name for column in table.primary_key], table.name
