"""Writes account acts in the log, after Flask-Security's own commit (the one exception of §3)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, request, session
from flask_security.signals import tf_code_confirmed, tf_profile_changed, user_authenticated
from itsdangerous import BadData, URLSafeTimedSerializer

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.sign_in_delay import REMEMBERED, wait_left
from hub.models.member import Member
from hub.queries.member_sessions import OpenSession
from hub.queries.sign_ins import failures_since_success
from hub.services.signing_in import (
    FailedSignIn,
    begin_access,
    record_account_change,
    record_failed_sign_in,
    record_sign_in,
    subject_of,
)
from hub.services.unit_of_work import Work
from hub.web.work import ports, reading, settings, unit_of_work

BROWSER_COOKIE = "known_browser"
BROWSER_SECONDS = 180 * 24 * 3600
COUNTED_UP_TO_SECONDS = 900


def init_app(app: Flask) -> None:
    """Listen to Flask-Security, and write what it said once the answer is made."""
    user_authenticated.connect(_signed_in, app)
    tf_code_confirmed.connect(_second_factor_confirmed, app)
    tf_profile_changed.connect(_second_factor_changed, app)
    app.after_request(_write_acts)


def later(actor: Actor, act: Callable[[Work], None]) -> None:
    """Write an act after this answer is made."""
    g.setdefault("account_acts", []).append((actor, act))


def seconds_to_wait(email: str, member: Member | None) -> int:
    """How long this browser must wait before another try for this account, in seconds."""
    subject = subject_of(ports().keyring, email, member.id if member else None)
    now = ports().clock.now()
    failed_at = failures_since_success(
        reading(), subject, now - REMEMBERED, known_browser=is_known_browser(member)
    )
    left = wait_left(failed_at, now)
    return -(-left // timedelta(seconds=1))


def note_failure(email: str, member: Member | None, factor: str) -> None:
    """Write down a wrong password or code."""
    failure = FailedSignIn(
        email=email,
        factor=factor,
        known_browser=is_known_browser(member),
        member_id=member.id if member else None,
        organisation_id=member.organisation_id if member else None,
    )
    later(SYSTEM, partial(record_failed_sign_in, failure=failure))


def is_known_browser(member: Member | None) -> bool:
    """Whether this browser already opened a session of this member (OWASP device cookie)."""
    if member is None:
        return False
    here: OpenSession | None = g.get("member_session")
    if here is not None and here.member_id == member.id:
        return True
    try:
        kept = _browsers().loads(request.cookies.get(BROWSER_COOKIE, ""), max_age=BROWSER_SECONDS)
    except BadData:
        return False
    return member.id.hex in kept


def _browsers() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(ports().keyring.blind_index("signing", "known_browser"))


def _signed_in(_: Any, user: Member, **__: Any) -> None:
    act = partial(
        record_sign_in,
        member_id=user.id,
        known_browser=is_known_browser(user),
        code_counter=g.pop("code_counter", None),
    )
    later(actor_of(user), act)
    g.remember_browser_of = user.id


def _second_factor_confirmed(_: Any, user: Member, **__: Any) -> None:
    if session.get("tf_state") == "validating_profile":
        later(actor_of(user), partial(begin_access, member_id=user.id))


def _second_factor_changed(_: Any, user: Member, **__: Any) -> None:
    later(actor_of(user), changed_by(user, "second_factor"))


def changed_by(user: Member, what: str) -> Callable[[Work], None]:
    """The act of a member who changed how she signs in; the session she is in goes on."""
    return partial(record_account_change, member_id=user.id, what=what, kept_id=g.member_session.id)


def actor_of(user: Member) -> Actor:
    """A member as the one who acts."""
    return Actor(ActorKind.MEMBER, user.id, user.organisation_id, user.role_set, user.name)


def _write_acts(response: Response) -> Response:
    acts: list[tuple[Actor, Callable[[Work], None]]] = g.pop("account_acts", [])
    for actor, group in groupby(acts, key=itemgetter(0)):
        with unit_of_work(actor) as work:
            for _, act in group:
                act(work)
    member_id: UUID | None = g.pop("remember_browser_of", None)
    if member_id is not None:
        _remember_browser(response, member_id)
    return response


def _remember_browser(response: Response, member_id: UUID) -> None:
    try:
        kept = _browsers().loads(request.cookies.get(BROWSER_COOKIE, ""))
    except BadData:
        kept = []
    others = [key for key in kept if key != member_id.hex][-4:]
    response.set_cookie(
        BROWSER_COOKIE,
        _browsers().dumps([*others, member_id.hex]),
        max_age=BROWSER_SECONDS,
        path="/connexion",
        secure=settings().is_public_url_secure,
        httponly=True,
        samesite="Lax",
    )
