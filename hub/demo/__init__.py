"""The demonstration: a directory, accounts, and nothing that could reach a real person."""

from flask import Flask

from hub.demo.accounts import accounts_text, load_accounts
from hub.demo.directory import load_directory
from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.services.unit_of_work import unit_of_work

__all__ = ["accounts_text", "load_demonstration"]


def load_demonstration(app: Flask) -> None:
    """Load the demonstration in one unit of work; a second time changes nothing."""
    with (
        app.app_context(),
        unit_of_work(SYSTEM, engine=db.engine, ports=app.extensions["ports"]) as work,
    ):
        load_directory(work)
        load_accounts(work)
