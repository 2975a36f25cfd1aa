"""`/api/v1/incidents`: an organisation's register of breaches (GDPR 33(5)), for its own tools."""

from typing import Any

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.errors import Invalid
from hub.models.member import TokenScope
from hub.queries.incidents import IncidentRow, Register
from hub.web.access import api_client
from hub.web.api.schemas import IncidentsOut, IncidentsQuery
from hub.web.paging import clamp, cursor_of, instant_and_id
from hub.web.work import ports, reading, request_keys

bp = APIBlueprint("api_incidents", __name__, url_prefix="/api/v1/incidents", tag="Incidents")


@bp.get("")
@api_client(TokenScope.AUDIT)
@bp.input(IncidentsQuery, location="query", arg_name="query")
@bp.output(IncidentsOut)
@bp.doc(security="token")
def incidents(query: IncidentsQuery, client: Actor) -> dict[str, Any]:
    """The incidents of the token's organisation, the latest first; nothing of a person.

    `state` is late once 72 hours have passed and nothing says whether the CNIL was notified.
    """
    after = instant_and_id(query.cursor)
    if query.cursor and after is None:
        raise Invalid(field="cursor", reason="unreadable")
    limit = clamp(query.limit)
    register = Register(reading(), request_keys(), client.organisation_id, ports().clock.now())
    found = register.lines(query.open, after, limit + 1)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return {
        "items": [_incident_json(row) for row in shown],
        "next_cursor": cursor_of(last.opened_at.isoformat(), last.id) if last else None,
    }


def _incident_json(row: IncidentRow) -> dict[str, Any]:
    entry = row.entry
    return {
        "number": row.number,
        "referral_id": row.referral_id,
        "referral_number": row.referral_number,
        "state": row.state.value,
        "opened_at": row.opened_at,
        "opened_by": row.opened_by.value,
        "notify_by": row.notify_by,
        "facts": entry.facts,
        "effects": entry.effects,
        "measures": entry.measures,
        "risk": entry.risk.value if entry.risk else None,
        "notified_on": entry.notified_on,
        "cnil_number": entry.cnil_number,
        "delay": entry.delay,
        "not_notified": entry.not_notified,
        "told_on": entry.told_on,
        "not_told": entry.not_told,
        "released_at": row.released_at,
        "closed_at": row.closed_at,
    }
