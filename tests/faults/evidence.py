"""Gathers what is found at the end of a campaign: in the database, at the peers, in the files."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, func, or_, select

from hub.models.delivery import Delivery, DeliveryState
from hub.models.referral import Referral
from hub.models.rights_request import DataKey, RightsRequest
from tests.faults.checker import Brought, Kept, Seen
from tests.faults.clients import MARK
from tests.faults.ledger import Ledger
from tests.faults.peers import Call, Mail
from tests.journeys.hubs import JourneyHub

ON_THE_WAY = (DeliveryState.WAITING, DeliveryState.CLAIMED)
LINK = "/lien/"
NUMBER = re.compile(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass(frozen=True)
class Before:
    """What a hub had before the campaign: it is no part of what is checked."""

    requests: frozenset[UUID]
    deliveries: frozenset[UUID]


class Database:
    """The hub's database, read from outside."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, pool_pre_ping=True)

    def before(self) -> Before:
        """What is there now."""
        with self._engine.connect() as line:
            return Before(
                frozenset(line.scalars(select(RightsRequest.__table__.c.id))),
                frozenset(line.scalars(select(Delivery.__table__.c.id))),
            )

    def kept(self, before: Before) -> dict[UUID, Kept]:
        """The requests filed since."""
        with self._engine.connect() as line:
            named = dict(line.execute(select(RightsRequest.id, RightsRequest.reference)).all())
            keys = Counter(line.scalars(select(DataKey.rights_request_id)))
            parts: dict[UUID, set[UUID]] = defaultdict(set)
            for referral, request in line.execute(select(Referral.id, Referral.rights_request_id)):
                parts[request].add(referral)
        return {
            one: Kept(reference, frozenset(parts[one]), keys[one])
            for one, reference in named.items()
            if one not in before.requests
        }

    def brought(self, before: Before, now: datetime) -> list[Brought]:
        """The deliveries made since, but for those that have an hour of their own to come."""
        table = Delivery.__table__
        planned = (table.c.attempts == 0) & (table.c.next_at > now)
        with self._engine.connect() as line:
            rows = line.execute(
                select(table).where(~planned | table.c.state.not_in(ON_THE_WAY))
            ).all()
        return [
            Brought(
                row.id, row.kind.value, row.channel.value, row.state.value, row.referral_id,
                row.created_at, row.delivered_at, row.attempts,
            )
            for row in rows
            if row.id not in before.deliveries
        ]  # fmt: skip

    def on_the_way(self, now: datetime) -> int:
        """How many deliveries may leave now, or are leaving, or failed and wait for a retry."""
        table = Delivery.__table__
        tried = or_(table.c.next_at <= now, table.c.attempts > 0)
        wanted = select(func.count()).where(table.c.state.in_(ON_THE_WAY), tried)
        with self._engine.connect() as line:
            return int(line.scalar(wanted) or 0)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def seen_in_inbox(hub: JourneyHub, siren: str) -> Iterator[Seen]:
    """Each line of a controller's inbox; two lines of one referral are two things."""
    token = hub.token(siren, "answer")
    cursor, number = "", 0
    while True:
        page = hub.call("GET", f"/referrals?limit=200{cursor}", token).content
        for row in page["items"]:
            number += 1
            yield Seen("inbox", UUID(row["id"]), f"{siren} {number}")
        if page["next_cursor"] is None:
            return
        cursor = f"&cursor={page['next_cursor']}"


def seen_in_mails(ledger: Ledger, mails: Iterable[Mail], mailbox: str) -> Iterator[Seen]:
    """Which referral each mail with a link is about, by the case number it names; notices that list
    cases bring none.
    """
    numbers = {
        owed.number: owed.id for _, receipt in ledger.acknowledged() for owed in receipt.referrals
    }
    for mail in mails:
        if mail.to == mailbox and LINK in mail.text:
            for number in numbers.keys() & set(NUMBER.findall(mail.text)):
                yield Seen("mail", numbers[number], mail.message_id)


def seen_in_calls(calls: Iterable[Call]) -> Iterator[Seen]:
    """Which referral each call that was taken is about."""
    return (
        Seen("call", UUID(call.referral), call.webhook_id)
        for call in calls
        if call.referral and call.mood == "takes"
    )


def exported_log(hub: JourneyHub, folder: Path, streams: Collection[UUID]) -> list[dict[str, Any]]:
    """The log of acts of these requests, as the command exports it."""
    done = hub.command("audit", "export", folder)
    assert done.returncode == 0, done.stderr
    with (folder / "events.jsonl").open(encoding="ascii") as lines:
        whole = [json.loads(line) for line in lines]
    return [line for line in whole if UUID(line["stream"]) in streams]


def leaks(
    folders: Sequence[Path], said: Mapping[str, bytes], hidden: Sequence[str] = ()
) -> list[str]:
    """Where a name of the campaign is found: files under these folders, and texts by name."""
    mark = MARK.casefold().encode()
    found = [name for name, text in said.items() if mark in text.lower()]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in hidden and mark in _bytes_of(path):
                found.append(str(path.relative_to(folder)))
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes().lower()
    except OSError:
        return b""
