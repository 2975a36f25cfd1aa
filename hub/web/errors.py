"""Turns what went wrong into a page that says what happened, or into problem+json for the API."""

from typing import Any

import structlog
from apiflask import APIFlask
from flask import Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

from hub.domain.lifecycle import ActionNotAllowed, NotYours
from hub.errors import Conflict, HubError, Invalid, NotFound, StorageUnavailable
from hub.services.filing import AlreadyFiling, KeyUsedOtherwise
from hub.web.refusals_logged import turned_away

log = structlog.get_logger(__name__)

STATUS: dict[type[HubError], int] = {
    ActionNotAllowed: 409,
    AlreadyFiling: 409,
    Conflict: 409,
    Invalid: 422,
    KeyUsedOtherwise: 422,
    NotFound: 404,
    NotYours: 403,
    StorageUnavailable: 503,
}
PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
API = "/api/"


def status_of(error: HubError) -> int:
    """The HTTP status of a refusal: its own, or that of its nearest ancestor; else 422."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def problem(status: int, title: str | None, **members: Any) -> Response:
    """An RFC 9457 answer."""
    body = {"type": "about:blank", "title": title, "status": status} | members
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def problem_of(error: HubError) -> Response:
    """A refusal as RFC 9457, with its code and the facts that word it."""
    facts = {name: str(value) for name, value in error.facts.items()}
    return problem(status_of(error), error.code.replace("_", " "), code=error.code, **facts)


def init_app(app: APIFlask) -> None:
    """Register the pages of errors."""
    app.register_error_handler(HubError, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    for kind in (OperationalError, InterfaceError, NoConnectionLeft):
        app.register_error_handler(kind, _without_database)
    app.register_error_handler(500, _broken)


def _refused(error: HubError) -> tuple[str, int] | Response:
    if request.path.startswith(API):
        return problem_of(error)
    return _page(status_of(error))


def _without_database(error: SQLAlchemyError) -> tuple[str, int] | Response:
    """The database is away while a page only reads: to be tried again, as when it writes."""
    log.warning("database_away", error=type(error).__name__)
    return _refused(StorageUnavailable())


def _form_too_old(error: CSRFError) -> tuple[str, int] | Response:
    turned_away()
    return _page(400)


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:
        return error
    if request.path.startswith(API):
        answer = problem(code, error.name, detail=error.description)
    else:
        answer = make_response(_page(code))
    _carry_headers(error, answer)
    return answer


def _carry_headers(error: HTTPException, answer: Response) -> None:
    """Keep what the error tells programs: Allow of a 405 (RFC 9110 §15.5.6), Retry-After."""
    for name, value in error.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value


def _broken(error: Exception) -> tuple[str, int] | Response:
    if request.path.startswith(API):
        return problem(500, "Internal Server Error")
    return _page(500)


def _page(status: int) -> tuple[str, int]:
    name = status if status in PAGES else 400
    return render_template(f"errors/{name}.html"), status
