"""The short form of the campaign of `make faults`: sixty filings while parts of the hub die.

RQ is a doorbell: no filing fails while its server is killed, and nothing they owe is lost.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Thread
from urllib.parse import quote

import pytest

from tests.faults.checker import Evidence, check
from tests.faults.clients import Clients, Habits
from tests.faults.evidence import Database, exported_log, leaks, seen_in_inbox
from tests.faults.ledger import Ledger
from tests.journeys.administrators import Administrator
from tests.journeys.directories import REGISTER_SIREN, REGISTER_TITLE, VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.running import eventually

pytestmark = pytest.mark.slow

FILINGS = 60
KILLED_AFTER = {"relay": 8, "worker-deliveries-1": 18, "valkey": 28, "mailcatcher": 40}
WAYS = {VALMONT_SIREN: ("inbox",), REGISTER_SIREN: ("inbox",)}
BY_ITSELF_S, DELIVERED_S = 20.0, 75.0
OPERATOR = "omar.fontaine@plateforme-donnees-sante.example"
RETRIED = "/exploitation"


def test_while_parts_of_the_hub_die_no_filing_fails_and_each_referral_arrives_once(
    embedded: JourneyHub, tmp_path: Path
) -> None:
    for siren in WAYS:
        embedded.token(siren, "answer")
    database = Database(f"sqlite:///{embedded.home / 'hub.sqlite3'}")
    before = database.before()
    clients = clients_of(embedded)
    filing = Thread(target=clients.file, args=(FILINGS,), daemon=True)
    filing.start()
    for role, count in KILLED_AFTER.items():
        assert eventually(lambda: len(clients.ledger.acknowledged()) >= count)  # noqa: B023 (asked at once)
        former = embedded.kill(role)
        assert embedded.is_ready(), f"without its {role} the site was unready"
        assert embedded.comes_back(role, former)
    filing.join(60)

    assert not clients.surprises
    assert not clients.failures, "a filing was disturbed"
    statuses = sum((one.statuses for one in clients.ledger.sendings.values()), Counter())
    assert statuses.keys() <= {201, 409}
    assert any(one.unanswered for one in clients.ledger.sendings.values()), "no answer was lost"
    assert arrived(embedded, database), embedded.deliveries()

    kept = database.kept(before)
    evidence = Evidence(
        WAYS,
        kept=list(kept.values()),
        brought=database.brought(before, datetime.now(UTC)),
        seen=[seen for siren in WAYS for seen in seen_in_inbox(embedded, siren)],
        log=exported_log(embedded, tmp_path, kept.keys()),
        leaks=leaks([embedded.home / "logs", embedded.home / "valkey", embedded.spool], {}),
    )
    assert len(evidence.kept) == FILINGS
    assert check(clients.ledger, evidence) == []


def clients_of(hub: JourneyHub) -> Clients:
    """Clients who lose one answer in eight and try again."""
    processings = [
        hub.call("GET", f"/processings?q={quote(words)}").content["items"][0]["id"]
        for words in (VALMONT_TITLE, REGISTER_TITLE)
    ]
    token = hub.token(VALMONT_SIREN, "file")
    habits = Habits(hangs_up=0.125)
    return Clients(
        Ledger(), lambda: hub.port, token, processings, Random(7), habits, have_mailboxes=False
    )


def arrived(hub: JourneyHub, database: Database) -> bool:
    """Whether all left: by itself, or once an operator had what the dead mail server refused
    tried again; nobody waits here for the retry table.
    """

    def has_left() -> bool:
        return database.on_the_way(datetime.now(UTC)) == 0

    if not eventually(has_left, BY_ITSELF_S):
        operator = Administrator(hub, OPERATOR)
        operator.send("/exploitation/envois/reessayer", RETRIED, channel="email")
    return eventually(has_left, DELIVERED_S)
