"""rights-hub audit: exports the log of acts, and verifies it against itself and an export.

An export kept elsewhere is a witness: whoever rewrites the log afterwards, chains and all, no
longer agrees with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from config import Settings, SettingsError
from hub import create_app
from hub.domain.audit_log import Break, Entry, breaks_in
from hub.extensions import db
from hub.queries.audit_trail import stored_entries

EVENTS = "events.jsonl"
Stored = tuple[Entry, bytes]


@click.group()
def audit() -> None:
    """Export the log of acts, or verify it."""


@audit.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write every event to FOLDER/events.jsonl: hashes and pseudonyms, nobody's data."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / EVENTS
    count = 0
    with _opened() as _, target.with_suffix(".part").open("w", encoding="ascii") as lines:
        for entry, stored in stored_entries(db.session()):
            lines.write(json.dumps(_line(entry, stored)) + "\n")
            count += 1
    target.with_suffix(".part").replace(target)
    click.echo(f"{count} events written to {target}")


@audit.command()
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def verify(folder: Path | None) -> None:
    """Verify the log, and that it still holds all that an export in FOLDER holds.

    Exit status 1 when anything is missing, altered or out of its chain.
    """
    with _opened():
        kept = dict(_exported(folder)) if folder else {}
        breaks, count, lost = _verify(stored_entries(db.session()), kept)
    for found in breaks:
        click.echo(f"{found.stream_id} event {found.seq}: {found.reason}", err=True)
    for stream_id, seq in lost:
        click.echo(f"{stream_id} event {seq}: differs from the export, or is gone", err=True)
    if breaks or lost:
        raise click.exceptions.Exit(1)
    compared = f", {len(kept)} compared with the export" if folder else ""
    click.echo(f"{count} events verified{compared}: nothing missing, nothing altered.")


def _opened() -> Any:
    try:
        return create_app(Settings.from_environment()).app_context()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _verify(
    entries: Iterable[Stored], kept: dict[tuple[UUID, int], bytes]
) -> tuple[list[Break], int, list[tuple[UUID, int]]]:
    breaks: list[Break] = []
    count = 0
    left = dict(kept)
    for _, stream in groupby(entries, key=lambda stored: stored[0].stream_id):
        events = list(stream)
        count += len(events)
        breaks += breaks_in(events)
        for entry, stored in events:
            if left.get((entry.stream_id, entry.seq)) == stored:
                del left[entry.stream_id, entry.seq]
    return breaks, count, sorted(left)


def _line(entry: Entry, stored: bytes) -> dict[str, Any]:
    return {
        "stream": str(entry.stream_id),
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor_kind": entry.actor_kind,
        "actor": entry.actor_pseudonym,
        "kind": entry.kind,
        "subject": str(entry.subject_id) if entry.subject_id else None,
        "detail_digest": entry.detail_digest.hex(),
        "prev": entry.prev.hex(),
        "hash": stored.hex(),
    }


def _exported(folder: Path) -> Iterator[tuple[tuple[UUID, int], bytes]]:
    path = folder / EVENTS
    if not path.exists():
        raise click.ClickException(f"{folder} holds no {EVENTS}: it is not an export of the log.")
    events: list[Stored] = []
    with path.open(encoding="ascii") as lines:
        for number, line in enumerate(lines, start=1):
            events.append(_read(line, f"{path}:{number}"))
    for _, stream in groupby(events, key=lambda stored: stored[0].stream_id):
        own = list(stream)
        for found in breaks_in(own):
            raise click.ClickException(
                f"The export itself is broken: {found.stream_id} event {found.seq}, {found.reason}."
            )
        yield from (((entry.stream_id, entry.seq), stored) for entry, stored in own)


def _read(line: str, where: str) -> Stored:
    try:
        row = json.loads(line)
        entry = Entry(
            stream_id=UUID(row["stream"]),
            seq=int(row["seq"]),
            at=datetime.fromisoformat(row["at"]),
            actor_kind=row["actor_kind"],
            actor_pseudonym=row["actor"],
            kind=row["kind"],
            subject_id=UUID(row["subject"]) if row["subject"] else None,
            detail_digest=bytes.fromhex(row["detail_digest"]),
            prev=bytes.fromhex(row["prev"]),
        )
        return entry, bytes.fromhex(row["hash"])
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{where}: not a line of an export.") from error


if __name__ == "__main__":
    audit()
