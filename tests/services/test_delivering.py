"""What the engine promises of each delivery: its turn, its way, its order, and never silence."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.delivery_turns import MOST_IN_FLIGHT, waiting_since
from hub.domain.directory import Channel, ContactRole
from hub.domain.lifecycle import NotYours, ReferralState
from hub.errors import Invalid
from hub.models.audit_event import AuditEvent
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryCircuit, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.referral import Referral
from hub.queries.held_back import broken_circuits, suspended_organisations
from hub.queries.outbox import due_recipients
from hub.services.delivering import Outcome, claim, record_outcomes
from hub.services.delivery_alarms import move_held_back
from hub.services.retrying import try_again, try_all_again
from hub.services.suspending import resume_deliveries, suspend_deliveries
from tests.factories import add_member, add_organisation, open_case
from workers.jobs.delivering import drain, watch_deliveries

EMAIL = Channel.EMAIL
NOTICE = DeliveryKind.REFERRALS_WAITING


@pytest.fixture
def hospital(unit):
    """An organisation with a mailbox for requests, as the outbox names it."""
    with unit(SYSTEM) as work:
        return f"organisation:{add_organisation(work)}"


@pytest.fixture
def operator(unit):
    """An operator of the hub, whose DPO is there too."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, Role.HUB_DPO, name="Hélène Petit")
        return add_member(work, hub, Role.OPERATOR, name="Omar Diallo")


@pytest.fixture
def post(unit):
    """Puts notices to a recipient in the outbox."""

    def put(recipient, how_many=1, kind=NOTICE, **more):
        with unit(SYSTEM) as work:
            for _ in range(how_many):
                work.deliver(kind, EMAIL, recipient, **more)

    return put


def rows(session, **wanted):
    session.rollback()
    found = select(Delivery).filter_by(**wanted).order_by(Delivery.id)
    return list(session.scalars(found))


def waiting(session, recipient):
    return rows(session, recipient=recipient, state=DeliveryState.WAITING)


def organisation_id(recipient):
    return recipient.removeprefix("organisation:")


def claimed_by(unit, recipient, limit=10):
    with unit(SYSTEM) as work:
        return claim(work, EMAIL, recipient, limit)


def failing(claimed, error="smtp_451", **more):
    return [Outcome(one.id, one.lease_token, False, error, **more) for one in claimed]


def fail_in_a_row(unit, recipient, times):
    for _ in range(times):
        with unit(SYSTEM) as work:
            record_outcomes(work, failing(claim(work, EMAIL, recipient, 1)))


def test_a_way_that_fails_three_times_rests_then_one_tries_and_all_the_rest_follows(
    unit, post, hospital, session, clock, ports
):
    post(hospital, 6)
    fail_in_a_row(unit, hospital, 3)
    assert due_recipients(session, clock.now(), 10) == []
    assert claimed_by(unit, hospital) == []
    clock.advance(seconds=30)
    session.rollback()
    assert due_recipients(session, clock.now(), 10) == [("email", hospital)]
    assert len(claimed_by(unit, hospital)) == 1
    assert claimed_by(unit, hospital) == []
    clock.advance(seconds=61)
    assert drain("email", hospital) == 1
    assert drain("email", hospital) == 5
    assert len(ports.mailer.sent) == 2
    assert {row.state for row in rows(session)} == {DeliveryState.DELIVERED}


def test_a_mail_server_that_is_down_is_left_in_peace_by_all_while_inboxes_are_served(
    unit, ports, session, clock
):
    open_case(unit, ports)
    with unit(SYSTEM) as work:
        others = [f"organisation:{add_organisation(work, f'CHU {n}')}" for n in range(5)]
        for one in others:
            work.deliver(NOTICE, EMAIL, one)
            work.deliver(NOTICE, Channel.PORTAL, one)
    ports.mailer.down = True
    for one in others:
        drain("email", one)
        assert drain("portal", one) == 1
    assert [row.attempts for row in rows(session, channel=EMAIL)][-5:] == [1, 1, 1, 0, 0]
    ports.mailer.down = False
    clock.advance(seconds=30)
    for channel, recipient in due_recipients(session, clock.now(), 10):
        drain(channel, recipient)
    session.rollback()
    for channel, recipient in due_recipients(session, clock.now(), 10):
        drain(channel, recipient)
    assert {row.state for row in rows(session)} == {DeliveryState.DELIVERED}


