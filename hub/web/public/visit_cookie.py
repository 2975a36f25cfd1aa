"""The cookie of a person's visit: what it holds opens her box, so no script ever reads it."""

from werkzeug.wrappers import Response

from hub.services.visits import VISIT_LASTS
from hub.web.access import VISIT_COOKIE
from hub.web.work import settings


def give_visit(response: Response, token: bytes) -> Response:
    """Hand the visit's token to the browser, for as long as the visit lasts."""
    response.set_cookie(
        VISIT_COOKIE,
        token.hex(),
        max_age=int(VISIT_LASTS.total_seconds()),
        path="/",
        secure=settings().is_public_url_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def end_visit(response: Response) -> Response:
    """Take the token back from the browser."""
    response.delete_cookie(
        VISIT_COOKIE,
        path="/",
        secure=settings().is_public_url_secure,
        httponly=True,
        samesite="Lax",
    )
    return response
