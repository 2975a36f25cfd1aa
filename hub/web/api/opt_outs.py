"""`/api/v1/opt-outs`: the list that the health data access body applies to its permits."""

from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.domain.opt_outs import cut_off_for
from hub.domain.working_days import local_date
from hub.errors import Invalid, NotFound
from hub.models.member import TokenScope
from hub.queries.opt_outs import OptedOut, opted_out_at
from hub.services.opt_outs import record_list_read
from hub.web.access import api_client
from hub.web.api.schemas import OptOutsOut, OptOutsQuery
from hub.web.paging import clamp, cursor_of, read_cursor
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = APIBlueprint("api_opt_outs", __name__, url_prefix="/api/v1/opt-outs", tag="Opt-outs")


@bp.get("")
@api_client(TokenScope.OPT_OUTS)
@bp.input(OptOutsQuery, location="query", arg_name="query")
@bp.output(OptOutsOut)
@bp.doc(security="token")
def opted_out(query: OptOutsQuery, client: Actor) -> dict[str, Any]:
    """Whoever a permit approved on a day must leave out (EHDS 71(3)).

    The rule: what was recorded before the cut-off of that day counts for its permits, whatever
    the hour of the approval. `is_final` is false until the cut-off has passed: read the list
    again then. A later reversal changes no list of an earlier day. `person_key` is the same for
    two registrations of one person. Each reading is written in the log.
    """
    now, policy = ports().clock.now(), ports().policies.opt_outs
    if not policy.is_open(local_date(now)):
        raise NotFound(register="opt_outs")
    if query.permit_on > local_date(now):
        raise Invalid(field="permit_on", reason="in_the_future")
    cut_off, limit = cut_off_for(query.permit_on, policy), clamp(query.limit)
    found = opted_out_at(reading(), request_keys(), cut_off, _after(query.cursor), limit + 1)
    shown = found[:limit]
    _written_down(client, query.permit_on, len(shown))
    more = len(found) > limit
    return {
        "permit_on": query.permit_on,
        "cut_off_at": cut_off,
        "is_final": now >= cut_off,
        "items": [_row(one) for one in shown],
        "next_cursor": cursor_of(shown[-1].rights_request_id) if more else None,
    }


def _after(cursor: str | None) -> UUID | None:
    parts = read_cursor(cursor, 1)
    try:
        return UUID(parts[0]) if parts else None
    except ValueError as error:
        raise Invalid(field="cursor", reason="unreadable") from error


def _written_down(client: Actor, permit_on: date, count: int) -> None:
    if client.organisation_id is None:
        raise NotFound
    with unit_of_work(client) as work:
        record_list_read(work, client.organisation_id, permit_on, count)


def _row(one: OptedOut) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "since_at": one.since_at,
        "person_key": one.person_key,
        "person": {
            "given_names": one.given_names,
            "family_name": one.family_name,
            "birth_date": one.birth_date,
            "identifiers": one.identifiers,
        },
    }
