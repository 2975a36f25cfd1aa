"""The databases that tests are given, and what is left of them."""

from pathlib import Path

from sqlalchemy import create_engine, text

from tests.engines import Engines


def test_a_database_of_a_test_is_gone_after_it(engines: Engines, tmp_path: Path) -> None:
    url = engines.fresh("postgresql", tmp_path)
    engines.drop("postgresql", url)
    other = engines.fresh("postgresql", tmp_path)
    engine = create_engine(other)
    with engine.connect() as connection:
        names = set(connection.scalars(text("SELECT datname FROM pg_database")))
    engine.dispose()
    engines.drop("postgresql", other)
    assert len({name for name in names if name.startswith("test_")}) == 1
