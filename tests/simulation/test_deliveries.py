"""Chance plays against the delivery engine: no seed breaks a promise, and planted faults show."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation.delivery_world import FAULTS, World, empty_database

SEEDS = int(os.environ.get("RIGHTS_HUB_SEEDS", "12"))
ENOUGH = 40
"""Seeds within which a planted fault must show."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    made = empty_database()
    yield made
    made.dispose()


def test_no_seed_breaks_a_promise(engine: Any) -> None:
    broken = {seed: found for seed in range(SEEDS) if (found := World(seed, engine).play())}
    assert not broken


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(engine: Any, fault: str) -> None:
    assert any(World(seed, engine, fault).play() for seed in range(ENOUGH))


def test_a_seed_plays_the_same_again(engine: Any) -> None:
    def trace(seed: int) -> tuple[Any, ...]:
        world = World(seed, engine)
        world.play()
        return world.clock.now(), len(world.accepted), sorted(world.attempts.values())

    assert trace(7) == trace(7)
