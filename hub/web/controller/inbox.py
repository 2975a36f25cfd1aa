"""The inbox of a controller: its cases by legal date, filtered, searched, kept and exported."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.lifecycle import is_contested
from hub.domain.permissions import Permission, may_enter
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.errors import Invalid
from hub.queries.inbound_mail import count_waiting_of
from hub.queries.inbox import InboxRow, choices_of, inbox_of, saved_views_of
from hub.queries.inbox_filters import InboxFilters, Shelf
from hub.services.working import forget_view, save_view
from hub.web.access import member
from hub.web.controller.inbox_filters_form import (
    LONGEST_SEARCH,
    Asking,
    FiltersForm,
    asking_of,
    cursor_of,
    cursor_text,
    query_of,
    search_filters,
)
from hub.web.controller.words import (
    NOTHING_HERE,
    SHELVES,
    WAITING_TERMS,
    deadline_words,
    last_event_words,
    short_name,
)
from hub.web.downloads import download_of
from hub.web.law_words import outcome_words, referral_state_words, right_term
from hub.web.spreadsheets import Value, xlsx_of
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("inbox", __name__, url_prefix="/dossiers")

ROWS = 50
LONGEST_VIEW_NAME = 60
XLSX = "dossiers.xlsx"


@bp.get("")
@member(Permission.READ_REFERRALS)
def cases(actor: Actor) -> str:
    """The list, as the address filters it."""
    organisation_id = organisation_of(actor)
    choices = choices_of(reading(), organisation_id)
    asking = asking_of(request.args, actor, today(), choices)
    cursor = cursor_of(request.args.get("page"))
    page = inbox_of(reading(), organisation_id, asking.filters, cursor, request_keys(), ROWS)
    form = FiltersForm(request.args)
    form.offer(choices)
    words = _list_words(actor)
    return render_template(
        "controller/inbox.html",
        page=page,
        mails=count_waiting_of(reading(), organisation_id) if words["may_work"] else 0,
        asking=asking,
        chips=_chips(asking, page.counts),
        form=form,
        is_filtered=bool(set(asking.kept) - {"liste"}),
        members=choices.members,
        views=_views(actor),
        previous_url=asking.url(page=cursor_text(page.before)) if page.before else None,
        next_url=asking.url(page=cursor_text(page.after)) if page.after else None,
        back=query_of(request.args),
        nothing=NOTHING_HERE[asking.filters.shelf],
        **words,
    )


@bp.post("/recherche")
@member(Permission.READ_REFERRALS)
def search(actor: Actor) -> str:
    """Search by name or number: sent by POST, so that no name is ever in an address."""
    words = request.form.get("mots", "").strip()[:LONGEST_SEARCH]
    filters = search_filters(words, actor, today(), ports().keyring)
    cursor = cursor_of(request.form.get("page"))
    found = inbox_of(reading(), organisation_of(actor), filters, cursor, request_keys(), ROWS)
    return render_template(
        "controller/inbox_search.html",
        words=words,
        page=found if words else None,
        members=choices_of(reading(), organisation_of(actor)).members,
        previous_page=cursor_text(found.before),
        next_page=cursor_text(found.after),
        **_list_words(actor),
    )


@bp.get("/export.xlsx")
@member(Permission.READ_REFERRALS)
def export(actor: Actor) -> Response:
    """Every case of the filtered list, as Excel opens it."""
    choices = choices_of(reading(), organisation_of(actor))
    return _exported(actor, asking_of(request.args, actor, today(), choices).filters)


@bp.post("/export.xlsx")
@member(Permission.READ_REFERRALS)
def export_search(actor: Actor) -> Response:
    """Every case that a search finds."""
    words = request.form.get("mots", "").strip()
    if not words:
        abort(400)
    return _exported(actor, search_filters(words, actor, today(), ports().keyring))


@bp.post("/vues")
@member(Permission.READ_REFERRALS)
def keep_view(actor: Actor) -> Any:
    """Keep the present filters under a name."""
    name = request.form.get("nom", "").strip()
    query = query_of(dict(parse_qsl(request.form.get("filtres", ""))))
    if len(name) > LONGEST_VIEW_NAME:
        flash(_("The name of a view has 60 characters at most. Nothing was saved."), "late")
        return redirect(f"{url_for('inbox.cases')}?{query}")
    try:
        with unit_of_work(actor) as work:
            save_view(work, name, query)
    except Invalid:
        flash(_("Give the view a name. Nothing was saved."), "late")
    else:
        flash(_("The view “%(name)s” is saved.", name=name), "ok")
    return redirect(f"{url_for('inbox.cases')}?{query}")


@bp.post("/vues/<uuid:view_id>/oublier")
@member(Permission.READ_REFERRALS)
def drop_view(actor: Actor, view_id: UUID) -> Any:
    """Forget a saved view."""
    with unit_of_work(actor) as work:
        forget_view(work, view_id)
    flash(_("The view is forgotten. No case was touched."), "ok")
    return redirect(url_for("inbox.cases"))


def organisation_of(actor: Actor) -> UUID:
    """The organisation whose cases the actor may see; a member without one sees none."""
    if actor.organisation_id is None:
        abort(404)
    return actor.organisation_id


def today() -> Any:
    """The day in Paris."""
    return local_date(ports().clock.now())


def _chips(asking: Asking, counts: dict[Shelf, int]) -> list[dict[str, Any]]:
    return [
        {
            "text": words,
            "href": asking.url(liste=None if shelf is Shelf.TO_HANDLE else shelf.value),
            "count": counts[shelf],
            "current": shelf is asking.filters.shelf,
        }
        for shelf, words in SHELVES.items()
    ]


def _views(actor: Actor) -> list[dict[str, Any]]:
    present = query_of(request.args)
    return [
        {
            "id": view.id,
            "name": view.name,
            "href": f"{url_for('inbox.cases')}?{view.query}",
            "current": bool(view.query) and view.query == present,
        }
        for view in saved_views_of(reading(), actor.id)
    ]


def _list_words(actor: Actor) -> dict[str, Any]:
    day = today()
    return {
        "may_work": may_enter(actor.roles, Permission.WORK_REFERRALS),
        "own_id": str(actor.id),
        "right_terms": {right: right_term(right) for right in Right},
        "waiting_terms": WAITING_TERMS,
        "last_event_words": last_event_words,
        "short_name": short_name,
        "state_words": lambda state: referral_state_words(state).staff,
        "deadline": lambda row: deadline_words(
            row.state,
            row.due_on,
            row.strict_on,
            day,
            row.waiting_for,
            was_answered=row.was_answered,
        ),
    }


def _exported(actor: Actor, filters: InboxFilters) -> Response:
    page = inbox_of(reading(), organisation_of(actor), filters, None, request_keys(), limit=None)
    columns = (
        _("Case no."), _("Received on"), _("Due"), _("Days left"), _("Right"),
        _("Database or project"), _("Person"), _("State"), _("Waiting for"), _("Assigned to"),
        _("Last event"), _("Last event on"), _("Label"), _("Outcome"), _("Date without pause"),
    )  # fmt: skip
    return download_of(xlsx_of(_("Requests"), columns, map(_exported_row, page.rows)), XLSX)


def _exported_row(row: InboxRow) -> tuple[Value, ...]:
    return (
        row.number,
        row.received_at,
        None if is_contested(row.state, was_answered=row.was_answered) else row.due_on,
        row.days_left,
        str(right_term(row.right)),
        ", ".join(row.processings),
        row.initials,
        referral_state_words(row.state).staff,
        str(WAITING_TERMS[row.waiting_for]),
        row.assigned_to,
        last_event_words(row.last_event_kind),
        row.last_event_at,
        row.label,
        outcome_words(row.outcome).staff if row.outcome else "",
        row.strict_on,
    )
