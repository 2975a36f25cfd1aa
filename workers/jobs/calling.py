"""Calls the endpoint of one organisation with all that is due to it; safe to run twice, or half."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
from flask import current_app

from config import Settings
from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.extensions import db
from hub.ports import Ports
from hub.services.calling import Made, calls_of, make, record_calls
from hub.services.delivering import Claimed, claim
from hub.services.unit_of_work import unit_of_work

AT_ONCE = 4
"""Calls under way to one endpoint, however much is due to it."""
MOST_ROUNDS = 50

log = structlog.get_logger(__name__)


def call_endpoint(channel: str, recipient: str) -> int:
    """Claim, call, record, a few at a time; ends at the first round in which a call fails."""
    ports: Ports = current_app.extensions["ports"]
    settled = 0
    for _ in range(MOST_ROUNDS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            claimed = claim(work, Channel(channel), recipient, AT_ONCE)
        if not claimed:
            break
        made = _made(ports, claimed)
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            settled += record_calls(work, made)
        if len(claimed) < AT_ONCE or not all(one.is_done for one in made):
            break
    return settled


def _made(ports: Ports, claimed: list[Claimed]) -> list[Made]:
    settings: Settings = current_app.extensions["settings"]
    now = ports.clock.now()
    calls = calls_of(db.session(), ports.keyring, claimed, settings.public_url, now)
    db.session.rollback()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(partial(make, ports.outward), calls))
    for one in made:
        if not one.is_done:
            log.warning("call_not_done", kind=one.call.kind.value, result=one.result)
    return made
