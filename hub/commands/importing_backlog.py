"""rights-hub import backlog: earlier requests of one organisation, with their true dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from config import Settings
from hub import create_app
from hub.domain.actors import SYSTEM
from hub.domain.backlog import Column, Fallbacks, Sheet, recognised
from hub.domain.directory import fold
from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.domain.intake import POLICY
from hub.domain.organisation_numbers import read_siren
from hub.domain.working_days import local_date
from hub.extensions import db
from hub.importers.backlog import read_sheet
from hub.models.directory import Organisation
from hub.models.intake_batch import LineState
from hub.ports import Ports
from hub.queries.backlog import remembered_columns
from hub.queries.members import organisation_by_siren
from hub.services.backlog_checking import BacklogChecker, CheckedLine, Choices, Owner
from hub.services.filing import AlreadyFiling, file_request
from hub.services.filing_plans import plan_filing
from hub.services.unit_of_work import unit_of_work
from hub.web.controller.backlog_words import LINE_STATES, fault_words
from hub.web.import_words import not_ready_sentence, problem_sentence

ORDER = (LineState.FILED, LineState.READY, LineState.ALREADY, LineState.REFUSED)


@dataclass(frozen=True)
class BacklogWanted:
    """Whose backlog, what holds where the file is silent, and whether to record it."""

    siren: str
    fallbacks: Fallbacks
    dry_run: bool


def bring_backlog(file: Path, wanted: BacklogWanted, language: str) -> None:
    """Read, check and, unless dry, record each line; print what came of it."""
    app = create_app(Settings.from_environment())
    with app.app_context(), force_locale(language):
        if not inspect(db.engine).has_table(Organisation.__tablename__):
            raise click.ClickException(not_ready_sentence())
        sheet = _sheet(file)
        ports: Ports = app.extensions["ports"]
        with Session(db.engine) as session:
            found = _checked(session, ports, sheet, wanted)
            session.rollback()
        if not wanted.dry_run:
            found = [_recorded(ports, one) for one in found]
        _print(found)


def _sheet(file: Path) -> Sheet:
    try:
        if file.stat().st_size > POLICY.most_bytes:
            limit = str(POLICY.most_bytes // (1024 * 1024))
            raise NotThatFormat(WrongFormat.TOO_BIG, limit)
        return read_sheet(file.read_bytes())
    except NotThatFormat as problem:
        raise click.ClickException(problem_sentence(problem, "backlog")) from problem


def _checked(
    session: Session, ports: Ports, sheet: Sheet, wanted: BacklogWanted
) -> list[CheckedLine]:
    siren = read_siren(wanted.siren).value
    organisation_id = organisation_by_siren(session, siren) if siren else None
    if organisation_id is None:
        raise click.ClickException(_("No organisation of the directory has this SIREN."))
    titles = dict(enumerate(sheet.headers))
    columns = recognised(titles)
    known = remembered_columns(session, organisation_id)
    columns |= {Column(known[fold(t)]): place for place, t in titles.items() if fold(t) in known}
    owner = Owner(organisation_id, SYSTEM, local_date(ports.clock.now()))
    choices = Choices(columns, wanted.fallbacks)
    return list(BacklogChecker(session, ports.keyring, owner, choices).check(sheet))


def _recorded(ports: Ports, found: CheckedLine) -> CheckedLine:
    if found.draft is None:
        return found
    plan = plan_filing(found.draft, ports.keyring, ports.clock.now())
    unit = partial(unit_of_work, engine=db.engine, ports=ports)
    try:
        with unit(SYSTEM) as work:
            receipt = file_request(work, plan)
    except AlreadyFiling:
        return CheckedLine(found.line, LineState.ALREADY)
    return CheckedLine(found.line, LineState.FILED, reference=receipt.reference)


def _print(found: Iterable[CheckedLine]) -> None:
    lines = list(found)
    counts = Counter(one.state for one in lines)
    for state in ORDER:
        if counts[state]:
            click.echo(
                _("%(state)s: %(count)s", state=str(LINE_STATES[state]), count=counts[state])
            )
    for one in lines:
        if one.state is LineState.REFUSED:
            faults = ((fault.code.value, fault.column) for fault in one.faults)
            why = fault_words(faults)
            click.echo("  " + _("Line %(line)s: %(why)s", line=one.line, why=why))
