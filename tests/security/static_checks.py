"""Reads the code without running it: bandit, and semgrep with the rules of this house."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.security.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
RULES = Path(__file__).with_name("rules") / "hub.yaml"
PLANTED = RULES.with_name("planted.txt")
READ = ("config.py", "hub", "workers", "templates")
FOUND_BY = re.compile(r"# found by: ([\w-]+)$")
OFFLINE = ("--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json")


def read_by_bandit(tools: Path) -> Outcome:
    """What bandit finds of middle severity or more; its own exceptions are `# nosec` with why."""
    said = _json(tools / "bandit", "-r", "config.py", "hub", "workers", "-f", "json", "-q", "-ll")
    totals = said["metrics"]["_totals"]
    found = [
        f"{one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text']}"
        for one in said["results"]
    ]
    return Outcome("bandit", {"lines of code read": int(totals["loc"])}, found)


def read_by_semgrep(tools: Path) -> Outcome:
    """What our rules find in the code; each rule is first shown one offence that it must find."""
    said = _semgrep(tools, ROOT, *READ)
    found = [
        f"{one['path']}:{one['start']['line']} {_rule(one)}: {one['extra']['message']}"
        for one in said["results"]
    ]
    found += [f"could not read: {one.get('message', one)}" for one in said["errors"]]
    planted, missed = _planted(tools)
    found += [f"a planted offence was not found: line {line}, {rule}" for line, rule in missed]
    counts = {
        "files read by our rules": len(said["paths"]["scanned"]),
        "planted offences found": planted - len(missed),
    }
    return Outcome("semgrep", counts, found)


def _planted(tools: Path) -> tuple[int, set[tuple[int, str]]]:
    """How many offences are planted, and those that were missed."""
    lines = PLANTED.read_text(encoding="utf-8").splitlines()
    wanted = {
        (number, match[1])
        for number, line in enumerate(lines, start=1)
        if (match := FOUND_BY.search(line))
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hub").mkdir()
        shutil.copy(PLANTED, folder / "hub" / "planted.py")
        (folder / "hub" / "planted.html").write_text("<p>{{ said | safe }}</p>")
        said = _semgrep(tools, folder, "hub")
    found = {(one["start"]["line"], _rule(one)) for one in said["results"]}
    wanted.add((1, "template-without-escaping"))
    return len(wanted), wanted - found


def _rule(one: Any) -> str:
    return str(one["check_id"]).rpartition(".")[2]


def _semgrep(tools: Path, folder: Path, *read: str) -> Any:
    return _json(tools / "semgrep", "scan", "--config", str(RULES), *OFFLINE, *read, folder=folder)


def _json(program: Path, *arguments: str, folder: Path = ROOT) -> Any:
    """What a program says on its standard output; it exits with 1 where it found something."""
    done = subprocess.run(
        [str(program), *arguments], cwd=folder, capture_output=True, text=True, timeout=600
    )
    if done.returncode not in (0, 1):
        raise AssertionError(f"{program.name} failed: {done.stderr or done.stdout}")
    return json.loads(done.stdout)
