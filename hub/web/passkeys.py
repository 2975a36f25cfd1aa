"""Passkeys in the web: signing in with one, adding and removing them."""

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user, login_user
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.models.member import Member
from hub.queries.passkeys import passkeys_of
from hub.services.passkeys import (
    PasskeyKnown,
    PasskeyNameTaken,
    TooManyPasskeys,
    add_passkey,
    note_passkey_used,
    remove_passkey,
)
from hub.web.access import anyone, member
from hub.web.account_acts import actor_of
from hub.web.account_forms import AFTER_SIGN_IN, PASSKEY_FAILED, PasskeyForm, is_own_path
from hub.web.account_sessions import session_here
from hub.web.confirmation import lately_confirmed
from hub.web.passkey_ceremonies import (
    Ceremony,
    PasskeyRefused,
    PasskeyUse,
    passkey_made,
    passkey_used,
    registration_options,
    use_options,
)
from hub.web.work import reading, unit_of_work

bp = Blueprint("passkeys", __name__)


def offered_at_sign_in() -> dict[str, Any]:
    """What the sign-in page needs to take a passkey."""
    return {"passkey_options": use_options(Ceremony.SIGN_IN)}


@bp.post("/connexion/cle-acces")
@anyone
def sign_in() -> Response:
    """Open a session with a passkey, whose device verified its user: both factors at once."""
    asked = request.form.get("next", "")
    onward = asked if asked and is_own_path(asked) else AFTER_SIGN_IN
    if current_user.is_authenticated:
        return redirect(onward)
    try:
        row = _proved(passkey_used(request.form.get("passkey", ""), Ceremony.SIGN_IN))
    except PasskeyRefused:
        flash(str(PASSKEY_FAILED), "late")
        return redirect(url_for("security.login", next=onward))
    login_user(row, authn_via=["webauthn"])
    return redirect(onward)


@bp.route("/compte/cles-acces", methods=["GET", "POST"])
@member(Permission.BE_SIGNED_IN)
@lately_confirmed
def listed(actor: Actor) -> Any:
    """The member's passkeys, and a form to add one."""
    row = cast(Member, current_user)
    form = PasskeyForm()
    if form.validate_on_submit() and _added(actor, form):
        flash(_("The passkey is added. You can sign in with it from now on."), "ok")
        return redirect(url_for("passkeys.listed"))
    return render_template(
        "accounts/passkeys.html",
        form=form,
        passkeys=passkeys_of(reading(), row.id),
        passkey_options=registration_options(row),
    )


@bp.post("/compte/cles-acces/<uuid:passkey_id>/supprimer")
@member(Permission.BE_SIGNED_IN)
@lately_confirmed
def remove(actor: Actor, passkey_id: UUID) -> Response:
    """Remove one of the member's passkeys."""
    with unit_of_work(actor) as work:
        remove_passkey(work, cast(UUID, actor.id), passkey_id, kept_id=session_here().id)
    flash(_("The passkey is removed: it opens nothing any more here."), "ok")
    return redirect(url_for("passkeys.listed"))


def _proved(use: PasskeyUse) -> Member:
    """The member whose passkey proved itself, if she is let in; raises PasskeyRefused."""
    row = reading().get(Member, use.member_id)
    if row is None or not row.has_access:
        raise PasskeyRefused
    with unit_of_work(actor_of(row)) as work:
        note_passkey_used(work, use.passkey_id, use.sign_count)
    return reading().get_one(Member, use.member_id)


def _added(actor: Actor, form: PasskeyForm) -> bool:
    try:
        made = passkey_made(form.passkey.data or "", form.name.data.strip())
        with unit_of_work(actor) as work:
            add_passkey(work, cast(UUID, actor.id), made, kept_id=session_here().id)
    except PasskeyRefused:
        form.form_errors.append(
            _("Your device did not make a passkey, or too late. Try again: nothing has changed.")
        )
    except PasskeyNameTaken:
        form.name.errors = [_("You have another passkey of this name. Choose another name.")]
    except PasskeyKnown:
        form.form_errors.append(_("This passkey is registered already."))
    except TooManyPasskeys:
        form.form_errors.append(_("You have many passkeys already. Remove one first."))
    else:
        return True
    return False
