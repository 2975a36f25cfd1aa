"""rights-hub recover: re-inserts from the intake journal the filings that the database lacks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from config import Settings, SettingsError
from hub import create_app
from hub.adapters.journal import FolderJournal, recovery_pair
from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.port_errors import JournalUnreadable
from hub.ports import Journal, Ports
from hub.services.recovering import Recovery, is_there, recover_line
from hub.services.unit_of_work import unit_of_work


@click.command()
@click.option("--from", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what is lacking, and insert nothing.")
def recover(folder: Path | None, key: Path | None, *, dry_run: bool) -> None:
    """Insert every filing of the journal that the database lacks; run it after a restore.

    The journal of another machine is named by --from, a recovery key kept elsewhere by --key.
    """
    try:
        settings = Settings.from_environment()
        app = create_app(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    own_public, private = recovery_pair(settings.home)
    ports: Ports = app.extensions["ports"]
    journal = FolderJournal(folder, own_public, ports.clock) if folder else ports.journal
    if key:
        private = key.read_text(encoding="ascii").strip()
    with app.app_context():
        counts = _recovered(ports, journal, private, dry_run=dry_run)
    lacking = "would be inserted" if dry_run else "inserted"
    click.echo(
        f"Filings already there: {counts[Recovery.ALREADY_THERE]}; "
        f"{lacking}: {counts[Recovery.RECOVERED]}; impossible: {counts[Recovery.IMPOSSIBLE]}."
    )
    if counts[Recovery.IMPOSSIBLE]:
        raise click.ClickException(
            "Some filings name an organisation that this database has lost: import the "
            "directory again, then run this command again."
        )


def _recovered(ports: Ports, journal: Journal, private: str, *, dry_run: bool) -> Counter[Recovery]:
    counts: Counter[Recovery] = Counter()
    try:
        for line in journal.read(private):
            if dry_run:
                known = is_there(db.session(), line)
                counts[Recovery.ALREADY_THERE if known else Recovery.RECOVERED] += 1
                continue
            with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
                counts[recover_line(work, line)] += 1
    except JournalUnreadable as error:
        part, number = error.facts["part"], error.facts["line"]
        raise click.ClickException(
            f"{part}, line {number}, cannot be opened: another recovery key (--key), or altered. "
            f"Inserted before it: {counts[Recovery.RECOVERED]}."
        ) from error
    return counts


if __name__ == "__main__":
    recover()
