"""Holds the ledger of a campaign against what is found at the end, and names what was broken.

I1 what was acknowledged exists, once. I2 each delivery arrived or waits for a person. I3 each
controller has each thing once. I4 states go forward and dates hold. I5 the log is whole, with one
event for each act. I6 no name outside. I7 nothing is half written.
"""

from __future__ import annotations

import calendar
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays

from tests.faults.ledger import Ledger, Owed

PARIS = ZoneInfo("Europe/Paris")
KEY_CLASSES = 3
SETTLED = frozenset({"delivered", "needs_person", "cancelled"})
STEPS = ("queued", "delivery_failed", "contact_review", "delivered", "acknowledged",
         "in_progress", "answered", "closed")  # fmt: skip
ONCE = {
    "rights_request:request:filed": "filed",
    "referral:case:created": "made",
    "referral:case:delivered": "delivered",
}


@dataclass(frozen=True)
class Finding:
    """One promise broken: which, how, and about what."""

    promise: str
    fault: str
    about: str


@dataclass(frozen=True)
class Kept:
    """A rights request as the database has it; `keys`: how many data keys seal it."""

    reference: str
    referrals: frozenset[UUID]
    keys: int = KEY_CLASSES


@dataclass(frozen=True)
class Brought:
    """A delivery as the outbox has it."""

    id: UUID
    kind: str
    channel: str
    state: str
    referral_id: UUID | None
    created_at: datetime
    delivered_at: datetime | None
    attempts: int = 1


@dataclass(frozen=True)
class Seen:
    """One thing as a controller has it; two of the same `key` are one to whoever looks at keys."""

    way: str
    referral_id: UUID
    key: str


@dataclass(frozen=True)
class Sighting:
    """A referral as the API showed it at one moment."""

    referral_id: UUID
    state: str
    strict_on: date


@dataclass(frozen=True)
class Evidence:
    """All that is found once the campaign is over. `ways`: how each controller is reached."""

    ways: Mapping[str, tuple[str, ...]]
    kept: Sequence[Kept] = ()
    brought: Sequence[Brought] = ()
    seen: Sequence[Seen] = ()
    log: Sequence[Mapping[str, Any]] = ()
    sightings: Sequence[Sighting] = ()
    leaks: Sequence[str] = ()


def check(ledger: Ledger, evidence: Evidence) -> list[Finding]:
    """Every promise broken, in the order of the promises; none: an empty list."""
    looks: tuple[Callable[[Ledger, Evidence], Iterator[Finding]], ...] = (
        acknowledged_exists,
        each_arrived,
        each_once,
        dates_hold,
        log_is_whole,
        nothing_outside,
        nothing_half_written,
    )
    return [finding for look in looks for finding in look(ledger, evidence)]


