"""Providers of identity of the demonstration: they speak as the real ones do and prove nothing."""

from apiflask import APIFlask

from config import Settings
from hub.demo.identity_provider import endpoints, pages

__all__ = ["init_app"]


def init_app(app: APIFlask, settings: Settings) -> None:
    """Serve them on the hub's own port, in a demonstration only."""
    if settings.demonstration:
        app.register_blueprint(endpoints.bp)
        app.register_blueprint(pages.bp)
