"""Plays a campaign of faults against hubs of both modes, and says what it found.

RIGHTS_HUB_SEED gives the same choices again; the moments are the machine's. Exit status 1 when a
promise was broken or something took longer than it may.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random

from tests.faults.acts import Act, Sizes, embedded_acts, scaled_acts
from tests.faults.checker import check
from tests.faults.report import Report, report_of, words_of
from tests.faults.stage import Stage, embedded_stage, scaled_stage

Opens = Callable[[Path, Random], AbstractContextManager[Stage]]
MODES: dict[str, tuple[Opens, Callable[[Sizes], list[Act]]]] = {
    "embedded": (embedded_stage, embedded_acts),
    "scaled": (scaled_stage, scaled_acts),
}


def main() -> int:
    """Play, report, and give the exit status."""
    asked = _arguments()
    seed = asked.seed or int(os.environ.get("RIGHTS_HUB_SEED") or secrets.randbits(32))
    print(f"seed {seed}: RIGHTS_HUB_SEED={seed} make faults", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    modes = asked.modes.split(",")
    waves = max(1, round(asked.kills / (asked.kills_a_wave * len(modes))))
    sizes = Sizes(waves, asked.kills_a_wave, asked.times, asked.quiet)
    reports: list[Report] = []
    started = time.monotonic()
    plays = [
        threading.Thread(
            target=_play,
            args=(mode, folder / mode, Random(f"{seed} {mode}"), asked, sizes, reports),
        )
        for mode in modes
    ]
    for play in plays:
        play.start()
        if asked.one_by_one:
            play.join()
    for play in plays:
        play.join()
    return _said(seed, reports, modes, time.monotonic() - started, folder, asked.json)


def _play(
    mode: str, folder: Path, chance: Random, asked: argparse.Namespace, sizes: Sizes,
    reports: list[Report],
) -> None:  # fmt: skip
    folder.mkdir(parents=True)
    opens, acts_of = MODES[mode]
    wanted = asked.acts.split(",")
    acts = [act for act in acts_of(sizes) if any(part in act.name for part in wanted)]
    whole = sum(act.share for act in acts)
    filings = asked.filings // len(asked.modes.split(","))
    try:
        with opens(folder, chance) as stage:
            over_at = time.monotonic() + 60 * asked.minutes
            for act in acts:
                if time.monotonic() < over_at:
                    _play_act(stage, act, max(1, round(filings * act.share / whole)))
                else:
                    stage.left_out.append(act.name)
            stage.clients.ask_again(stage.ledger.without_receipt())
            stage.drain()
            evidence = stage.evidence(folder / "log")
            reports.append(report_of(stage, evidence, check(stage.ledger, evidence)))
    except BaseException:
        traceback.print_exc()
        raise


def _play_act(stage: Stage, act: Act, count: int) -> None:
    began = time.monotonic()
    before = len(stage.surprises)
    try:
        act.play(stage, count)
    except Exception as error:  # what is found at the end matters all the same
        traceback.print_exc()
        stage.surprises.append(f"{act.name} ended with {type(error).__name__}")
    took = f"{count} filings, {len(stage.kills)} kills so far, {time.monotonic() - began:.0f} s"
    print(f"{stage.name}: {act.name} ({took})", flush=True)
    for surprise in stage.surprises[before:]:
        print(f"  SURPRISE: {surprise}", flush=True)


def _said(
    seed: int, reports: list[Report], modes: list[str], seconds: float, folder: Path, target: str
) -> int:
    is_whole = len(reports) == len(modes)
    is_good = is_whole and all(report.is_good for report in reports)
    content = {
        "seed": seed,
        "seconds": round(seconds),
        "is_good": is_good,
        "modes": {report.mode: report.figures for report in reports},
    }
    if target:
        Path(target).write_text(json.dumps(content, indent=2), encoding="utf-8")
    print(json.dumps(content, indent=2))
    for report in reports:
        print(words_of(report))
    if is_good:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    print(f"What is left of the hubs: {folder}")
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument(
        "--filings", type=int, default=2200, help="in all, about; three referrals each"
    )
    parser.add_argument("--kills", type=int, default=200, help="in waves, in all")
    parser.add_argument("--kills-a-wave", type=int, default=20)
    parser.add_argument("--times", type=int, default=3, help="how often each instant is struck")
    parser.add_argument("--quiet", type=float, default=40.0, help="seconds a server stays away")
    parser.add_argument("--modes", default="embedded,scaled")
    parser.add_argument("--acts", default="", help="those whose names hold one of these, a,b")
    parser.add_argument("--one-by-one", action="store_true", help="one mode after the other")
    parser.add_argument("--minutes", type=float, default=30.0, help="after which no act begins")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", default="", help="where to write the figures too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