def acknowledged_exists(ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I1: a receipt has its request, a key has one, and nothing was filed that nobody sent."""
    kept = {one.reference: one for one in evidence.kept}
    named: Counter[str] = Counter()
    for sending, receipt in ledger.acknowledged():
        told = {(one.reference, one.secret, one.received_at) for one in sending.receipts}
        if len(told) > 1:
            yield Finding("I1", "two receipts for one key", receipt.reference)
        named[receipt.reference] += 1
        found = kept.get(receipt.reference)
        if found is None:
            yield Finding("I1", "false receipt", receipt.reference)
        elif {one.id for one in receipt.referrals} - found.referrals:
            yield Finding("I1", "lost", receipt.reference)
    for reference, count in named.items():
        if count > 1:
            yield Finding("I1", "one receipt for two keys", reference)
    waiting = len(ledger.without_receipt())
    for reference in sorted(kept.keys() - named.keys())[waiting:]:
        yield Finding("I1", "filed twice", reference)


def each_arrived(ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I2: each referral owed has its delivery, and none is left on the way."""
    bringing = {one.referral_id for one in evidence.brought if one.kind == "referral"}
    for owed in _owed(ledger):
        if owed.id not in bringing:
            yield Finding("I2", "lost", owed.number)
    for one in evidence.brought:
        if one.state not in SETTLED:
            yield Finding("I2", "left on the way", f"{one.kind} {one.id}: {one.state}")


def each_once(ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I3: whoever looks at keys has each thing once, and has what is said to be delivered."""
    keys: dict[tuple[str, UUID], set[str]] = defaultdict(set)
    for seen in evidence.seen:
        keys[seen.way, seen.referral_id].add(seen.key)
    given_up = {one.referral_id for one in evidence.brought if one.state == "needs_person"}
    for owed in _owed(ledger):
        for way in evidence.ways[owed.siren]:
            count = len(keys[way, owed.id])
            if count > 1:
                yield Finding("I3", "visible duplicate", f"{owed.number} by {way}: {count}")
            if count == 0 and owed.id not in given_up:
                yield Finding("I3", "lost", f"{owed.number} by {way}")


def dates_hold(ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I4: the date given is a month after receipt, stays what it was, and states go forward."""
    given = {}
    for _, receipt in ledger.acknowledged():
        expected = month_after(receipt.received_at)
        for owed in receipt.referrals:
            given[owed.id] = owed.strict_on
            if owed.strict_on != expected:
                yield Finding("I4", "wrong date", f"{owed.number}: {owed.strict_on}")
    furthest: dict[UUID, int] = {}
    for one in evidence.sightings:
        if one.strict_on != given.get(one.referral_id, one.strict_on):
            yield Finding("I4", "date moved", str(one.referral_id))
        step = STEPS.index(one.state) if one.state in STEPS else len(STEPS)
        if step < furthest.get(one.referral_id, 0):
            yield Finding("I4", "state went back", f"{one.referral_id}: {one.state}")
        furthest[one.referral_id] = max(step, furthest.get(one.referral_id, 0))


def log_is_whole(ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I5: every chain is whole, and each act of the campaign is told once."""
    ordered = sorted(evidence.log, key=lambda line: (line["stream"], line["seq"]))
    for stream, lines in groupby(ordered, key=lambda line: line["stream"]):
        yield from (Finding("I5", "broken chain", f"{stream} {why}") for why in chain_faults(lines))
    told = Counter((line["kind"], line["subject"]) for line in evidence.log)
    for (kind, subject), count in told.items():
        if kind in ONCE and count > 1:
            yield Finding("I5", f"{ONCE[kind]} twice in the log", str(subject))
    brought = {one.referral_id for one in evidence.brought if one.delivered_at}
    for owed in _owed(ledger):
        if owed.id in brought and not told["referral:case:delivered", str(owed.id)]:
            yield Finding("I5", "delivered and not in the log", owed.number)


def nothing_outside(_ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I6: no name of the campaign was found where none may be."""
    yield from (Finding("I6", "a name outside", place) for place in evidence.leaks)


def nothing_half_written(ledger: Ledger, evidence: Evidence) -> Iterator[Finding]:
    """I7: whatever was answered, what is kept is whole: its keys, its referrals, its deliveries."""
    bringing = Counter(one.referral_id for one in evidence.brought if one.kind == "referral")
    width = len(evidence.ways)
    for one in evidence.kept:
        if one.keys != KEY_CLASSES or len(one.referrals) != width:
            yield Finding("I7", "half written", one.reference)
        elif any(bringing[referral] != 1 for referral in one.referrals):
            yield Finding("I7", "half written", f"{one.reference}: deliveries")


def chain_faults(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with one stream of an exported log, computed anew from its documented form."""
    seq, prev = 0, "00" * 32
    for line in lines:
        if line["seq"] != seq + 1:
            yield f"{seq + 1}: missing"
        if line["prev"] != prev:
            yield f"{line['seq']}: not chained"
        if line_hash(line) != line["hash"]:
            yield f"{line['seq']}: altered"
        seq, prev = line["seq"], line["hash"]


def line_hash(line: Mapping[str, Any]) -> str:
    """The hash that a line of the export must bear."""
    at = datetime.fromisoformat(line["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    fields = [
        UUID(line["stream"]).hex,
        line["seq"],
        at,
        line["actor_kind"],
        line["actor"],
        line["kind"],
        UUID(line["subject"]).hex if line["subject"] else None,
        line["detail_digest"],
        line["prev"],
    ]
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def month_after(received_at: datetime) -> date:
    """A civil month after the day in Paris, its end on a working day (Regulation 1182/71)."""
    day = received_at.astimezone(PARIS).date()
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    end = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    while end.weekday() > 4 or end in _holidays(end.year):
        end += timedelta(days=1)
    return end


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def _owed(ledger: Ledger) -> Iterator[Owed]:
    for _, receipt in ledger.acknowledged():
        yield from receipt.referrals
