"""rights-hub import: reads a file into the directory, or a backlog of requests into the hub."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from config import Settings
from hub import create_app
from hub.commands.importing_backlog import BacklogWanted, bring_backlog
from hub.domain.actors import SYSTEM
from hub.domain.backlog import Fallbacks
from hub.domain.directory_records import DirectoryRecords, NotThatFormat, WrongFormat
from hub.domain.rights import Right
from hub.extensions import db
from hub.importers.cnil_dpo import read_cnil_dpo
from hub.importers.hdh_projects import read_hdh_projects
from hub.importers.healthdcat import read_healthdcat
from hub.importers.organisations import read_organisations
from hub.importers.reading import SIZE_LIMIT
from hub.models.directory import Organisation
from hub.ports import Ports
from hub.services.directory_changes import ImportReport
from hub.services.directory_import import apply_directory_records
from hub.services.directory_plan import plan_import
from hub.services.unit_of_work import unit_of_work
from hub.web.import_words import not_ready_sentence, problem_sentence, report_lines

BACKLOG = "backlog"
READERS = MappingProxyType(
    {
        "cnil-dpo": read_cnil_dpo,
        "hdh-projects": read_hdh_projects,
        "healthdcat": read_healthdcat,
        "organisations": read_organisations,
    }
)


@click.command("import")
@click.argument("format_name", metavar="FORMAT", type=click.Choice([BACKLOG, *sorted(READERS)]))
@click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Print what would change; write nothing.")
@click.option("--with-unknown", is_flag=True, help="Add organisations not yet in the directory.")
@click.option(
    "--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True,
    help="Language of the report.",
)  # fmt: skip
@click.option("--siren", help="backlog: whose requests they are.")
@click.option("--right", type=click.Choice([one.value for one in Right]),
    help="backlog: the right asked for where the file is silent.")  # fmt: skip
@click.option("--processing", multiple=True,
    help="backlog: title or id of a database concerned where the file is silent.")  # fmt: skip
def import_file(format_name: str, file: Path, language: str, **options: Any) -> None:
    """Read FILE into the directory, or a backlog of requests into the hub.

    FORMAT: healthdcat (Turtle, RDF/XML or JSON-LD), organisations (CSV), cnil-dpo (CSV),
    hdh-projects (XLSX), or backlog (XLSX, CSV or mbox; needs --siren). Findings do not stop an
    import; a file that is not what it says changes nothing and ends with status 1.
    """
    if format_name == BACKLOG:
        wanted = BacklogWanted(
            options["siren"] or "",
            Fallbacks(
                Right(options["right"]) if options["right"] else None,
                processings=options["processing"],
            ),
            options["dry_run"],
        )
        bring_backlog(file, wanted, language)
        return
    _import_directory(format_name, file, options, language)


def _import_directory(format_name: str, file: Path, options: dict[str, Any], language: str) -> None:
    app = create_app(Settings.from_environment())
    with app.app_context(), force_locale(language):
        try:
            records = READERS[format_name](_content(file))
        except NotThatFormat as problem:
            raise click.ClickException(problem_sentence(problem, format_name)) from problem
        if options["with_unknown"]:
            records = replace(records, only_known=False)
        if not inspect(db.engine).has_table(Organisation.__tablename__):
            raise click.ClickException(not_ready_sentence())
        dry_run = options["dry_run"]
        report = _previewed(records) if dry_run else _imported(app.extensions["ports"], records)
        for line in report_lines(report, is_dry=dry_run):
            click.echo(line)


def _content(file: Path) -> bytes:
    """The bytes of a file; one beyond the limit is refused before it is read."""
    if file.stat().st_size > SIZE_LIMIT:
        raise NotThatFormat(WrongFormat.TOO_BIG, str(SIZE_LIMIT // (1024 * 1024)))
    return file.read_bytes()


def _previewed(records: DirectoryRecords) -> ImportReport:
    with Session(db.engine) as session:
        report = plan_import(session, records).report()
        session.rollback()
    return report


def _imported(ports: Ports, records: DirectoryRecords) -> ImportReport:
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return apply_directory_records(work, records)


if __name__ == "__main__":
    import_file()
