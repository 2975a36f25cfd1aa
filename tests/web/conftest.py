"""Blueprints that a test of pages needs, whoever registered the others."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from hub.web.controller import team
from hub.web.public import demonstration, pages


@pytest.fixture(autouse=True)
def _pages(request: pytest.FixtureRequest) -> None:
    if "app" not in request.fixturenames:
        return
    app: APIFlask = request.getfixturevalue("app")
    for module in (pages, team, demonstration):
        if module.bp.name not in app.blueprints:
            app.register_blueprint(module.bp)