def test_whoever_was_just_served_comes_last(unit, post, hospital, session, clock):
    with unit(SYSTEM) as work:
        small = f"organisation:{add_organisation(work, 'Petite étude')}"
    post(hospital, 20)
    clock.advance(seconds=5)
    post(small)
    assert due_recipients(session, clock.now(), 10) == [("email", hospital), ("email", small)]
    clock.advance(seconds=1)
    claimed_by(unit, hospital, limit=2)
    session.rollback()
    assert due_recipients(session, clock.now(), 10) == [("email", small), ("email", hospital)]
    clock.advance(seconds=1)
    claimed_by(unit, small)
    post(small)
    served = {row.recipient: row.served_at for row in session.scalars(select(DeliveryCircuit))}
    due = {one: min(row.next_at for row in waiting(session, one)) for one in (hospital, small)}
    turns = sorted(due, key=lambda one: waiting_since(due[one], served[one]))
    assert due_recipients(session, clock.now(), 10) == [("email", one) for one in turns]


def test_no_more_than_four_conversations_with_one_controller_at_once(unit, post, hospital):
    post(hospital, MOST_IN_FLIGHT + 2)
    open_now = [claimed_by(unit, hospital, limit=1) for _ in range(MOST_IN_FLIGHT + 1)]
    assert [len(one) for one in open_now] == [1] * MOST_IN_FLIGHT + [0]
    with unit(SYSTEM) as work:
        record_outcomes(work, [Outcome(one.id, one.lease_token, True) for one in open_now[0]])
    assert len(claimed_by(unit, hospital, limit=1)) == 1


def test_a_worker_that_comes_back_late_changes_nothing(unit, post, hospital, session, clock):
    post(hospital)
    late = claimed_by(unit, hospital)
    clock.advance(seconds=61)
    again = claimed_by(unit, hospital)
    with unit(SYSTEM) as work:
        assert record_outcomes(work, failing(late)) == 0
        assert record_outcomes(work, [Outcome(again[0].id, again[0].lease_token, True)]) == 1
    with unit(SYSTEM) as work:
        assert record_outcomes(work, failing(again)) == 0
    assert rows(session)[0].state is DeliveryState.DELIVERED


def test_nothing_overtakes_what_was_made_before_it_for_the_same_request(
    unit, ports, session, clock
):
    one = open_case(unit, ports)
    other = open_case(unit, ports, organisation="CHU de Brest")
    recipient = f"organisation:{one.organisation_id}"
    drain("email", recipient)
    about = [case.receipt.rights_request_id for case in (one, other)]
    with unit(SYSTEM) as work:
        work.deliver(DeliveryKind.NEWS, EMAIL, recipient, rights_request_id=about[0])
    with unit(SYSTEM) as work:
        record_outcomes(work, failing(claim(work, EMAIL, recipient, 10)))
    with unit(SYSTEM) as work:
        for key in about:
            work.deliver(DeliveryKind.REPLY_RECEIVED, EMAIL, recipient, rights_request_id=key)
    assert [row.rights_request_id for row in claimed_by(unit, recipient)] == [about[1]]
    clock.advance(minutes=2)
    kinds = [row.kind for row in claimed_by(unit, recipient) if row.rights_request_id == about[0]]
    assert kinds == [DeliveryKind.NEWS, DeliveryKind.REPLY_RECEIVED]


def test_a_refused_address_is_followed_by_the_next_and_the_last_by_a_person(
    unit, post, hospital, session, ports, clock
):
    with unit(SYSTEM) as work:
        point = ContactPoint(
            id=new_id(),
            organisation_id=work.session.scalar(select(ContactPoint.organisation_id)),
            role=ContactRole.DPO,
            channel=EMAIL,
            address="dpo@chu.example",
        )
        work.session.add(point)
    post(hospital)
    ports.mailer.refused = {"droits@chu-de-rennes.example"}
    drain("email", hospital)
    assert drain("email", hospital) == 1
    assert [mail.to for mail in ports.mailer.sent] == ["dpo@chu.example"]
    ports.mailer.refused.add("dpo@chu.example")
    post(hospital)
    drain("email", hospital)
    drain("email", hospital)
    (row,) = rows(session, state=DeliveryState.NEEDS_PERSON)
    assert (row.last_error, row.way) == ("smtp_550", 1)


