"""Clients that file, lose answers, try again under the same key, and write all of it down."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from random import Random
from typing import Any

from tests.faults.ledger import ACCEPTED, Ledger

MARK = "Zyxwacanari"
"""How every family name of a campaign begins: found outside, it is a leak."""
PATIENCE = 400
PAUSE_S = 0.25
ANSWER_S = 30.0
TAKEN_OTHERWISE = 422
BROKEN = 500
AGAIN = frozenset({409, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Habits:
    """How often a client hangs up before the answer, sends twice at once, asks again after it has
    its receipt, or sends another body under a used key.
    """

    hangs_up: float = 0.05
    sends_twice: float = 0.03
    asks_again: float = 0.05
    changes_body: float = 0.02


@dataclass
class Clients:
    """Who files with one hub; `port` may be that of a bad line."""

    ledger: Ledger
    port: Callable[[], int]
    token: str
    processings: Sequence[str]
    chance: Random
    habits: Habits = field(default_factory=Habits)
    have_mailboxes: bool = True
    surprises: list[str] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)

    def file(self, count: int, at_once: int = 4, pace: threading.Event | None = None) -> None:
        """File so many requests and come back once each has its receipt, or none is to be had.

        `pace`: set when there is no more reason to leave time between filings.
        """
        left: SimpleQueue[tuple[str, str, float]] = SimpleQueue()
        for _ in range(count):
            key = f"{self.chance.getrandbits(128):032x}"
            left.put((key, f"{MARK}{key[:8]}", self.chance.random()))
        threads = [
            threading.Thread(target=self._client, args=(left, pace), daemon=True)
            for _ in range(at_once)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def ask_again(self, keys: Sequence[str]) -> None:
        """Send again, under the same keys, what never had a receipt."""
        for key in keys:
            self._until_receipt(key, self.ledger.sendings[key].mark)

    def _client(
        self, left: SimpleQueue[tuple[str, str, float]], pace: threading.Event | None
    ) -> None:
        while True:
            try:
                key, mark, luck = left.get_nowait()
            except Empty:
                return
            self._one(key, mark, luck)
            if pace is not None:
                pace.wait(PAUSE_S)

    def _one(self, key: str, mark: str, luck: float) -> None:
        habits = self.habits
        if luck < habits.hangs_up:
            self._hang_up(key, mark)
        elif luck < habits.hangs_up + habits.sends_twice:
            twin = threading.Thread(target=self._until_receipt, args=(key, mark), daemon=True)
            twin.start()
            self._until_receipt(key, mark)
            twin.join()
        self._until_receipt(key, mark)
        if luck > 1 - habits.asks_again:
            self._exchange(key, mark)
        elif luck > 1 - habits.asks_again - habits.changes_body:
            self._expect_refusal(key, mark)

    def _until_receipt(self, key: str, mark: str) -> None:
        waiting = threading.Event()
        for _ in range(PATIENCE):
            status = self._exchange(key, mark)
            if status == ACCEPTED:
                return
            if status and status not in AGAIN:
                self.surprises.append(f"{status} for a filing")
                return
            waiting.wait(PAUSE_S)
        self.surprises.append("no receipt, however often it was asked for")

    def _exchange(self, key: str, mark: str) -> int:
        """One sending; the status, or 0 when no answer came."""
        self.ledger.send(key, mark)
        began = time.monotonic()
        try:
            status, content = self._post(key, self._body(mark))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failures[type(error).__name__] += 1
            self.ledger.hear_nothing(key)
            return 0
        self.ledger.hear(key, status, content)
        if status >= BROKEN:
            self.failures[str(status)] += 1
        self.took_s.append(time.monotonic() - began)
        return status

    def _expect_refusal(self, key: str, mark: str) -> None:
        with suppress(OSError, http.client.HTTPException, ValueError):
            status, _ = self._post(key, self._body(mark, "Autre chose."))
            if status != TAKEN_OTHERWISE and status not in AGAIN:
                self.surprises.append(f"{status} for another body under a used key")

    def _hang_up(self, key: str, mark: str) -> None:
        """Send it all and leave before the answer."""
        self.ledger.send(key, mark)
        with suppress(OSError):
            line = self._connect()
            line.request("POST", "/api/v1/requests", *self._said(key, mark))
            if line.sock:
                line.sock.settimeout(0.02)
                with suppress(TimeoutError):
                    line.sock.recv(1)
            line.close()
        self.ledger.hear_nothing(key)

    def _post(self, key: str, body: dict[str, Any]) -> tuple[int, Any]:
        line = self._connect()
        try:
            line.request("POST", "/api/v1/requests", json.dumps(body), self._headers(key))
            answer = line.getresponse()
            text = answer.read()
            is_json = "json" in (answer.getheader("Content-Type") or "")
            return answer.status, json.loads(text) if is_json else None
        finally:
            line.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port(), timeout=ANSWER_S)

    def _said(self, key: str, mark: str) -> tuple[str, dict[str, str]]:
        return json.dumps(self._body(mark)), self._headers(key)

    def _body(self, mark: str, statement: str = "Une copie, s’il vous plaît.") -> dict[str, Any]:
        person: dict[str, Any] = {
            "given_names": "Camille",
            "family_name": mark,
            "birth_date": "1970-01-01",
            "identifiers": {"birth_name": mark},
        }
        if self.have_mailboxes:
            person["email"] = f"p{mark[-6:]}@personne.example"
        return {
            "right": "access",
            "processings": list(self.processings),
            "person": person,
            "statement": statement,
        }

    def _headers(self, key: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
