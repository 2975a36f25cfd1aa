"""Prepares every row of a filing outside any lock: routing, clocks, ciphertexts, hashes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.engine import Dialect

from hub.domain.audit_log import EventKind
from hub.domain.clock import ClockReading
from hub.domain.course import COURSE
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState, RequestState
from hub.domain.references import REFERENCE_BYTES, new_number, new_reference
from hub.domain.representation import GROUNDS, representation_from
from hub.domain.working_days import HolidayZone
from hub.extensions import Model
from hub.models.audit_event import AuditEvent
from hub.models.bound_rows import BoundRows, bind_rows
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.hub_task import HubTask
from hub.models.referral import ClockEntry, Referral, ReferralItem, WaitingFor
from hub.models.representation import RepresentationRow
from hub.models.rights_request import (
    DataKey,
    Identity,
    KeyClass,
    NameIndex,
    RightsRequest,
)
from hub.ports import Keyring
from hub.sealing import Place, RequestKeys
from hub.services.clocks import dates_of, first_reading, start_row
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedReferral
from hub.services.logging_acts import Logbook, PendingEvent
from hub.services.represented import representation_row, telling_of
from hub.services.unit_of_work import delivery_row

LAPSES_AFTER = timedelta(days=COURSE.confirmation_days)


@dataclass(frozen=True)
class Receipt:
    """What a filing gives back; the secret is shown once and never stored.

    None where the code is kept from who filed: the person takes hers by her own address.
    """

    rights_request_id: UUID
    reference: str
    secret: str | None
    replayed: bool = False


@dataclass(frozen=True)
class FilingPlan:
    """Rows ready to insert, in an order that foreign keys accept, and the receipt they earn.

    `content_key` seals what comes with the filing: a scan of the letter.
    """

    receipt: Receipt
    rows: tuple[tuple[Table, list[dict[str, Any]]], ...]
    readings: Mapping[HolidayZone, ClockReading]
    content_key: bytes = field(default=b"", repr=False)
    bound: tuple[BoundRows, ...] = ()

    def bound_for(self, dialect: Dialect) -> "FilingPlan":
        """The same plan, its rows bound to an engine's INSERTs: outside the lock where it can."""
        return replace(
            self, bound=tuple(bind_rows(table, rows, dialect) for table, rows in self.rows if rows)
        )

    def rows_of(self, model: type[Model]) -> list[dict[str, Any]]:
        """The rows of one table."""
        return next(rows for table, rows in self.rows if table is model.__table__)


def plan_filing(draft: FilingDraft, keyring: Keyring, now: datetime) -> FilingPlan:
    """Prepare every row of a filing (routing, clocks, ciphertexts, hashes) outside any lock."""
    reference = new_reference(secrets.token_bytes(REFERENCE_BYTES))
    receipt = Receipt(new_id(), reference, draft_secret(keyring, draft, reference))
    return _Planner(draft, keyring, now, receipt).plan()


def secret_of(keyring: Keyring, scope: str, key: str, reference: str) -> str:
    """The same for each replay of a key, and another for the same key of another token."""
    return keyring.derive_secret(f"{scope}:{key}", reference)


def idempotency_hash(keyring: Keyring, draft: FilingDraft) -> bytes:
    """What is kept of a draft\'s idempotency key; alike for no two scopes."""
    return keyring.exact_digest(draft.idempotency_key, f"idempotency:{draft.idempotency_scope}")


def same_person_index(keyring: Keyring, person: PersonGiven) -> bytes | None:
    """The blind index under which the filings of one person are found again."""
    text = person.same_person_text()
    return keyring.blind_index(text, "person") if text else None


def waiting_secret(keyring: Keyring, rights_request_id: UUID, reference: str) -> str:
    """Under what the box is kept while the person has not taken her own code; shown to nobody."""
    return keyring.derive_secret(f"mandate ended:{rights_request_id}", reference)


def draft_secret(keyring: Keyring, draft: FilingDraft, reference: str) -> str | None:
    """The secret of the receipt that a draft earns, the same for each replay of its key.

    None where a mandate leaves the answer to the person (décret 2019-536, art. 77).
    """
    if draft.keeps_code_from_filer:
        return None
    return secret_of(keyring, draft.idempotency_scope, draft.idempotency_key, reference)


