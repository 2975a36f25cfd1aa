"""What each part of `make security` tells: counts of what was tried, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """One part, its counts by name, and each thing that is wrong, in a line."""

    part: str
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def summary(outcomes: Iterable[Outcome]) -> str:
    """The counts in columns, then every finding."""
    lines, findings = [], []
    for outcome in outcomes:
        for name, count in outcome.counts.items():
            lines.append(f"  {outcome.part:<12} {name:<58} {count:>9,}".replace(",", " "))
        findings += [f"  {outcome.part}: {finding}" for finding in outcome.findings]
    said = ["", "What was tried", *lines, ""]
    said += ["What was found", *findings] if findings else ["Nothing was found."]
    return "\n".join(said)
