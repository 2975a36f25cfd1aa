"""Acknowledgements of receipt: composed at the right instant, whole, and impossible to alter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from hub.domain.acknowledgements import MandatoryField, Occasion, SilenceMeaning
from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.domain.directory import OrganisationKind
from hub.domain.working_days import local_date
from hub.errors import Invalid
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.directory import Organisation
from hub.models.referral import Referral
from hub.models.rights_request import DataKey, IntakeChannel, KeyClass
from hub.queries.acknowledgements import acknowledgement_gaps, acknowledgements_of_referral
from hub.sealing import RequestKeys
from hub.services.acknowledging import draft_for_delivered, enter_drafts
from hub.services.delivering import deliver_to_portal
from hub.services.exchanging import ask_completion, reply
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.working import acknowledge
from tests.factories import (
    PERSON,
    add_organisation,
    add_processing,
    draft_for,
    open_case,
    planned,
)


def papers(session, ports, case):
    session.rollback()
    return acknowledgements_of_referral(
        session, RequestKeys(session, ports.keyring), case.referral_id
    )


def describe(unit, case, **columns):
    with unit(SYSTEM) as work:
        row = work.session.get_one(Organisation, case.organisation_id)
        for name, value in columns.items():
            setattr(row, name, value)


def test_the_paper_is_composed_as_the_request_reaches_its_controller(unit, ports, session):
    case = open_case(unit, ports)
    (kept,) = papers(session, ports, case)
    assert kept.occasion is Occasion.DELIVERED
    assert kept.is_whole
    content = kept.content
    referral = session.get_one(Referral, case.referral_id)
    assert content.reference == case.receipt.reference
    assert content.number == referral.number
    assert content.received_at == referral.received_at
    assert content.transmitted_at == referral.delivered_at
    assert (content.due_on, content.notice_limit_on) == (date(2026, 10, 14), date(2026, 10, 14))
    assert content.service.email == "droits@chu-de-rennes.example"
    assert content.processings == ("Entrepôt de données de santé",)


def test_the_silence_of_a_public_body_has_its_date_and_no_certain_meaning(unit, ports, session):
    content = papers(session, ports, open_case(unit, ports))[0].content
    assert content.silence is SilenceMeaning.TO_BE_CONFIRMED
    assert content.silence_on == date(2026, 11, 14)


def test_the_silence_of_a_company_is_worth_no_decision(unit, ports, session):
    case = open_case(unit, ports)
    describe(unit, case, kind=OrganisationKind.COMPANY)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    content = papers(session, ports, case)[-1].content
    assert content.silence is None
    assert content.silence_on is None


def test_a_controller_that_confirms_names_who_handles_the_case_crpa_l111_2(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    first, last = papers(session, ports, case)
    assert (first.content.agent, last.content.agent) == ("", "Louise Martin")
    assert last.occasion is Occasion.ACKNOWLEDGED


def test_what_the_directory_lacks_is_told_to_those_who_can_mend_it(unit, ports, session):
    case = open_case(unit, ports)
    lacking = (MandatoryField.SERVICE, MandatoryField.PHONE)
    assert papers(session, ports, case)[0].missing == lacking
    (gap,) = acknowledgement_gaps(session)
    assert (gap.organisation_name, gap.missing, gap.open_cases) == ("CHU de Rennes", lacking, 1)
    describe(unit, case, service_name="Service des droits", phone="02 99 00 00 01")
    session.rollback()
    assert acknowledgement_gaps(session, case.organisation_id) == ()
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    assert papers(session, ports, case)[-1].missing == ()


def test_the_log_holds_the_fingerprint_of_what_was_written(unit, ports, session):
    case = open_case(unit, ports)
    (kept,) = papers(session, ports, case)
    wanted = select(AuditEvent).where(AuditEvent.kind == EventKind.ACKNOWLEDGEMENT_COMPOSED)
    (event,) = session.scalars(wanted).all()
    assert event.subject_id == case.referral_id
    assert event.detail_sealed
    assert kept.sha256.encode() not in event.detail_sealed


@pytest.mark.parametrize(
    "act", ["UPDATE acknowledgement SET sha256 = 'x'", "DELETE FROM acknowledgement"]
)
def test_a_paper_can_be_neither_changed_nor_removed(unit, ports, session, act):
    open_case(unit, ports)
    session.rollback()
    with pytest.raises(DatabaseError, match="insert-only"):
        session.execute(text(act))
    session.rollback()


def test_a_paper_whose_key_was_destroyed_says_only_that_it_was(unit, ports, session):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        keys = work.session.query(DataKey).filter_by(key_class=KeyClass.PROCEDURE)
        for row in keys:
            row.wrapped = None
    (kept,) = papers(session, ports, case)
    assert kept.content is None
    assert not kept.is_whole


class TestSomethingMissing:
    def test_the_month_runs_on_and_only_the_silence_waits_crpa_l114_5(
        self, unit, ports, session, clock
    ):
        case = open_case(unit, ports)
        clock.advance(days=2)
        with unit(case.agent) as work:
            ask_completion(work, case.referral_id, "Le numéro de votre dossier.")
        kept = papers(session, ports, case)[-1]
        assert kept.occasion is Occasion.INCOMPLETE
        assert kept.content.to_supply == "Le numéro de votre dossier."
        assert kept.content.complete_by_on == date(2026, 10, 1)
        assert kept.content.silence_on == date(2026, 11, 29)
        referral = session.get_one(Referral, case.referral_id)
        assert referral.due_on == date(2026, 10, 14)
        assert not referral.is_suspended

    def test_supplying_it_early_ends_the_wait_and_leaves_a_paper_with_the_new_date(
        self, unit, ports, session, clock
    ):
        case = open_case(unit, ports)
        with unit(case.agent) as work:
            asked = ask_completion(work, case.referral_id, "Le numéro de votre dossier.")
        clock.advance(days=3)
        with unit(case.person) as work:
            reply(work, case.referral_id, asked, "Le voici : 4521.")
        kept = papers(session, ports, case)[-1]
        assert kept.occasion is Occasion.COMPLETED
        assert kept.content.silence_on == date(2026, 11, 17)
        assert kept.content.to_supply == ""

    def test_a_time_limit_that_has_passed_gives_no_time(self, unit, ports, clock):
        case = open_case(unit, ports)
        with pytest.raises(Invalid), unit(case.agent) as work:
            ask_completion(work, case.referral_id, "Un détail.", local_date(clock.now()))


def test_x26_a_letter_counts_from_its_arrival_whoever_keys_it_in_crpa_r112_11_1(
    unit, ports, session, clock
):
    arrived = datetime(2026, 9, 9, 9, 0, tzinfo=UTC)
    case = open_case(unit, ports, channel=IntakeChannel.POST, received_at=arrived)
    content = papers(session, ports, case)[0].content
    assert content.received_at == arrived
    assert content.channel == "post"
    assert content.due_on == date(2026, 10, 9)
    assert content.transmitted_at - arrived > timedelta(days=4)


def papers_told(session):
    session.rollback()
    wanted = select(Delivery).where(Delivery.kind == DeliveryKind.ACKNOWLEDGEMENT_TO_READ)
    return [(row.recipient, row.referral_id) for row in session.scalars(wanted)]


def filed_to(unit, ports, names, **changes):
    """File one request to controllers of these names; gives it and the key of each."""
    with unit(SYSTEM) as work:
        keys = [add_organisation(work, name) for name in names]
        parts = [planned(key, add_processing(work, key)) for key in keys]
    plan = plan_filing(draft_for(*parts, **changes), ports.keyring, ports.clock.now())
    with unit(SYSTEM) as work:
        receipt = file_request(work, plan)
    return receipt.rights_request_id, keys


def deliver_and_acknowledge(unit, keys):
    with unit(SYSTEM) as work:
        for key in keys:
            deliver_to_portal(work, f"organisation:{key}")
        enter_drafts(work, draft_for_delivered(work, 50))


def test_she_is_told_once_that_her_acknowledgements_are_there_however_many_controllers(
    unit, ports, session
):
    key, (first, second, third) = filed_to(unit, ports, ("CHU A", "CHU B", "CHU C"))
    deliver_and_acknowledge(unit, [first, second])
    deliver_and_acknowledge(unit, [third])
    assert papers_told(session) == [(f"person:{key}", None)]


def test_who_gave_no_address_is_written_to_by_nobody(unit, ports, session):
    person = replace(PERSON, email=None)
    _key, keys = filed_to(unit, ports, ("CHU A",), person=person)
    deliver_and_acknowledge(unit, keys)
    assert papers_told(session) == []


def test_a_controller_that_confirms_later_does_not_write_to_her_again(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    assert len(papers_told(session)) == 1
    mails = select(Delivery.kind).where(Delivery.recipient.startswith("person:"))
    assert list(session.scalars(mails)) == [DeliveryKind.ACKNOWLEDGEMENT_TO_READ]
