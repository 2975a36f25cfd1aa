"""Choice of the language of a visit: `?lang=`, then the cookie, then the browser, then French."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from flask import Flask, Response, has_request_context, request
from flask.globals import request_ctx
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from hub.extensions import babel
from hub.web.translations import babel_domains

LANGUAGES = {"fr": "Français", "en": "English"}
DEFAULT_LANGUAGE = "fr"
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
TIMEZONE = "Europe/Paris"


def choose_locale() -> str:
    """Return the language code of this visit, always one of `LANGUAGES`."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    return _browser_language() or DEFAULT_LANGUAGE


def _browser_language() -> str | None:
    """The first language of the browser that the hub speaks: fr-CA is French (RFC 4647 §3.4)."""
    for tag, quality in request.accept_languages:
        code = tag.replace("_", "-").partition("-")[0].lower()
        if quality > 0 and code in LANGUAGES:
            return code
    return None


def current_language() -> str:
    """Return the language code in use, also inside `force_locale` and outside any visit."""
    locale = get_locale()
    return locale.language if locale is not None else DEFAULT_LANGUAGE


def other_languages() -> list[tuple[str, str]]:
    """Return (code, own name) of each language that is not in use."""
    return [pair for pair in LANGUAGES.items() if pair[0] != current_language()]


def language_url(code: str) -> str:
    """Return the address of this page, with its query, in the language `code`.

    A page that only a form opens has no address of its own: the page of that form then.
    """
    path, query = _address_to_come_back_to()
    query["lang"] = code
    return f"{quote(path)}?{urlencode(list(query.items(multi=True)))}"


def _address_to_come_back_to() -> tuple[str, MultiDict[str, str]]:
    adapter = request_ctx.url_adapter
    methods = set(adapter.allowed_methods()) if adapter else set()
    if request.method in ("GET", "HEAD") or "GET" in methods:
        return request.script_root + request.path, MultiDict(request.args)
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc != request.host or not sent_from.path.startswith("/"):
        return request.script_root + "/", MultiDict()
    return unquote(sent_from.path), MultiDict(parse_qsl(sent_from.query))


def remember_language(response: Response) -> Response:
    """Keep a language chosen by `?lang=` in a cookie, and say which one the page speaks."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and chosen != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE,
            str(chosen),
            max_age=COOKIE_SECONDS,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", current_language())
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def init_app(app: Flask) -> None:
    """Bind Flask-Babel to `app`, with every area's catalogue and the Paris time zone."""
    domains, directories = babel_domains()
    babel.init_app(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_domain=domains,
        default_translation_directories=directories,
        default_timezone=TIMEZONE,
        locale_selector=choose_locale,
    )
    app.jinja_env.globals.update(
        get_locale=get_locale, other_languages=other_languages, language_url=language_url
    )
    app.after_request(remember_language)
