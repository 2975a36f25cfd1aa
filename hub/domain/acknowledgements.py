"""The acknowledgement of receipt that French law owes the person, and what it must say.

CRPA L112-11, R112-11-1 to R112-11-4, L114-5; GDPR 12(3) and 12(4).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from hub.domain.clock_ledger import Pause, merge_pauses, paused_days
from hub.domain.directory import OrganisationKind
from hub.domain.rights import Right
from hub.domain.working_days import add_months


class MandatoryField(StrEnum):
    """What R112-11-1, 2° asks of the service in charge (values are stored for ever)."""

    ADDRESS = "address"
    PHONE = "phone"
    SERVICE = "service"


class Occasion(StrEnum):
    """Why an acknowledgement was composed; each leaves a paper of its own (stored for ever)."""

    ACKNOWLEDGED = "acknowledged"
    COMPLETED = "completed"
    DELIVERED = "delivered"
    INCOMPLETE = "incomplete"


class SilenceMeaning(StrEnum):
    """What the silence of a public body is worth once its date has passed (L231-1, L231-4)."""

    REFUSAL = "refusal"
    TO_BE_CONFIRMED = "to_be_confirmed"


@dataclass(frozen=True)
class AcknowledgementPolicy:
    """What counsel may change: the regime of silence and the court's months are from memory [M].

    Which regime of silence governs a GDPR request is disputed: nothing is built on it, the paper
    says that it is being confirmed. `days_to_complete` is a policy of the hub [P].
    """

    silence: SilenceMeaning = SilenceMeaning.TO_BE_CONFIRMED
    silence_months: int = 2
    court_months: int = 2
    days_to_complete: int = 15


POLICY = AcknowledgementPolicy()


@dataclass(frozen=True)
class Service:
    """Who handles the case at a controller, as the directory knows it; empty: not known."""

    organisation: str
    name: str = ""
    postal_address: str = ""
    email: str = ""
    phone: str = ""

    @property
    def missing(self) -> tuple[MandatoryField, ...]:
        """The mandatory fields that the directory lacks; one address of two is enough."""
        known = {
            MandatoryField.SERVICE: self.name,
            MandatoryField.ADDRESS: self.email or self.postal_address,
            MandatoryField.PHONE: self.phone,
        }
        return tuple(field for field, value in known.items() if not value.strip())


@dataclass(frozen=True)
class CompletionAsked:
    """What a filing lacked, asked for until a date (R112-11-4); `supplied_on` None while open."""

    asked_on: date
    until_on: date
    supplied_on: date | None = None


def silence_on(
    received_on: date, asked: Iterable[CompletionAsked], policy: AcknowledgementPolicy = POLICY
) -> date:
    """The day at the end of which silence is worth a decision, counted from the first receipt.

    The time given to complete a filing suspends it, until the items come if they come before
    (CRPA L114-5). The one month of GDPR 12(3) is another time, and runs on.
    """
    base = end = add_months(received_on, policy.silence_months)
    pauses: list[Pause] = []
    for one in sorted(asked, key=lambda one: one.asked_on):
        if one.asked_on <= end:
            supplied_on = one.supplied_on or one.until_on
            pauses.append(Pause(one.asked_on, min(one.until_on, supplied_on)))
            end = base + timedelta(days=paused_days(merge_pauses(pauses)))
    return end


@dataclass(frozen=True)
class Acknowledgement:
    """Everything one acknowledgement says, as facts: the paper only words them.

    `silence_on` is None for a private body, whose silence is worth no decision. `to_supply` is
    what the filing lacks, in the controller's words, until `complete_by_on`. `nonce` is random,
    so that the fingerprint of the content tells nothing of it.
    """

    occasion: Occasion
    composed_at: datetime
    nonce: str
    number: str
    reference: str
    channel: str
    right: Right
    processings: tuple[str, ...]
    received_at: datetime
    transmitted_at: datetime | None
    organisation_kind: OrganisationKind
    service: Service
    agent: str
    due_on: date | None
    strict_on: date
    notice_limit_on: date | None
    silence: SilenceMeaning | None = None
    silence_on: date | None = None
    to_supply: str = ""
    complete_by_on: date | None = None
    court_months: int = POLICY.court_months

    @property
    def missing(self) -> tuple[MandatoryField, ...]:
        """The mandatory fields that the paper must say are not known."""
        return self.service.missing


def canonical(content: Acknowledgement) -> str:
    """The content as one JSON text, always the same for the same facts."""
    facts = vars(content) | {"service": vars(content.service)}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, default=_plain)


def fingerprint(text: str) -> str:
    """SHA-256 of a canonical content, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_canonical(text: str) -> Acknowledgement:
    """The content that `canonical` wrote; a field added since then keeps its default."""
    facts: dict[str, Any] = json.loads(text)
    known = {one.name for one in fields(Acknowledgement)}
    values = {name: _read(name, value) for name, value in facts.items() if name in known}
    return Acknowledgement(**values)


_READ: Mapping[str, Any] = {
    "occasion": Occasion,
    "composed_at": datetime.fromisoformat,
    "right": Right,
    "processings": tuple,
    "received_at": datetime.fromisoformat,
    "transmitted_at": datetime.fromisoformat,
    "organisation_kind": OrganisationKind,
    "service": lambda facts: Service(**facts),
    "due_on": date.fromisoformat,
    "strict_on": date.fromisoformat,
    "notice_limit_on": date.fromisoformat,
    "silence": SilenceMeaning,
    "silence_on": date.fromisoformat,
    "complete_by_on": date.fromisoformat,
}


def _read(name: str, value: Any) -> Any:
    return value if value is None or name not in _READ else _READ[name](value)


def _plain(value: date | datetime) -> str:
    return value.isoformat()
