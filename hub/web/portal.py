"""The frame of the portals: menu by role, name of the organisation, the member's own menu."""

from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from hub.domain.actors import Actor, Role
from hub.domain.permissions import Permission, may_enter
from hub.queries.members import organisation_name
from hub.web.law_words import role_words as named
from hub.web.work import reading, settings

INBOX = "/dossiers"
OVERSIGHT = "/dpo"
OPERATIONS = "/exploitation"
ACCOUNT = "/compte"
DATABASES = "/bases"
TEAM = "/equipe"
AGENDA = "/agenda"
KEYING = "/saisie"
COMPLAINTS = "/cnil"
INCIDENTS = "/incidents"
MAILS = "/courriels"
BENEATH = {INBOX: (MAILS,)}
"""Pages of an entry of the menu whose addresses do not begin with its own."""
HUB_TASKS = "/a-faire"


def init_app(app: Flask) -> None:
    """Give the frame to each page of a signed-in member; what a view passes wins."""
    app.context_processor(_frame)


def home_of(roles: frozenset[Role]) -> str:
    """The page where a member starts, by her roles."""
    if may_enter(roles, Permission.WORK_REFERRALS):
        return INBOX
    if may_enter(roles, Permission.AUDIT_ORGANISATION):
        return OVERSIGHT
    if may_enter(roles, Permission.OPERATE):
        return OPERATIONS
    if may_enter(roles, Permission.TRANSMIT_COMPLAINTS):
        return COMPLAINTS
    if may_enter(roles, Permission.KEY_IN):
        return KEYING
    return ACCOUNT


def role_words(role: Role) -> str:
    """A role in the reader's language."""
    return named(role).name


def _frame() -> dict[str, Any]:
    actor: Actor | None = g.get("actor")
    if actor is None or actor.organisation_id is None:
        return {}
    organisation = organisation_name(reading(), actor.organisation_id)
    return {
        "nav": _menu(actor.roles),
        "organisation_name": organisation.short,
        "member_name": actor.name,
        "member_menu": _member_menu(actor.roles),
        "home_url": home_of(actor.roles),
        "sign_out_url": url_for("security.logout"),
        "all_mail_to": _redirection(actor.roles),
    }


def _redirection(roles: frozenset[Role]) -> str | None:
    """Where all mail goes instead of its readers, for those who run the hub."""
    return settings().all_mail_to if may_enter(roles, Permission.OPERATE) else None


def _member_menu(roles: frozenset[Role]) -> list[dict[str, Any]]:
    entries = [_entry(_("My account"), ACCOUNT)]
    if may_enter(roles, Permission.READ_REFERRALS):
        entries.append(_entry(_("Dates in my calendar"), AGENDA))
    return entries


def _menu(roles: frozenset[Role]) -> list[dict[str, Any]]:
    entries = (
        (_("Requests"), INBOX, Permission.WORK_REFERRALS),
        (_("Key in"), KEYING, Permission.KEY_IN),
        (_("Tasks"), HUB_TASKS, Permission.DO_HUB_TASKS),
        (_("Our databases"), DATABASES, Permission.READ_REFERRALS),
        (_("Oversight"), OVERSIGHT, Permission.AUDIT_ORGANISATION),
        (_("Incidents"), INCIDENTS, Permission.AUDIT_ORGANISATION),
        (_("Complaints to the CNIL"), COMPLAINTS, Permission.READ_COMPLAINTS),
        (_("Team and access"), TEAM, Permission.ADMINISTER_ORGANISATION),
        (_("Operations"), OPERATIONS, Permission.OPERATE),
    )
    return [_entry(text, href) for text, href, needed in entries if may_enter(roles, needed)]


def _entry(text: str, href: str) -> dict[str, Any]:
    starts = (href, *BENEATH.get(href, ()))
    current = any(request.path == one or request.path.startswith(f"{one}/") for one in starts)
    return {"text": text, "href": href, "current": current}
