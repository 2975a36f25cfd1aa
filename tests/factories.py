"""Makes what a test needs of a hub, with sensible values and few words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.directory import (
    Channel,
    ContactRole,
    Identifier,
    OrganisationKind,
    ProcessingKind,
    fold,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right
from hub.domain.working_days import HolidayZone
from hub.models.columns import new_id
from hub.models.directory import (
    ContactPoint,
    Controllership,
    IdentifierAsked,
    Organisation,
    Processing,
    Purpose,
)
from hub.models.member import Member, RoleRow
from hub.models.rights_request import IntakeChannel
from hub.services.acknowledging import draft_for_delivered, enter_drafts
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedItem, PlannedReferral
from hub.services.filing_plans import Receipt, plan_filing
from hub.services.unit_of_work import Work

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PERSON = PersonGiven("Angèle Marie", "Dubois", date(1965, 3, 8), email="angele@person.example")


def add_organisation(work: Work, name: str = "CHU de Rennes", **columns: Any) -> UUID:
    """An organisation with one e-mail address for rights requests."""
    organisation = Organisation(
        id=new_id(),
        name=name,
        kind=columns.pop("kind", OrganisationKind.PUBLIC_HOSPITAL),
        holiday_zone=columns.pop("holiday_zone", HolidayZone.METROPOLE),
        search_text=fold(name),
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
        **columns,
    )
    work.session.add(organisation)
    work.session.flush()
    slug = fold(name).replace(" ", "-")
    work.session.add(
        ContactPoint(
            organisation_id=organisation.id,
            role=ContactRole.RIGHTS_REQUESTS,
            channel=Channel.EMAIL,
            address=f"droits@{slug}.example",
        )
    )
    work.session.flush()
    return organisation.id


def add_processing(
    work: Work,
    *controllers: UUID,
    title: str = "Entrepôt de données de santé",
    legal_basis: LegalBasis = LegalBasis.PUBLIC_TASK,
    context: Context = Context.HEALTH_WAREHOUSE,
    **columns: Any,
) -> UUID:
    """A processing of these controllers (the first is the contact), with one purpose."""
    processing = Processing(
        id=new_id(),
        kind=columns.pop("kind", ProcessingKind.DATABASE),
        title=title,
        search_text=fold(title),
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
        **columns,
    )
    work.session.add(processing)
    work.session.flush()
    for position, organisation_id in enumerate(controllers):
        work.session.add(
            Controllership(
                processing_id=processing.id,
                organisation_id=organisation_id,
                is_contact=position == 0,
                position=position,
            )
        )
    work.session.add(
        Purpose(
            processing_id=processing.id,
            title="Recherche en santé",
            legal_basis=legal_basis,
            context=context,
        )
    )
    work.session.add(
        IdentifierAsked(
            processing_id=processing.id, identifier=Identifier.BIRTH_NAME, is_required=True
        )
    )
    work.session.flush()
    return processing.id


def add_member(
    work: Work, organisation_id: UUID, *roles: Role, name: str = "Louise Martin"
) -> Actor:
    """A member with these roles, as the actor she is."""
    rows = []
    for role in roles:
        row = work.session.query(RoleRow).filter_by(name=role.value).one_or_none()
        if row is None:
            row = RoleRow(id=new_id(), name=role.value)
            work.session.add(row)
        rows.append(row)
    member = Member(
        id=new_id(),
        email=f"{uuid4().hex[:8]}@members.example",
        name=name,
        organisation_id=organisation_id,
        roles=rows,
        created_at=LONG_AGO,
    )
    work.session.add(member)
    work.session.flush()
    return Actor(ActorKind.MEMBER, member.id, organisation_id, frozenset(roles), name)


def draft_for(*referrals: PlannedReferral, **changes: Any) -> FilingDraft:
    """A filing by the web, active at once unless told otherwise."""
    draft = FilingDraft(
        right=Right.ACCESS,
        person=PERSON,
        statement="Je souhaite une copie de mes données.",
        language="fr",
        channel=IntakeChannel.WEB,
        referrals=referrals,
        idempotency_key=uuid4().hex,
        idempotency_scope="web",
        actor=Actor(ActorKind.PERSON),
        active_at_once=True,
    )
    return replace(draft, **changes)


def planned(organisation_id: UUID, *processing_ids: UUID) -> PlannedReferral:
    """The referral of these processings to this controller, in metropolitan France."""
    items = tuple(
        PlannedItem(processing_id, ({"kind": "chosen_by_person"},))
        for processing_id in processing_ids
    )
    return PlannedReferral(organisation_id, HolidayZone.METROPOLE, items, {"kind": "direct"})


@dataclass
class Case:
    """A case on one controller, delivered: what most tests begin with."""

    organisation_id: UUID
    processing_id: UUID
    receipt: Receipt
    referral_id: UUID
    agent: Actor
    dpo: Actor
    person: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.person = Actor(ActorKind.PERSON, self.receipt.rights_request_id)


def open_case(unit: Any, ports: Any, **changes: Any) -> Case:
    """File one rights request towards one controller, and deliver it to its portal."""
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work, changes.pop("organisation", "CHU de Rennes"))
        processing_id = add_processing(work, organisation_id, **changes.pop("processing", {}))
        agent = add_member(work, organisation_id, Role.AGENT)
        dpo = add_member(work, organisation_id, Role.DPO, name="Dominique Roux")
    draft = draft_for(planned(organisation_id, processing_id), **changes)
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        receipt = file_request(work, plan)
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{organisation_id}")
        enter_drafts(work, draft_for_delivered(work, 1))
    referral_id = next(rows[0]["id"] for table, rows in plan.rows if table.name == "referral")
    return Case(organisation_id, processing_id, receipt, referral_id, agent, dpo)
