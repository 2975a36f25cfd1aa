"""The incident desk: what came to the wrong person, its 72 hours, its entry in the register."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from hub.domain.actors import Actor, Role
from hub.domain.incidents import (
    LONGEST_WORDS,
    IncidentEntry,
    IncidentIncomplete,
    IncidentRisk,
    IncidentState,
    missing,
)
from hub.domain.permissions import Permission
from hub.domain.working_days import local_date
from hub.errors import HubError, Invalid, NotFound
from hub.queries.incidents import IncidentRow, Register, has_dpo
from hub.services.incidents import close_incident, read_said, release_answer, write_entry
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.filters import day, moment
from hub.web.form_fields import DatedField, PressForm
from hub.web.incident_vocabulary import FIELDS, RISKS, STATES, TOLD_BY
from hub.web.paging import cursor_of, instant_and_id
from hub.web.spreadsheets import csv_of
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("incidents", __name__, url_prefix="/incidents")

PAGE = 50
MOST_EXPORTED = 20_000
VIEWS: dict[str, bool | None] = {"open": True, "closed": False, "all": None}
KINDS = {IncidentState.LATE: "late", IncidentState.OPEN: "soon", IncidentState.CLOSED: "ok"}
COLUMNS = (
    _l("Incident no."),
    _l("Controller"),
    _l("Case no."),
    _l("Opened on"),
    _l("To notify by"),
    _l("State"),
    *FIELDS.values(),
    _l("Answer given back on"),
    _l("Closed on"),
)


def _words(name: str) -> TextAreaField:
    too_long = _l("%(max)d characters at most.", max=LONGEST_WORDS)
    return TextAreaField(FIELDS[name], validators=[Length(max=LONGEST_WORDS, message=too_long)])


class EntryForm(FlaskForm):
    """What the register says of a breach (GDPR 33(5)); it may be saved half filled."""

    facts = _words("facts")
    effects = _words("effects")
    measures = _words("measures")
    risk = RadioField(
        FIELDS["risk"],
        choices=[(one.value, words) for one, words in RISKS.items()],
        validators=[Optional()],
    )
    notified_on = DatedField(FIELDS["notified_on"], validators=[Optional()])
    cnil_number = StringField(
        FIELDS["cnil_number"], validators=[Length(max=60, message=_l("60 characters at most."))]
    )
    delay = _words("delay")
    not_notified = _words("not_notified")
    told_on = DatedField(FIELDS["told_on"], validators=[Optional()])
    not_told = _words("not_told")

    def entry(self) -> IncidentEntry:
        """The entry as typed."""
        typed = {name: self[name].data or "" for name in FIELDS if name not in DATED | {"risk"}}
        return IncidentEntry(
            risk=IncidentRisk(self.risk.data) if self.risk.data else None,
            notified_on=self.notified_on.data,
            told_on=self.told_on.data,
            **typed,
        )


DATED = frozenset({"notified_on", "told_on"})


def register_of(actor: Actor) -> Register:
    """All incidents for the hub's DPO, else those of the member's organisation."""
    scope = None if Role.HUB_DPO in actor.roles else actor.organisation_id
    return Register(reading(), request_keys(), scope, ports().clock.now())


@bp.get("")
@member(Permission.AUDIT_ORGANISATION)
def listed(actor: Actor) -> str:
    """The register: open incidents first asked for, then closed ones, or all."""
    view = request.args.get("vue", "open")
    view = view if view in VIEWS else "open"
    register = register_of(actor)
    found = register.lines(VIEWS[view], instant_and_id(request.args.get("suite")), PAGE + 1)
    shown, counts = found[:PAGE], register.counts()
    more = cursor_of(shown[-1].opened_at.isoformat(), shown[-1].id) if len(found) > PAGE else None
    return render_template(
        "dpo/incidents.html",
        chips=_chips(view, counts),
        rows=[_listed(one) for one in shown],
        waiting=counts[True],
        late=sum(one.state is IncidentState.LATE for one in register.lines(True, None, PAGE)),
        shows_controllers=register.scope is None,
        total=counts[VIEWS[view]],
        next_url=url_for("incidents.listed", vue=view, suite=more) if more else None,
        first_url=url_for("incidents.listed", vue=view) if request.args.get("suite") else None,
    )


@bp.get("/registre.csv")
@member(Permission.AUDIT_ORGANISATION)
def export(actor: Actor) -> Response:
    """The register as CSV, with every field of article 33(5)."""
    rows = register_of(actor).lines(None, None, MOST_EXPORTED)
    body = csv_of([str(label) for label in COLUMNS], [_cells(one) for one in rows])
    return download_of(body, f"incidents-{local_date(ports().clock.now()).isoformat()}.csv")


@bp.route("/<uuid:incident_id>", methods=["GET", "POST"])
@member(Permission.AUDIT_ORGANISATION)
def one(actor: Actor, incident_id: UUID) -> Any:
    """One incident: its clock, what was done, and the entry to complete."""
    row = register_of(actor).line(incident_id)
    form = _form(row)
    if form.validate_on_submit() and _written(actor, row, form):
        flash(_("The register is written."), "ok")
        return redirect(url_for("incidents.one", incident_id=incident_id))
    return _page(actor, row, form), 422 if form.errors else 200


@bp.post("/<uuid:incident_id>/lire")
@member(Permission.AUDIT_ORGANISATION)
def read(actor: Actor, incident_id: UUID) -> Any:
    """What who told it wrote; reading it is written in the trail."""
    PressForm().validate_on_submit()
    row = register_of(actor).line(incident_id)
    with unit_of_work(actor) as work:
        said = read_said(work, incident_id)
    return _page(actor, row, _form(row), said=said)


@bp.post("/<uuid:incident_id>/clore")
@member(Permission.AUDIT_ORGANISATION)
def close(actor: Actor, incident_id: UUID) -> Any:
    """Close an incident whose entry is whole."""
    done = _("The incident is closed. The person is told.")
    return _done(actor, incident_id, lambda work: close_incident(work, incident_id), done)


@bp.post("/<uuid:incident_id>/rendre")
@member(Permission.AUDIT_ORGANISATION)
def release(actor: Actor, incident_id: UUID) -> Any:
    """Give the answer back: it was the person's after all."""
    done = _("The answer is open to the person again. She is told.")
    return _done(actor, incident_id, lambda work: release_answer(work, incident_id), done)


