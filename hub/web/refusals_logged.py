"""One line of the log for each refusal of access (ASVS 16.3.2, 16.3.3): what, as whom, why not.

It names the rule of the address, never the address: a link holds its secret. Whoever calls is
named by the key of her account, of her visit or of her token, which say nothing of her.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from flask import Flask, Response, current_app, g, request
from flask_security import current_user

log = structlog.get_logger(__name__)

REFUSALS = frozenset({401, 403})
NOT_THERE = frozenset({404, 410})


@dataclass(frozen=True)
class Caller:
    """As whom an address was called."""

    kind: str
    key: UUID | None = None


def came_as(caller: Caller) -> None:
    """Remember who calls, for the line of a refusal."""
    g.caller = caller


def turned_away() -> None:
    """This call is refused, whatever the status of its answer: led to sign in, a forged form."""
    g.was_turned_away = True


def init_app(app: Flask) -> None:
    """Log the refusals of this application."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if _is_refusal(response.status_code):
        caller: Caller = g.get("caller") or Caller("anonymous")
        log.warning(
            "access_refused",
            rule=str(request.url_rule),
            method=request.method,
            status=response.status_code,
            wanted=_badge(),
            caller=caller.kind,
            key=caller.key and str(caller.key),
        )
    return response


def _is_refusal(status: int) -> bool:
    """A 404 counts where the address names a thing: it is not there, or not for who asks."""
    if request.endpoint in (None, "static"):
        return False
    if status in REFUSALS or (status in NOT_THERE and request.view_args):
        return True
    return bool(g.get("was_turned_away", False)) or _is_led_to_sign_in(status)


def _is_led_to_sign_in(status: int) -> bool:
    """A page of Flask-Security for members, which turns strangers away by itself."""
    is_for_members = _badge().startswith("member:")
    return status == 302 and is_for_members and not current_user.is_authenticated


def _badge() -> str:
    view = current_app.view_functions[str(request.endpoint)]
    return str(getattr(view, "access", "anyone"))
