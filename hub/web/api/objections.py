"""`/api/v1/objections`: whom a controller's own projects must leave out, as of any day."""

from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.domain.working_days import local_date
from hub.errors import Invalid, NotFound
from hub.models.member import TokenScope
from hub.queries.objections import (
    ObjectionLine,
    among,
    bases_of,
    concerns,
    lines_of,
    objections_on,
    of_controller,
    persons_of,
)
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import same_person_index
from hub.services.objecting import record_list_read
from hub.web.access import api_client
from hub.web.api.schemas import (
    ObjectionMatchesIn,
    ObjectionMatchesOut,
    ObjectionsOut,
    ObjectionsQuery,
    SoughtPersonIn,
)
from hub.web.paging import clamp, cursor_of, only_id
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = APIBlueprint("api_objections", __name__, url_prefix="/api/v1/objections", tag="Objections")


@bp.get("")
@api_client(TokenScope.ANSWER)
@bp.input(ObjectionsQuery, location="query", arg_name="query")
@bp.output(ObjectionsOut)
@bp.doc(security="token")
def objected(query: ObjectionsQuery, client: Actor) -> dict[str, Any]:
    """Whoever this organisation must leave out of a project on the day of its permit.

    The objections it accepted (GDPR 21; LIL 74), to the project itself or to a base that it
    reuses, however long ago: one to a warehouse holds for the projects to come. A list of an
    earlier day never changes. Each reading is written in the log.
    """
    organisation_id, bases = _asked(client, query.processing, query.on)
    limit, mine = clamp(query.limit), of_controller(organisation_id, bases)
    found = objections_on(reading(), mine, query.on, only_id(query.cursor), limit + 1)
    shown = found[:limit]
    persons = persons_of(reading(), request_keys(), [row for row, *_ in shown])
    lines = lines_of(ports().keyring, shown, persons)
    _written_down(client, organisation_id, query.processing, query.on, len(lines))
    more = len(found) > limit
    return _head(query.processing, query.on) | {
        "items": [_row(one) for one in lines],
        "next_cursor": cursor_of(lines[-1].id) if more else None,
    }


@bp.post("/matches")
@api_client(TokenScope.ANSWER)
@bp.input(ObjectionMatchesIn, arg_name="body")
@bp.output(ObjectionMatchesOut)
@bp.doc(security="token")
def matches(body: ObjectionMatchesIn, client: Actor) -> dict[str, Any]:
    """Among persons that a project would use, whoever objected: nothing of them is kept.

    The list holds no name once a request is deleted; this finds a person by her surname, first
    given name and date of birth.
    """
    organisation_id, bases = _asked(client, body.processing, body.on)
    indexes = [_index(one) for one in body.persons]
    mine = of_controller(organisation_id, bases)
    found = among(reading(), mine, body.on, set(indexes))
    matched = [
        {"position": place, "since_on": found[index]}
        for place, index in enumerate(indexes)
        if index in found
    ]
    _written_down(client, organisation_id, body.processing, body.on, len(matched))
    return _head(body.processing, body.on) | {"matches": matched}


def _asked(client: Actor, processing_id: UUID, on: date) -> tuple[UUID, frozenset[UUID]]:
    """Her organisation, and the bases whose objections hold for the project she asks about."""
    if on > local_date(ports().clock.now()):
        raise Invalid(field="on", reason="in_the_future")
    bases = bases_of(reading(), processing_id)
    if client.organisation_id is None or not concerns(reading(), client.organisation_id, bases):
        raise NotFound(processing=processing_id)
    return client.organisation_id, bases


def _head(processing_id: UUID, on: date) -> dict[str, Any]:
    is_final = on < local_date(ports().clock.now())
    return {"processing": processing_id, "on": on, "is_final": is_final}


def _index(one: SoughtPersonIn) -> bytes:
    given = PersonGiven(one.given_names, one.family_name, one.birth_date)
    return same_person_index(ports().keyring, given) or b""


def _written_down(
    client: Actor, organisation_id: UUID, processing_id: UUID, on: date, count: int
) -> None:
    with unit_of_work(client) as work:
        record_list_read(work, organisation_id, processing_id, on, count)


def _row(one: ObjectionLine) -> dict[str, Any]:
    said = one.person
    person = {
        "given_names": str(said.get("given_names") or ""),
        "family_name": str(said.get("family_name") or ""),
        "birth_date": said.get("birth_date"),
        "identifiers": dict(said.get("identifiers") or {}),
    }
    return {
        "person_key": one.person_key,
        "processing": one.processing_id,
        "title": one.title,
        "since_on": one.decided_on,
        "person": person if said else None,
    }
