"""rights-hub keys: the long-lived keys of a hub, made, listed, rotated and retired."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import click
from flask import Flask

from config import Settings, SettingsError
from hub import create_app
from hub.domain.actors import SYSTEM
from hub.errors import StorageUnavailable
from hub.extensions import db
from hub.key_file import HubKeys, KeyFile, KeysUnreadable
from hub.queries.wrapped_keys import count_by_key
from hub.services.rotating_keys import Hub, note_keys_changed, rewrap_all
from hub.services.unit_of_work import unit_of_work
from hub.state_folder import new_hub_keys

SETTLES_AFTER = timedelta(minutes=15)
"""A key retires only then: a filing prepared under it before the change is recorded by now."""
FROM_THE_ENVIRONMENT = (
    "The keys, or which of them is current, come from the environment: this command cannot change "
    "them. "
)
ADD_THERE = (
    "Add the entry below to RIGHTS_HUB_KEYS with RIGHTS_HUB_KEY_CURRENT={current} and restart "
    "every process; then set RIGHTS_HUB_KEY_CURRENT={new}, restart again, and rotate.\n{entry}"
)
USE_THERE = "Set RIGHTS_HUB_KEY_CURRENT={new}, restart every process, and rotate."


@click.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """Alone: print fresh keys for RIGHTS_HUB_KEYS; keep them as long as what they protect."""
    if context.invoked_subcommand is None:
        click.echo(new_hub_keys(), nl=False)


@keys.command("list")
def list_keys() -> None:
    """Say which keys there are, since when, and how many data keys each wraps; never a key."""
    with _hub() as (app, settings):
        counts = count_by_key(db.session())
        held = _held(settings)
        now = app.extensions["ports"].clock.now()
    click.echo("id  state    data keys  age")
    for key_id in sorted(held.wrapping.keys() | counts.keys()):
        made_at = held.made_at.get(key_id)
        age = f"{(now - made_at).days} days" if made_at else "not recorded"
        state = "current" if key_id == held.current else "unwraps"
        if key_id not in held.wrapping:
            state, age = "missing", "-"
        click.echo(f"{key_id:<3} {state:<8} {counts.get(key_id, 0):>9}  {age}")
    lost = {key_id: n for key_id, n in counts.items() if key_id not in held.wrapping}
    if lost:
        raise click.ClickException(
            f"{sum(lost.values())} data keys are wrapped by a key that is not here: restore it "
            "from a backup of the keys, without it what they protect cannot be opened."
        )


@keys.command()
def add() -> None:
    """Add a key that wraps nothing yet: copy the file to every machine, then rotate."""
    with _hub() as (app, settings):
        file = _file_of(settings, app)
        with file.alone():
            kept = file.read()
            if kept.newest > kept.current:
                raise click.ClickException(
                    f"Key {kept.newest} was added already and wraps nothing yet: rotate."
                )
            grown = kept.with_new(_now(app))
            if grown.current_since is None:
                grown = grown.with_current(kept.current, _now(app))
            file.write(grown)
        _record(app, added=grown.newest)
    click.echo(
        f"Key {grown.newest} is in {file.path} and wraps nothing yet. Copy this file to every "
        "machine of the hub (processes read it by themselves), then run: rights-hub keys rotate"
    )


@keys.command()
def rotate() -> None:
    """Wrap every data key with a new key, while the hub runs; stopped, it goes on where it was.

    Without a key added before: on one machine it is made now; on several, run `keys add` first.
    """
    with _hub() as (app, settings):
        kept = _held(settings)
        counts = count_by_key(db.session())
        db.session.rollback()
        waits = kept.newest > kept.current
        is_half_done = any(counts.get(key_id) for key_id in kept.wrapping.keys() - {kept.current})
        if waits or not is_half_done:
            kept = _make_current(app, settings, may_add=settings.mode == "embedded")
        done = _rewrap(app)
        left = {key_id: n for key_id, n in count_by_key(db.session()).items() if n}
    others = sum(n for key_id, n in left.items() if key_id != kept.current)
    click.echo(f"Key {kept.current} wraps now; data keys wrapped anew: {done}; left: {others}.")
    if others:
        raise click.ClickException("Some are still wrapped by another key: run it again.")
    for key_id in sorted(kept.wrapping.keys() - {kept.current}):
        click.echo(f"In 15 minutes key {key_id} may go: rights-hub keys retire {key_id}")


@keys.command()
@click.argument("key_id", type=click.IntRange(0, 255))
def retire(key_id: int) -> None:
    """Take away a key that wraps nothing any more; backups older than it need it still."""
    with _hub() as (app, settings):
        file = _file_of(settings, app)
        with file.alone():
            kept = file.read()
            _check_may_retire(kept, key_id, _now(app))
            left = count_by_key(db.session()).get(key_id, 0)
            if left:
                raise click.ClickException(
                    f"{left} data keys are still wrapped by key {key_id}: rights-hub keys rotate"
                )
            file.write(kept.without(key_id))
        db.session.rollback()
        _record(app, retired=key_id)
    click.echo(
        f"Key {key_id} is no longer in {file.path}. A backup of the database made before the "
        "rotation still needs it: keep a copy of the former file with such backups."
    )


def _check_may_retire(kept: HubKeys, key_id: int, now: datetime) -> None:
    if key_id not in kept.wrapping:
        raise click.ClickException(f"There is no key {key_id}.")
    if key_id == kept.current:
        raise click.ClickException(f"Key {key_id} is the one that wraps: rotate first.")
    if kept.current_since is None or now - kept.current_since < SETTLES_AFTER:
        raise click.ClickException(
            "The change is less than 15 minutes old: what was being filed may still use this key."
        )


def _make_current(app: Flask, settings: Settings, *, may_add: bool) -> HubKeys:
    """The newest key wraps from now on; makes one first where one machine holds them all."""
    file = _file_of(settings, app)
    with file.alone():
        kept = file.read()
        if kept.newest == kept.current:
            if not may_add:
                raise click.ClickException(
                    "Every data key is under the newest key. To begin a rotation, run "
                    "`rights-hub keys add` and copy the file to every machine."
                )
            kept = kept.with_new(_now(app))
        changed = kept.with_current(kept.newest, _now(app))
        file.write(changed)
    _record(app, current=changed.current)
    return changed


def _rewrap(app: Flask) -> int:
    served = app.extensions["ports"]
    unit = partial(unit_of_work, engine=db.engine, ports=served)
    return rewrap_all(Hub(unit, db.session(), served.keyring))


def _held(settings: Settings) -> HubKeys:
    """The keys as their file has them now, or as the environment gave them."""
    if settings.keys_file is not None:
        return KeyFile(settings.keys_file).read()
    return HubKeys(settings.hub_keys, settings.hub_key_current, {})


def _file_of(settings: Settings, app: Flask) -> KeyFile:
    """The file to change; where there is none, says what to do by hand."""
    if settings.keys_file is not None:
        return KeyFile(settings.keys_file)
    held = _held(settings)
    if held.newest > held.current:
        raise click.ClickException(FROM_THE_ENVIRONMENT + USE_THERE.format(new=held.newest))
    grown = held.with_new(_now(app))
    entry = grown.as_text().splitlines()[-2]
    words = ADD_THERE.format(current=held.current, new=grown.newest, entry=entry)
    raise click.ClickException(FROM_THE_ENVIRONMENT + words)


def _now(app: Flask) -> datetime:
    now: datetime = app.extensions["ports"].clock.now()
    return now.replace(microsecond=0)


def _record(app: Flask, **what: int) -> None:
    with unit_of_work(SYSTEM, engine=db.engine, ports=app.extensions["ports"]) as work:
        note_keys_changed(work, **what)


@contextmanager
def _hub() -> Iterator[tuple[Flask, Settings]]:
    try:
        settings = Settings.from_environment()
        app = create_app(settings)
        with app.app_context():
            yield app, settings
    except (SettingsError, KeysUnreadable) as error:
        raise click.ClickException(str(error)) from error
    except StorageUnavailable as error:
        raise click.ClickException("The database cannot be written now; try again.") from error


if __name__ == "__main__":
    keys()
