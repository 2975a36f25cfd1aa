"""Nobody learns which references exist: each wrong pair costs the same work (ASVS 6.3.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from config import Settings
from hub.adapters.keyring import Keyring
from hub.domain.actors import person
from hub.domain.references import new_reference
from hub.extensions import db
from hub.ports import Ports
from hub.services.unit_of_work import unit_of_work
from hub.services.visits import WrongReferenceOrSecret, open_visit
from tests.factories import Case, open_case

PERSON = person()

WRONG = "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"
MISTYPED = "DX7K-3M9Q-F3"


class CountingKeyring(Keyring):
    """The hub's keys, which count what is asked of them."""

    def __init__(self, *keys: Any) -> None:
        super().__init__(*keys)
        self.asked: Counter[str] = Counter()

    def exact_digest(self, text: str, purpose: str) -> bytes:
        self.asked["digest"] += 1
        return super().exact_digest(text, purpose)

    def hash_secret(self, reference: str, secret: str) -> bytes:
        self.asked["secret"] += 1
        return super().hash_secret(reference, secret)

    def unwrap_private(self, wrapped: bytes, secret: str, reference: str) -> str:
        self.asked["unwrap"] += 1
        return super().unwrap_private(wrapped, secret, reference)


@pytest.fixture
def ports(ports: Ports, settings: Settings) -> Ports:
    """The outside, with keys that count."""
    one = settings
    keys = (one.hub_keys, one.hub_key_current, one.pepper, one.index_key)
    return replace(ports, keyring=CountingKeyring(*keys))


@pytest.fixture
def case(unit: Any, ports: Ports) -> Case:
    return open_case(unit, ports)


@pytest.fixture
def queries(app: Any) -> Iterator[list[str]]:
    """The statements that reach the database, without their values."""
    said: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", keep)
    yield said
    event.remove(db.engine, "before_cursor_execute", keep)


def work_of(ports: Ports, queries: list[str], reference: str) -> tuple[Counter[str], list[str]]:
    """What one wrong try asks of the keys and of the database."""
    queries.clear()
    keyring: Any = ports.keyring
    keyring.asked.clear()
    with unit_of_work(PERSON, engine=db.engine, ports=ports) as work:
        assert isinstance(open_visit(work, reference, WRONG), WrongReferenceOrSecret)
    return Counter(keyring.asked), list(queries)


def test_an_unknown_reference_a_mistyped_one_and_a_wrong_secret_cost_the_same_work(
    ports: Ports, case: Case, queries: list[str]
) -> None:
    unknown = new_reference(b"\x07" * 5)
    first, *others = [
        work_of(ports, queries, one) for one in (case.receipt.reference, unknown, MISTYPED)
    ]
    assert first[0] == {"digest": 1, "secret": 1}
    assert all(one == first for one in others)
