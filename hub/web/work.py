"""Opens units of work for the web, with the engine and the ports of the running application."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from config import Settings
from hub.domain.actors import Actor
from hub.extensions import db
from hub.ports import Ports
from hub.sealing import RequestKeys
from hub.services import unit_of_work as units


def ports() -> Ports:
    """The ports of the running application."""
    return cast(Ports, current_app.extensions["ports"])


def settings() -> Settings:
    """The settings of the running application."""
    return cast(Settings, current_app.extensions["settings"])


def reading() -> Session:
    """The session that pages read with; it never writes."""
    return cast(Session, db.session)


def dialect() -> Dialect:
    """The words of the engine, for rows that are bound before a unit of work opens."""
    return db.engine.dialect


def request_keys() -> RequestKeys:
    """Opens what a page shows; unwraps each key once for the page."""
    return RequestKeys(reading(), ports().keyring)


@contextmanager
def unit_of_work(actor: Actor) -> Iterator[units.Work]:
    """End the page's read transaction, then open a unit of work for `actor`."""
    db.session.rollback()
    with units.unit_of_work(actor, engine=db.engine, ports=ports()) as work:
        yield work
