"""`/api/v1/processings`, `/deadline` and `/rights`: the directory and the law, open to all."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.clock import read_clock
from hub.domain.clock_notation import WrittenClock, parse_case
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right
from hub.domain.rights_matrix import MATRIX_VERSION, applicability
from hub.errors import Invalid
from hub.queries.calendar import added_holidays
from hub.queries.directory import search_processings
from hub.web.access import anyone
from hub.web.api.rows import clock_json, processing_json
from hub.web.api.schemas import (
    DeadlineOut,
    DeadlineQuery,
    ProcessingsOut,
    ProcessingsQuery,
    RightsOut,
    RightsQuery,
)
from hub.web.locale import current_language
from hub.web.paging import clamp, cursor_of, read_cursor
from hub.web.work import reading

bp = APIBlueprint("api_law", __name__, url_prefix="/api/v1", tag="Directory and law")


@bp.get("/processings")
@anyone
@bp.input(ProcessingsQuery, location="query", arg_name="query")
@bp.output(ProcessingsOut)
def processings(query: ProcessingsQuery) -> dict[str, Any]:
    """Databases and projects that hold or reuse health data."""
    after = read_cursor(query.cursor, 1)
    try:
        start = UUID(after[0]) if after else None
    except ValueError as error:
        raise Invalid(field="cursor", reason="unreadable") from error
    page = search_processings(reading(), query.q, limit=clamp(query.limit), after=start)
    language = current_language()
    return {
        "items": [processing_json(row, language) for row in page.rows],
        "next_cursor": cursor_of(page.next_after) if page.next_after else None,
    }


@bp.get("/deadline")
@anyone
@bp.input(DeadlineQuery, location="query", arg_name="query")
@bp.output(DeadlineOut)
def deadline(query: DeadlineQuery) -> dict[str, Any]:
    """The legal dates of any receipt, with its pauses and extension."""
    case = parse_case(
        WrittenClock(
            received_at=query.received_at,
            holiday_zone=query.holiday_zone,
            pauses=query.pauses,
            extensions=query.extensions,
            track=query.track,
        )
    )
    found = read_clock(
        case.events,
        zone=case.zone,
        track=case.track,
        extra_holidays=added_holidays(reading()).in_zone(case.zone),
    )
    return clock_json(found) | {"received_on": found.received_on.isoformat()}


@bp.get("/rights")
@anyone
@bp.input(RightsQuery, location="query", arg_name="query")
@bp.output(RightsOut)
def rights(query: RightsQuery) -> dict[str, Any]:
    """Which rights apply under a legal basis and context, and what to use instead."""
    try:
        basis = LegalBasis(query.legal_basis)
    except ValueError as error:
        raise Invalid(field="legal_basis", reason="unknown") from error
    try:
        context = Context(query.context)
    except ValueError as error:
        raise Invalid(field="context", reason="unknown") from error
    return {
        "matrix_version": MATRIX_VERSION,
        "rights": [_right_json(right, basis, context) for right in Right],
    }


def _right_json(right: Right, basis: LegalBasis, context: Context) -> dict[str, Any]:
    found = applicability(right, basis, context)
    return {
        "right": right.value,
        "status": found.status.value,
        "reason": found.reason.value,
        "articles": list(found.articles),
        "instead": found.instead.value if found.instead else None,
    }