def test_an_address_that_stays_silent_for_a_day_is_followed_by_the_next(
    unit, post, hospital, session, clock, ports
):
    with unit(SYSTEM) as work:
        where = work.session.scalar(select(ContactPoint.organisation_id))
        add_member(work, where, Role.AGENT)
    post(hospital)
    fail_in_a_row(unit, hospital, 1)
    clock.advance(hours=23)
    fail_in_a_row(unit, hospital, 1)
    assert rows(session)[0].way == 0
    clock.advance(hours=13)
    fail_in_a_row(unit, hospital, 1)
    (row,) = rows(session)
    assert (row.way, row.next_at) == (1, clock.now())
    clock.advance(seconds=30)
    drain("email", hospital)
    assert ports.mailer.sent[0].to.endswith("@members.example")


def test_after_three_days_a_person_has_the_task_and_the_hubs_dpo_is_told_once(
    unit, post, hospital, session, clock, operator, ports
):
    post(hospital)
    fail_in_a_row(unit, hospital, 1)
    clock.advance(hours=71)
    fail_in_a_row(unit, hospital, 1)
    assert watch_deliveries() == 0
    clock.advance(hours=13)
    fail_in_a_row(unit, hospital, 1)
    assert rows(session)[0].state is DeliveryState.NEEDS_PERSON
    assert watch_deliveries() == 1
    assert watch_deliveries() == 0
    (alarm,) = rows(session, kind=DeliveryKind.DELIVERY_ALARM)
    clock.advance(seconds=30)
    drain("email", alarm.recipient)
    (mail,) = ports.mailer.sent
    assert "trois jours" in mail.text
    assert "Rennes" not in mail.text


def test_what_an_open_circuit_never_let_try_becomes_a_persons_task_too(
    unit, post, hospital, session, clock
):
    post(hospital, 2)
    fail_in_a_row(unit, hospital, 3)
    with unit(SYSTEM) as work:
        work.session.get(DeliveryCircuit, (hospital, EMAIL)).open_until = clock.now() + timedelta(
            days=4
        )
    clock.advance(hours=73)
    with unit(SYSTEM) as work:
        assert move_held_back(work, 10) == 2
    assert {row.state for row in rows(session)} == {DeliveryState.NEEDS_PERSON}


def test_nothing_leaves_to_a_suspended_controller_until_it_is_resumed(
    unit, ports, session, clock, operator
):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    drain("email", recipient)
    with unit(operator) as work:
        assert suspend_deliveries(work, case.organisation_id, "Adresse détournée")
        assert not suspend_deliveries(work, case.organisation_id, "Encore")
        work.deliver(NOTICE, EMAIL, recipient)
        work.deliver(DeliveryKind.REFERRAL, Channel.PORTAL, recipient)
    session.rollback()
    assert recipient not in [to for _, to in due_recipients(session, clock.now(), 10)]
    assert (drain("email", recipient), drain("portal", recipient)) == (0, 0)
    (held,) = suspended_organisations(session)
    assert (held.reason, held.suspended_by, held.waiting) == ("Adresse détournée", "Omar Diallo", 2)
    session.rollback()
    clock.advance(hours=73)
    assert watch_deliveries() == 2
    with unit(operator) as work:
        assert resume_deliveries(work, case.organisation_id)
        assert not resume_deliveries(work, case.organisation_id)
    assert (drain("email", recipient), drain("portal", recipient)) == (1, 1)
    told = select(AuditEvent.kind).where(AuditEvent.stream_id == case.organisation_id)
    assert set(session.scalars(told)) >= {
        EventKind.DELIVERIES_SUSPENDED,
        EventKind.DELIVERIES_RESUMED,
        EventKind.DELIVERY_ALARMED,
    }


