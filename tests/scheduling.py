"""Which test process runs which tests, where there are several.

A hub of the journeys takes seconds to start, and each process that meets a story of its mode would
start its own: stories of one mode stay together, other tests by file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

JOURNEYS = Path(__file__).parent / "journeys"
SLOW_STARTS = Path(__file__).parent / "commands" / "test_up.py"


class LoadHubScheduling(LoadFileScheduling):
    """Gives a process whole files; of the journeys, all that play against one hub."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        if Path(file).parent.name != JOURNEYS.name:
            return file
        return "journeys, scaled" if "[scaled" in nodeid else "journeys, embedded"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Schedule so where files are asked to stay whole (`--dist loadfile`)."""
    return LoadHubScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process is left alone with it at the end."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The longest group first; the first process takes the third, and soon, so it is short."""
    if item.path.is_relative_to(JOURNEYS):
        return 1 if "[scaled" in item.nodeid else 0
    if item.path.parent == SLOW_STARTS.parent and item.path.name == "test_deadline.py":
        return 2
    return 3 if item.path == SLOW_STARTS else 4
