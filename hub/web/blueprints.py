"""Every blueprint of the hub, in the order of its readers."""

from apiflask import APIFlask

from config import Settings
from hub.web.api import routes as api_routes
from hub.web.public import directory


def init_app(app: APIFlask, settings: Settings) -> None:
    """Register the pages of the public, the controllers, the DPOs, the operators and the API."""
    app.register_blueprint(directory.bp)
    api_routes.init_app(app)
