"""Asks a member again who she is before what matters most (step-up, ASVS 7.5.3)."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.session_limits import CONFIRMED_FOR
from hub.models.member import Member
from hub.queries.passkeys import passkeys_of
from hub.services.member_sessions import confirm_session
from hub.services.passkeys import note_passkey_used
from hub.web.access import member, signed_in_actor
from hub.web.account_forms import CONFIRM, ConfirmForm, is_own_path
from hub.web.account_sessions import new_number, note_sensitive_act, session_here
from hub.web.passkey_ceremonies import Ceremony, use_options
from hub.web.portal import home_of
from hub.web.work import ports, reading, unit_of_work

BACK = f"{CONFIRM}back"
View = TypeVar("View", bound=Callable[..., Any])

bp = Blueprint("confirmation", __name__)


def lately_confirmed(view: View) -> View:
    """Before an act that matters: goes on if she proved who she is less than ten minutes ago.

    Else a page is first shown, or a form is kept while she confirms, with all she typed. Sits
    under the route's access decorator; files cannot be kept, so no form that sends one wears it.
    """
    return cast(View, _guarded(view, saves_file=False))


def lately_confirmed_for_file(view: View) -> View:
    """The same for a link that saves a file: she comes back to the page that shows the link."""
    return cast(View, _guarded(view, saves_file=True))


@bp.route("/connexion/confirmation", methods=["GET", "POST"])
@member(Permission.BE_SIGNED_IN)
def confirm(actor: Actor) -> Any:
    """Prove again who one is, then go on to the page that asked for it."""
    target = request.args.get("next", "")
    onward = target if target and is_own_path(target) else home_of(actor.roles)
    if is_lately_confirmed():
        return redirect(onward)
    form = ConfirmForm()
    if form.validate_on_submit():
        _confirmed(actor, form)
        if request.args.get("file"):
            flash(_("Thank you. You can open the document now."), "ok")
        return redirect(onward)
    return _page(form, request.full_path, onward)


def is_lately_confirmed() -> bool:
    """Whether the member of this visit proved who she is lately."""
    return ports().clock.now() < session_here().confirmation_ends_at


def _guarded(view: Callable[..., Any], *, saves_file: bool) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        actor = signed_in_actor()
        if actor is None:
            return view(*args, **kwargs)
        if not is_lately_confirmed():
            asked = _ask(actor, saves_file=saves_file)
            if asked is not None:
                return asked
        note_sensitive_act()
        return view(*args, **kwargs)

    return guarded


def _ask(actor: Actor, *, saves_file: bool) -> Any:
    """The page that asks, or None once she has confirmed."""
    if request.method != "POST":
        back = came_from(actor) if saves_file else request.full_path.removesuffix("?")
        file = "1" if saves_file else None
        return redirect(url_for("confirmation.confirm", next=back, file=file))
    g.actor = actor
    form = ConfirmForm()
    here = request.full_path.removesuffix("?")
    if not ConfirmForm.is_in(request.form):
        return _page(form, here, came_from(actor), _typed())
    back = request.form.get(BACK, "")
    back = back if back and is_own_path(back) else home_of(actor.roles)
    if not form.validate():
        return _page(form, here, back, _typed())
    _confirmed(actor, form)
    if saves_file:
        return render_template("accounts/confirmed.html", action=here, back=back, kept=_typed())
    return None


def _typed() -> list[tuple[str, str]]:
    """The fields of the form that is kept, as they were sent."""
    sent = request.form.items(multi=True)
    return [(name, value) for name, value in sent if not name.startswith(CONFIRM)]


def came_from(actor: Actor) -> str:
    """The page of this hub that she was on."""
    said = urlsplit(request.referrer or "")
    path = f"{said.path}?{said.query}" if said.query else said.path
    is_ours = said.netloc == request.host and path and is_own_path(path)
    return path if is_ours else home_of(actor.roles)


def _confirmed(actor: Actor, form: ConfirmForm) -> None:
    here = session_here()
    with unit_of_work(actor) as work:
        if form.use is not None:
            note_passkey_used(work, form.use.passkey_id, form.use.sign_count)
        confirm_session(work, here.id, new_number(), code_counter=g.pop("code_counter", None))
        ends_at = work.now + CONFIRMED_FOR
    g.member_session = replace(here, used_at=work.now, confirmation_ends_at=ends_at)


def _page(
    form: ConfirmForm, action: str, back: str, kept: list[tuple[str, str]] | None = None
) -> str | Response:
    passkeys = passkeys_of(reading(), cast(Member, current_user).id)
    return render_template(
        "accounts/confirmation.html",
        form=form,
        action=action,
        back=back,
        kept=kept or [],
        passkey_options=use_options(Ceremony.CONFIRM, passkeys) if passkeys else None,
    )