def test_only_an_operator_suspends_and_says_why(unit, ports, operator):
    case = open_case(unit, ports)
    with pytest.raises(NotYours), unit(case.agent) as work:
        suspend_deliveries(work, case.organisation_id, "x y z")
    with pytest.raises(Invalid), unit(operator) as work:
        suspend_deliveries(work, case.organisation_id, "  ")
    with pytest.raises(Invalid), unit(operator) as work:
        suspend_deliveries(work, case.organisation_id, "x" * 301)
    with pytest.raises(NotYours), unit(case.agent) as work:
        resume_deliveries(work, case.organisation_id)


def test_try_now_passes_an_open_circuit_and_gives_a_persons_task_all_its_time_again(
    unit, post, hospital, session, clock, operator, ports
):
    post(hospital, 3)
    fail_in_a_row(unit, hospital, 3)
    assert [one.recipient for one in broken_circuits(session, clock.now())] == [hospital]
    clock.advance(hours=80)
    with unit(SYSTEM) as work:
        move_held_back(work, 10)
    first = rows(session)[0].id
    with unit(operator) as work:
        assert try_again(work, first)
    assert rows(session)[0].first_tried_at is None
    with unit(operator) as work:
        assert try_all_again(work, Channel.PORTAL) == 0
        assert try_all_again(work, EMAIL, "organisation:nobody") == 0
        assert try_all_again(work, EMAIL, hospital) == 3
    drain("email", hospital)
    drain("email", hospital)
    assert {row.state for row in rows(session)} == {DeliveryState.DELIVERED}
    with unit(operator) as work:
        assert not try_again(work, first)


def test_a_referral_that_no_machine_takes_falls_back_to_the_inbox(unit, ports, session, clock):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    drain("email", recipient)
    with unit(SYSTEM) as work:
        referral = work.session.get(Referral, case.referral_id)
        referral.state, referral.delivered_at = ReferralState.QUEUED, None
        work.deliver(
            DeliveryKind.REFERRAL,
            EMAIL,
            recipient,
            rights_request_id=case.receipt.rights_request_id,
            referral_id=case.referral_id,
        )
    fail_in_a_row(unit, recipient, 1)
    clock.advance(hours=25)
    fail_in_a_row(unit, recipient, 1)
    assert drain("portal", recipient) == 1
    session.rollback()
    assert session.get(Referral, case.referral_id).state is ReferralState.DELIVERED


def test_what_left_together_is_tried_again_together(unit, post, hospital, session, clock):
    post(hospital, 3)
    with unit(SYSTEM) as work:
        record_outcomes(work, failing(claim(work, EMAIL, hospital, 10)))
    (wait,) = {row.next_at - clock.now() for row in rows(session)}
    assert timedelta(seconds=54) <= wait <= timedelta(seconds=66)


def test_a_controllers_software_that_is_down_holds_back_no_mail_of_the_same_request(
    unit, ports, session, clock
):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    drain("email", recipient)
    about = {"rights_request_id": case.receipt.rights_request_id}
    with unit(SYSTEM) as work:
        work.deliver(DeliveryKind.REFERRAL_ANNOUNCED, Channel.WEBHOOK, recipient, **about)
    with unit(SYSTEM) as work:
        record_outcomes(work, failing(claim(work, Channel.WEBHOOK, recipient, 1), "timed_out"))
    with unit(SYSTEM) as work:
        work.deliver(DeliveryKind.REPLY_RECEIVED, EMAIL, recipient, **about)
    assert [row.kind for row in claimed_by(unit, recipient)] == [DeliveryKind.REPLY_RECEIVED]


def test_a_referral_sent_by_a_link_never_falls_back_to_an_inbox_that_nobody_reads(
    unit, ports, session, clock
):
    case = open_case(unit, ports)
    link = f"link:{new_id()}"
    with unit(SYSTEM) as work:
        work.deliver(
            DeliveryKind.REFERRAL,
            EMAIL,
            link,
            rights_request_id=case.receipt.rights_request_id,
            referral_id=case.referral_id,
        )
    for hours in (25, 26):
        fail_in_a_row(unit, link, 1)
        clock.advance(hours=hours)
    assert {row.channel for row in rows(session, recipient=link)} == {EMAIL}
    fail_in_a_row(unit, link, 1)
    clock.advance(hours=25)
    fail_in_a_row(unit, link, 1)
    session.rollback()
    assert [row.state for row in rows(session, recipient=link)] == [DeliveryState.NEEDS_PERSON]