@bp.get("/<uuid:incident_id>/lire")
@bp.get("/<uuid:incident_id>/clore")
@bp.get("/<uuid:incident_id>/rendre")
@member(Permission.AUDIT_ORGANISATION)
def back(actor: Actor, incident_id: UUID) -> Any:
    """The address of a button, when it is opened again or in the other language."""
    register_of(actor).line(incident_id)
    return redirect(url_for("incidents.one", incident_id=incident_id))


def _form(row: IncidentRow) -> EntryForm:
    entry = row.entry
    kept = {name: getattr(entry, name) for name in FIELDS if name != "risk"}
    return EntryForm(data=kept | {"risk": entry.risk.value if entry.risk else None})


def _written(actor: Actor, row: IncidentRow, form: EntryForm) -> bool:
    try:
        with unit_of_work(actor) as work:
            write_entry(work, row.id, form.entry())
    except NotFound:
        raise
    except Invalid as refusal:
        least, most = refusal.facts["least"], refusal.facts["most"]
        form[str(refusal.facts["field"])].errors = [
            _("Give a day from %(least)s to %(most)s.", least=day(least), most=day(most))
        ]
        return False
    except HubError:
        form.form_errors.append(_("This incident is closed, or your role does not allow it."))
        return False
    return True


def _done(actor: Actor, incident_id: UUID, run: Any, said: str) -> Any:
    PressForm().validate_on_submit()
    try:
        with unit_of_work(actor) as work:
            run(work)
    except NotFound:
        raise
    except IncidentIncomplete as refusal:
        lacking = ", ".join(str(FIELDS[name]) for name in refusal.facts["missing"])
        flash(_("The register still lacks: %(what)s.", what=lacking), "late")
    except HubError:
        flash(_("This incident is closed, or your role does not allow it."), "late")
    else:
        flash(said, "ok")
    return redirect(url_for("incidents.one", incident_id=incident_id))


def _page(actor: Actor, row: IncidentRow, form: EntryForm, said: str | None = None) -> str:
    left = row.notify_by - ports().clock.now()
    lacking = missing(row.entry, row.opened_at)
    return render_template(
        "dpo/incident.html",
        row=row,
        form=form if _may_write(actor, row) and row.state is not IncidentState.CLOSED else None,
        may_write=_may_write(actor, row),
        said=said,
        state=STATES[row.state],
        hours_left=max(0, int(left.total_seconds() // 3600)),
        told_by=TOLD_BY.get(row.opened_by, ""),
        lacking=[FIELDS[name] for name in lacking],
        entry=_entry_rows(row),
    )


def _may_write(actor: Actor, row: IncidentRow) -> bool:
    if Role.DPO in actor.roles and actor.organisation_id == row.organisation_id:
        return True
    return Role.HUB_DPO in actor.roles and not has_dpo(reading(), row.organisation_id)


def _entry_rows(row: IncidentRow) -> list[tuple[str, str]]:
    return [(str(FIELDS[name]), text) for name, text in _entry_words(row).items() if text]


def _entry_words(row: IncidentRow) -> dict[str, str]:
    entry = row.entry
    words = {name: str(getattr(entry, name) or "") for name in FIELDS}
    words["risk"] = str(RISKS[entry.risk]) if entry.risk else ""
    for name in DATED:
        on = getattr(entry, name)
        words[name] = day(on) if on else ""
    return words


def _chips(view: str, counts: dict[bool | None, int]) -> list[dict[str, Any]]:
    words = {
        "open": _("Open incidents"),
        "closed": _("Closed incidents"),
        "all": _("All incidents"),
    }
    return [
        {
            "text": words[name],
            "href": url_for("incidents.listed", vue=name),
            "count": counts[chosen],
            "current": name == view,
        }
        for name, chosen in VIEWS.items()
    ]


def _listed(row: IncidentRow) -> dict[str, Any]:
    return {
        "number": {"text": row.number, "href": url_for("incidents.one", incident_id=row.id)},
        "controller": row.organisation_name,
        "case": row.referral_number,
        "opened_at": moment(row.opened_at),
        "notify_by": moment(row.notify_by),
        "state": {"word": STATES[row.state], "kind": KINDS[row.state]},
        "notified_on": row.entry.notified_on,
    }


def _cells(row: IncidentRow) -> list[Any]:
    entry = row.entry
    values = _entry_words(row) | {name: getattr(entry, name) for name in DATED}
    return [
        row.number,
        row.organisation_name,
        row.referral_number,
        row.opened_at,
        row.notify_by,
        str(STATES[row.state]),
        *(values[name] for name in FIELDS),
        row.released_at,
        row.closed_at,
    ]
