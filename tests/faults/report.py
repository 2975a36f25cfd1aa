"""What a campaign says of itself: figures for programs, and the same in words."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.checker import Evidence, Finding
from tests.faults.kills import felt_for
from tests.faults.stage import RECOVERY_S, Stage


@dataclass(frozen=True)
class Report:
    """The figures of one mode; `broken`: the promises broken, `surprises`: what else went wrong."""

    mode: str
    figures: dict[str, Any]
    broken: tuple[Finding, ...]
    surprises: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether every promise held, and every kill was recovered from in time."""
        felt = self.figures["recovery_s"]["max"]
        return not self.broken and not self.surprises and felt <= RECOVERY_S


def report_of(stage: Stage, evidence: Evidence, broken: Sequence[Finding]) -> Report:
    """The figures of a campaign that is over."""
    told = [one.told_at for one, _ in stage.ledger.acknowledged() if one.told_at]
    felt = felt_for(stage.kills, evidence.brought, told)
    surprises = tuple(stage.surprises)
    faults = Counter(one.fault for one in broken)
    figures = {
        "filings": len(stage.ledger.sendings),
        "sendings": sum(len(one.sent_at) for one in stage.ledger.sendings.values()),
        "answers_lost": sum(one.unanswered for one in stage.ledger.sendings.values()),
        "receipts": len(told),
        "receipt_s": _spread(stage.clients.took_s),
        "referrals": sum(len(one.referrals) for _, one in stage.ledger.acknowledged()),
        "deliveries": len(evidence.brought),
        "deliveries_by_state": dict(Counter(one.state for one in evidence.brought)),
        "mails_taken": len(stage.mail.mails),
        "calls_taken": sum(1 for one in stage.endpoint.calls if one.mood == "takes"),
        "raw_duplicates": _raw_duplicates(stage),
        "kills": len(stage.kills),
        "kills_by_part": dict(sorted(Counter(one.part for one in stage.kills).items())),
        "recovery_s": _spread([seconds for _, seconds in felt]),
        "slowest_recoveries": [
            [one.part, round(seconds, 1)]
            for one, seconds in sorted(felt, key=lambda pair: -pair[1])
        ][:5],
        "lost": faults["lost"],
        "visible_duplicates": faults["visible duplicate"] + faults["filed twice"],
        "false_receipts": faults["false receipt"],
        "broken": [[one.promise, one.fault, one.about] for one in broken][:50],
        "surprises": list(surprises),
        "left_out": list(stage.left_out),
    }
    return Report(stage.name, figures, tuple(broken), surprises)


def words_of(report: Report) -> str:
    """The same, to be read."""
    told, felt = report.figures, report.figures["recovery_s"]
    lines = [
        f"{report.mode}: {told['filings']} filings sent {told['sendings']} times,",
        f"  {told['receipts']} receipts, {told['deliveries']} deliveries, {told['kills']} kills.",
        f"  Recovery: {felt['p50']} s for half of the kills, {felt['max']} s at most",
        f"  (the bar is {RECOVERY_S:.0f} s).",
        f"  Lost {told['lost']}, visible duplicates {told['visible_duplicates']},",
        f"  false receipts {told['false_receipts']}; a message sent again under its own key:",
        f"  {told['raw_duplicates']} times.",
    ]
    lines += [f"  BROKEN {one.promise}: {one.fault}: {one.about}" for one in report.broken[:20]]
    lines += [f"  SURPRISE: {one}" for one in report.surprises]
    lines += [f"  No time was left for: {one}" for one in told["left_out"]]
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"p50": 0.0, "p95": 0.0, "max": 0.0}
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2) if len(ordered) > 1 else ordered[0],
        "max": round(ordered[-1], 2),
    }


def _raw_duplicates(stage: Stage) -> int:
    """How often a peer got again what it had already, under the key that says so."""
    mails = Counter((one.message_id, one.to) for one in stage.mail.mails)
    calls = Counter(one.webhook_id for one in stage.endpoint.calls if one.mood == "takes")
    return sum(count - 1 for count in (*mails.values(), *calls.values()))
