"""rights-hub keys: the long-lived keys of a scaled-out hub."""

from __future__ import annotations

import click

from hub.state_folder import new_hub_keys


@click.command()
def keys() -> None:
    """Print fresh keys for RIGHTS_HUB_KEYS; keep them as long as what they protect."""
    click.echo(new_hub_keys(), nl=False)
