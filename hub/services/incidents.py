"""An answer in the wrong hands: frozen at once, told to the DPOs, written in the register."""

import secrets
from uuid import UUID

from sqlalchemy import select

from hub.domain.actors import Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.incidents import (
    LONGEST_WORDS,
    IncidentEntry,
    IncidentIncomplete,
    missing,
    texts,
)
from hub.domain.lifecycle import ActionNotAllowed, NotYours
from hub.domain.references import REFERENCE_BYTES, new_incident_number
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.models.answer import GIVEN, Answer
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.incident import Incident
from hub.models.member import Member, RoleRow
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.queries.incidents import entry_of, incidents_on
from hub.sealing import Place
from hub.services.notifying import tell_person
from hub.services.referrals import exists_for, rights_request_of
from hub.services.unit_of_work import Work

LONGEST_SAID = 1_000
WORKERS = frozenset({Role.AGENT, Role.DECISION_MAKER, Role.ADMINISTRATOR, Role.DPO})


def report_incident(work: Work, answer_id: UUID, said: str = "") -> UUID:
    """The person, or a member who saw it first, says that an answer holds what is not hers.

    From this commit nobody opens it; the DPO of the controller and that of the hub are told, and
    the 72 hours of GDPR 33(1) run. Raises NotFound, NotYours, Invalid (`said`), Conflict when it
    was said already.
    """
    referral = _answered(work, answer_id)
    if len(said) > LONGEST_SAID:
        raise Invalid(field="said", reason="too_long", most=LONGEST_SAID)
    if incidents_on(work.session, [answer_id]):
        raise Conflict(answer_id=answer_id)
    row = Incident(
        id=new_id(),
        number=new_incident_number(secrets.token_bytes(REFERENCE_BYTES)),
        rights_request_id=referral.rights_request_id,
        referral_id=referral.id,
        answer_id=answer_id,
        organisation_id=referral.organisation_id,
        opened_at=work.now,
        opened_by=work.actor.kind,
    )
    place = _place(row, "said_sealed")
    row.said_sealed = work.keys.seal(place, said.strip()) if said.strip() else None
    work.session.add(row)
    work.record(EventKind.INCIDENT_OPENED, referral.rights_request_id, referral.id)
    _tell_dpos(work, referral)
    if work.actor.kind is not ActorKind.PERSON:
        tell_person(
            work, rights_request_of(work, referral), DeliveryKind.SOMETHING_TO_READ, referral
        )
    return row.id


def write_entry(work: Work, incident_id: UUID, entry: IncidentEntry) -> None:
    """Write what the register says (GDPR 33(5)); it may be completed until it is closed.

    Raises NotFound, NotYours, ActionNotAllowed when it is closed, Invalid (the field at fault).
    """
    row = _open(work, incident_id)
    for name in texts():
        if len(getattr(entry, name)) > LONGEST_WORDS:
            raise Invalid(field=name, reason="too_long", most=LONGEST_WORDS)
    first, today = local_date(row.opened_at), local_date(work.now)
    for name in ("notified_on", "told_on"):
        on = getattr(entry, name)
        if on is not None and not first <= on <= today:
            raise Invalid(field=name, reason="out_of_range", least=first, most=today)
    row.risk, row.notified_on, row.told_on = entry.risk, entry.notified_on, entry.told_on
    words = {name: getattr(entry, name).strip() for name in texts()}
    row.entry_sealed = work.keys.seal_facts(_place(row, "entry_sealed"), words)
    row.written_at, row.written_by_name = work.now, work.actor.name
    work.record(
        EventKind.INCIDENT_WRITTEN,
        row.rights_request_id,
        row.referral_id,
        risk=entry.risk.value if entry.risk else "",
        notified=entry.notified_on is not None,
    )


def close_incident(work: Work, incident_id: UUID) -> None:
    """Close an incident whose entry is whole; the answer stays closed unless it was given back.

    Raises NotFound, NotYours, ActionNotAllowed, IncidentIncomplete.
    """
    row = _open(work, incident_id)
    if lacking := missing(entry_of(work.keys, row), row.opened_at):
        raise IncidentIncomplete(missing=lacking)
    row.closed_at, row.closed_by_name = work.now, work.actor.name
    work.record(EventKind.INCIDENT_CLOSED, row.rights_request_id, row.referral_id)
    _tell_person(work, row)


