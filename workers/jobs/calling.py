"""Calls the endpoints of organisations with all that is due to them; safe to run twice, or half."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from flask import Flask, current_app

from config import Settings
from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.extensions import db
from hub.ports import Ports
from hub.services.calling import Call, Made, calls_of, make, record_calls
from hub.services.delivering import Claimed, claim, give_back
from hub.services.unit_of_work import unit_of_work

AT_ONCE = 4
"""Calls under way to one endpoint, however much is due to it."""
CLAIMED_AT_ONCE = 40
"""Calls under one lease: what the units before and after them cost is shared."""
SERVES_FOR = timedelta(seconds=10)
"""Then others have their turn; with the longest call it is far shorter than a lease."""
MOST_ROUNDS = 50

log = structlog.get_logger(__name__)


def call_endpoint(channel: str, *recipients: str) -> int:
    """Serve these endpoints at the same time: one that is slow holds back none of the others."""
    if len(recipients) == 1:
        return _serve(Channel(channel), recipients[0])
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def serve(recipient: str) -> int:
        with app.app_context():
            return _serve(Channel(channel), recipient)

    with ThreadPoolExecutor(max(len(recipients), 1)) as pool:
        return sum(pool.map(serve, recipients))


def _serve(channel: Channel, recipient: str) -> int:
    """Claim, call, record, round by round, until a call fails or the time of a turn is over."""
    ports: Ports = current_app.extensions["ports"]
    ends_at = ports.clock.now() + SERVES_FOR
    settled = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(MOST_ROUNDS):
            with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
                claimed = claim(work, channel, recipient, CLAIMED_AT_ONCE)
            if not claimed:
                break
            made = _made(ports, claimed, pool, ends_at)
            tried = {one.call.claimed.id for one in made}
            with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
                give_back(work, [one for one in claimed if one.id not in tried])
                settled += record_calls(work, made)
            if len(made) < CLAIMED_AT_ONCE or not all(one.is_done for one in made):
                break
    return settled


def _made(
    ports: Ports, claimed: Sequence[Claimed], pool: ThreadPoolExecutor, ends_at: datetime
) -> list[Made]:
    """What came of the calls that were made: none after one that failed, nor once time is over."""
    settings: Settings = current_app.extensions["settings"]
    now = ports.clock.now()
    calls = calls_of(db.session(), ports.keyring, claimed, settings.public_url, now)
    db.session.rollback()
    failing = threading.Event()

    def made(call: Call) -> Made | None:
        if failing.is_set() or (call is not calls[0] and ports.clock.now() >= ends_at):
            return None
        one = make(ports.outward, call)
        if not one.is_done:
            failing.set()
            log.warning("call_not_done", kind=one.call.kind.value, result=one.result)
        return one

    return [one for one in pool.map(made, calls) if one is not None]
