"""The team of an organisation: who is a member, with which roles, and its programs' tokens."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import HubError
from hub.models.member import TokenScope
from hub.queries.members import (
    OrganisationName,
    TeamMember,
    organisation_name,
    team_member,
    team_of,
    tokens_of,
)
from hub.queries.readers import is_second_reader_wanted, readers_of
from hub.services import members
from hub.services.second_reading import want_second_reader
from hub.services.tokens import create_token, revoke_token
from hub.web.access import member
from hub.web.confirmation import lately_confirmed
from hub.web.controller.team_forms import InvitationForm, RolesForm, TokenForm
from hub.web.portal import role_words
from hub.web.work import reading, unit_of_work

bp = Blueprint("team", __name__, url_prefix="/equipe")


@bp.get("")
@member(Permission.ADMINISTER_ORGANISATION)
def team(actor: Actor) -> str:
    """Every member of the organisation."""
    return render_template(
        "controller/team.html",
        members=team_of(reading(), _organisation(actor)),
        role_words=role_words,
        state_words=state_words,
        second_reader_wanted=is_second_reader_wanted(reading(), _organisation(actor)),
        readers=readers_of(reading(), _organisation(actor)),
    )


@bp.post("/seconde-lecture")
@member(Permission.ADMINISTER_ORGANISATION)
def second_reading(actor: Actor) -> Response:
    """Turn the second reading of refusals on or off."""
    is_wanted = request.form.get("wanted") == "yes"
    with unit_of_work(actor) as work:
        want_second_reader(work, _organisation(actor), is_wanted=is_wanted)
    if is_wanted:
        flash(_("From now on a refusal leaves once a second member has approved it."), "ok")
    else:
        flash(_("From now on a refusal leaves at once, and your DPO reviews it afterwards."), "ok")
    return redirect(url_for("team.team"))


@bp.route("/inviter", methods=["GET", "POST"])
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def invite(actor: Actor) -> Any:
    """Invite somebody by e-mail."""
    form = InvitationForm(runs_hub=_name(actor).runs_hub)
    if form.validate_on_submit():
        try:
            with unit_of_work(actor) as work:
                members.invite_member(
                    work, _organisation(actor), form.email.data, form.name.data, form.chosen()
                )
        except members.EmailAlreadyMember:
            form.email.errors = [_("This address already belongs to a member.")]
        else:
            flash(_("The invitation leaves now. It is good for seven days."), "ok")
            return redirect(url_for("team.team"))
    return render_template("controller/team_invite.html", form=form, role_hints=role_hints())


@bp.route("/membres/<uuid:member_id>", methods=["GET", "POST"])
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def person(actor: Actor, member_id: UUID) -> Any:
    """One member: her roles, her access."""
    row = _member_row(actor, member_id)
    form = RolesForm(runs_hub=_name(actor).runs_hub, data={"roles": list(row.roles)})
    if form.validate_on_submit():
        with_organisation = (_organisation(actor), member_id, form.chosen())
        if _tried(actor, members.change_roles, *with_organisation):
            flash(_("The roles are saved. They apply from the next page on."), "ok")
        return redirect(url_for("team.person", member_id=member_id))
    return render_template(
        "controller/team_member.html",
        form=form,
        row=row,
        is_self=actor.id == member_id,
        state=state_words(row),
        role_hints=role_hints(),
    )


@bp.post("/membres/<uuid:member_id>/acces")
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def renew(actor: Actor, member_id: UUID) -> Response:
    """Void password and second factor, and invite again."""
    if _tried(actor, members.renew_access, _organisation(actor), member_id):
        flash(_("The old access is closed, and a new invitation leaves now."), "ok")
    return _back_to(member_id)


@bp.post("/membres/<uuid:member_id>/desactiver")
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def deactivate(actor: Actor, member_id: UUID) -> Response:
    """Close a member's access at once."""
    if _tried(actor, members.deactivate_member, _organisation(actor), member_id):
        flash(_("The access is closed. What this person did stays in the log."), "ok")
    return _back_to(member_id)


@bp.post("/membres/<uuid:member_id>/reactiver")
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def reactivate(actor: Actor, member_id: UUID) -> Response:
    """Open a member's access again."""
    if _tried(actor, members.reactivate_member, _organisation(actor), member_id):
        flash(_("The access is open again."), "ok")
    return _back_to(member_id)


@bp.route("/jetons", methods=["GET", "POST"])
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def tokens(actor: Actor) -> str:
    """The tokens of the organisation's programs; a new one is shown once, on this answer."""
    form = TokenForm()
    fresh = None
    if form.validate_on_submit():
        with unit_of_work(actor) as work:
            fresh = create_token(work, _organisation(actor), form.chosen(), form.label.data)
    return render_template(
        "controller/team_tokens.html",
        form=TokenForm(formdata=None) if fresh else form,
        fresh=fresh,
        tokens=tokens_of(reading(), _organisation(actor)),
        scope_words=scope_words,
    )


@bp.post("/jetons/<uuid:token_id>/revoquer")
@member(Permission.ADMINISTER_ORGANISATION)
@lately_confirmed
def revoke(actor: Actor, token_id: UUID) -> Any:
    """End a token."""
    with unit_of_work(actor) as work:
        revoke_token(work, _organisation(actor), token_id)
    flash(_("The token no longer opens anything."), "ok")
    return redirect(url_for("team.tokens"))


def state_words(row: TeamMember) -> str:
    """Where a member's access stands."""
    if not row.active:
        return _("Access closed")
    if not row.has_password:
        return _("Invited")
    return _("Access open") if row.has_second_factor else _("Second factor to set up")


def scope_words(scope: str) -> str:
    """What a token may do, in a few words."""
    return {
        TokenScope.ANSWER.value: _("read and answer"),
        TokenScope.AUDIT.value: _("proofs"),
        TokenScope.FILE.value: _("file requests"),
        TokenScope.OPT_OUTS.value: _("list of opt-outs"),
    }[scope]


def role_hints() -> dict[str, str]:
    """What each role lets a member do."""
    return {
        "administrator": _("Invites members, gives roles, makes tokens, answers requests."),
        "agent": _("Receives and prepares: acknowledges, asks, answers."),
        "cnil_liaison": _("Sees what was transmitted to the CNIL."),
        "decision_maker": _("Answers, and reads an answer before it leaves."),
        "dpo": _("Oversees every request of the organisation, deadlines and the log."),
        "hub_agent": _("Keys in letters, prints post: one case at a time, with a reason."),
        "hub_dpo": _("Oversees every request of the hub; reads content with a reason only."),
        "operator": _("Runs the hub; sees no content."),
    }


def _tried(actor: Actor, act: Any, *details: Any) -> bool:
    """Do an act on a member; a refusal that the page can explain is flashed."""
    try:
        with unit_of_work(actor) as work:
            act(work, *details)
    except members.LastAdministrator:
        refusal = _("Your organisation would have no administrator left: name another one first.")
        flash(refusal, "late")
        return False
    except members.RoleNotAllowed:
        flash(_("Choose at least one role that your organisation may give."), "late")
        return False
    return True


def _organisation(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise HubError()
    return actor.organisation_id


def _name(actor: Actor) -> OrganisationName:
    return organisation_name(reading(), _organisation(actor))


def _member_row(actor: Actor, member_id: UUID) -> TeamMember:
    row = team_member(reading(), _organisation(actor), member_id)
    if row is None:
        abort(404)
    return row


def _back_to(member_id: UUID) -> Any:
    return redirect(url_for("team.person", member_id=member_id))
