"""`make security`: tries everything that `make test` has no time for, and says what was tried.

Each part can be asked for by its name: python -m tests.security.program smuggling canaries
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import click

from hub.commands.translations import compile_catalogues
from tests.journeys.hubs import RIGHTS_HUB, SETTINGS, JourneyHub
from tests.security.api_fuzzing import fuzz_api
from tests.security.canary_run import look_for_canaries
from tests.security.doors import AGENT
from tests.security.outcome import Outcome, summary
from tests.security.page_attacks import attack_pages
from tests.security.smuggling import readings
from tests.security.static_checks import ROOT, read_by_bandit, read_by_semgrep

REPORTS = ROOT / "build" / "security"
TOOLS = ROOT / ".venv-security" / "bin"
WAPITI = ROOT / ".venv-wapiti" / "bin"
ASKED_BY_NAME = (
    "tests/web/test_access_matrix.py",
    "tests/web/test_hardening.py",
    "tests/security",
    "tests/security/timing_of_secrets.py",
)
TRIED = re.compile(r"^([a-z][^:\n]+): (\d+)$", re.M)


@dataclass
class Round:
    """One run: its seed, where it works, and the hub that is tried."""

    seed: int
    folder: Path
    hub: JourneyHub | None = None

    @property
    def running(self) -> JourneyHub:
        """The hub; a part that asks for it is given one."""
        assert self.hub is not None
        return self.hub


def try_matrix(a_round: Round) -> Outcome:
    """Every address with everybody on each engine, the headers, and what time tells."""
    report = REPORTS / "tests.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *ASKED_BY_NAME,
         f"--junitxml={report}", "-o", "junit_logging=system-out"],
        cwd=ROOT,
        env=os.environ | {"RIGHTS_HUB_WHOLE_MATRIX": "1"},
    )  # fmt: skip
    said = ElementTree.parse(report).getroot()  # noqa: S314 (written a moment ago)
    outcome = Outcome("matrix", {"tests": sum(1 for _ in said.iter("testcase"))})
    for text in said.iter("system-out"):
        for what, count in TRIED.findall(text.text or ""):
            outcome.counts[what] = outcome.counts.get(what, 0) + int(count)
    if done.returncode:
        outcome.findings += [
            f"{case.get('classname')}.{case.get('name')}"
            for case in said.iter("testcase")
            if case.find("failure") is not None or case.find("error") is not None
        ] or [f"pytest ended with {done.returncode}"]
    return outcome


def try_smuggling(a_round: Round) -> Outcome:
    """Malformed messages to the server itself."""
    found = list(readings(a_round.running.port))
    counts = {
        "messages with two meanings sent": len(found),
        "of them refused before the application": sum(not one.is_read for one in found),
    }
    wrong = [f"{one.vector.name}: {one.statuses}" for one in found if not one.is_safe]
    return Outcome("smuggling", counts, wrong)


PARTS: dict[str, Callable[[Round], Outcome]] = {
    "bandit": lambda _: read_by_bandit(TOOLS),
    "semgrep": lambda _: read_by_semgrep(TOOLS),
    "matrix": try_matrix,
    "canaries": lambda one: look_for_canaries(one.running, one.seed, one.folder / "tmp"),
    "smuggling": try_smuggling,
    "schemathesis": lambda one: fuzz_api(TOOLS, one.running, one.seed, REPORTS),
    "wapiti": lambda one: attack_pages(WAPITI, one.running, AGENT, REPORTS),
}
COMMAND_S = 400.0
NEED_A_HUB = ("canaries", "smuggling", "schemathesis", "wapiti")


class PatientHub(JourneyHub):
    """A hub whose commands may take their time: this machine has much else to do."""

    def command(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run `rights-hub` beside the hub."""
        return subprocess.run(
            [str(RIGHTS_HUB), *map(str, arguments)],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
        )


@contextmanager
def seeded_hub(folder: Path) -> Iterator[JourneyHub]:
    """A hub with its demonstration, that counts no calls: all of them come from one machine."""
    temporary = folder / "tmp"
    temporary.mkdir()
    home = folder / "hub"
    settings = SETTINGS | {
        "RIGHTS_HUB_LIMITS": "no",
        "RIGHTS_HUB_OPT_OUTS_FROM_ON": "2026-01-01",
        "TMPDIR": str(temporary),
    }
    hub = PatientHub("embedded", home, home / "mail", **settings)
    try:
        hub.await_start()
        yield hub
    finally:
        hub.stop()


def run(wanted: list[str], seed: int, folder: Path) -> list[Outcome]:
    """Run these parts in order; those that need a hub share one."""
    compile_catalogues()
    REPORTS.mkdir(parents=True, exist_ok=True)
    a_round = Round(seed, folder)
    done = [_told(name, a_round) for name in wanted if name not in NEED_A_HUB]
    on_a_hub = [name for name in wanted if name in NEED_A_HUB]
    if on_a_hub:
        with seeded_hub(folder) as hub:
            a_round.hub = hub
            done += [_told(name, a_round) for name in on_a_hub]
    return done


def _told(name: str, a_round: Round) -> Outcome:
    click.echo(f"{name} (seed {a_round.seed})…")
    return PARTS[name](a_round)


def main() -> int:
    """Run what the command line names, or all; the exit status is 1 where anything was found."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        click.echo(f"There is no {', '.join(unknown)}: choose among {', '.join(PARTS)}.")
        return 2
    # Told to stop, it stops the hub that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seed = int(os.environ.get("RIGHTS_HUB_SEED") or secrets.randbelow(10**6))
    with tempfile.TemporaryDirectory(prefix="security-") as name:
        outcomes = run(wanted, seed, Path(name))
        click.echo(summary(outcomes))
    return int(any(outcome.findings for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
