"""Kills parts of a running hub, keeps when, and tells how long each kill was felt."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import psutil

from tests.faults.checker import Brought
from tests.running import RunningHub

FIRST_LINE = frozenset({"referral", "referral_announced", "referrals_waiting"})
"""What a filing sets going at once; other mails have an hour of their own."""


@dataclass(frozen=True)
class Kill:
    """One SIGKILL: of which part, when."""

    part: str
    at: datetime


def parts_of(hub: RunningHub) -> list[tuple[str, int]]:
    """Each process of a hub but its supervisor: its part and its id."""
    found = [(role, pid) for role, pid in hub.children.items() if role != "migrate"]
    for role, pid in list(found):
        if role == "web":
            found += [("web process", child) for child in _children(pid)]
    return found


def kill(part: str, pid: int) -> Kill | None:
    """Kill a process; None when it was gone already."""
    at = datetime.now(UTC)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return Kill(part, at)


def kill_any(hub: RunningHub, chance: Random) -> Kill | None:
    """Kill the process that chance names; which numbers the workers bear is left out."""
    parts = parts_of(hub)
    if not parts:
        return None
    part, pid = chance.choice(sorted(parts))
    return kill(part.rstrip("0123456789").rstrip("-"), pid)


def kill_tree(pid: int) -> None:
    """Kill a process and all that it started, the elder first."""
    for one in (pid, *_children(pid)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def felt_for(
    kills: Sequence[Kill], brought: Iterable[Brought], told_at: Sequence[datetime]
) -> list[tuple[Kill, float]]:
    """For each kill, the seconds until all that was on its way then had arrived.

    A kill of a web process is also felt until the next receipt.
    """
    owed = [one for one in brought if one.kind in FIRST_LINE and one.delivered_at]
    receipts = sorted(told_at)
    felt = []
    for one in kills:
        arrivals = [
            row.delivered_at
            for row in owed
            if row.delivered_at and row.created_at <= one.at < row.delivered_at
        ]
        if one.part.startswith("web"):
            arrivals += [at for at in receipts if at > one.at][:1]
        felt.append((one, max(((at - one.at).total_seconds() for at in arrivals), default=0.0)))
    return felt


def _children(pid: int) -> list[int]:
    with suppress(psutil.Error):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []
