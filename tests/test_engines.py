"""The databases that tests are given, and what is left of them."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from tests.engines import Engines

ADD = "INSERT INTO role (id, name) VALUES (gen_random_uuid(), 'left')"
COUNT = "SELECT count(*) FROM role"


def said(url: str, *statements: str) -> object:
    """What the last of these gives."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                found = connection.execute(text(statement))
            return found.scalar() if found.returns_rows else None
    finally:
        engine.dispose()


def test_a_database_is_given_again_empty_and_its_log_still_guarded(
    engines: Engines, tmp_path: Path
) -> None:
    given = engines.fresh("postgresql", tmp_path)
    assert said(given, ADD, COUNT) == 1
    engines.drop("postgresql", given)
    again = engines.fresh("postgresql", tmp_path)
    assert again == given
    assert said(again, COUNT) == 0
    with pytest.raises(ProgrammingError, match="insert-only"):
        said(again, "TRUNCATE audit_event")
    engines.drop("postgresql", again)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE audit_event DISABLE TRIGGER USER",
        "ALTER TABLE role RENAME TO elsewhere",
        "ALTER TABLE role ADD COLUMN more text",
        "CREATE INDEX more ON role (name)",
        "ANALYZE role",
    ],
)
def test_a_database_that_a_test_changed_is_given_to_nobody(
    engines: Engines, tmp_path: Path, change: str
) -> None:
    given = engines.fresh("postgresql", tmp_path)
    said(given, ADD, change)
    engines.drop("postgresql", given)
    other = engines.fresh("postgresql", tmp_path)
    assert other != given
    assert said(other, COUNT) == 0
    with pytest.raises(OperationalError, match="does not exist"):
        said(given, COUNT)
    engines.drop("postgresql", other)
