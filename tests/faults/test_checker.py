"""The checker of the campaign is itself checked: each planted fault is named, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from tests.faults.checker import (
    Brought,
    Evidence,
    Finding,
    Kept,
    Seen,
    Sighting,
    check,
    line_hash,
    month_after,
)
from tests.faults.ledger import Ledger

AT = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
WAYS = {"111": ("inbox",), "222": ("inbox", "call"), "333": ("mail",)}
FILINGS = 3


def made(name: object) -> UUID:
    return uuid5(UUID(int=0), str(name))


def receipt(number: int) -> dict[str, Any]:
    return {
        "reference": f"REF{number}",
        "secret": f"secret {number}",
        "received_at": AT.isoformat(),
        "referrals": [
            {
                "id": str(made((number, siren))),
                "number": f"N{number}-{siren}",
                "organisation": {"siren": siren},
                "clock": {"strict_on": "2026-10-14"},
            }
            for siren in WAYS
        ],
    }


def line(stream: UUID, seq: int, kind: str, subject: UUID, prev: str) -> dict[str, Any]:
    bare = {
        "stream": str(stream), "seq": seq, "at": AT.isoformat(), "actor_kind": "system",
        "actor": "p", "kind": kind, "subject": str(subject), "detail_digest": "00", "prev": prev,
    }  # fmt: skip
    return bare | {"hash": line_hash(bare)}


def a_log() -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for number in range(FILINGS):
        prev = "00" * 32
        acts = [("rights_request:request:filed", made(number))]
        acts += [("referral:case:delivered", made((number, siren))) for siren in WAYS]
        for seq, (kind, subject) in enumerate(acts, 1):
            lines.append(line(made(number), seq, kind, subject, prev))
            prev = lines[-1]["hash"]
    return lines


@pytest.fixture
def ledger() -> Ledger:
    kept = Ledger()
    for number in range(FILINGS):
        kept.send(f"key {number}", f"Nom{number}")
        kept.hear(f"key {number}", 201, receipt(number))
    return kept


@pytest.fixture
def evidence() -> Evidence:
    pairs = [(number, siren) for number in range(FILINGS) for siren in WAYS]
    return Evidence(
        WAYS,
        kept=[
            Kept(f"REF{number}", frozenset(made((number, siren)) for siren in WAYS))
            for number in range(FILINGS)
        ],
        brought=[
            Brought(made(("d", pair)), "referral", "portal", "delivered", made(pair), AT, AT)
            for pair in pairs
        ],
        seen=[Seen(way, made(pair), f"{way} {pair}") for pair in pairs for way in WAYS[pair[1]]],
        log=a_log(),
        sightings=[Sighting(made(pair), "delivered", date(2026, 10, 14)) for pair in pairs],
    )


def test_nothing_is_found_where_nothing_is_wrong(ledger: Ledger, evidence: Evidence) -> None:
    assert check(ledger, evidence) == []


def drop(rows: Any, index: int = 0) -> Any:
    return [row for number, row in enumerate(rows) if number != index]


def stuck(evidence: Evidence) -> Evidence:
    first, *rest = evidence.brought
    return replace(evidence, brought=[replace(first, state="waiting"), *rest])


def chained_anew(evidence: Evidence) -> Evidence:
    """An event is taken out of the middle, and nobody chains the rest again."""
    return replace(evidence, log=drop(evidence.log, 1))


def altered(evidence: Evidence) -> Evidence:
    first, *rest = evidence.log
    return replace(evidence, log=[first | {"kind": "referral:case:closed"}, *rest])


def sent_again(evidence: Evidence) -> Evidence:
    """A mail or a call goes out again under a key of its own."""
    mail = next(one for one in evidence.seen if one.way == "mail")
    return replace(evidence, seen=[*evidence.seen, replace(mail, key="another")])


def half(evidence: Evidence) -> Evidence:
    return replace(evidence, kept=[*evidence.kept[1:], replace(evidence.kept[0], keys=2)])


def backwards(evidence: Evidence) -> Evidence:
    return replace(
        evidence, sightings=[*evidence.sightings, replace(evidence.sightings[0], state="queued")]
    )


def moved(evidence: Evidence) -> Evidence:
    first, *rest = evidence.sightings
    return replace(evidence, sightings=[replace(first, strict_on=date(2026, 10, 15)), *rest])


PLANTED: dict[str, tuple[Callable[[Evidence], Evidence], set[tuple[str, str]]]] = {
    "a request is gone": (
        lambda given: replace(given, kept=drop(given.kept)), {("I1", "false receipt")}
    ),
    "a request that nobody sent": (
        lambda given: replace(given, kept=[*given.kept, replace(given.kept[0], reference="X")]),
        {("I1", "filed twice")},
    ),
    "a delivery is gone": (
        lambda given: replace(given, brought=drop(given.brought)),
        {("I2", "lost"), ("I7", "half written")},
    ),
    "a delivery that nobody takes up again": (stuck, {("I2", "left on the way")}),
    "delivered to nobody": (
        lambda given: replace(given, seen=drop(given.seen)), {("I3", "lost")}
    ),
    "sent again under another key": (sent_again, {("I3", "visible duplicate")}),
    "a state that goes back": (backwards, {("I4", "state went back")}),
    "a date that moves": (moved, {("I4", "date moved")}),
    "an event taken out": (
        chained_anew, {("I5", "broken chain"), ("I5", "delivered and not in the log")}
    ),
    "an event rewritten": (altered, {("I5", "broken chain")}),
    "an act told twice": (
        lambda given: replace(given, log=[*given.log, given.log[-1] | {"stream": str(made("x"))}]),
        {("I5", "broken chain"), ("I5", "delivered twice in the log")},
    ),
    "a name in a log": (
        lambda given: replace(given, leaks=["logs/web.log"]), {("I6", "a name outside")}
    ),
    "a request without one of its keys": (half, {("I7", "half written")}),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named(name: str, ledger: Ledger, evidence: Evidence) -> None:
    plant, expected = PLANTED[name]
    found = check(ledger, plant(evidence))
    assert {(one.promise, one.fault) for one in found} == expected
    assert all(isinstance(one, Finding) and one.about for one in found)


def test_the_same_message_twice_under_its_own_key_is_no_duplicate(
    ledger: Ledger, evidence: Evidence
) -> None:
    assert check(ledger, replace(evidence, seen=[*evidence.seen, *evidence.seen])) == []


def test_a_receipt_for_nothing_and_two_receipts_for_one_key_are_named(
    ledger: Ledger, evidence: Evidence
) -> None:
    ledger.send("key 7", "Nom7")
    ledger.hear("key 7", 201, receipt(7))
    ledger.hear("key 0", 201, receipt(0) | {"reference": "OTHER"})
    found = {(one.promise, one.fault) for one in check(ledger, evidence)}
    assert {("I1", "false receipt"), ("I1", "two receipts for one key")} <= found


def test_a_filing_whose_answer_was_lost_may_be_there_or_not(
    ledger: Ledger, evidence: Evidence
) -> None:
    ledger.send("key 8", "Nom8")
    ledger.hear_nothing("key 8")
    assert check(ledger, evidence) == []
    assert ledger.without_receipt() == ["key 8"]


def test_a_wrong_date_on_a_receipt_is_named(evidence: Evidence) -> None:
    ledger = Ledger()
    ledger.send("key 0", "Nom0")
    wrong = receipt(0)
    wrong["referrals"][0]["clock"]["strict_on"] = "2026-10-13"
    ledger.hear("key 0", 201, wrong)
    found = {(one.promise, one.fault) for one in check(ledger, evidence)}
    assert ("I4", "wrong date") in found


@pytest.mark.parametrize(
    ("received_at", "due_on"),
    [
        (datetime(2026, 1, 31, 12, tzinfo=UTC), date(2026, 3, 2)),  # 28 February is a Saturday
        (datetime(2026, 9, 30, 22, 30, tzinfo=UTC), date(2026, 11, 2)),  # 1 October in Paris
        (datetime(2026, 11, 25, 9, tzinfo=UTC), date(2026, 12, 28)),  # Christmas, then a weekend
        (datetime(2026, 12, 31, 9, tzinfo=UTC), date(2027, 2, 1)),  # 31 January is a Sunday
    ],
)
def test_the_checker_counts_a_month_by_itself(received_at: datetime, due_on: date) -> None:
    assert month_after(received_at) == due_on
    assert month_after(received_at + timedelta(minutes=1)) == due_on
