"""RQ is a doorbell: filings go on while its server is killed, and nothing they owe is lost."""

from __future__ import annotations

import queue
import threading
import uuid
from collections import Counter
from urllib.parse import quote

import pytest

from tests.journeys.directories import REGISTER_SIREN, REGISTER_TITLE, VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub, Reply
from tests.running import eventually

pytestmark = pytest.mark.slow

FILINGS = 200
CLIENTS = 8
KILLED_AFTER = (60, 130)
DELIVERED_S = 75.0
SIRENS = (VALMONT_SIREN, REGISTER_SIREN)


class Filing:
    """Threads that file until there is nothing left to file, and what they were answered."""

    def __init__(self, hub: JourneyHub, token: str, processings: list[str]) -> None:
        self.hub, self.token, self.processings = hub, token, processings
        self.left: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(FILINGS):
            self.left.put(number)
        self.replies: list[Reply] = []
        self.faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        for thread in self._threads:
            thread.join(60)

    def _client(self) -> None:
        while True:
            try:
                number = self.left.get_nowait()
            except queue.Empty:
                return
            try:
                self.replies.append(self._file(number))
            except OSError as fault:
                self.faults.append(fault)

    def _file(self, number: int) -> Reply:
        person = {
            "given_names": "Camille",
            "family_name": f"Essai {number}",
            "birth_date": "1970-01-01",
            "identifiers": {"birth_name": f"Essai {number}"},
        }
        body = {
            "right": "access",
            "processings": self.processings,
            "person": person,
            "statement": "Une copie, s’il vous plaît.",
        }
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self.hub.call("POST", "/requests", self.token, body, **key)


def delivered_to(hub: JourneyHub, siren: str) -> Counter[str]:
    """How many times each referral stands in the inbox of a controller."""
    token = hub.token(siren, "answer")
    seen: Counter[str] = Counter()
    cursor = ""
    while True:
        page = hub.call("GET", f"/referrals?state=delivered&limit=200{cursor}", token).content
        seen.update(row["id"] for row in page["items"])
        if page["next_cursor"] is None:
            return seen
        cursor = f"&cursor={page['next_cursor']}"


def test_with_valkey_killed_twice_no_filing_fails_and_each_referral_arrives_once(
    embedded: JourneyHub,
) -> None:
    processings = [
        embedded.call("GET", f"/processings?q={quote(words)}").content["items"][0]["id"]
        for words in (VALMONT_TITLE, REGISTER_TITLE)
    ]
    for siren in SIRENS:
        embedded.token(siren, "answer")
    filing = Filing(embedded, embedded.token(VALMONT_SIREN, "file"), processings)
    filing.start()
    for count in KILLED_AFTER:
        assert eventually(lambda: len(filing.replies) >= count)  # noqa: B023 (asked at once)
        former = embedded.kill("valkey")
        assert embedded.is_ready(), "a dead queue made the site unready"
        assert embedded.comes_back("valkey", former)
    filing.finish()

    assert not filing.faults
    assert Counter(reply.status for reply in filing.replies) == {201: FILINGS}
    assert eventually(embedded.has_sent_all, DELIVERED_S), embedded.deliveries()

    filed = [reply.content["referrals"] for reply in filing.replies]
    for siren in SIRENS:
        owed = {
            one["id"] for part in filed for one in part if one["organisation"]["siren"] == siren
        }
        assert len(owed) == FILINGS
        seen = delivered_to(embedded, siren)
        assert {seen[referral] for referral in owed} == {1}
    assert "nothing missing, nothing altered" in embedded.verify_log()