class _Planner:
    """Builds the rows of one filing; lives for one call of plan_filing."""

    def __init__(
        self, draft: FilingDraft, keyring: Keyring, now: datetime, receipt: Receipt
    ) -> None:
        self.draft = draft
        self.keyring = keyring
        self.now = now
        self.receipt = receipt
        self.id = receipt.rights_request_id
        self.received_at = draft.received_at or now
        self.readings: dict[HolidayZone, ClockReading] = {}
        made = {key_class: keyring.new_data_key() for key_class in KeyClass}
        self.wrapped = {key_class: wrapped for key_class, (_, wrapped) in made.items()}
        self.keys = RequestKeys(None, keyring)
        self.keys.know(self.id, {key_class: key for key_class, (key, _) in made.items()})

    def plan(self) -> FilingPlan:
        ids = sorted(new_id() for _ in self.draft.referrals)
        referrals = [
            self._referral(planned, referral_id)
            for planned, referral_id in zip(self.draft.referrals, ids, strict=True)
        ]
        items, starts, deliveries = [], [], []
        for planned, referral in zip(self.draft.referrals, referrals, strict=True):
            items += self._items(planned, referral["id"])
            starts.append(start_row(referral["id"], self.received_at, self.now))
            if self.draft.active_at_once:
                deliveries.append(referral_delivery(referral, self.now))
        if self.draft.awaits_filer:
            deliveries.append(self._confirmation())
        represented, tasks, events = self._represented(deliveries)
        tables: tuple[tuple[Any, list[Any]], ...] = (
            (RightsRequest, [self._rights_request()]),
            (DataKey, self._data_keys()),
            (Identity, [self._identity()]),
            (NameIndex, self._name_index()),
            (RepresentationRow, represented),
            (HubTask, tasks),
            (Referral, referrals),
            (ReferralItem, items),
            (ClockEntry, starts),
            (Delivery, deliveries),
            (AuditEvent, self._events(referrals, events)),
        )
        rows = tuple((model.__table__, rows) for model, rows in tables)
        content_key = self.keys.key(self.id, KeyClass.CONTENT)
        return FilingPlan(self.receipt, rows, self.readings, content_key)

    def _rights_request(self) -> dict[str, Any]:
        draft, receipt = self.draft, self.receipt
        public, private = self.keyring.new_box()
        active = draft.active_at_once
        refused = draft.objection is not None
        state = RequestState.ACTIVE if active else RequestState.AWAITING_CONFIRMATION
        place = Place(self.id, "rights_request.statement_sealed", self.id)
        secret = receipt.secret or waiting_secret(self.keyring, self.id, receipt.reference)
        opens = self.keyring.hash_secret(receipt.reference, secret)
        return {
            "id": self.id,
            "reference": receipt.reference,
            "secret_hash": opens if receipt.secret else secrets.token_bytes(32),
            "idempotency_scope": draft.idempotency_scope,
            "idempotency_hash": idempotency_hash(self.keyring, draft),
            "body_digest": self.keyring.exact_digest(draft.digest_text(), "body"),
            "right": draft.right,
            "language": draft.language,
            "channel": draft.channel,
            "state": RequestState.INADMISSIBLE if refused else state,
            "state_reason": GROUNDS[draft.objection] if draft.objection else None,
            "closed_at": self.now if refused else None,
            "received_at": self.received_at,
            "filed_at": self.now,
            "lapses_at": None if active or refused else self.now + LAPSES_AFTER,
            "has_email": draft.person.email is not None,
            "code_sent_at": None if active or refused else self.now,
            "email_round": 1,
            "code_attempts": 0,
            "filed_by_organisation_id": draft.actor.organisation_id,
            "keyed_by_member_id": draft.actor.member_id,
            "box_public": public,
            "box_private_wrapped": self.keyring.wrap_private(private, secret, receipt.reference),
            "statement_sealed": self.keys.seal(place, draft.statement),
            "follows_id": draft.follows_id,
        }

    def _data_keys(self) -> list[dict[str, Any]]:
        return [
            {
                "rights_request_id": self.id,
                "key_class": key_class,
                "wrapped": wrapped,
            }
            for key_class, wrapped in self.wrapped.items()
        ]

    def _facts(self) -> dict[str, Any]:
        facts = self.draft.person.as_facts()
        if self.draft.representative:
            facts["representative"] = dict(self.draft.representative)
        return facts

    def _identity(self) -> dict[str, Any]:
        person = self.draft.person
        place = Place(self.id, "identity.sealed", self.id)
        return {
            "rights_request_id": self.id,
            "sealed": self.keys.seal_facts(place, self._facts()),
            "email_index": (
                self.keyring.blind_index(person.email, "email") if person.email else None
            ),
            "person_index": same_person_index(self.keyring, person),
        }

    def _represented(self, deliveries: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """The row of who acts, a task and an event where the person is told of it now."""
        draft = self.draft
        said = representation_from(draft.representative or {})
        doubt = draft.objection or draft.doubt
        waits, rows = draft.keeps_code_from_filer, []
        if said:
            row = representation_row(self.id, said, doubt, draft.left_out)
            rows = [row | {"code_waits": waits}]
        telling = None
        if draft.tells_person and not draft.awaits_filer:
            facts = self._facts()
            telling = telling_of(self.id, facts, draft.channel, self.now, code_waits=waits)
        if telling is None:
            return rows, [], []
        if telling.model is HubTask:
            return rows, [telling.row], []
        deliveries.append(telling.row)
        return rows, [], [telling.event]

    def _name_index(self) -> list[dict[str, Any]]:
        return [
            {
                "rights_request_id": self.id,
                "word": self.keyring.blind_index(word, "name"),
            }
            for word in sorted(self.draft.person.name_words())
        ]

    def _referral(self, planned: PlannedReferral, referral_id: UUID) -> dict[str, Any]:
        reading = self.readings.get(planned.zone) or first_reading(
            self.received_at, planned.zone, planned.extra_holidays
        )
        self.readings[planned.zone] = reading
        return {
            "id": referral_id,
            "rights_request_id": self.id,
            "organisation_id": planned.organisation_id,
            "number": new_number(secrets.token_bytes(REFERENCE_BYTES)),
            "right": self.draft.right,
            "state": ReferralState.QUEUED,
            "waiting_for": WaitingFor.CONTROLLER,
            "received_at": self.received_at,
            "last_event_at": self.now,
            "last_event_kind": EventKind.REFERRAL_CREATED.value,
            "zone": planned.zone,
            "routing_trace": dict(planned.trace),
            "contested_once": False,
            **dates_of(reading),
        }

    def _items(self, planned: PlannedReferral, referral_id: UUID) -> list[dict[str, Any]]:
        return [
            {
                "id": new_id(),
                "referral_id": referral_id,
                "processing_id": item.processing_id,
                "reasons": [dict(reason) for reason in item.reasons],
                "position": position,
            }
            for position, item in enumerate(planned.items)
        ]

    def _confirmation(self) -> dict[str, Any]:
        kind = DeliveryKind.ADDRESS_CONFIRMATION
        row = delivery_row(kind, Channel.EMAIL, f"person:{self.id}", self.now)
        return row | {"rights_request_id": self.id}

    def _events(
        self, referrals: list[dict[str, Any]], told: list[PendingEvent]
    ) -> list[dict[str, Any]]:
        facts: dict[str, Any] = {
            "channel": self.draft.channel.value,
            "right": self.draft.right.value,
        }
        if self.draft.person.notified_online:
            facts["notified_online"] = True  # the proof outlives the identity (CRPA R112-17)
        events = [PendingEvent(self.id, EventKind.REQUEST_FILED, self.id, facts)]
        if self.draft.objection:
            why = {
                "ground": GROUNDS[self.draft.objection],
                "objection": self.draft.objection.value,
            }
            events.append(PendingEvent(self.id, EventKind.REQUEST_REFUSED, self.id, why))
        events += [
            PendingEvent(
                self.id,
                EventKind.REFERRAL_CREATED,
                referral["id"],
                {"organisation": str(referral["organisation_id"]), **referral["routing_trace"]},
            )
            for referral in referrals
        ]
        events += told
        logbook = Logbook(self.draft.actor, self.now, self.keys, self.keyring)
        return logbook.rows(events, {}, {self.id})


def referral_delivery(referral: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The outbox row that brings a referral to its controller's portal inbox."""
    recipient = f"organisation:{referral['organisation_id']}"
    row = delivery_row(DeliveryKind.REFERRAL, Channel.PORTAL, recipient, now)
    return row | {
        "rights_request_id": referral["rights_request_id"],
        "referral_id": referral["id"],
    }
