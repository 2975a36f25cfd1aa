"""What the clients of a campaign sent and what they were told, kept outside the hub.

The ledger never asks the hub: a receipt is a promise from the moment a client has read it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

ACCEPTED = 201


@dataclass(frozen=True)
class Owed:
    """One referral that a receipt promises, with the date it gives for the answer."""

    id: UUID
    number: str
    siren: str
    strict_on: date


@dataclass(frozen=True)
class Receipt:
    """What a client read: from then on the request must not be lost."""

    reference: str
    secret: str
    received_at: datetime
    referrals: tuple[Owed, ...]


@dataclass
class Sending:
    """One filing under one key, however often it was sent. `mark`: a name found nowhere else."""

    key: str
    mark: str
    sent_at: list[datetime] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    told_at: datetime | None = None


class Ledger:
    """All the filings of a campaign; many clients write in it at once."""

    def __init__(self) -> None:
        self.sendings: dict[str, Sending] = {}
        self._lock = threading.Lock()

    def send(self, key: str, mark: str) -> None:
        """Note that a filing leaves under this key, the first time or again."""
        with self._lock:
            sending = self.sendings.setdefault(key, Sending(key, mark))
            sending.sent_at.append(datetime.now(UTC))

    def hear(self, key: str, status: int, content: Any) -> None:
        """Note what came back; 201 is a receipt."""
        with self._lock:
            sending = self.sendings[key]
            sending.statuses[status] += 1
            if status == ACCEPTED:
                sending.receipts.append(receipt_of(content))
                sending.told_at = sending.told_at or datetime.now(UTC)

    def hear_nothing(self, key: str) -> None:
        """Note that the answer was lost: the hub may have the filing, or not."""
        with self._lock:
            self.sendings[key].unanswered += 1

    def acknowledged(self) -> list[tuple[Sending, Receipt]]:
        """Each filing that has a receipt, with the first it was given."""
        with self._lock:
            return [(one, one.receipts[0]) for one in self.sendings.values() if one.receipts]

    def without_receipt(self) -> list[str]:
        """The keys whose client still waits."""
        with self._lock:
            return [one.key for one in self.sendings.values() if not one.receipts]


def receipt_of(content: Mapping[str, Any]) -> Receipt:
    """A receipt as `POST /requests` gives it."""
    return Receipt(
        content["reference"],
        content["secret"],
        datetime.fromisoformat(content["received_at"]),
        tuple(
            Owed(
                UUID(one["id"]),
                one["number"],
                one["organisation"]["siren"],
                date.fromisoformat(one["clock"]["strict_on"]),
            )
            for one in content["referrals"]
        ),
    )
