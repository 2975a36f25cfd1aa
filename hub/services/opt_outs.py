"""Keeps the register of opt-outs from secondary use: recorded, reversed, explained if she wishes.

An act is in force when its unit commits (EHDS 71): no controller is asked, no clock runs, and the
address of the person need not be confirmed first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import inspect, select

from hub.domain.actors import Actor
from hub.domain.audit_log import EventKind
from hub.domain.opt_outs import (
    LONGEST_REASON,
    OptOutAct,
    RecordedAct,
    check_may,
    check_may_act,
)
from hub.domain.representation import Representation
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.opt_out import OptOutEntry
from hub.models.rights_request import Identity, IntakeChannel, RightsRequest
from hub.sealing import Place, Shredded
from hub.services.filing import file_request
from hub.services.filing_drafts import FilingDraft, PersonGiven
from hub.services.filing_plans import FilingPlan, Receipt
from hub.services.notifying import tell_person
from hub.services.sightings import Seen, enter_sighting
from hub.services.unit_of_work import Work

EVENTS = {
    OptOutAct.REGISTERED: EventKind.OPT_OUT_RECORDED,
    OptOutAct.REVERSED: EventKind.OPT_OUT_REVERSED,
}


def opt_out_draft(
    person: PersonGiven,
    *,
    language: str,
    channel: IntakeChannel,
    key: str,
    scope: str,
    actor: Actor,
) -> FilingDraft:
    """What registering files: her identity alone, towards no controller, active at once.

    No reason is in it: it may be asked only once the opt-out is recorded.
    """
    return FilingDraft(
        right=Right.SECONDARY_USE_OPT_OUT,
        person=person,
        statement="",
        language=language,
        channel=channel,
        referrals=(),
        idempotency_key=key,
        idempotency_scope=scope,
        actor=actor,
        active_at_once=True,
    )


def opt_out_for(draft: FilingDraft, said: Representation, today: date) -> FilingDraft:
    """The same, made by a parent for a child or by whoever was appointed for an adult (LIL 70).

    Raises MayNotActFor. It stays when a child comes of age: she may take it back herself.
    """
    check_may_act(said, draft.person.birth_date, today)
    return replace(draft, representative=said.as_facts())


def register_opt_out(work: Work, plan: FilingPlan, seen: Seen | None = None) -> Receipt:
    """Record a first opt-out, in force at once; a message without content confirms it.

    `seen`: the paper that an agent of the hub looked at, where somebody acts for the person.

    Raises NotFound while the register is closed, AlreadyFiling when its key was taken meanwhile.
    """
    if not work.ports.policies.opt_outs.is_open(local_date(work.now)):
        raise NotFound(register="opt_outs")
    receipt = file_request(work, plan)
    filed = work.session.get_one(RightsRequest, receipt.rights_request_id)
    _enter(work, filed, OptOutAct.REGISTERED, [])
    if seen is not None:
        enter_sighting(work, filed.id, seen)
    return receipt


def change_opt_out(work: Work, rights_request_id: UUID, act: OptOutAct) -> UUID:
    """Reverse an opt-out, or register it again: as simple one way as the other (EHDS 71(1)).

    What was recorded stays: the list of an earlier date never changes. Raises NotFound for a
    request that is not of this register, Conflict when it says so already.
    """
    filed = work.session.scalar(
        select(RightsRequest).where(RightsRequest.id == rights_request_id).with_for_update()
    )
    acts = _entries(work, rights_request_id)
    if filed is None or not acts:
        raise NotFound(rights_request_id=rights_request_id)
    check_may(act, [RecordedAct(one.act, one.recorded_at) for one in acts])
    return _enter(work, filed, act, acts)


def take_back_by_letter(work: Work, reference: str, birth_date: date) -> UUID:
    """Reverse an opt-out for a person who writes or calls: as simple as registering it (EHDS 71).

    She gives her reference and her date of birth. Raises NotFound for what does not fit together,
    Conflict when it is taken back already.
    """
    found = work.session.execute(
        select(RightsRequest.id, Identity.sealed)
        .join(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(
            RightsRequest.reference == reference,
            RightsRequest.right == Right.SECONDARY_USE_OPT_OUT,
        )
    ).first()
    if found is None or _born_on(work, *found) != birth_date:
        raise NotFound(reference=reference)
    return change_opt_out(work, found.id, OptOutAct.REVERSED)


def end_disputed(work: Work, filed: RightsRequest) -> None:
    """Reverse an opt-out that the person says was not hers; whoever made it is told nothing."""
    acts = _entries(work, filed.id)
    if acts and acts[-1].act is OptOutAct.REGISTERED:
        _add(work, filed, OptOutAct.REVERSED, acts)


def give_reason(work: Work, rights_request_id: UUID, entry_id: UUID, text: str) -> None:
    """Keep why a person opted out, if she wants to say it once it is recorded.

    Raises Invalid for an empty or too long text, NotFound for an act of another person or one
    that is no opt-out, Conflict for a reason given already.
    """
    words = text.strip()
    if not words:
        raise Invalid(field="reason", reason="empty")
    if len(words) > LONGEST_REASON:
        raise Invalid(field="reason", reason="too_long", most=LONGEST_REASON)
    entry = work.session.get(OptOutEntry, entry_id, with_for_update=True)
    is_hers = entry is not None and entry.rights_request_id == rights_request_id
    if entry is None or not is_hers or entry.act is not OptOutAct.REGISTERED:
        raise NotFound(entry_id=entry_id)
    if entry.reason_at is not None:
        raise Conflict(already="given")
    place = Place(rights_request_id, "opt_out_entry.reason_sealed", entry.id)
    entry.reason_sealed = work.keys.seal(place, words)
    entry.reason_at = work.now
    work.record(EventKind.OPT_OUT_REASON_GIVEN, rights_request_id, entry.id)


def record_list_read(work: Work, organisation_id: UUID, permit_on: date, count: int) -> None:
    """Write down that a program read the list for the permits of a day, and how many it got."""
    work.record(
        EventKind.OPT_OUT_LIST_READ,
        organisation_id,
        work.actor.id,
        permit_on=permit_on.isoformat(),
        count=count,
    )


def _entries(work: Work, rights_request_id: UUID) -> Sequence[OptOutEntry]:
    found = select(OptOutEntry).where(OptOutEntry.rights_request_id == rights_request_id)
    return work.session.scalars(found.order_by(OptOutEntry.position)).all()


def _born_on(work: Work, rights_request_id: UUID, sealed: bytes) -> date | None:
    try:
        facts = work.keys.open_facts(
            Place(rights_request_id, "identity.sealed", rights_request_id), sealed
        )
    except Shredded:
        return None
    born = facts.get("birth_date")
    return date.fromisoformat(born) if born else None


def _enter(
    work: Work, filed: RightsRequest, act: OptOutAct, earlier: Sequence[OptOutEntry]
) -> UUID:
    entry_id = _add(work, filed, act, earlier)
    tell_person(work, filed, DeliveryKind.NEWS)
    return entry_id


def _add(work: Work, filed: RightsRequest, act: OptOutAct, earlier: Sequence[OptOutEntry]) -> UUID:
    entry_id = new_id()
    row = {
        "id": entry_id,
        "rights_request_id": filed.id,
        "position": len(earlier) + 1,
        "act": act,
        "recorded_at": work.now,
    }
    work.session.add(OptOutEntry(**row))
    if not earlier:
        work.journal(filed.id, [(inspect(OptOutEntry).local_table, [row])])
    work.record(EVENTS[act], filed.id, entry_id)
    return entry_id
