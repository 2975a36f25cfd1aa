"""Records a request that came by letter, e-mail, call or visit, as its arrival dates it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.domain.actors import Actor
from hub.domain.audit_log import EventKind
from hub.domain.intake import arrival_instant
from hub.domain.representation import Representation, stand
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.errors import Invalid
from hub.models.answer import Direction
from hub.models.referral import Referral
from hub.models.rights_request import IntakeChannel
from hub.services.documents import ReceivedFile, enter_documents
from hub.services.filing import file_request
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedReferral
from hub.services.filing_plans import FilingPlan, Receipt
from hub.services.represented import tell_known_mailbox
from hub.services.sightings import Seen, enter_sighting
from hub.services.unit_of_work import Work

KEYED_CHANNELS = (
    IntakeChannel.POST,
    IntakeChannel.EMAIL,
    IntakeChannel.PHONE,
    IntakeChannel.COUNTER,
)


class ScanToSeveral(Invalid):
    """One letter to several controllers would tell each who the others are (GDPR 5(1)(c))."""

    code = "scan_to_several"


@dataclass(frozen=True)
class Keyed:
    """A request as it was read: one or several rights of one person, towards these controllers.

    `representative` is who acts for her, `seen` the paper that shows it. `is_at_hub`: it came to
    the hub's own door, which passes on nothing that who acts may not ask; a controller that was
    seized answers itself, on the ground that its page shows.
    """

    channel: IntakeChannel
    arrived_on: date
    rights: tuple[Right, ...]
    person: PersonGiven
    statement: str
    language: str
    referrals: tuple[PlannedReferral, ...]
    key: str
    representative: Representation | None = None
    seen: Seen | None = None
    is_at_hub: bool = False


def scope_of(member_id: UUID | None) -> str:
    """The scope of the idempotency keys of one member's keying."""
    return f"keyed:{member_id}"


def key_of(key: str, right: Right) -> str:
    """The idempotency key of one right of a page: each right is a request of its own."""
    return f"{key}:{right.value}"


def keyed_drafts(keyed: Keyed, actor: Actor, now: datetime) -> tuple[FilingDraft, ...]:
    """One filing for each right, received on the day of arrival and active at once.

    No confirmation of an address is owed: the one who keys it in has the letter before her. At the
    hub's door, a right that who acts may not ask is recorded and passed on to nobody (X14).
    Raises ArrivedBeforeGdpr, ArrivesInFuture.
    """
    received_at = arrival_instant(keyed.arrived_on, local_date(now))
    return tuple(_draft(keyed, right, actor, received_at) for right in keyed.rights)


def _draft(keyed: Keyed, right: Right, actor: Actor, received_at: datetime) -> FilingDraft:
    """One right; a mandate is judged on the day on which the letter arrived."""
    said = keyed.representative
    found = (
        stand(said, right, keyed.person.birth_date, keyed.arrived_on).objection if said else None
    )
    objection = found if keyed.is_at_hub else None
    return FilingDraft(
        right=right,
        person=keyed.person,
        statement=keyed.statement,
        language=keyed.language,
        channel=keyed.channel,
        referrals=() if objection else keyed.referrals,
        idempotency_key=key_of(keyed.key, right),
        idempotency_scope=scope_of(actor.member_id),
        actor=actor,
        active_at_once=objection is None,
        received_at=received_at,
        representative=said.as_facts() if said else None,
        objection=objection,
        doubt=found,
    )


def check_scan(referrals: Sequence[PlannedReferral]) -> None:
    """Raises ScanToSeveral when a scan would go to more than one controller."""
    if len(referrals) > 1:
        raise ScanToSeveral(field="scan")


def file_keyed(
    work: Work, plan: FilingPlan, scan: ReceivedFile | None = None, seen: Seen | None = None
) -> Receipt:
    """Insert one prepared filing, with the scan of its letter for its only controller.

    What was looked at is noted for the controller whose member looked, or for all where the hub's
    agent did.
    Raises AlreadyFiling.
    """
    receipt = file_request(work, plan)
    tell_known_mailbox(work, receipt.rights_request_id)
    referrals = plan.rows_of(Referral)
    if seen is not None:
        own = [
            one["id"] for one in referrals if one["organisation_id"] == work.actor.organisation_id
        ]
        enter_sighting(work, receipt.rights_request_id, seen, next(iter(own), None))
    if scan is not None:
        (row,) = referrals
        referral = work.session.get_one(Referral, row["id"])
        enter_documents(work, referral, [scan], direction=Direction.FROM_PERSON)
    return receipt


def note_receipt_printed(work: Work, rights_request_id: UUID, channel: IntakeChannel) -> None:
    """Keep the proof that an acknowledgement was set on paper (CRPA L112-12, R112-11-1)."""
    work.record(
        EventKind.RECEIPT_PRINTED, rights_request_id, rights_request_id, channel=channel.value
    )
