"""Members' sessions in the web: the cookie carries a number, the row decides (ASVS 7.2, 7.4)."""

import secrets
from functools import partial
from typing import Any

from flask import Flask, Response, flash, g, request, session
from flask_babel import gettext as _
from flask_login import user_logged_out
from flask_security import current_user, logout_user
from flask_security.signals import user_authenticated
from flask_security.utils import set_request_attr

from hub.domain.actors import SYSTEM
from hub.domain.session_limits import newly_used
from hub.errors import StorageUnavailable
from hub.extensions import security
from hub.models.member import Member
from hub.queries.member_sessions import OpenSession, open_session
from hub.services.member_sessions import NewSession, end_session, note_use, open_member_session
from hub.web.account_acts import actor_of, later
from hub.web.device_words import device_words
from hub.web.locale import COOKIE, COOKIE_SECONDS
from hub.web.work import ports, reading, settings, unit_of_work

NUMBER = "number"


def init_app(app: Flask) -> None:
    """Watch over the sessions of this application."""
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    security.login_manager.user_loader(_load_member)
    app.before_request(_say_if_over)
    app.after_request(_note_use)
    app.after_request(_speak_her_language)


def session_here() -> OpenSession:
    """The session of this visit; only for views of signed-in members."""
    found: OpenSession = g.member_session
    return found


def new_number() -> str:
    """Another number for this browser's session: 256 bits."""
    number = secrets.token_hex(32)
    session[NUMBER] = number
    return number


def note_sensitive_act() -> None:
    """Let the time for which she is confirmed slide, once this answer is made."""
    g.sensitive_act = True


def _load_member(uniquifier: str) -> Member | None:
    """Who is signed in: her session is open, and neither she nor her organisation shut out."""
    found = open_session(reading(), ports().keyring, session.get(NUMBER, ""), ports().clock.now())
    if found is None:
        return None
    row = reading().get(Member, found.member_id)
    if row is None or row.fs_uniquifier != uniquifier or not row.has_access:
        return None
    g.member_session = found
    # What the library's own pages look for.
    set_request_attr("fs_authn_via", "session")
    return row


def _begin(_: Any, user: Member, **__: Any) -> None:
    """A session starts afresh: its own number and a new token against forged forms."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session.permanent = True
    replaces = session.get(NUMBER, "")
    device = device_words(request.user_agent.string)
    new = NewSession(user.id, new_number(), device, replaces)
    later(actor_of(user), partial(open_member_session, new=new))
    if COOKIE not in request.cookies:
        g.language_of_member = user.language


def _end(*_: Any, **__: Any) -> None:
    """Whoever kept a copy of the cookie opens nothing with it any more."""
    number = session.pop(NUMBER, "")
    g.pop("member_session", None)
    if number:
        later(SYSTEM, partial(end_session, number=number))


def _say_if_over() -> None:
    if "_user_id" not in session or request.endpoint == "static" or current_user.is_authenticated:
        return
    logout_user()
    flash(_("Your session has ended, for your safety. Sign in again."), "info")


def _note_use(response: Response) -> Response:
    found: OpenSession | None = g.get("member_session")
    if found is None:
        return response
    used = newly_used(
        found.used_at,
        found.confirmation_ends_at,
        ports().clock.now(),
        is_sensitive=g.pop("sensitive_act", False),
    )
    if used is not None:
        try:
            with unit_of_work(SYSTEM) as work:
                note_use(work, found.id, *used)
        except StorageUnavailable:
            # A page that was read stays good while the database is busy: the next one will tell.
            return response
    return response


def _speak_her_language(response: Response) -> Response:
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
