"""Headers of every answer (OWASP ASVS 5.0 §3.4): no inline code, no framing, nothing kept."""

from itertools import chain

from flask import Flask, Response, abort, request

from config import Settings
from hub.web.errors import API

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
NEVER_USED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
"""Features of browsers that no page needs; passkeys and copying a reference stay possible."""
# same-origin, not no-referrer: Flask-WTF checks the referrer of every form sent over HTTPS.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
    "X-Permitted-Cross-Domain-Policies": "none",
}
A_YEAR = 31_536_000
# The directory drops what cannot be printed from a search: an odd link still gives its list.
CLEANS_ITS_OWN_WORDS = frozenset({"directory.search"})


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer; pages are never kept by caches, static files are."""

    _refuse_what_nobody_sends(app, settings)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_public_url_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        if request.endpoint == "static" and response.status_code < 400:
            response.headers["Cache-Control"] = "public, max-age=3600"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _refuse_what_nobody_sends(app: Flask, settings: Settings) -> None:
    @app.before_request
    def limit_json() -> None:
        """A program's body is read into memory whole: it has a limit of its own."""
        if request.is_json:
            request.max_content_length = settings.max_json_bytes

    @app.before_request
    def refuse_nul() -> None:
        """No person types a NUL, no page may show one and PostgreSQL keeps none."""
        if request.path.startswith(API) or request.endpoint in CLEANS_ITS_OWN_WORDS:
            return
        if any("\0" in value for value in chain(request.args.values(), request.form.values())):
            abort(400)
