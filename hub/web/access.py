"""Who may call a route: each wears exactly one of these decorators (a test holds it)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import abort, g, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from hub.domain.actors import Actor, ActorKind
from hub.domain.permissions import Permission, may_enter
from hub.errors import NotFound
from hub.models.member import Member, TokenScope
from hub.queries.answer_links import contact_of_visit
from hub.queries.tokens import token_holder
from hub.queries.visits import visit_of
from hub.web.refusals_logged import Caller, came_as, turned_away
from hub.web.work import ports, reading

View = TypeVar("View", bound=Callable[..., Any])
VISIT_COOKIE = "visit"
LINK_COOKIE = "link_visit"


def _wears(view: Callable[..., Any], badge: str) -> Any:
    view.access = badge  # type: ignore[attr-defined]
    return view


def anyone(view: View) -> View:
    """Open to all, without account."""
    return cast(View, _wears(view, "anyone"))


def holder(view: View) -> View:
    """For the person who gave her reference and secret; the view receives `visit`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        visit = visit_of(reading(), request.cookies.get(VISIT_COOKIE, ""), ports().clock.now())
        if visit is None:
            turned_away()
            session["after_visit"] = request.path
            return redirect(url_for("tracking.enter", expired=1))
        came_as(Caller("person", visit.id))
        return view(*args, visit=visit, **kwargs)

    return cast(View, _wears(guarded, "holder"))


def signed_in_actor() -> Actor | None:
    """The member who is signed in, as an actor; None when nobody is."""
    if not current_user.is_authenticated:
        return None
    row = cast(Member, current_user)
    if not row.has_access:
        return None
    return Actor(ActorKind.MEMBER, row.id, row.organisation_id, row.role_set, row.name)


def member(permission: Permission) -> Callable[[View], View]:
    """For a signed-in member whose roles give `permission`; the view receives `actor`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = signed_in_actor()
            if actor is None:
                return _sign_in_first()
            came_as(Caller("member", actor.id))
            if not may_enter(actor.roles, permission):
                abort(403)
            g.actor = actor
            return view(*args, actor=actor, **kwargs)

        return cast(View, _wears(guarded, f"member:{permission.value}"))

    return decorate


def _sign_in_first() -> Response:
    turned_away()
    if request.method == "GET":
        asked = request.full_path if request.query_string else request.path
        return redirect(url_for("security.login", next=asked))
    return redirect(url_for("security.login"))


def by_link(view: View) -> View:
    """For a controller's contact who came by the link of one referral; the view receives `actor`.

    Its `id` is that referral's: no address of these pages names a case.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        cookie = request.cookies.get(LINK_COOKIE, "")
        actor = contact_of_visit(reading(), ports().keyring, cookie, ports().clock.now())
        if actor is None:
            turned_away()
            return redirect(url_for("by_link.over" if cookie else "by_link.uninvited"))
        came_as(Caller("contact", actor.id))
        return view(*args, actor=actor, **kwargs)

    return cast(View, _wears(guarded, "by_link"))


def case_of_visit(actor: Actor) -> UUID:
    """The one case that the link of a contact opens. Raises NotFound."""
    if actor.id is None:
        raise NotFound
    return actor.id


def api_client(scope: TokenScope) -> Callable[[View], View]:
    """For a program with a bearer token of this scope; the view receives `client` (an Actor)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            found = token_holder(reading(), ports().keyring, token) if kind == "Bearer" else None
            if found is None:
                abort(401)
            came_as(Caller("api_client", found.token_id))
            if scope.value not in found.scopes:
                abort(403)
            actor = Actor(ActorKind.API_CLIENT, found.token_id, found.organisation_id)
            return view(*args, client=actor, **kwargs)

        return cast(View, _wears(guarded, f"api_client:{scope.value}"))

    return decorate
