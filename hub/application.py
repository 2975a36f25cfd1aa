"""Builds the application: read it as the hub's table of contents."""

from pathlib import Path
from typing import Any

import structlog
from apiflask import APIFlask
from flask import request
from werkzeug.datastructures import ImmutableDict
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from hub import models  # noqa: F401  (maps every table)
from hub.adapters.database import prepare_engine
from hub.adapters.log_lines import write_lines
from hub.adapters.mail.wording import WordedCorrespondence
from hub.bootstrap import limit_store, real_ports
from hub.demo import identity_provider
from hub.domain.session_limits import LONGEST
from hub.extensions import csrf, db, migrate
from hub.ports import Ports
from hub.web import (
    accounts,
    blueprints,
    errors,
    filters,
    health,
    limits,
    locale,
    refusals_logged,
    security,
)
from hub.web.cookies import BoundRequest, BoundResponse
from hub.web.sealed_spool import SealingRequest

ROOT = Path(__file__).resolve().parents[1]

log = structlog.get_logger(__name__)


class HubRequest(SealingRequest, BoundRequest):
    """A call as the hub takes it: cookies bound to its host, files sealed as they come."""


class RightsHub(APIFlask):
    """The application; its log names the rule of a page that failed, never its address.

    The address of a link holds its secret, and that of a case its key. No address tells a stranger
    which methods it takes (ASVS 4.1.4): OPTIONS is refused like any other that it does not name.
    """

    request_class = HubRequest
    response_class = BoundResponse
    default_config = ImmutableDict(APIFlask.default_config | {"PROVIDE_AUTOMATIC_OPTIONS": False})

    def log_exception(self, exc_info: Any) -> None:
        """Log a failure with its traceback."""
        log.error(
            "page_failed", rule=str(request.url_rule), method=request.method, exc_info=exc_info[1]
        )


def build(settings: Settings, ports: Ports | None = None) -> APIFlask:
    """The application with its extensions, ports, pages and errors bound."""
    write_lines()
    app = RightsHub(
        __name__,
        title="Rights hub",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(_configuration(settings))
    app.extensions["settings"] = settings
    _bind_extensions(app)
    served = ports or real_ports(settings, app)
    app.extensions["ports"] = served
    app.extensions["correspondence"] = WordedCorrespondence(app, served.mailer)
    locale.init_app(app)
    filters.init_app(app)
    with app.app_context():
        accounts.init_app(app)
    blueprints.init_app(app, settings)
    identity_provider.init_app(app, settings)
    errors.init_app(app)
    security.init_app(app, settings)
    refusals_logged.init_app(app)
    health.init_app(app)
    limits.init_app(app, *limit_store(settings), counts=settings.counts_calls)
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _bind_extensions(app: APIFlask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "hub" / "migrations"), render_as_batch=True)
    csrf.init_app(app)


def _configuration(settings: Settings) -> dict[str, object]:
    secure = settings.is_public_url_secure
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.testing,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.max_form_bytes,
        "MAX_FORM_PARTS": settings.max_form_parts,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "OPENAPI_VERSION": "3.1.0",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": LONGEST,
        # A page still loading elsewhere would bring back the number of before a confirmation.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAIL_SERVER": settings.mail_server,
        "MAIL_PORT": settings.mail_port,
        "MAIL_USERNAME": settings.mail_username,
        "MAIL_PASSWORD": settings.mail_password,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_USE_SSL": settings.mail_use_ssl,
        "MAIL_DEFAULT_SENDER": settings.mail_sender,
    }


def _engine_options(settings: Settings) -> dict[str, object]:
    # The values of a statement that failed are a person's: no message quotes them.
    shared: dict[str, object] = {"hide_parameters": True}
    if settings.database_url.startswith("sqlite"):
        return shared | {"connect_args": {"timeout": 15}}
    pool = {"pool_size": settings.web_threads + 2, "max_overflow": 4, "pool_pre_ping": True}
    return shared | pool
