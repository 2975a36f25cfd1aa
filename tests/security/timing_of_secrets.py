"""Whether time tells an unknown reference, a mistyped one and a wrong secret apart (ASVS 6.3.8).

Asked for by name, as it is long: pytest tests/security/timing_of_secrets.py. For each pair, the
share of times that one took longer than the other (AUC): 0.5 is chance, 1 tells every time.
"""

from __future__ import annotations

import gc
import random
import secrets
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations

import pytest

from hub.domain.actors import person
from hub.domain.references import REFERENCE_BYTES, new_reference
from hub.extensions import db
from hub.services.unit_of_work import unit_of_work
from hub.services.visits import open_visit
from tests.factories import open_case

SAMPLES = 3000
WRONG = "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"


class NothingKept(Exception):
    """Ends a unit of work so that no try is counted: each sample is a first try."""


def auc(slow: list[float], fast: list[float]) -> float:
    """How often one of `slow` is above one of `fast` (Mann-Whitney), ties by half."""
    below = sorted(fast)
    wins = sum((bisect_left(below, one) + bisect_right(below, one)) / 2 for one in slow)
    return wins / (len(slow) * len(fast))


def once(ports, reference: str) -> float:
    took = 0.0
    with suppress(NothingKept), unit_of_work(person(), engine=db.engine, ports=ports) as work:
        begun = time.perf_counter()
        open_visit(work, reference, WRONG)
        work.session.flush()
        took = time.perf_counter() - begun
        raise NothingKept
    return took


@pytest.fixture
def _no_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collection")
def test_time_tells_nobody_which_references_exist(unit, ports):
    known = [open_case(unit, ports).receipt.reference for _ in range(60)]
    kinds = {
        "wrong secret": lambda: random.choice(known),
        "unknown": lambda: new_reference(secrets.token_bytes(REFERENCE_BYTES)),
        "mistyped": lambda: secrets.token_hex(6).upper(),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(SAMPLES):
        for name in random.sample(list(kinds), len(kinds)):
            times[name].append(once(ports, kinds[name]()))
    found = {pair: auc(times[pair[0]], times[pair[1]]) for pair in combinations(kinds, 2)}
    told = {" / ".join(pair): round(value, 3) for pair, value in found.items()}
    print(told)  # noqa: T201  (what was measured is the point of asking for it)
    assert all(0.45 <= value <= 0.55 for value in found.values()), told
