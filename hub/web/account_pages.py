"""A member's own pages: where to go after signing in, her account, her invitation."""

import io
from typing import Any, cast
from uuid import UUID

import segno
from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import login_user
from flask_security import current_user
from werkzeug.wrappers import Response

from hub.domain.actors import SYSTEM, Actor
from hub.domain.permissions import Permission
from hub.extensions import security
from hub.models.member import Member
from hub.queries.member_sessions import sessions_of
from hub.services.invitations import LASTS_DAYS, InvitationOver, invited_member
from hub.services.member_sessions import end_other_sessions, end_own_session, renew_number
from hub.services.members import (
    PasswordRefused,
    accept_invitation,
    set_password,
    set_preferences,
)
from hub.services.password_links import (
    PasswordLinkOver,
    ask_new_password,
    linked_member,
    replace_password,
)
from hub.web.access import anyone, member
from hub.web.account_acts import note_failure, seconds_to_wait
from hub.web.account_forms import (
    ChangePasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    PreferencesForm,
    fault_words,
    wait_words,
)
from hub.web.account_proconnect import shown_on_account
from hub.web.account_sessions import new_number, session_here
from hub.web.confirmation import lately_confirmed
from hub.web.portal import home_of, role_words
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("accounts", __name__)


@bp.get("/connexion/suite")
@member(Permission.BE_SIGNED_IN)
def welcome(actor: Actor) -> Response:
    """Lead a member to her first page; to her recovery codes first, if she has none."""
    row = cast(Member, current_user)
    # Flask-Security says "you are signed in" each time; the first page says it well enough.
    session.pop("_flashes", None)
    if not row.mf_recovery_codes:
        return redirect(url_for("security.mf_recovery_codes"))
    return redirect(home_of(actor.roles))


@bp.get("/connexion/qr.svg")
@anyone
def qr_code() -> Response:
    """The picture that an authenticator application reads, during set-up only."""
    secret = session.get("tf_totp_secret")
    row = _setting_up()
    if secret is None or row is None:
        abort(404)
    picture = io.BytesIO()
    segno.make(security.totp_factory.uri(row.email, secret), error="m").save(
        picture, kind="svg", scale=5, border=2, light="#ffffff", dark="#000000", xmldecl=False
    )
    response = make_response(picture.getvalue())
    response.headers["Content-Type"] = "image/svg+xml"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/compte", methods=["GET", "POST"])
@member(Permission.BE_SIGNED_IN)
def account(actor: Actor) -> Any:
    """What the hub knows of the member, her preferences and how she signs in."""
    row = cast(Member, current_user)
    form = PreferencesForm(obj=row)
    if form.validate_on_submit():
        with unit_of_work(actor) as work:
            set_preferences(work, row.id, language=form.language.data, notices=form.notices.data)
        g.language_of_member = form.language.data
        flash(_("Your choices are saved."), "ok")
        return redirect(url_for("accounts.account"))
    return render_template(
        "accounts/account.html",
        form=form,
        row=row,
        organisation=row.organisation,
        roles=[role_words(role) for role in sorted(row.role_set)],
        codes_left=len(row.mf_recovery_codes or []),
        **shown_on_account(row.id),
        sessions=sessions_of(reading(), row.id, ports().clock.now()),
        session_here=session_here().id,
    )


@bp.post("/compte/sessions/<uuid:session_id>/fermer")
@member(Permission.BE_SIGNED_IN)
def end_session(actor: Actor, session_id: UUID) -> Response:
    """End one of the member's own sessions."""
    with unit_of_work(actor) as work:
        end_own_session(work, cast(Any, actor.id), session_id)
    flash(_("The session is closed."), "ok")
    return redirect(url_for("accounts.account", _anchor="sessions"))


