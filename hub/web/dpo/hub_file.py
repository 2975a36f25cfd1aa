"""The file of the hub itself, kept by its DPO: documents, agreements, training, and their dates."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from hub.domain.actors import Actor
from hub.domain.hub_records import ARTICLES, RecordKind, RecordStanding
from hub.domain.permissions import Permission
from hub.domain.working_days import local_date
from hub.errors import Conflict, NotFound
from hub.queries.hub_records import (
    FileLine,
    RecordRow,
    counts_of,
    hub_file,
    member_organisations,
    record_history,
)
from hub.services.hub_records import (
    LONGEST_REFERENCE,
    LONGEST_TITLE,
    LONGEST_VERSION,
    RecordGiven,
    enter_record,
    withdraw_record,
)
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.form_fields import DatedField, at_most
from hub.web.hub_record_words import KINDS, STANDINGS, TAGS
from hub.web.law_words import source_words
from hub.web.paging import cursor_of, instant_and_id, only_id
from hub.web.spreadsheets import Value, csv_of
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("hub_file", __name__, url_prefix="/dpo/concentrateur")

PAGE = 50
MOST_EXPORTED = 20_000


class RecordForm(FlaskForm):
    """One version of a document of the hub, or of an agreement with one organisation."""

    title = StringField(
        _l("Title"),
        validators=[
            DataRequired(_l("Give the title of the document.")),
            at_most(LONGEST_TITLE),
        ],
    )
    version = StringField(
        _l("Version"),
        validators=[at_most(LONGEST_VERSION)],
    )
    dated_on = DatedField(
        _l("Date"),
        description=_l("Signed, adopted or held on that day."),
        validators=[InputRequired(_l("Give the date of the document."))],
    )
    review_on = DatedField(_l("Next review"), validators=[Optional()])
    reference = StringField(
        _l("Where it is kept"),
        description=_l("A number or a link. The document itself is not sent here."),
        validators=[at_most(LONGEST_REFERENCE)],
    )

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today

    def validate_dated_on(self, field: Field) -> None:
        """What is not signed yet is not in the file."""
        if field.data and field.data > self.today:
            raise ValidationError(_("Not after today."))

    def validate_review_on(self, field: Field) -> None:
        """A review comes after the document."""
        if field.data and self.dated_on.data and field.data <= self.dated_on.data:
            raise ValidationError(_("Give a day after the date of the document."))


class AgreementForm(RecordForm):
    """The same, with the organisation that signed."""

    organisation = SelectField(
        _l("Organisation"), validators=[InputRequired(_l("Choose the organisation."))]
    )

    def __init__(
        self, *arguments: Any, members: Sequence[tuple[UUID, str]], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.organisation.choices = [("", "–"), *((str(key), name) for key, name in members)]


@bp.get("")
@member(Permission.AUDIT_HUB)
def shown(actor: Actor) -> str:
    """What the hub must be able to show, what is missing, and the agreements of its members."""
    found = hub_file(reading(), _today(), ports().policies.records)
    counts, asked = counts_of(found.agreements), _asked()
    wanted = [one for one in found.agreements if asked in (None, one.standing)]
    start, page = _paged(wanted)
    next_url = None
    if start + PAGE < len(wanted) and page[-1].organisation_id:
        more = cursor_of(page[-1].organisation_id)
        next_url = url_for("hub_file.shown", etat=asked, suite=more)
    return render_template(
        "dpo/hub_file.html",
        documents=[_listed(one) for one in found.documents],
        agreements=[_listed(one) for one in page],
        total=len(wanted),
        counts={one.value: count for one, count in found.counts().items()},
        chips=_chips(counts, asked),
        first_url=url_for("hub_file.shown", etat=asked) if start else None,
        next_url=next_url,
    )


@bp.get("/dossier.csv")
@member(Permission.AUDIT_HUB)
def export(actor: Actor) -> Response:
    """The whole file as it stands, as CSV."""
    found = hub_file(reading(), _today(), ports().policies.records)
    columns = [_("Document"), _("Article"), _("Organisation"), _("State"), _("Title")]
    columns += [_("Version"), _("Date"), _("Next review"), _("Where it is kept")]
    rows = [_exported(one) for one in (*found.documents, *found.agreements)]
    return download_of(csv_of(columns, rows), f"dossier-du-concentrateur-{_today()}.csv")


@bp.route("/inscrire/<kind>", methods=["GET", "POST"])
@member(Permission.AUDIT_HUB)
def enter(actor: Actor, kind: str) -> Any:
    """Enter one version."""
    chosen = _kind(kind)
    form = _form(chosen)
    if not form.validate_on_submit():
        page = render_template(
            "dpo/hub_file_entry.html",
            form=form,
            kind=KINDS[chosen],
            article=source_words(ARTICLES[chosen]),
            months=ports().policies.records.review_months,
        )
        return page, 422 if form.errors else 200
    with unit_of_work(actor) as work:
        enter_record(work, _given(chosen, form))
    flash(_("Entered in the file of the hub."), "ok")
    return redirect(url_for("hub_file.shown"))


@bp.get("/historique")
@member(Permission.AUDIT_HUB)
def history(actor: Actor) -> str:
    """Every version ever entered, the newest first; what was taken out is shown as such."""
    text = request.args.get("document")
    kind = RecordKind(text) if text in set(RecordKind) else None
    after = instant_and_id(request.args.get("suite"))
    rows = record_history(reading(), kind, after, PAGE + 1)
    page = rows[:PAGE]
    next_url = None
    if len(rows) > PAGE:
        more = cursor_of(page[-1].entered_at.isoformat(), page[-1].id)
        next_url = url_for("hub_file.history", document=kind, suite=more)
    return render_template(
        "dpo/hub_file_history.html",
        rows=page,
        kinds=KINDS,
        kind=kind,
        first_url=url_for("hub_file.history", document=kind) if after else None,
        next_url=next_url,
    )


@bp.post("/<uuid:record_id>/retirer")
@member(Permission.AUDIT_HUB)
def withdraw(actor: Actor, record_id: UUID) -> Response:
    """Take out what was entered by mistake."""
    try:
        with unit_of_work(actor) as work:
            withdraw_record(work, record_id)
    except Conflict:
        flash(_("It is taken out already."), "info")
    else:
        flash(_("Taken out of the file; it stays in the history."), "ok")
    return redirect(url_for("hub_file.history"))


def _today() -> date:
    return local_date(ports().clock.now())


def _kind(text: str) -> RecordKind:
    if text not in set(RecordKind):
        raise NotFound(kind=text)
    return RecordKind(text)


def _form(kind: RecordKind) -> Any:
    if kind is not RecordKind.AGREEMENT:
        return RecordForm(today=_today(), data={"title": str(KINDS[kind])})
    first = {"title": _("Agreement"), "organisation": request.args.get("organisme", "")}
    return AgreementForm(today=_today(), members=member_organisations(reading()), data=first)


def _given(kind: RecordKind, form: Any) -> RecordGiven:
    organisation = form.organisation.data if kind is RecordKind.AGREEMENT else ""
    return RecordGiven(
        kind,
        form.title.data,
        form.dated_on.data,
        form.version.data or "",
        form.review_on.data,
        UUID(organisation) if organisation else None,
        form.reference.data or "",
    )


def _asked() -> RecordStanding | None:
    text = request.args.get("etat")
    return RecordStanding(text) if text in set(RecordStanding) else None


def _paged(lines: Sequence[FileLine]) -> tuple[int, Sequence[FileLine]]:
    """Where this page begins in the list by name, and its lines."""
    after = only_id(request.args.get("suite"))
    keys = [one.organisation_id for one in lines]
    start = keys.index(after) + 1 if after in keys else 0
    return start, lines[start : start + PAGE]


def _listed(line: FileLine) -> dict[str, Any]:
    return {
        "name": line.organisation or str(KINDS[line.kind]),
        "kind": str(KINDS[line.kind]),
        "article": source_words(ARTICLES[line.kind]),
        "state": {"word": STANDINGS[line.standing], "kind": TAGS[line.standing]},
        "current": line.current,
        "enter_url": url_for(
            "hub_file.enter", kind=line.kind.value, organisme=line.organisation_id
        ),
    }


def _chips(
    counts: Mapping[RecordStanding, int], asked: RecordStanding | None
) -> list[dict[str, Any]]:
    every = {
        "text": _("All"),
        "href": url_for("hub_file.shown"),
        "count": sum(counts.values()),
        "current": asked is None,
    }
    return [every] + [
        {
            "text": STANDINGS[one],
            "href": url_for("hub_file.shown", etat=one.value),
            "count": counts[one],
            "current": asked is one,
        }
        for one in RecordStanding
    ]


def _exported(line: FileLine) -> list[Value]:
    head: list[Value] = [
        str(KINDS[line.kind]),
        source_words(ARTICLES[line.kind]),
        line.organisation,
    ]
    head.append(str(STANDINGS[line.standing]))
    row: RecordRow | None = line.current
    if row is None:
        return [*head, "", "", None, None, ""]
    return [*head, row.title, row.version, row.dated_on, row.review_on, row.reference]
