"""A table of filings by a member: the lines of `/api/v1/requests:batch`, and their report.

For an organisation that holds the right to file for its mandators. Each line is filed once under
its number, so that the same file brought again gives the same report and doubles nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import HiddenField

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.representation import AnswerTo, Capacity, Objection
from hub.errors import Invalid
from hub.queries.directory import LONGEST_PAGE, search_processings
from hub.queries.directory_rows import ProcessingRow
from hub.queries.tokens import may_file_for_others
from hub.web.access import member
from hub.web.api.batches import COLUMNS, MOST_BYTES, MOST_LINES, report_of
from hub.web.downloads import download_of
from hub.web.law_words import right_term
from hub.web.locale import current_language
from hub.web.public.filing_forms import RIGHTS_OFFERED
from hub.web.representation_words import CAPACITIES_FOR_STAFF, PURPOSES, objection_words
from hub.web.spreadsheets import csv_of
from hub.web.work import ports, reading

bp = Blueprint("bulk_filing", __name__, url_prefix="/saisie/mandants")

LONGEST_REPORT = 400_000
FIELDS = {
    "key": _l("Your number for the request"),
    "right": _l("Right asked for"),
    "processings": _l("Databases and projects"),
    "statement": _l("In the person’s words"),
    "language": _l("Language of the person"),
    "person.given_names": _l("Given names"),
    "person.family_name": _l("Family name"),
    "person.birth_date": _l("Date of birth"),
    "person.email": _l("E-mail address"),
    "person.postal_address": _l("Postal address"),
    "person.phone": _l("Telephone"),
    "representative": _l("Who acts for the person"),
    "representative.name": _l("Name of who acts"),
    "representative.capacity": _l("In what capacity somebody acts for the person"),
    "representative.rights": _l("What the mandate covers"),
    "representative.ends_on": _l("End of the mandate"),
    "representative.answer_to": _l("Who is answered, by the mandate"),
    "representative.purpose": _l("Purpose of the heir"),
    "representative.object": _l("Object of the mandate, in its own words"),
    "representative.starts_on": _l("Start of the mandate"),
    "representative.processings": _l("Databases that the mandate covers; empty: all"),
}
REPORTED = ("line", "key", "result", "reference", "secret", "why")
REASONS = {
    "missing": _l("missing"),
    "enum": _l("not one of the values that are known"),
    "literal_error": _l("not one of the values that are known"),
    "uuid_parsing": _l("not the number of a database of the directory"),
    "unknown": _l("not the number of a database of the directory"),
    "without_controller": _l("this database has no controller in the directory"),
    "string_too_long": _l("too long"),
    "length": _l("missing, or too long"),
    "too_short": _l("missing"),
    "out_of_range": _l("a date that cannot be"),
    "not_yet_applicable": _l("this right does not apply yet"),
    "answer_goes_to_person": _l(
        "the mandate leaves the answer to the person: give her e-mail address or her postal "
        "address, where we send her code (décret 2019-536, article 77)"
    ),
    "key_used_otherwise": _l("this number was filed already, with another content"),
    "already_filing": _l("this number is being filed at this moment: bring the file again"),
    "storage_unavailable": _l("the hub could not write just now: bring the file again"),
}
WHOLE = {
    "columns": _l("A column is not known, or “key” is missing: compare with the list below."),
    "too_big": _l("This file is too large: 2 MB at most."),
    "too_many_lines": _l("Too many lines: 500 at most. Bring the file in several parts."),
}


class TableForm(FlaskForm):
    """The file."""

    file = FileField(_l("Your table"), validators=[FileRequired(_l("Choose the file first."))])


class ReportForm(FlaskForm):
    """The report as it was shown, to keep."""

    report = HiddenField()


@bp.get("")
@member(Permission.KEY_IN)
def start(actor: Actor) -> Any:
    """What the table says, and where to give it."""
    _check_right(actor)
    return _page(TableForm(formdata=None))


@bp.post("")
@member(Permission.KEY_IN)
def file(actor: Actor) -> Any:
    """File each line by itself and show what came of each."""
    _check_right(actor)
    form = TableForm()
    if not form.validate_on_submit():
        return _page(form), 422
    content = form.file.data.read(MOST_BYTES + 1)
    try:
        report = report_of(content, actor)
    except Invalid as refusal:
        form.file.errors = [_whole_words(refusal)]
        return _page(form), 422
    rows = [_row(line) for line in report["lines"]]
    lines = [tuple(row[one] for one in REPORTED) for row in rows]
    kept = csv_of(_titles(), lines).decode("utf-8-sig")
    return render_template(
        "controller/bulk_filed.html",
        report=report,
        rows=rows,
        keep=ReportForm(formdata=None, report=kept),
    )


@bp.post("/compte-rendu.csv")
@member(Permission.KEY_IN)
def keep(actor: Actor) -> Response:
    """The report of the page as a file: references and codes are shown by no other page."""
    form = ReportForm()
    text = form.report.data or ""
    if not form.validate_on_submit() or len(text) > LONGEST_REPORT:
        abort(400)
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return download_of(lines.encode("utf-8-sig"), _report_name())


@bp.get("/bases.csv")
@member(Permission.KEY_IN)
def databases(actor: Actor) -> Response:
    """The number of each database and project of the directory, for the table."""
    titles = (_("Number of the database"), _("Database or project"), _("Controller"))
    rows = [
        (
            str(row.id),
            row.title_in(current_language()),
            ", ".join(one.name for one in row.controllers),
        )
        for row in _directory()
    ]
    return download_of(csv_of(titles, rows), _("databases.csv"))


@bp.get("/modele.csv")
@member(Permission.KEY_IN)
def template(actor: Actor) -> Response:
    """An empty table with its titles."""
    return download_of(csv_of(COLUMNS, []), "mandants.csv")


def _check_right(actor: Actor) -> None:
    if actor.organisation_id is None or not may_file_for_others(reading(), actor.organisation_id):
        abort(403)


def _page(form: TableForm) -> str:
    return render_template(
        "controller/bulk_filing.html", form=form, columns=_columns(), most=MOST_LINES
    )


def _directory() -> Iterator[ProcessingRow]:
    """Every database and project, by title; read a page at a time."""
    after: UUID | None = None
    while True:
        page = search_processings(reading(), limit=LONGEST_PAGE, after=after)
        yield from page.rows
        if page.next_after is None:
            return
        after = page.next_after


def _columns() -> list[dict[str, Any]]:
    """What each column of the table takes, with the values that are known."""
    values: dict[str, dict[str, str]] = {
        "right": {one.value: right_term(one) for one in RIGHTS_OFFERED},
        "language": {"fr": "français", "en": "English"},
        "representative_capacity": {
            one.value: str(words)
            for one, words in CAPACITIES_FOR_STAFF.items()
            if one is not Capacity.CURATOR
        },
        "representative_answer_to": {
            AnswerTo.REPRESENTATIVE.value: _("Who acts for the person"),
            AnswerTo.PERSON.value: _("The person"),
        },
        "representative_purpose": {one.value: str(words) for one, words in PURPOSES.items()},
    }
    values["representative_rights"] = values["right"]
    return [
        {"title": title, "words": _column_words(title), "values": values.get(title, {})}
        for title in COLUMNS
    ]


def _column_words(title: str) -> str:
    acting = title.replace("representative_", "representative.", 1)
    return str(FIELDS.get(title) or FIELDS.get(f"person.{title}") or FIELDS.get(acting) or "")


def _titles() -> tuple[str, ...]:
    return (
        _("Line"),
        _("Your number"),
        _("What came of it"),
        _("Reference"),
        _("Secret code"),
        _("Why"),
    )


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    receipt = line.get("receipt") or {}
    is_filed = line["result"] == "filed"
    why = [_words(one) for one in line.get("errors", ())]
    why += [_left_out(part) for part in receipt.get("refused", ())]
    reference = receipt.get("reference") or next(
        (one["reference"] for one in line.get("errors", ()) if one.get("reference")), ""
    )
    return {
        "line": line["line"],
        "key": line["key"],
        "result": _("Filed") if is_filed else _("Refused"),
        "reference": reference,
        "is_filed": is_filed,
        "secret": receipt.get("secret") or (_("sent to the person") if is_filed else ""),
        "why": " · ".join(why),
    }


def _words(error: Mapping[str, str]) -> str:
    """One fault: the column, and what is wrong with it."""
    reason, field = error.get("reason", ""), error.get("field", "")
    if reason in set(Objection):
        return objection_words(Objection(reason))
    said = str(REASONS.get(reason) or _("not understood"))
    name = next((words for known, words in FIELDS.items() if field == known), None)
    name = name or FIELDS.get(field.rpartition(".")[0])
    return _("%(column)s: %(why)s", column=str(name), why=said) if name else said.capitalize()


def _left_out(part: Mapping[str, Any]) -> str:
    return _("Outside the mandate, passed on to nobody: %(ids)s", ids=" ".join(part["processings"]))


def _whole_words(refusal: Invalid) -> str:
    field, reason = str(refusal.facts.get("field")), str(refusal.facts.get("reason"))
    words = WHOLE.get(field) or WHOLE.get(reason)
    return str(words or _("This is not a table that can be read: CSV, with its titles first."))


def _report_name() -> str:
    return f"compte-rendu-{ports().clock.now():%Y-%m-%d}.csv"
