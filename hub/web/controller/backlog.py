"""Bringing in a backlog: the file, its columns, a report before and after, and its progress."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor, Role
from hub.domain.backlog import Column, Sheet, recognised
from hub.domain.directory import fold
from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.domain.intake import POLICY
from hub.domain.organisation_numbers import read_siren
from hub.domain.permissions import Permission
from hub.domain.working_days import local_date
from hub.errors import Conflict, HubError, NotFound
from hub.models.intake_batch import BatchState, LineState
from hub.queries.backlog import (
    BatchRow,
    SealedBatch,
    batch_row,
    batches_of,
    importing_actor,
    lines_of,
    remembered_columns,
    sealed_batch,
)
from hub.queries.keying import own_processings
from hub.queries.members import organisation_by_siren
from hub.services.backlog import begin_import, drop_batch, keep_check, open_batch
from hub.services.backlog_checking import BacklogChecker, Choices, Owner, choices_from
from hub.services.backlog_running import Hub, open_sheet, read_file, run_import
from hub.services.documents import release_files
from hub.web.access import member
from hub.web.controller.backlog_forms import ColumnsForm, FileForm, PressedForm, columns_form
from hub.web.controller.backlog_words import BATCH_STATES, LINE_STATES, fault_words
from hub.web.downloads import download_of
from hub.web.file_words import limit_words
from hub.web.import_words import why_not
from hub.web.spreadsheets import xlsx_of
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("backlog", __name__, url_prefix="/saisie/reprise")

SHOWN_LINES = 100
SAMPLE_LINES = 3


@bp.get("")
@member(Permission.KEY_IN)
def start(actor: Actor) -> str:
    """What a file may hold, and the files brought before."""
    return _start_page(actor, FileForm(formdata=None))


@bp.post("")
@member(Permission.KEY_IN)
def receive(actor: Actor) -> Any:
    """Read the file, keep it sealed, and go on to its columns."""
    form = FileForm()
    organisation_id = _whose(actor, form)
    if not form.validate_on_submit() or organisation_id is None:
        return _start_page(actor, form), 422
    content = form.file.data.read(POLICY.most_bytes + 1)
    try:
        read_file(content)
    except NotThatFormat as refusal:
        form.file.errors = [_refusal_words(refusal)]
        return _start_page(actor, form), 422
    key, wrapped = ports().keyring.new_data_key()
    stored = ports().files.put(BytesIO(content), sealed_to=key)
    try:
        with unit_of_work(actor) as work:
            batch_id = open_batch(work, organisation_id, stored, wrapped).id
    except BaseException:
        release_files(ports(), [stored.key])
        raise
    return redirect(url_for("backlog.columns", batch_id=batch_id))


@bp.route("/<uuid:batch_id>/colonnes", methods=["GET", "POST"])
@member(Permission.KEY_IN)
def columns(actor: Actor, batch_id: UUID) -> Any:
    """Which column says what; then every line is checked and nothing is recorded."""
    row, kept = _kept(actor, batch_id)
    sheet = open_sheet(ports(), kept.storage_key, kept.key_wrapped)
    form = _columns_form(row, sheet)
    if not form.validate_on_submit():
        return _columns_page(form, row, sheet), 422 if form.errors else 200
    choices = form.choices_of()
    if missing := _missing(choices):
        form.form_errors.append(missing)
        return _columns_page(form, row, sheet), 422
    owner = Owner(row.organisation_id, actor, local_date(ports().clock.now()))
    checker = BacklogChecker(reading(), ports().keyring, owner, choices)
    lines = list(checker.check(sheet))
    headers = {fold(sheet.headers[place]): one.value for one, place in choices.columns.items()}
    with unit_of_work(actor) as work:
        keep_check(work, batch_id, choices, headers, lines)
    return redirect(url_for("backlog.report", batch_id=batch_id))


@bp.get("/<uuid:batch_id>")
@member(Permission.KEY_IN)
def report(actor: Actor, batch_id: UUID) -> Any:
    """What would come of each line, what has come of it, and how far the import is."""
    row = _own(actor, batch_id)
    if row.state is BatchState.RECEIVED:
        return redirect(url_for("backlog.columns", batch_id=batch_id))
    refused = lines_of(reading(), batch_id, LineState.REFUSED, limit=SHOWN_LINES)
    return render_template(
        "controller/backlog_report.html",
        row=row,
        state=row.state.value,
        counts={state.value: row.counts.get(state, 0) for state in LineState},
        refused=refused,
        form=PressedForm(),
        fault_words=fault_words,
        batch_states=BATCH_STATES,
    )


@bp.post("/<uuid:batch_id>/importer")
@member(Permission.KEY_IN)
def begin(actor: Actor, batch_id: UUID) -> Any:
    """Import: at once when it is short, else by a job whose progress the page shows."""
    row = _own(actor, batch_id)
    if not PressedForm().validate_on_submit():
        abort(400)
    try:
        with unit_of_work(actor) as work:
            begin_import(work, batch_id)
    except Conflict:
        flash(_("This file is not ready to be imported: choose its columns first."), "soon")
        return redirect(url_for("backlog.report", batch_id=batch_id))
    if row.counts.get(LineState.READY, 0) <= POLICY.at_once:
        run_import(Hub(unit_of_work, reading(), ports()), batch_id)
    return redirect(url_for("backlog.report", batch_id=batch_id))


@bp.post("/<uuid:batch_id>/abandonner")
@member(Permission.KEY_IN)
def drop(actor: Actor, batch_id: UUID) -> Any:
    """Forget a file that was not imported."""
    _own(actor, batch_id)
    if not PressedForm().validate_on_submit():
        abort(400)
    try:
        with unit_of_work(actor) as work:
            stored = drop_batch(work, batch_id)
    except Conflict:
        flash(_("This file is imported already: it cannot be dropped."), "soon")
        return redirect(url_for("backlog.report", batch_id=batch_id))
    if stored:
        release_files(ports(), [stored])
    flash(_("The file is dropped. Nothing of it was recorded."), "ok")
    return redirect(url_for("backlog.start"))


@bp.get("/<uuid:batch_id>/rapport.xlsx")
@member(Permission.KEY_IN)
def report_file(actor: Actor, batch_id: UUID) -> Response:
    """The whole report: number of the line, what came of it, why, and its reference."""
    _own(actor, batch_id)
    titles = [_("Line"), _("Result"), _("Why"), _("Reference")]
    rows = [
        [one.line, str(LINE_STATES[one.state]), fault_words(one.faults), one.reference]
        for one in lines_of(reading(), batch_id)
    ]
    return download_of(xlsx_of(_("Report"), titles, rows), "rapport.xlsx")


def _start_page(actor: Actor, form: FileForm) -> str:
    return render_template(
        "controller/backlog.html",
        form=form,
        asks_siren=Role.HUB_AGENT in actor.roles,
        batches=batches_of(reading(), _organisation(actor)),
        batch_states=BATCH_STATES,
        limit=limit_words(POLICY.most_bytes),
        most_rows=POLICY.most_rows,
    )


def _columns_page(form: ColumnsForm, row: BatchRow, sheet: Sheet) -> str:
    return render_template(
        "controller/backlog_columns.html",
        form=form,
        row=row,
        headers=sheet.headers,
        sample=[cells for _number, cells in sheet.lines[:SAMPLE_LINES]],
        total=len(sheet.lines),
    )


def _columns_form(row: BatchRow, sheet: Sheet) -> ColumnsForm:
    known = remembered_columns(reading(), row.organisation_id)
    titles = dict(enumerate(sheet.headers))
    found = recognised(titles)
    for place, title in titles.items():
        if fold(title) in known:
            found[Column(known[fold(title)])] = place
    chosen = choices_from(row.choices) if row.choices else None
    own = own_processings(reading(), row.organisation_id)
    return columns_form(sheet.headers, own, found, chosen)


def _missing(choices: Choices) -> str:
    """What no row could do without."""
    named = {Column.FAMILY_NAME, Column.FULL_NAME} & set(choices.columns)
    if Column.RECEIVED_ON not in choices.columns or not named:
        return _("Choose at least the column of the date of receipt, and that of the name.")
    return ""


def _whose(actor: Actor, form: FileForm) -> UUID | None:
    """Her own organisation; a hub agent says whose file it is by its SIREN."""
    typed = (form.siren.data or "").strip()
    if Role.HUB_AGENT not in actor.roles or not typed:
        return _organisation(actor)
    siren = read_siren(typed).value
    found = organisation_by_siren(reading(), siren) if siren else None
    if found is None:
        form.siren.errors = [_("No organisation of the directory has this SIREN.")]
    return found


def _own(actor: Actor, batch_id: UUID) -> BatchRow:
    """A file of her organisation, or that she brought herself for another; else 404."""
    try:
        row = batch_row(reading(), batch_id)
    except NotFound:
        abort(404)
    is_hers = row.organisation_id == actor.organisation_id
    if not is_hers and importing_actor(reading(), batch_id).id != actor.id:
        abort(404)
    return row


def _kept(actor: Actor, batch_id: UUID) -> tuple[BatchRow, SealedBatch]:
    row = _own(actor, batch_id)
    kept = sealed_batch(reading(), batch_id)
    if kept is None or row.state not in {BatchState.RECEIVED, BatchState.CHECKED}:
        abort(404)
    return row, kept


def _organisation(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise HubError
    return actor.organisation_id


def _refusal_words(refusal: NotThatFormat) -> str:
    if refusal.problem is WrongFormat.TOO_BIG:
        return _("This file is too big: %(limit)s at most.", limit=limit_words(POLICY.most_bytes))
    return _("This file cannot be taken: %(why)s", why=why_not(refusal))
