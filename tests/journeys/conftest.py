"""One running hub for each mode, shared by the stories of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.engines import Engines
from tests.journeys.browsers import open_browser, skip_without_chromium
from tests.journeys.hubs import JourneyHub, embedded_hub, scaled_hub

MODES = ("embedded", "scaled")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory, _words: None) -> Iterator[JourneyHub]:
    """The hub of one command: SQLite, its own Valkey, the mail catcher."""
    with embedded_hub(tmp_path_factory.mktemp("embedded")) as hub:
        yield hub


@pytest.fixture(scope="session")
def scaled(
    tmp_path_factory: pytest.TempPathFactory, engines: Engines, _words: None
) -> Iterator[JourneyHub]:
    """The hub on PostgreSQL, a Valkey and a mail server of others."""
    with scaled_hub(tmp_path_factory.mktemp("scaled"), engines) as hub:
        yield hub


@pytest.fixture(params=MODES)
def hub(request: pytest.FixtureRequest) -> JourneyHub:
    """The running hub of each mode in turn."""
    return request.getfixturevalue(str(request.param))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, shared by the stories; each has contexts of its own."""
    with open_browser(skip_without_chromium()) as running:
        yield running
