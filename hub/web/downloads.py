"""Hands a file to a browser without ever letting it be shown in our origin."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response
from flask_babel import gettext as _
from werkzeug.datastructures import Headers
from werkzeug.http import dump_options_header

_NEVER_SHOWN = {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def download_of(content: bytes | Iterable[bytes], name: str, size: int | None = None) -> Response:
    """A response that saves `content` under `name` (RFC 6266, with its RFC 8187 form).

    `size` is the clear size in bytes when known, so that a browser shows progress and sees a cut.
    """
    headers = Headers(_NEVER_SHOWN)
    headers["Content-Disposition"] = attachment(name)
    known = len(content) if isinstance(content, bytes) else size
    if known is not None:
        headers["Content-Length"] = str(known)
    return Response(content, headers=headers)


def away_words() -> str:
    """What is said to who asked for a file that the store cannot give now."""
    return _(
        "This file cannot be opened at this moment. Nothing is lost: try again in a few minutes."
    )


def attachment(name: str) -> str:
    """The Content-Disposition of a download: an ASCII name, and the true one beside it."""
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    names = {"filename": ascii_name}
    if ascii_name != name:
        names["filename*"] = "UTF-8''" + quote(name, safe="")
    return dump_options_header("attachment", names)
