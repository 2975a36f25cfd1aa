"""A loop that turns until it is told to stop, and that no outage ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog

LONGEST_PAUSE_S = 5.0

log = structlog.get_logger(__name__)


def keep_turning(
    name: str, turn: Callable[[], object], *, every_s: float, stop: threading.Event
) -> None:
    """Call `turn` each `every_s` seconds until `stop` is set.

    A turn that fails is tried again after a pause that doubles up to five seconds; the outage
    is logged once when it begins and once when it ends.
    """
    pause, is_failing = every_s, False
    while not stop.is_set():
        try:
            turn()
        except Exception as error:
            if not is_failing:
                log.warning("outage_began", loop=name, error=type(error).__name__)
            pause, is_failing = min(pause * 2, LONGEST_PAUSE_S), True
        else:
            if is_failing:
                log.info("outage_ended", loop=name)
            pause, is_failing = every_s, False
        stop.wait(pause)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM or SIGINT sets."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    return stop