def release_answer(work: Work, incident_id: UUID) -> None:
    """Give an answer back that was the person's after all: it opens again as before.

    Raises NotFound, NotYours, ActionNotAllowed when it was given back already.
    """
    row = _found(work, incident_id)
    if row.released_at is not None:
        raise ActionNotAllowed(action="release_answer")
    row.released_at = work.now
    work.record(EventKind.INCIDENT_RELEASED, row.rights_request_id, row.referral_id)
    _tell_person(work, row)


def read_said(work: Work, incident_id: UUID) -> str:
    """What who told it wrote: it may speak of somebody else, so reading it is written down."""
    row = _found(work, incident_id, to_write=False)
    work.record(
        EventKind.REQUEST_CONSULTED, row.rights_request_id, row.referral_id, reason="incident"
    )
    return work.keys.open(_place(row, "said_sealed"), row.said_sealed)


def _answered(work: Work, answer_id: UUID) -> Referral:
    found = work.session.execute(
        select(Answer, Referral)
        .join(Referral, Referral.id == Answer.referral_id)
        .where(Answer.id == answer_id, Answer.state.in_(GIVEN))
        .with_for_update(of=Referral)
    ).first()
    if found is None or not exists_for(work.actor, found[1]):
        raise NotFound(answer_id=answer_id)
    if work.actor.kind is ActorKind.MEMBER and not work.actor.roles & WORKERS:
        raise NotYours(action="report_incident")
    referral: Referral = found[1]
    return referral


def _open(work: Work, incident_id: UUID) -> Incident:
    row = _found(work, incident_id)
    if row.closed_at is not None:
        raise ActionNotAllowed(action="incident", by=row.closed_by_name)
    return row


def _found(work: Work, incident_id: UUID, *, to_write: bool = True) -> Incident:
    row = work.session.get(Incident, incident_id, with_for_update=True)
    if row is None or not may_read(work.actor, row.organisation_id):
        raise NotFound(incident_id=incident_id)
    if to_write and not may_write(work, row.organisation_id):
        raise NotYours(action="incident")
    return row


def may_read(actor: Actor, organisation_id: UUID) -> bool:
    """Whether a DPO reads the incidents of an organisation: her own, or the hub's reads all."""
    if Role.HUB_DPO in actor.roles:
        return True
    return Role.DPO in actor.roles and actor.organisation_id == organisation_id


def may_write(work: Work, organisation_id: UUID) -> bool:
    """The controller answers for its register: its DPO writes it; the hub's where it has none."""
    actor = work.actor
    if Role.DPO in actor.roles and actor.organisation_id == organisation_id:
        return True
    return Role.HUB_DPO in actor.roles and not _dpos(work, organisation_id)


def _dpos(work: Work, organisation_id: UUID) -> list[UUID]:
    rows = work.session.scalars(
        select(Member.id)
        .join(Member.roles)
        .where(
            Member.organisation_id == organisation_id,
            Member.active,
            RoleRow.name == Role.DPO.value,
        )
        .order_by(Member.id)
    )
    return list(rows)


def _tell_dpos(work: Work, referral: Referral) -> None:
    """The controller's DPOs, or its mailbox where it has none here; and those of the hub."""
    own = [f"member:{one}" for one in _dpos(work, referral.organisation_id)]
    hubs = work.session.scalars(
        select(Member.id)
        .join(Member.roles)
        .where(Member.active, RoleRow.name == Role.HUB_DPO.value)
        .order_by(Member.id)
    )
    told = own or [f"organisation:{referral.organisation_id}"]
    for recipient in dict.fromkeys([*told, *(f"member:{one}" for one in hubs)]):
        work.deliver(
            DeliveryKind.INCIDENT_OPENED,
            Channel.EMAIL,
            recipient,
            rights_request_id=referral.rights_request_id,
            referral_id=referral.id,
        )


def _tell_person(work: Work, row: Incident) -> None:
    referral = work.session.get_one(Referral, row.referral_id)
    tell_person(work, rights_request_of(work, referral), DeliveryKind.SOMETHING_TO_READ, referral)


def _place(row: Incident, column: str) -> Place:
    return Place(row.rights_request_id, f"incident.{column}", row.id, KeyClass.PROCEDURE)
