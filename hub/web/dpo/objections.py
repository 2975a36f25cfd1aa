"""Objections kept for later, as a DPO reads them: how many persons, out of what, as of a day."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.errors import NotFound
from hub.queries.directory import processings_of
from hub.queries.keying import own_processings
from hub.queries.objections import (
    bases_of,
    concerns,
    lines_of,
    objection_counts,
    objections_on,
    of_controller,
)
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.dpo.cases import scope_of
from hub.web.form_fields import DATE_WANTED, read_date
from hub.web.locale import current_language
from hub.web.paging import cursor_of, only_id
from hub.web.spreadsheets import Value, csv_of
from hub.web.work import ports, reading

bp = Blueprint("objections", __name__, url_prefix="/dpo")

PAGE = 50
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class AsOf:
    """The day of a list, as it is shown in its field, and why what was typed is none."""

    on: date
    typed: str
    fault: str = ""


@bp.get("/oppositions")
@member(Permission.AUDIT_ORGANISATION)
def register(actor: Actor) -> Any:
    """Each database or project from which somebody is kept out on a day, and how many (C19)."""
    scope = scope_of(actor)
    chosen = request.args.get("projet")
    if chosen:
        return redirect(url_for("objections.listed", processing_id=chosen, le=_typed()))
    as_of = _as_of(scope.today)
    on = as_of.on
    found = objection_counts(reading(), scope.organisation_id, on)
    return render_template(
        "dpo/objections.html",
        rows=[
            {
                "title": {
                    "text": one.title_in(current_language()),
                    "href": url_for(
                        "objections.listed", processing_id=one.processing_id, le=on.isoformat()
                    ),
                },
                "organisation": one.organisation,
                "persons": one.persons,
            }
            for one in found
        ],
        as_of=as_of,
        projects=own_processings(reading(), scope.organisation_id) if scope.organisation_id else (),
        shows_controllers=scope.organisation_id is None,
        export_url=url_for("objections.export", le=on.isoformat()),
    )


@bp.get("/oppositions.csv")
@member(Permission.AUDIT_ORGANISATION)
def export(actor: Actor) -> Response:
    """The counts of a day, as CSV."""
    scope = scope_of(actor)
    on = _as_of(scope.today).on
    found = objection_counts(reading(), scope.organisation_id, on)
    columns = [_("Database or project"), _("Controller"), _("Persons kept out"), _("As of")]
    rows: list[list[Value]] = [
        [one.title_in(current_language()), one.organisation, one.persons, on] for one in found
    ]
    return download_of(csv_of(columns, rows), f"oppositions-{on.isoformat()}.csv")


@bp.get("/oppositions/<uuid:processing_id>")
@member(Permission.AUDIT_ORGANISATION)
def listed(actor: Actor, processing_id: UUID) -> str:
    """The list that a project must respect on a day: codes that name nobody, what, since when."""
    scope = scope_of(actor)
    as_of = _as_of(scope.today)
    on = as_of.on
    after = only_id(request.args.get("suite"))
    found = _found(actor, processing_id, on, after, PAGE + 1)
    lines = lines_of(ports().keyring, found[:PAGE], {})
    (processing,) = processings_of(reading(), [processing_id])
    address = partial(url_for, processing_id=processing_id, le=on.isoformat())
    more = len(found) > PAGE
    return render_template(
        "dpo/objection_list.html",
        title=processing.title_in(current_language()),
        processing_id=processing_id,
        rows=lines,
        as_of=as_of,
        shows_controllers=scope.organisation_id is None,
        first_url=address("objections.listed") if after else None,
        next_url=address("objections.listed", suite=cursor_of(lines[-1].id)) if more else None,
        export_url=address("objections.export_list"),
    )


@bp.get("/oppositions/<uuid:processing_id>.csv")
@member(Permission.AUDIT_ORGANISATION)
def export_list(actor: Actor, processing_id: UUID) -> Response:
    """The same list, whole, as CSV."""
    on = _as_of(scope_of(actor).today).on
    lines = lines_of(ports().keyring, _found(actor, processing_id, on, None, MOST_EXPORTED), {})
    columns = [_("Code"), _("What was refused"), _("Controller"), _("Since"), _("As of")]
    rows: list[list[Value]] = [
        [one.person_key, one.title, one.organisation, one.decided_on, on] for one in lines
    ]
    return download_of(csv_of(columns, rows), f"oppositions-{on.isoformat()}-liste.csv")


def _found(
    actor: Actor, processing_id: UUID, on: date, after: UUID | None, limit: int
) -> list[Any]:
    """The lines of a project and of what it reuses, within the DPO's scope; or NotFound."""
    organisation_id = scope_of(actor).organisation_id
    bases = bases_of(reading(), processing_id)
    is_hers = organisation_id is None or concerns(reading(), organisation_id, bases)
    if not is_hers or not processings_of(reading(), [processing_id]):
        raise NotFound(processing_id=processing_id)
    return objections_on(reading(), of_controller(organisation_id, bases), on, after, limit)


def _as_of(today: date) -> AsOf:
    """The day asked for, today without one; and why a day cannot be taken."""
    typed = _typed()
    if not typed:
        return AsOf(today, f"{today:%d/%m/%Y}")
    try:
        on = read_date(typed)
    except ValueError:
        return AsOf(today, typed, str(DATE_WANTED))
    if on > today:
        return AsOf(today, typed, _("Not after today."))
    return AsOf(on, f"{on:%d/%m/%Y}")


def _typed() -> str:
    return (request.args.get("le") or "").strip()