@bp.post("/compte/sessions/autres/fermer")
@member(Permission.BE_SIGNED_IN)
def end_others(actor: Actor) -> Response:
    """End every session of the member but this one."""
    with unit_of_work(actor) as work:
        end_other_sessions(work, cast(Any, actor.id), session_here().id)
    flash(_("Your other sessions are closed."), "ok")
    return redirect(url_for("accounts.account", _anchor="sessions"))


@bp.route("/compte/mot-de-passe", methods=["GET", "POST"])
@member(Permission.BE_SIGNED_IN)
@lately_confirmed
def password(actor: Actor) -> Any:
    """Change one's password; other sessions end."""
    form = ChangePasswordForm()
    if form.validate_on_submit() and _current_is_right(form):
        try:
            with unit_of_work(actor) as work:
                set_password(
                    work, cast(Any, actor.id), form.password.data, kept_id=session_here().id
                )
                renew_number(work, session_here().id, new_number())
        except PasswordRefused as refusal:
            form.password.errors = fault_words(refusal.facts["faults"])
        else:
            login_user(reading().get(Member, actor.id, populate_existing=True))
            flash(_("Your password is changed. Your other sessions are closed."), "ok")
            return redirect(url_for("accounts.account"))
    return render_template("accounts/password.html", form=form)


@bp.route("/connexion/mot-de-passe-oublie", methods=["GET", "POST"])
@anyone
def forgotten_password() -> Any:
    """Ask for a link to choose another password; says the same whoever has an account."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        with unit_of_work(SYSTEM) as work:
            ask_new_password(work, form.email.data)
        return render_template("accounts/password_asked.html", email=form.email.data.strip())
    return render_template("accounts/forgotten_password.html", form=form)


@bp.route("/connexion/nouveau-mot-de-passe/<token>", methods=["GET", "POST"])
@anyone
def new_password(token: str) -> Any:
    """Choose another password from the link of the mail, then sign in with both factors."""
    form = NewPasswordForm()
    try:
        row = linked_member(reading(), ports().keyring, token, ports().clock.now())
        if form.validate_on_submit():
            with unit_of_work(SYSTEM) as work:
                replace_password(work, token, form.password.data)
            flash(_("Your password is changed. Sign in with it."), "ok")
            return redirect(url_for("security.login"))
    except PasswordLinkOver:
        return render_template("accounts/password_link_over.html"), 410
    except PasswordRefused as refusal:
        form.password.errors = fault_words(refusal.facts["faults"])
    return render_template("accounts/new_password.html", form=form, email=row.email)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@anyone
def invitation(token: str) -> Any:
    """Set a first password from an invitation, then sign in and set up the second factor."""
    form = NewPasswordForm()
    try:
        row = invited_member(reading(), ports().keyring, token, ports().clock.now())
        if form.validate_on_submit():
            with unit_of_work(SYSTEM) as work:
                accept_invitation(work, token, form.password.data)
            flash(_("Your password is saved. Sign in with it to finish."), "ok")
            return redirect(url_for("security.login"))
    except InvitationOver as over:
        page = render_template("accounts/invitation_over.html", reason=over.facts["reason"])
        return page, 410
    except PasswordRefused as refusal:
        form.password.errors = fault_words(refusal.facts["faults"])
    return render_template(
        "accounts/invitation.html",
        form=form,
        name=row.name,
        email=row.email,
        organisation=row.organisation.name,
        days=LASTS_DAYS,
    )


def _setting_up() -> Member | None:
    if current_user.is_authenticated:
        return cast(Member, current_user)
    found = security.datastore.find_user(fs_uniquifier=session.get("tf_user_id", ""))
    return cast(Member | None, found)


def _current_is_right(form: ChangePasswordForm) -> bool:
    row = cast(Member, current_user)
    seconds = seconds_to_wait(row.email, row)
    if seconds:
        form.current.errors = [wait_words(seconds)]
        return False
    typed = security.password_util.normalize(form.current.data)
    if row.verify_and_update_password(typed):
        return True
    note_failure(row.email, row, "password")
    form.current.errors = [_("This is not your present password.")]
    return False
