"""What came by another door: dated by its arrival, kept with its channel, sealed with its scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.intake import ArrivedBeforeGdpr, ArrivesInFuture, arrival_instant
from hub.domain.lifecycle import RequestState
from hub.domain.representation import Capacity, Objection, Representation
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.models.answer import Document
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow
from hub.models.rights_request import IntakeChannel, KeyClass, RightsRequest
from hub.queries.keying import Sought, likely_same
from hub.sealing import Place, RequestKeys
from hub.services.documents import receive_file
from hub.services.filing import file_request
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import plan_filing, same_person_index
from hub.services.keying import Keyed, ScanToSeveral, check_scan, file_keyed, keyed_drafts
from tests.factories import add_member, add_organisation, add_processing, draft_for, planned
from tests.web.controller.pages import PDF
from workers.jobs.upkeep import sweep

LETTER = PersonGiven(
    "Angèle", "Dubois", date(1965, 3, 8), postal_address="4 rue des Lilas\n35000 Rennes"
)


@pytest.fixture
def office(unit):
    """A hospital with an agent, and its warehouse."""
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation)
        agent = add_member(work, organisation, Role.AGENT, name="Louise Martin")
    return organisation, processing, agent


def keyed_for(office, **changes) -> Keyed:
    organisation, processing, _ = office
    keyed = Keyed(
        channel=IntakeChannel.POST,
        arrived_on=date(2026, 9, 2),
        rights=(Right.ACCESS,),
        person=LETTER,
        statement="Je voudrais une copie de mes données.",
        language="fr",
        referrals=(planned(organisation, processing),),
        key="f" * 32,
    )
    return replace(keyed, **changes)


def record(unit, ports, office, **changes):
    agent = office[2]
    (draft,) = keyed_drafts(keyed_for(office, **changes), agent, ports.clock.now())
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(agent) as work:
        return file_keyed(work, plan)


def test_a_letter_keyed_in_is_received_on_the_day_it_arrived_x26_gdpr_12_3(
    unit, ports, office, session
):
    receipt = record(unit, ports, office)
    row = session.scalar(select(RightsRequest))
    assert row.id == receipt.rights_request_id
    assert row.channel is IntakeChannel.POST
    assert local_date(row.received_at) == date(2026, 9, 2)
    assert row.filed_at == ports.clock.now()
    referral = session.scalar(select(Referral))
    assert referral.due_on == date(2026, 10, 2), "one month from arrival, not from keying in"


def test_a_keyed_letter_is_active_at_once_and_nobody_is_asked_to_confirm(
    unit, ports, office, session
):
    record(unit, ports, office, person=replace(LETTER, email="angele@person.example"))
    kinds = set(session.scalars(select(Delivery.kind)))
    assert kinds == {DeliveryKind.REFERRAL, DeliveryKind.FILED_IN_YOUR_NAME}


def test_the_log_names_the_agent_who_keyed_in(unit, ports, office, session):
    receipt = record(unit, ports, office)
    row = session.get(RightsRequest, receipt.rights_request_id)
    assert row.keyed_by_member_id == office[2].id
    event = session.scalar(select(AuditEvent).where(AuditEvent.kind == EventKind.REQUEST_FILED))
    place = Place(row.id, "audit_event.detail_sealed", event.id, KeyClass.PROCEDURE)
    facts = RequestKeys(session, ports.keyring).open_facts(place, event.detail_sealed)
    assert facts["actor"] == "Louise Martin"
    assert facts["channel"] == "post"


@pytest.mark.parametrize(
    ("arrived_on", "refusal"),
    [(date(2018, 5, 24), ArrivedBeforeGdpr), (date(2026, 9, 15), ArrivesInFuture)],
)
def test_nothing_arrives_before_the_gdpr_nor_after_today_gdpr_99_2(arrived_on, refusal):
    today = date(2026, 9, 14)
    with pytest.raises(refusal):
        arrival_instant(arrived_on, today)
    for bound in (date(2018, 5, 25), today):
        assert local_date(arrival_instant(bound, today)) == bound


def test_a_scan_is_sealed_to_the_case_and_entered_in_its_inventory(unit, ports, office, session):
    agent = office[2]
    (draft,) = keyed_drafts(keyed_for(office), agent, ports.clock.now())
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    scan = receive_file(
        ports, "lettre.pdf", BytesIO(PDF), sealed_to=plan.content_key, limit=1_000_000
    )
    with unit(agent) as work:
        file_keyed(work, plan, scan)
    document = session.scalar(select(Document))
    key = RequestKeys(session, ports.keyring).key(document.rights_request_id, KeyClass.CONTENT)
    assert b"".join(ports.files.read(document.storage_key, opened_with=key)) == PDF


def test_a_letter_to_several_controllers_is_passed_on_to_none_of_them_gdpr_5(unit, office):
    with unit(SYSTEM) as work:
        other = add_organisation(work, "Registre des cancers")
        second = planned(other, add_processing(work, other))
    check_scan(keyed_for(office).referrals)
    with pytest.raises(ScanToSeveral):
        check_scan((*keyed_for(office).referrals, second))


def alike(session, ports, person: PersonGiven, organisation_id=None):
    session.rollback()
    sought = Sought(
        person.given_names, person.family_name, same_person_index(ports.keyring, person)
    )
    return likely_same(session, ports.keyring, sought, organisation_id)


@pytest.mark.parametrize(
    ("person", "is_seen"),
    [
        (replace(LETTER, given_names="ANGELE Marie", family_name="DUBOIS"), True),
        (replace(LETTER, birth_date=None), True),
        (replace(LETTER, birth_date=date(1966, 3, 8)), False),
        (replace(LETTER, given_names="Marie"), False),
    ],
)
def test_a_double_is_suspected_by_name_and_birth_date(
    unit, ports, office, session, person, is_seen
):
    record(unit, ports, office)
    assert bool(alike(session, ports, person)) is is_seen


def test_a_letter_without_birth_date_is_found_again_by_its_name(unit, ports, office, session):
    record(unit, ports, office, person=replace(LETTER, birth_date=None))
    assert alike(session, ports, LETTER)


def test_a_controller_learns_of_no_request_but_those_passed_on_to_it(unit, ports, office, session):
    record(unit, ports, office)
    with unit(SYSTEM) as work:
        stranger = add_organisation(work, "Laboratoires Orvane")
    assert alike(session, ports, LETTER, office[0])
    assert not alike(session, ports, LETTER, stranger)


def test_what_the_person_has_not_confirmed_is_shown_to_nobody(unit, ports, office, session):
    organisation, processing, _ = office
    draft = draft_for(planned(organisation, processing), person=LETTER, active_at_once=False)
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        file_request(work, plan)
    assert not alike(session, ports, LETTER, organisation)


@pytest.mark.parametrize(
    ("ends_on", "doubt"),
    [(date(2026, 9, 2), None), (date(2026, 9, 1), Objection.MANDATE_EXPIRED)],
)
def test_a_mandate_is_judged_on_the_day_the_letter_arrived_x14_decree_art_77(
    unit, ports, office, session, ends_on, doubt
):
    said = Representation(Capacity.AGENT, "Jean Le Goff", ends_on=ends_on)
    record(unit, ports, office, representative=said)
    row = session.scalars(select(RepresentationRow)).one()
    assert row.objection is doubt
    assert session.scalar(select(RightsRequest.state)) is RequestState.ACTIVE
    sweep()
    session.rollback()
    ended = session.scalar(select(RepresentationRow.revoked_at))
    assert (ended is None) is (doubt is not None), "what never held does not end: it is refused"
