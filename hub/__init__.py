"""The rights hub: one request, every controller."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from config import Settings
    from hub.ports import Ports


def create_app(settings: Settings, ports: Ports | None = None) -> APIFlask:
    """The web application of one process; `ports` replaces the real outside (tests)."""
    # Loaded late: `rights-hub deadline` reads the law without Flask or a database.
    from hub.application import build

    return build(settings, ports)
