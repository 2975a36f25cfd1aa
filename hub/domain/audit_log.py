"""The log's vocabulary and its chain: what an event says, and the hash that binds it to the last.

Design after RFC 6962's separation of leaf and detail; the detail is sealed elsewhere and enters
the hash only by its digest, so that shredding a key leaves the chain verifiable.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

GENESIS = bytes(32)
HUB_STREAM = UUID(int=0)
"""The stream of what the hub does to itself: no request, no organisation."""


class EventKind(StrEnum):
    """Acts, as `aggregate:subject:past participle` (values are stored for ever)."""

    ACKNOWLEDGEMENT_COMPOSED = "referral:acknowledgement:composed"
    ACCESS_RESTORED = "organisation:access:restored"
    ACCESS_SUSPENDED = "organisation:access:suspended"
    ANSWER_APPROVED = "referral:answer:approved"
    ANSWER_CORRECTED = "referral:answer:corrected"
    ANSWER_DELETED = "referral:answer:deleted"
    ANSWER_DELETION_TOLD = "referral:answer_deletion:told"
    ANSWER_GIVEN_OUTSIDE = "referral:answer:given_outside"
    ANSWER_LINK_ENTERED = "referral:answer_link:entered"
    ANSWER_LINK_MADE = "referral:answer_link:made"
    ANSWER_LINK_REVOKED = "referral:answer_link:revoked"
    ANSWER_PROPOSED = "referral:answer:proposed"
    ANSWER_READ = "referral:answer:read"
    ANSWER_REVIEWED = "referral:answer:reviewed"
    ANSWER_SENT = "referral:answer:sent"
    ANSWER_SENT_BACK = "referral:answer:sent_back"
    APPLIED = "referral:decision:applied"
    BACKLOG_IMPORTED = "organisation:backlog:imported"
    CHANNEL_TRIAL_ASKED = "hub:channel_trial:asked"
    CHANNEL_TRIAL_PASSED = "hub:channel_trial:passed"
    CLOCK_EXTENDED = "referral:clock:extended"
    CLOCK_PAUSED = "referral:clock:paused"
    CLOCK_REDATED = "referral:clock:redated"
    CLOCK_RESUMED = "referral:clock:resumed"
    CNIL_COMPLAINT_CLOSED = "rights_request:complaint:closed"
    CNIL_COMPLAINT_MADE = "rights_request:complaint:made"
    CNIL_COMPLAINT_TRANSMITTED = "rights_request:complaint:transmitted"
    CNIL_FILE_MADE = "rights_request:cnil_file:made"
    CODE_RENEWED = "rights_request:code:renewed"
    CODE_ASKED = "rights_request:code:asked"
    CODE_STOPPED = "rights_request:code:stopped"
    COMPLETION_ASKED = "referral:completion:asked"
    CONSULTATIONS_DELETED = "rights_request:consultations:deleted"
    CONTACT_ADDED = "organisation:contact:added"
    CONTACT_DOUBTED = "organisation:contact:doubted"
    CONTACT_VERIFIED = "organisation:contact:verified"
    CONTENT_DELETED = "rights_request:content:deleted"
    DELAY_TOLD = "referral:delay:told"
    DELIVERIES_RESUMED = "organisation:deliveries:resumed"
    DELIVERIES_SUSPENDED = "organisation:deliveries:suspended"
    DELIVERY_ALARMED = "referral:delivery:alarmed"
    DELIVERY_FAILED = "referral:delivery:failed"
    DELIVERY_REROUTED = "referral:delivery:rerouted"
    ENDPOINT_CHANGED = "organisation:endpoint:changed"
    ENDPOINT_CONFIRMED = "organisation:endpoint:confirmed"
    ENDPOINT_DOUBTED = "organisation:endpoint:doubted"
    ENDPOINT_KEY_CHANGED = "organisation:endpoint_key:changed"
    ENDPOINT_REMOVED = "organisation:endpoint:removed"
    ENDPOINT_STOPPED = "organisation:endpoint:stopped"
    DELIVERY_BOUNCED = "hub:delivery:bounced"
    DELIVERY_HELD = "referral:delivery:held"
    DELIVERY_RETRIED = "hub:delivery:retried"
    DIRECTORY_IMPORTED = "hub:directory:imported"
    DISPUTE_SETTLED = "rights_request:dispute:settled"
    DOCUMENT_DESTROYED = "referral:document:destroyed"
    DOCUMENT_OPENED = "referral:document:opened"
    DOCUMENT_REMOVED = "referral:document:removed"
    DOCUMENT_SENT = "referral:document:sent"
    DOCUMENT_SEEN = "referral:document:seen"
    EMAIL_CONFIRMED = "rights_request:email:confirmed"
    EMAIL_CORRECTED = "rights_request:email:corrected"
    FILES_ASKED_AGAIN = "referral:files:asked_again"
    FILES_SENT_AGAIN = "referral:files:sent_again"
    FILING_DISPUTED = "rights_request:filing:disputed"
    HUB_RECORD_ENTERED = "hub:record:entered"
    HUB_RECORD_WITHDRAWN = "hub:record:withdrawn"
    HOLD_LIFTED = "rights_request:hold:lifted"
    HOLD_PLACED = "rights_request:hold:placed"
    HOLIDAY_ADDED = "hub:holiday:added"
    HOLIDAY_REMOVED = "hub:holiday:removed"
    IDENTITY_CODE_ACCEPTED = "referral:identity_code:accepted"
    IDENTITY_CODE_REFUSED = "referral:identity_code:refused"
    IDENTITY_CONFIRMED = "referral:identity:confirmed"
    IDENTITY_LETTER_WRITTEN = "referral:identity_letter:written"
    IDENTITY_PROOF_ASKED = "referral:identity_proof:asked"
    IDENTITY_PROVEN = "rights_request:identity:proven"
    INCIDENT_CLOSED = "referral:incident:closed"
    INCIDENT_OPENED = "referral:incident:opened"
    INCIDENT_RELEASED = "referral:incident_answer:released"
    INCIDENT_WRITTEN = "referral:incident:written"
    MAIL_FILED = "referral:mail:filed"
    MAIL_HELD = "hub:mail:held"
    MAIL_OPENED = "referral:mail:opened"
    MAIL_RECEIVED = "referral:mail:received"
    MAIL_SET_ASIDE = "referral:mail:set_aside"
    MANDATE_ENDED = "rights_request:mandate:ended"
    MEMBER_CONFIRMED = "organisation:member:confirmed"
    MEMBER_DELETED = "organisation:member:deleted"
    MEMBER_DELETION_TOLD = "organisation:member_deletion:told"
    KEYS_CHANGED = "hub:keys:changed"
    KEYS_REWRAPPED = "hub:keys:rewrapped"
    LETTER_KEPT = "referral:letter:kept"
    LETTER_POSTED = "referral:letter:posted"
    LETTER_PRINTED = "referral:letter:printed"
    LETTER_RETURNED = "referral:letter:returned"
    MEMBER_INVITED = "organisation:member:invited"
    MEMBER_PASSWORD_FORGOTTEN = "organisation:password:forgotten"  # noqa: S105  (a kind of event)
    MEMBER_SIGNED_IN = "organisation:member:signed_in"
    MEMBER_SIGN_IN_FAILED = "organisation:member:sign_in_failed"
    MEMBER_CHANGED = "organisation:member:changed"
    NAMED_NOT_FOUND = "referral:named_organisation:not_found"
    NOTE_ADDED = "referral:note:added"
    NOTICE_ESCALATED = "referral:notice:escalated"
    NOTICE_SENT = "referral:notice:sent"
    MANDATE_KEPT = "rights_request:mandate:kept"
    OBJECTION_DELETED = "organisation:objection:deleted"
    OBJECTION_LIST_READ = "organisation:objection_list:read"
    OPT_OUT_LIST_READ = "organisation:opt_out_list:read"
    OPT_OUT_REASON_GIVEN = "rights_request:opt_out_reason:given"
    OPT_OUT_RECORDED = "rights_request:opt_out:recorded"
    OPT_OUT_REVERSED = "rights_request:opt_out:reversed"
    PROCEDURE_DELETED = "rights_request:procedure:deleted"
    PROCESSING_CHANGED = "organisation:processing:changed"
    RECIPIENTS_CHANGED = "organisation:recipients:changed"
    QUESTION_ASKED = "referral:question:asked"
    QUESTION_CLOSED = "referral:question:closed"
    QUESTION_REMINDED = "referral:question:reminded"
    QUESTION_REOPENED = "referral:question:reopened"
    RECEIPT_PRINTED = "rights_request:receipt:printed"
    RECIPIENT_NOTICE_CLOSED = "referral:recipient_notice:closed"
    RECIPIENT_NOTICE_OPENED = "referral:recipient_notice:opened"
    REFERRAL_ACKNOWLEDGED = "referral:receipt:acknowledged"
    REFERRAL_ASSIGNED = "referral:assignee:changed"
    REFERRAL_CLOSED = "referral:case:closed"
    REFERRAL_CONTESTED = "referral:answer:contested"
    REFERRAL_CREATED = "referral:case:created"
    REFERRAL_DECLINED = "referral:case:declined"
    REFERRAL_DELIVERED = "referral:case:delivered"
    REFERRAL_LABELLED = "referral:label:changed"
    REFERRAL_OPENED = "referral:case:opened"
    REFERRAL_JOINED = "referral:request:joined"
    REFERRAL_SEPARATED = "referral:request:separated"
    REFERRAL_TRANSFERRED = "referral:case:transferred"
    REFERRAL_WITHDRAWN = "referral:case:withdrawn"
    REPRESENTED_TOLD = "rights_request:represented:told"
    REPLY_GIVEN = "referral:reply:given"
    REQUEST_CLOSED = "rights_request:request:closed"
    REQUEST_FILED = "rights_request:request:filed"
    REQUEST_LAPSED = "rights_request:request:lapsed"
    REQUEST_OPENED = "rights_request:request:opened"
    REQUEST_CONSULTED = "rights_request:content:consulted"
    REQUEST_RECOVERED = "rights_request:request:recovered"
    REQUEST_REFUSED = "rights_request:request:refused"
    REQUEST_WITHDRAWN = "rights_request:request:withdrawn"
    SECOND_READING_CHANGED = "organisation:second_reading:changed"
    TASK_ANSWERED = "referral:task:answered"
    TASK_OPENED = "referral:task:opened"
    TOKEN_CREATED = "organisation:token:created"  # noqa: S105  (a kind of event, no secret)
    TOKEN_REVOKED = "organisation:token:revoked"  # noqa: S105  (as above)


CONSULTATIONS = frozenset(
    {
        EventKind.ANSWER_LINK_ENTERED,
        EventKind.MAIL_OPENED,
        EventKind.REFERRAL_OPENED,
        EventKind.REQUEST_CONSULTED,
        EventKind.REQUEST_OPENED,
    }
)
"""Acts of looking: kept as long as access logs are, and so under a key of their own."""


@dataclass(frozen=True)
class Entry:
    """One event as the chain sees it; `detail_digest` is SHA-256 of the sealed detail."""

    stream_id: UUID
    seq: int
    at: datetime
    actor_kind: str
    actor_pseudonym: str
    kind: str
    subject_id: UUID | None
    detail_digest: bytes
    prev: bytes


def detail_digest(detail_sealed: bytes | None) -> bytes:
    """SHA-256 of the sealed detail; of the empty string when there is none."""
    return hashlib.sha256(detail_sealed or b"").digest()


def entry_hash(entry: Entry) -> bytes:
    """The 32-byte hash that the next event of the stream must name as its `prev`."""
    fields = [
        entry.stream_id.hex,
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_pseudonym,
        entry.kind,
        entry.subject_id.hex if entry.subject_id else None,
        entry.detail_digest.hex(),
        entry.prev.hex(),
    ]
    line = json.dumps(fields, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(line.encode("ascii")).digest()


@dataclass(frozen=True)
class Break:
    """Where a stream stops being whole, and why."""

    stream_id: UUID
    seq: int
    reason: str


def breaks_in(entries: Iterable[tuple[Entry, bytes]]) -> list[Break]:
    """Every break in one stream, given its entries in order of `seq` with their stored hashes."""
    found: list[Break] = []
    expected_seq, prev = 1, GENESIS
    for entry, stored in entries:
        if entry.seq != expected_seq:
            found.append(Break(entry.stream_id, expected_seq, "missing"))
        if entry.prev != prev:
            found.append(Break(entry.stream_id, entry.seq, "not_chained"))
        if entry_hash(entry) != stored:
            found.append(Break(entry.stream_id, entry.seq, "altered"))
        expected_seq, prev = entry.seq + 1, stored
    return found
