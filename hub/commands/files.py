"""rights-hub files: the store of sealed files, checked, and moved to another."""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from config import Settings, SettingsError
from hub import create_app
from hub.adapters.files.two_places import SealedPlace, move_file
from hub.bootstrap import places_of_files
from hub.errors import HubError
from hub.extensions import db
from hub.queries.stored_files import named_files
from hub.storage_settings import PLACES

TOLD_EVERY = 500
LOCK = "files-move.lock"
LEFT_OVER_AFTER = timedelta(days=1)


@click.group()
def files() -> None:
    """Check the store of sealed files, or move it."""


@files.command()
@click.option(
    "--to",
    "place",
    type=click.Choice(PLACES),
    required=True,
    help="Where they go: where RIGHTS_HUB_FILES already sends new ones.",
)
def move(place: str) -> None:
    """Move every file to the store of new files, while the hub runs; stopped, it goes on.

    No key is needed: files travel sealed. Each is compared with its copy before it is deleted.
    """
    settings = _settings()
    present, former = _places(settings, place)
    with _alone(settings.home / LOCK):
        done = _moved(present, former)
    click.echo(f"{done} files moved; none is left in the former store.")


@files.command()
@click.option("--delete", "deletes", is_flag=True, help="Delete what is left over.")
def check(deletes: bool) -> None:
    """Compare the store with the database: files that are missing, files that no line names.

    A hub that was killed between a file and its line leaves one over; so does a restored database.
    Only those older than a day count: a younger one may be on its way. Exits 1 if any is missing.
    """
    settings = _settings()
    app = create_app(settings)
    try:
        with app.app_context():
            found = _compared(places_of_files(settings), app.extensions["ports"].clock.now())
    except HubError as error:
        raise click.ClickException(f"The store cannot be read now ({error.code}).") from error
    click.echo(f"Files named: {found.named}; kept: {found.kept}; left over: {len(found.left)}.")
    if found.missing:
        tables = Counter(found.missing.values())
        said = ", ".join(f"{table}: {count}" for table, count in sorted(tables.items()))
        raise click.ClickException(
            f"Missing: {len(found.missing)} ({said}). Restore them from a backup. Nothing is "
            "deleted while the database and the store are not of the same moment."
        )
    if deletes:
        for key, place in found.left.items():
            place.delete(key)
        click.echo(f"Deleted: {len(found.left)}.")


@dataclass(frozen=True)
class Compared:
    """How many files are named and kept; what is left over, and what is missing."""

    named: int
    kept: int
    left: dict[str, SealedPlace]
    missing: dict[str, str]


def _compared(places: list[SealedPlace], now: datetime) -> Compared:
    # The store first: what comes in meanwhile then has its line, and is not taken for left over.
    kept = {key: place for place in places for key in place.listed()}
    named = named_files(db.session())
    db.session.rollback()
    since = now - LEFT_OVER_AFTER
    return Compared(
        len(named),
        len(kept),
        {
            key: place
            for key, place in kept.items()
            if key not in named and _is_older(place, key, since)
        },
        {
            key: table
            for key, table in named.items()
            if key not in kept and not _is_held(places, key)
        },
    )


def _is_held(places: list[SealedPlace], key: str) -> bool:
    return any(place.holds(key) for place in places)


def _is_older(place: SealedPlace, key: str, since: datetime) -> bool:
    stored_at = place.stored_at(key)
    return stored_at is not None and stored_at < since


def _settings() -> Settings:
    try:
        return Settings.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _moved(present: SealedPlace, former: SealedPlace) -> int:
    done = 0
    try:
        for key in list(former.listed()):
            done += move_file(key, former, present)
            if done and done % TOLD_EVERY == 0:
                click.echo(f"{done} files moved")
    except HubError as error:
        raise click.ClickException(
            f"Stopped after {done} files ({error.code}). Nothing is lost: run it again, it goes on "
            "where it was."
        ) from error
    return done


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise click.ClickException("Files are being moved already.") from taken
        yield


def _places(settings: Settings, place: str) -> tuple[SealedPlace, SealedPlace]:
    if settings.files_place != place:
        raise click.ClickException(
            f"New files do not go there yet: set RIGHTS_HUB_FILES={place}, restart the hub, and "
            "run this again."
        )
    places = places_of_files(settings)
    if len(places) == 1:
        raise click.ClickException(
            "No other store is named: keep the RIGHTS_HUB_S3 settings until all has moved."
        )
    present, former = places
    return present, former
