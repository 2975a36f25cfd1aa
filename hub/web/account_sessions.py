"""Members' sessions: 12 hours at most, 2 hours without use (ASVS 7.3), renewed at sign-in."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, flash, g, request, session
from flask_babel import gettext as _
from flask_security import logout_user
from flask_security.signals import user_authenticated

from hub.models.member import Member
from hub.web.locale import COOKIE, COOKIE_SECONDS
from hub.web.work import ports, settings

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=1)
OPENED_AT = "opened_at"
USED_AT = "used_at"


def init_app(app: Flask) -> None:
    """Watch over the sessions of this application."""
    user_authenticated.connect(_begin, app)
    app.before_request(_end_if_over)
    app.after_request(_speak_her_language)


def _begin(_: Any, user: Member, **__: Any) -> None:
    """A session starts afresh: its own number and a new token against forged forms."""
    now = ports().clock.now().isoformat()
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session.permanent = True
    session.update({OPENED_AT: now, USED_AT: now, "number": secrets.token_hex(16)})
    if COOKIE not in request.cookies:
        g.language_of_member = user.language


def _end_if_over() -> None:
    if "_user_id" not in session or request.endpoint == "static":
        return
    now = ports().clock.now()
    opened_at = _instant(OPENED_AT, now)
    used_at = _instant(USED_AT, now)
    if now - opened_at > LONGEST or now - used_at > IDLE:
        logout_user()
        session.pop(OPENED_AT, None)
        session.pop(USED_AT, None)
        flash(_("Your session has ended, for your safety. Sign in again."), "info")
    elif now - used_at > NOTED_EVERY:
        session[USED_AT] = now.isoformat()


def _instant(key: str, now: datetime) -> datetime:
    return datetime.fromisoformat(session.setdefault(key, now.isoformat()))


def _speak_her_language(response: Any) -> Any:
    language = g.pop("language_of_member", None)
    if language:
        response.set_cookie(
            COOKIE,
            language,
            max_age=COOKIE_SECONDS,
            secure=settings().is_public_url_secure,
            httponly=True,
            samesite="Lax",
        )
    return response
