"""`/api/v1/opt-outs`: the list that the health data access body applies to its permits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.domain.opt_outs import counts_from, cut_off_for
from hub.domain.working_days import local_date
from hub.errors import Invalid, NotFound
from hub.models.member import TokenScope
from hub.queries.cases import request_by_reference
from hub.queries.opt_outs import OptedOut, opted_out_at
from hub.services.filing import AlreadyFiling, receipt_again
from hub.services.filing_plans import Receipt, plan_filing
from hub.services.opt_outs import opt_out_draft, record_list_read, register_opt_out
from hub.web.access import api_client
from hub.web.api.idempotency import key_or_random
from hub.web.api.rights_requests import TRIES, person_given
from hub.web.api.schemas import OptOutIn, OptOutReceiptOut, OptOutsOut, OptOutsQuery
from hub.web.paging import clamp, cursor_of, read_cursor
from hub.web.work import dialect, ports, reading, request_keys, unit_of_work

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
    _check_open(now)
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


@bp.post("")
@api_client(TokenScope.FILE)
@bp.input(OptOutIn, arg_name="body")
@bp.output(OptOutReceiptOut, status_code=201)
@bp.doc(security="token", responses={409: "In flight", 422: "Cannot be accepted"})
def register(body: OptOutIn, client: Actor) -> dict[str, Any]:
    """Register an opt-out for a person, from a counter, a letter or a call (EHDS 71(2)).

    It counts when it is recorded, whatever the day of the letter. The same Idempotency-Key gives
    the same receipt.
    """
    now = ports().clock.now()
    _check_open(now)
    if body.person.birth_date > local_date(now):
        raise Invalid(field="person.birth_date", reason="out_of_range")
    receipt = _registered(body, client, key_or_random())
    filed = request_by_reference(reading(), receipt.reference)
    if filed is None:
        raise NotFound
    return {
        "reference": receipt.reference,
        "secret": receipt.secret,
        "recorded_at": filed.received_at,
        "counts_from_on": counts_from(filed.received_at, ports().policies.opt_outs),
    }


def _check_open(now: datetime) -> None:
    if not ports().policies.opt_outs.is_open(local_date(now)):
        raise NotFound(register="opt_outs")


def _registered(body: OptOutIn, client: Actor, key: str) -> Receipt:
    draft = opt_out_draft(
        person_given(body.person),
        language=body.language,
        channel=body.channel,
        key=key,
        scope=f"token:{client.id}",
        actor=client,
    )
    for _ in range(TRIES):
        replay = receipt_again(reading(), ports(), draft)
        if replay is not None:
            return replay
        plan = plan_filing(draft, ports().keyring, ports().clock.now()).bound_for(dialect())
        try:
            with unit_of_work(client) as work:
                return register_opt_out(work, plan)
        except AlreadyFiling:
            continue
    raise AlreadyFiling


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
