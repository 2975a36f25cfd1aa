"""One hub for the tests of the look: what it shows hangs on no case, so it is built once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask import abort
from jinja2 import FileSystemBytecodeCache

from config import Settings
from hub import create_app
from hub.errors import Conflict, NotFound, StorageUnavailable
from hub.extensions import db
from tests.engines import Engines
from tests.pages import CheckedClient

PRIVATE_FAULT = "the diagnosis of Mrs Martin"
REFUSALS = {"conflict": Conflict, "absent": NotFound, "storage": StorageUnavailable}


@pytest.fixture(scope="session")
def shown_app(
    tmp_path_factory: pytest.TempPathFactory,
    engines: Engines,
    compiled_pages: FileSystemBytecodeCache,
) -> Iterator[APIFlask]:
    """An empty hub that shows its errors as it does to people, with addresses that fail."""
    folder = tmp_path_factory.mktemp("shown")
    app = create_app(Settings.for_tests(folder, database_url=engines.fresh("sqlite", folder)))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.jinja_env.bytecode_cache = compiled_pages
    app.test_client_class = CheckedClient
    _add_failing_addresses(app)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(shown_app: APIFlask) -> CheckedClient:
    """Someone who comes for the first time, without cookie; every page is checked."""
    return shown_app.test_client()  # type: ignore[return-value]


def _add_failing_addresses(app: APIFlask) -> None:
    @app.get("/fails/<int:status>")
    def fail(status: int) -> str:
        abort(status)

    @app.get("/fails/refused/<kind>")
    def refuse(kind: str) -> str:
        raise REFUSALS[kind]

    @app.get("/fails/broken")
    def break_down() -> str:
        raise RuntimeError(PRIVATE_FAULT)
