"""Members and ProConnect: attaching a professional account from one's page, signing in with it."""

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_security import current_user, login_user
from werkzeug.wrappers import Response

from hub.domain.actors import SYSTEM, Actor
from hub.domain.identity_providers import MemberIdentity, Provider
from hub.domain.permissions import Permission
from hub.errors import Conflict, HubError, NotFound
from hub.extensions import security
from hub.models.identification import Purpose
from hub.models.member import Member
from hub.port_errors import IdentityRefused, ProviderUnavailable
from hub.ports import Attestation
from hub.queries.identifications import OpenIdentification
from hub.queries.proconnect import bound_at, member_bound_to
from hub.services.identifications import Leaving, come_back
from hub.services.proconnect import (
    AccountAttachedElsewhere,
    AccountNotAttached,
    MemberSuspended,
    OtherOrganisation,
    attach_account,
    detach_account,
    member_let_in,
)
from hub.web.access import anyone, member, signed_in_actor
from hub.web.account_acts import note_failure
from hub.web.account_forms import AFTER_SIGN_IN
from hub.web.confirmation import lately_confirmed
from hub.web.identification import (
    NAMES,
    attestation_for,
    current,
    depart,
    expected,
    is_offered,
    say_trouble,
)
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("proconnect", __name__)
PROCONNECT = Provider.PROCONNECT
SIGN_IN, ACCOUNT = "/connexion", "/compte"


@bp.post("/connexion/proconnect")
@anyone
def sign_in() -> Response:
    """Leave to sign in."""
    if current_user.is_authenticated:
        return redirect(AFTER_SIGN_IN)
    return depart(Leaving(PROCONNECT, Purpose.SIGN_IN, SIGN_IN), SYSTEM)


@bp.post("/compte/proconnect")
@member(Permission.BE_SIGNED_IN)
@lately_confirmed
def attach(actor: Actor) -> Response:
    """Leave to attach one's professional account."""
    leaving = Leaving(PROCONNECT, Purpose.BINDING, ACCOUNT, member_id=actor.id)
    return depart(leaving, actor)


@bp.post("/compte/proconnect/retirer")
@member(Permission.BE_SIGNED_IN)
@lately_confirmed
def detach(actor: Actor) -> Response:
    """Sign in by ProConnect no more."""
    with unit_of_work(actor) as work:
        detach_account(work, cast(UUID, actor.id))
    flash(_("Your ProConnect account is detached: it no longer opens anything here."), "ok")
    return redirect(url_for("accounts.account"))


@bp.get("/identite/retour/proconnect")
@anyone
def back() -> Any:
    """She comes back from ProConnect: what it says is checked, and taken once."""
    found = expected(PROCONNECT, Purpose.SIGN_IN, Purpose.BINDING)
    if found is None:
        return _over()
    try:
        attested = attestation_for(found)
    except (IdentityRefused, ProviderUnavailable) as trouble:
        return say_trouble(trouble, PROCONNECT, found.after)
    try:
        if found.purpose is Purpose.BINDING:
            return _attached(found, attested)
        return _signed_in(found, attested)
    except (AccountAttachedElsewhere, AccountNotAttached, MemberSuspended, OtherOrganisation) as no:
        flash(_refusal_words(no), "late")
        return redirect(found.after)
    except (Conflict, NotFound):
        return _over()


def offered_at_sign_in() -> dict[str, Any]:
    """What the sign-in page shows of ProConnect, and of a session that is still open there."""
    found = current()
    still_open = found is not None and bool(found.id_token) and found.provider is PROCONNECT
    return {"proconnect": is_offered(PROCONNECT), "proconnect_still_open": still_open}


def shown_on_account(member_id: UUID) -> dict[str, Any]:
    """What a member's page shows of ProConnect."""
    return {
        "proconnect": is_offered(PROCONNECT),
        "proconnect_since": bound_at(reading(), member_id),
    }


def _over() -> Response:
    flash(
        _(
            "This way back from %(name)s is no longer open. Nothing is lost: start again.",
            name=NAMES[PROCONNECT],
        ),
        "late",
    )
    return redirect(SIGN_IN)


def _attached(found: OpenIdentification, attested: Attestation) -> Response:
    actor = signed_in_actor()
    if actor is None or actor.id != found.member_id:
        raise NotFound()
    with unit_of_work(actor) as work:
        come_back(work, found.id, found.token, attested)
    with unit_of_work(actor) as work:
        attach_account(work, cast(UUID, actor.id), cast(MemberIdentity, attested.of))
    flash(_("Your ProConnect account is attached: you can sign in with it."), "ok")
    return redirect(found.after)


def _signed_in(found: OpenIdentification, attested: Attestation) -> Any:
    identity = cast(MemberIdentity, attested.of)
    with unit_of_work(SYSTEM) as work:
        come_back(work, found.id, found.token, attested)
    row = _member_let_in(identity)
    if not identity.had_second_factor:
        # One factor was given there: the other one is ours.
        asked = security.two_factor_plugins.tf_enter(row, None, "proconnect", next_loc=None)
        if asked is not None:
            return asked
    login_user(row, authn_via=["proconnect"])
    return redirect(AFTER_SIGN_IN)


def _member_let_in(identity: MemberIdentity) -> Member:
    keyring = ports().keyring
    try:
        return reading().get_one(Member, member_let_in(reading(), keyring, identity))
    except (MemberSuspended, OtherOrganisation):
        row = member_bound_to(reading(), keyring, identity)
        note_failure(row.email if row else "", row, "proconnect")
        raise


def _refusal_words(refusal: HubError) -> str:
    words = {
        AccountAttachedElsewhere: _(
            "This ProConnect account is already attached to the account of another member. Nothing "
            "has changed."
        ),
        AccountNotAttached: _(
            "This ProConnect account is not attached to any account here yet. Sign in with your "
            "password, then attach it on the page My account."
        ),
        MemberSuspended: _("Your access was withdrawn. Ask an administrator of your organisation."),
        OtherOrganisation: _(
            "ProConnect says that you work for another organisation than the one of your account "
            "here. Nothing has changed. Choose the right organisation there, or ask an "
            "administrator of your organisation."
        ),
    }
    return words[type(refusal)]
