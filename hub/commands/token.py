"""rights-hub token: bearer tokens of organisations' programs."""

from __future__ import annotations

import re

import click

from config import Settings, SettingsError
from hub import create_app
from hub.domain.actors import SYSTEM
from hub.errors import StorageUnavailable
from hub.extensions import db
from hub.models.member import TokenScope
from hub.queries.members import organisation_by_siren
from hub.services.tokens import create_token
from hub.services.unit_of_work import unit_of_work

SIREN = re.compile(r"\d{9}", re.ASCII)


@click.group()
def token() -> None:
    """Tokens that let a program work in the name of an organisation."""


@token.command()
@click.option("--siren", required=True, help="Nine digits: whose token it is.")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice([scope.value for scope in TokenScope]),
    help="What the token may do; may be repeated.",
)
@click.option("--label", default="", help="What the token is for.")
def create(siren: str, scopes: tuple[str, ...], label: str) -> None:
    """Make a token and print it, alone; it cannot be shown again."""
    number = "".join(siren.split())
    if not SIREN.fullmatch(number):
        raise click.ClickException(f"A SIREN has nine digits: {siren!r} does not.")
    try:
        click.echo(_made(number, [TokenScope(scope) for scope in scopes], label[:100]))
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    except StorageUnavailable as error:
        raise click.ClickException(
            "The database cannot be written now; no token was made. "
            "Is it migrated (rights-hub migrate) and has it room?"
        ) from error


def _made(siren: str, scopes: list[TokenScope], label: str) -> str:
    app = create_app(Settings.from_environment())
    with (
        app.app_context(),
        unit_of_work(SYSTEM, engine=db.engine, ports=app.extensions["ports"]) as work,
    ):
        organisation_id = organisation_by_siren(work.session, siren)
        if organisation_id is None:
            raise click.ClickException(f"No organisation of the directory has the SIREN {siren}.")
        return create_token(work, organisation_id, scopes, label)
