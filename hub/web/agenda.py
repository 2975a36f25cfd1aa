"""Legal dates in calendar programs: a private link for each member, a download for the person."""

import base64
import hmac
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.permissions import Permission, may_enter
from hub.models.member import Member
from hub.ports import Keyring
from hub.queries.agenda import AgendaRow, active_member, open_dates_of, open_dates_of_person
from hub.queries.visits import OpenVisit
from hub.web.access import anyone, holder, member
from hub.web.icalendar_text import DayEvent, calendar_response, calendar_text
from hub.web.work import ports, reading, settings

bp = Blueprint("agenda", __name__)


@bp.get("/agenda")
@member(Permission.BE_SIGNED_IN)
def subscription(actor: Actor) -> str:
    """The member's private link, what it shows, and how to void it."""
    assert actor.id is not None  # noqa: S101
    row = active_member(reading(), actor.id) or abort(404)
    allowed = may_enter(actor.roles, Permission.READ_REFERRALS)
    return render_template(
        "accounts/agenda.html",
        address=_address(row) if allowed else None,
        count=len(open_dates_of(reading(), row.organisation_id)) if allowed else 0,
    )


@bp.get("/agenda/<uuid:member_id>/<token>.ics")
@anyone
def feed(member_id: UUID, token: str) -> Response:
    """The open referrals of the member's organisation, for who holds her private link."""
    row = active_member(reading(), member_id)
    # An unknown member costs the same keyed hash as a wrong token.
    expected = token_of(ports().keyring, member_id, row.fs_uniquifier if row else "")
    holds = hmac.compare_digest(expected.encode(), token.encode())
    if row is None or not holds or not may_enter(row.role_set, Permission.READ_REFERRALS):
        abort(404)
    with force_locale(row.language):
        rows = open_dates_of(reading(), row.organisation_id)
        content = calendar_text(_("Requests to answer"), [_of_controller(one) for one in rows])
    response = calendar_response(content, "agenda.ics")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/suivre/agenda.ics")
@holder
def of_person(visit: OpenVisit) -> Response:
    """The dates by which each organisation must answer; neither health detail nor its name."""
    rows = open_dates_of_person(reading(), visit.rights_request_id)
    events = [_of_person(one) for one in rows]
    return calendar_response(calendar_text(_("My requests"), events), "agenda.ics")


def token_of(keyring: Keyring, member_id: UUID, uniquifier: str) -> str:
    """The secret of a member's link: void as soon as her password or access is renewed."""
    digest = keyring.blind_index(f"{member_id.hex}.{uniquifier}", "calendar")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _address(row: Member) -> str:
    token = token_of(ports().keyring, row.id, row.fs_uniquifier)
    return settings().public_url + url_for("agenda.feed", member_id=row.id, token=token)


def _of_controller(row: AgendaRow) -> DayEvent:
    if row.due_on:
        title = _("%(number)s: answer due", number=row.number)
    else:
        title = _("%(number)s: time stopped, last day to refuse", number=row.number)
    address = f"{settings().public_url}/dossiers/{row.id}"
    on = row.due_on or row.refusal_due_on
    return DayEvent(_uid(row), on, title, row.revised_at, address, address)


def _of_person(row: AgendaRow) -> DayEvent:
    if row.due_on:
        title = _("Answer due by this day, case %(number)s", number=row.number)
    else:
        title = _("Last day to refuse, case %(number)s", number=row.number)
    address = f"{settings().public_url}/suivre"
    return DayEvent(
        _uid(row), row.due_on or row.refusal_due_on, title, row.revised_at, address, address
    )


def _uid(row: AgendaRow) -> str:
    return f"{row.id}@{urlsplit(settings().public_url).hostname}"
