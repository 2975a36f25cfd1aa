"""rights-hub files: where the sealed files are, and their move from one store to the other."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from config import Settings, SettingsError
from hub.adapters.files.two_places import SealedPlace, move_file
from hub.bootstrap import places_of_files
from hub.errors import HubError
from hub.storage_settings import PLACES

TOLD_EVERY = 500
LOCK = "files-move.lock"


@click.group()
def files() -> None:
    """Where the sealed files are, and their move from one store to the other."""


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
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    present, former = _places(settings, place)
    with _alone(settings.home / LOCK):
        done = _moved(present, former)
    click.echo(f"{done} files moved; none is left in the former store.")


def _moved(present: SealedPlace, former: SealedPlace) -> int:
    done = 0
    try:
        for key in list(former.keys()):
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
