"""The databases that tests are given, and what is left of them."""

from pathlib import Path

from sqlalchemy import create_engine, text

from tests.engines import Engines


def databases(url: str) -> set[str]:
    """Every database of the server."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(connection.scalars(text("SELECT datname FROM pg_database")))
    engine.dispose()
    return found


def test_a_database_of_a_test_is_gone_after_it(engines: Engines, tmp_path: Path) -> None:
    kept = engines.fresh("postgresql", tmp_path)
    before = databases(kept)
    given = engines.fresh("postgresql", tmp_path)
    assert len(databases(kept) - before) == 1
    engines.drop("postgresql", given)
    assert databases(kept) == before
    engines.drop("postgresql", kept)
