"""Binds every cookie to the hub's host wherever it is served over https (RFC 6265bis §4.1.3).

A browser takes `__Host-` only from https, for the whole host and for no sub-domain; `__Secure-`,
which a cookie of one folder bears, only from https. No neighbouring site can plant either. The rest
of the hub names its cookies without them: here they are put on, and looked for.
"""

from typing import Any

from flask import Request, Response, current_app
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

HOST, SECURE = "__Host-", "__Secure-"


class BoundRequest(Request):
    """A call whose cookies bear the names that the hub gives them."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """What the browser sent; over https, what has no prefix may be another site's."""
        sent = super().cookies
        if not _is_secure():
            return sent
        return ImmutableMultiDict(
            (name.removeprefix(prefix), value)
            for name, value in sent.items(multi=True)
            for prefix in (HOST, SECURE)
            if name.startswith(prefix)
        )


class BoundResponse(Response):
    """An answer none of whose cookies is read by a script, sent in clear or sent elsewhere."""

    def set_cookie(self, key: str, value: str = "", *given: Any, **more: Any) -> None:
        """Set a cookie, or end it; whoever calls may shorten its life and loosen nothing."""
        more |= {"httponly": True, "samesite": more.get("samesite") or "Lax", "domain": None}
        if _is_secure():
            more["secure"] = True
            key = f"{HOST if more.get('path', '/') == '/' else SECURE}{key}"
        super().set_cookie(key, value, *given, **more)


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
