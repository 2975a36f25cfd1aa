"""rights-hub recover: re-inserts from the intake journal the filings that the database lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from config import Settings, SettingsError
from hub import create_app
from hub.adapters.journal import FolderJournal
from hub.bootstrap import journal_of, recovery_pair
from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.ports import JournalLine, Ports, UnreadLine
from hub.services.recovering import Recovery, is_there, recover_line
from hub.services.unit_of_work import unit_of_work


@dataclass
class RecoveryReport:
    """What came of a whole journal."""

    counts: Counter[Recovery] = field(default_factory=Counter)
    unread: list[UnreadLine] = field(default_factory=list)


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
    private = _private_half(settings, key)
    ports: Ports = app.extensions["ports"]
    journal = journal_of(settings, ports.clock, folder)
    with app.app_context():
        done = _recovered(ports, journal, private, dry_run=dry_run)
    _tell(done, dry_run=dry_run)


def _private_half(settings: Settings, key: Path | None) -> str:
    if key:
        return key.read_text(encoding="utf-8", errors="replace").strip()
    if settings.journal_recipient:
        raise click.ClickException(
            "The journal is sealed to RIGHTS_HUB_JOURNAL_RECIPIENT: name the file of its private "
            "half with --key."
        )
    return recovery_pair(settings.home)[1]


def _recovered(
    ports: Ports, journal: FolderJournal, private: str, *, dry_run: bool
) -> RecoveryReport:
    done = RecoveryReport()
    for line in journal.read(private):
        if isinstance(line, UnreadLine):
            done.unread.append(line)
        else:
            done.counts[_one(ports, line, dry_run=dry_run)] += 1
    return done


def _one(ports: Ports, line: JournalLine, *, dry_run: bool) -> Recovery:
    if dry_run:
        known = is_there(db.session(), line)
        return Recovery.ALREADY_THERE if known else Recovery.RECOVERED
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return recover_line(work, line)


def _tell(done: RecoveryReport, *, dry_run: bool) -> None:
    lacking = "would be inserted" if dry_run else "inserted"
    counts = done.counts
    click.echo(
        f"Filings already there: {counts[Recovery.ALREADY_THERE]}; "
        f"{lacking}: {counts[Recovery.RECOVERED]}; impossible: {counts[Recovery.IMPOSSIBLE]}."
    )
    for line in done.unread:
        click.echo(f"Not opened: {line.part}, line {line.number}.", err=True)
    if done.unread:
        raise click.ClickException(
            "What is named above was altered, or is sealed to another recovery key: name the "
            "file of that key with --key. All the rest was read."
        )
    if counts[Recovery.IMPOSSIBLE]:
        raise click.ClickException(
            "Some filings name an organisation that this database has lost: import the "
            "directory again, then run this command again."
        )


if __name__ == "__main__":
    recover()
