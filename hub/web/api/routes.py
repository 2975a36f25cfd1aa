"""Binds `/api/v1`: its blueprints, its problems (RFC 9457) and its description (OpenAPI 3.1)."""

from typing import Any

from apiflask import APIFlask, HTTPError
from flask.json.provider import DefaultJSONProvider

from hub.extensions import csrf
from hub.web.api import (
    announced,
    batches,
    incidents,
    law,
    objections,
    opt_outs,
    referrals,
    rights_requests,
    uploads,
)
from hub.web.api.webhooks import described_webhooks
from hub.web.errors import problem

BLUEPRINTS = (
    law.bp,
    rights_requests.bp,
    batches.bp,
    referrals.bp,
    uploads.bp,
    objections.bp,
    opt_outs.bp,
    incidents.bp,
    announced.bp,
)
PROBLEM = "application/problem+json"
TOO_LONG = {"description": "Address longer than the server reads", "content": {"text/html": {}}}
"""Said by the server itself, before the hub is asked."""


class BoundedJson(DefaultJSONProvider):
    """JSON whose nesting the parser cannot follow is unreadable like any other fault of a body."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value that a text holds; raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def init_app(app: APIFlask) -> None:
    """Register the API; its calls carry a token or change nothing, so CSRF does not concern it."""
    app.json = BoundedJson(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
        csrf.exempt(blueprint)
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}
    app.error_processor(_problem)
    app.spec_processor(_described)


def _problem(error: HTTPError) -> Any:
    members: dict[str, Any] = {}
    if error.detail:
        members["errors"] = list(_faults(error.detail))
    return problem(error.status_code, error.message, **members)


def _faults(detail: Any, path: str = "") -> Any:
    """Each fault with the field it is beside, whatever the nesting of the validator."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _faults(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _faults(inner, path)
    else:
        yield {"field": path, "message": str(detail)}


def _described(spec: Any) -> Any:
    for item in spec["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                _use_problems(operation["responses"])
    spec["webhooks"] = described_webhooks()
    return spec


def _use_problems(responses: dict[str, Any]) -> None:
    schema = {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": ["string", "null"]},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object"}},
        },
    }
    for code in ("400", "401", "403", "404", "409", "422", "503"):
        responses.setdefault(code, {"description": code})
    for code, response in responses.items():
        if str(code) >= "400":
            response["content"] = {PROBLEM: {"schema": schema}}
    responses["414"] = TOO_LONG
