"""Late answers are chased: each reminder once, and to those whom it concerns."""

from __future__ import annotations

import cProfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState
from hub.domain.notices import NoticeKind
from hub.domain.outcomes import Outcome
from hub.extensions import db
from hub.models.answer import Answer, AnswerState
from hub.models.audit_event import AuditEvent
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.member import Member
from hub.models.notice import Notice
from hub.models.referral import Referral, WaitingFor
from hub.queries.last_acts import last_act_of
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.chasing import send_due_notices
from hub.services.delivering import deliver_to_portal
from hub.services.exchanging import verify_identity
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.members import set_preferences
from hub.services.rerouting import withdraw_request
from hub.services.working import acknowledge, assign, extend
from tests.factories import (
    add_member,
    add_organisation,
    add_processing,
    draft_for,
    open_case,
    planned,
)

# A case received on 14 September 2026 ends on Wednesday 14 October.
DUE = date(2026, 10, 14)


def at(clock, day, hour=8):
    clock.instant = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)


def run(unit, limit=100):
    with unit(SYSTEM) as work:
        return send_due_notices(work, limit)


def kinds(session):
    """Every kind of reminder sent, the oldest first."""
    session.rollback()
    return list(session.scalars(select(Notice.kind).order_by(Notice.sent_at, Notice.kind)))


def told(session, *of_kinds):
    """Who is told what by the outbox, reminders only."""
    session.rollback()
    wanted = select(Delivery).where(Delivery.details["about"].as_string().is_not(None))
    rows = session.scalars(wanted.order_by(Delivery.created_at, Delivery.recipient))
    return [(row.kind, row.recipient) for row in rows if not of_kinds or row.kind in of_kinds]


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def calls() -> Iterator[list[int]]:
    """How many functions are called meanwhile: work that no busy neighbour makes longer."""
    made: list[int] = []
    profile = cProfile.Profile()
    with profile:
        yield made
    made.append(sum(entry.callcount for entry in profile.getstats()))


@pytest.fixture
def acknowledged(unit, ports):
    """A case that its controller has acknowledged."""
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    return case


def test_each_day_brings_its_reminder_once_whatever_the_number_of_runs(
    unit, session, clock, acknowledged
):
    sent = {}
    for day in range(-12, 23):
        at(clock, DUE + timedelta(days=day))
        before = len(kinds(session))
        for _ in range(3):
            run(unit)
        if kinds(session)[before:]:
            sent[day] = kinds(session)[before:]
    assert sent == {
        -10: [NoticeKind.TEN_DAYS_BEFORE],
        -5: [NoticeKind.FIVE_DAYS_BEFORE],
        -1: [NoticeKind.ONE_DAY_BEFORE],
        0: [NoticeKind.DUE_TODAY],
        1: [NoticeKind.DPO_OVERDUE, NoticeKind.PERSON_OVERDUE],
        7: [NoticeKind.OVERDUE_WEEKLY],
        8: [NoticeKind.HUB_DPO_OVERDUE],
        14: [NoticeKind.OVERDUE_WEEKLY],
        21: [NoticeKind.OVERDUE_WEEKLY],
    }


def test_two_runs_that_saw_the_same_thing_send_it_once(unit, session, clock, acknowledged):
    at(clock, DUE)
    with unit(SYSTEM) as work:
        notice = Notice(
            referral_id=acknowledged.referral_id,
            kind=NoticeKind.DUE_TODAY,
            due_on=DUE,
            sent_at=work.now,
        )
        real = work.session.execute

        def other_run_is_faster(statement, *arguments, **options):
            if "INSERT INTO notice" in str(statement):
                work.session.execute = real
                work.session.add(notice)
                work.session.flush()
            return real(statement, *arguments, **options)

        work.session.execute = other_run_is_faster
        assert send_due_notices(work, 100) == 0
    assert told(session) == []
    assert kinds(session) == [NoticeKind.DUE_TODAY]


def test_runs_missed_for_three_weeks_are_caught_up_without_a_burst(
    unit, session, clock, acknowledged
):
    at(clock, DUE + timedelta(days=23))
    run(unit)
    assert told(session, DeliveryKind.DEADLINE_PASSED, DeliveryKind.DEADLINE_NEAR) == [
        (DeliveryKind.DEADLINE_PASSED, f"organisation:{acknowledged.organisation_id}")
    ]
    assert run(unit) == 0


def test_the_mailbox_is_reminded_until_someone_is_in_charge(unit, session, clock, acknowledged):
    at(clock, DUE - timedelta(days=10))
    run(unit)
    with unit(acknowledged.agent) as work:
        assign(work, acknowledged.referral_id, acknowledged.agent.id)
    at(clock, DUE - timedelta(days=5))
    run(unit)
    assert told(session) == [
        (DeliveryKind.DEADLINE_NEAR, f"organisation:{acknowledged.organisation_id}"),
        (DeliveryKind.DEADLINE_NEAR, f"member:{acknowledged.agent.id}"),
    ]


def test_a_member_who_left_is_no_longer_reminded_but_her_service_is(
    unit, session, clock, acknowledged
):
    with unit(acknowledged.agent) as work:
        assign(work, acknowledged.referral_id, acknowledged.agent.id)
        work.session.get(Member, acknowledged.agent.id).active = False
    at(clock, DUE)
    run(unit)
    assert told(session) == [
        (DeliveryKind.DEADLINE_NEAR, f"organisation:{acknowledged.organisation_id}")
    ]


@pytest.mark.parametrize("how", ["suspended", "answered", "withdrawn", "unconfirmed"])
def test_what_does_not_wait_for_the_controller_is_not_chased(unit, ports, session, clock, how):
    case = open_case(unit, ports, active_at_once=how != "unconfirmed")
    if how == "suspended":
        with unit(case.agent) as work:
            verify_identity(work, case.referral_id, "Votre numéro ?", "Deux homonymes")
    if how == "answered":
        with unit(case.agent) as work:
            given = ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD)
            answer(work, case.referral_id, AnswerDraft("Rien.", (given,)))
    if how == "withdrawn":
        with unit(case.person) as work:
            withdraw_request(work, case.receipt.rights_request_id)
    for day in (-20, -10, -1, 0, 1, 30):
        at(clock, DUE + timedelta(days=day))
        assert run(unit) == 0


def test_an_extension_moves_the_reminders(unit, session, clock, acknowledged):
    at(clock, DUE - timedelta(days=10))
    assert run(unit) == 1
    with unit(acknowledged.agent) as work:
        extend(work, acknowledged.referral_id, "volume", "Trois mille pages à relire.")
    for day in (-5, -1, 0, 1, 30):
        at(clock, DUE + timedelta(days=day))
        assert run(unit) == 0
    at(clock, date(2026, 12, 4))
    assert run(unit) == 1
    assert kinds(session) == [NoticeKind.TEN_DAYS_BEFORE, NoticeKind.TEN_DAYS_BEFORE]


def test_a_case_left_unacknowledged_is_told_once_two_working_days_are_over(
    unit, ports, session, clock
):
    at(clock, date(2026, 9, 18))  # a Friday
    open_case(unit, ports)
    for day in (19, 20, 21, 22):
        at(clock, date(2026, 9, day))
        assert run(unit) == 0
    at(clock, date(2026, 9, 23))
    assert run(unit) == 1
    assert run(unit) == 0
    assert kinds(session) == [NoticeKind.UNACKNOWLEDGED]


def test_the_dpo_is_alerted_the_day_after_and_the_hub_s_a_week_later(
    unit, session, clock, acknowledged
):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        hub_dpo = add_member(work, hub, Role.HUB_DPO, name="Hélène Petit")
        own = add_member(work, acknowledged.organisation_id, Role.HUB_DPO, name="Juge et partie")
    at(clock, DUE + timedelta(days=1))
    run(unit)
    assert told(session, DeliveryKind.DPO_ALERT) == [
        (DeliveryKind.DPO_ALERT, f"member:{acknowledged.dpo.id}")
    ]
    at(clock, DUE + timedelta(days=8))
    run(unit)
    alerted = told(session, DeliveryKind.HUB_DPO_ALERT)
    assert alerted == [(DeliveryKind.HUB_DPO_ALERT, f"member:{hub_dpo.id}")]
    assert f"member:{own.id}" not in [who for _, who in alerted]


def test_an_organisation_without_a_dpo_here_is_alerted_by_its_contact(unit, session, clock, ports):
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work, "Petit centre")
        processing_id = add_processing(work, organisation_id)
    draft = draft_for(planned(organisation_id, processing_id))
    with unit(draft.actor) as work:
        file_request(work, plan_filing(draft, ports.keyring, work.now))
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{organisation_id}")
    at(clock, DUE + timedelta(days=1))
    run(unit)
    assert told(session, DeliveryKind.DPO_ALERT) == [
        (DeliveryKind.DPO_ALERT, f"organisation:{organisation_id}")
    ]


def test_a_person_who_wrote_to_three_controllers_is_told_once(unit, session, clock, ports):
    with unit(SYSTEM) as work:
        organisations = [add_organisation(work, f"Centre {name}") for name in "ABC"]
        referrals = [planned(one, add_processing(work, one)) for one in organisations]
    draft = draft_for(*referrals)
    with unit(draft.actor) as work:
        receipt = file_request(work, plan_filing(draft, ports.keyring, work.now))
    with unit(SYSTEM) as work:
        for one in organisations:
            deliver_to_portal(work, f"organisation:{one}")
    for day in range(1, 12):
        at(clock, DUE + timedelta(days=day))
        run(unit, limit=1)
        run(unit)
    assert told(session, DeliveryKind.DATE_PASSED) == [
        (DeliveryKind.DATE_PASSED, f"person:{receipt.rights_request_id}")
    ]


def test_a_controller_in_time_does_not_learn_that_another_is_late(unit, session, clock, ports):
    with unit(SYSTEM) as work:
        organisations = [add_organisation(work, f"Centre {name}") for name in "AB"]
        referrals = [planned(one, add_processing(work, one)) for one in organisations]
        agent = add_member(work, organisations[0], Role.DECISION_MAKER)
    draft = draft_for(*referrals)
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        file_request(work, plan)
    with unit(SYSTEM) as work:
        for one in organisations:
            deliver_to_portal(work, f"organisation:{one}")
    rows = next(rows for table, rows in plan.rows if table.name == "referral")
    ids = {row["organisation_id"]: row["id"] for row in rows}
    with unit(agent) as work:
        extend(work, ids[organisations[0]], "volume", "Trois mille pages à relire.")
    at(clock, DUE + timedelta(days=1))
    run(unit)
    session.rollback()
    wanted = select(AuditEvent.subject_id).where(AuditEvent.kind == EventKind.DELAY_TOLD)
    assert list(session.scalars(wanted)) == [ids[organisations[1]]]


def test_the_second_reader_is_reminded_and_not_the_author(unit, session, clock, acknowledged):
    with unit(SYSTEM) as work:
        organisation_id = acknowledged.organisation_id
        author = add_member(work, organisation_id, Role.DECISION_MAKER, name="Auteure")
        reader = add_member(work, organisation_id, Role.DECISION_MAKER, name="Relectrice")
        referral = work.session.get(Referral, acknowledged.referral_id)
        referral.waiting_for = WaitingFor.SECOND_READER
        work.session.add(
            Answer(
                id=new_id(),
                referral_id=referral.id,
                state=AnswerState.AWAITING_SECOND_READER,
                outcome=Outcome.REFUSED,
                text_sealed=b"",
                author_id=author.id,
                created_at=work.now,
            )
        )
    at(clock, date(2026, 9, 15))
    assert run(unit) == 0
    at(clock, date(2026, 9, 16))
    assert run(unit) == 1
    assert told(session) == [(DeliveryKind.SECOND_READING, f"member:{reader.id}")]


def test_a_controller_never_reached_is_not_blamed_but_the_person_is_told(
    unit, session, clock, acknowledged
):
    with unit(SYSTEM) as work:
        failed = {"state": ReferralState.DELIVERY_FAILED, "delivered_at": None}
        work.session.execute(update(Referral).values(**failed))
    at(clock, DUE + timedelta(days=1))
    run(unit)
    assert kinds(session) == [NoticeKind.PERSON_OVERDUE]


def test_a_digest_waits_for_a_working_morning(unit, session, clock, acknowledged):
    with unit(acknowledged.agent) as work:
        assign(work, acknowledged.referral_id, acknowledged.agent.id)
        set_preferences(work, acknowledged.agent.id, language="fr", notices="digest")
    at(clock, DUE - timedelta(days=5))  # a Friday
    run(unit)
    session.rollback()
    (row,) = session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICES_DIGEST))
    assert row.next_at == datetime(2026, 10, 12, 5, 30, tzinfo=UTC)
    assert (row.channel, row.details["about"]) == (Channel.EMAIL, "deadline_near")


def test_a_reminder_is_in_the_log_and_is_no_act_on_the_case(
    unit, ports, session, clock, acknowledged
):
    at(clock, DUE + timedelta(days=1))
    run(unit)
    session.rollback()
    wanted = select(AuditEvent.kind, AuditEvent.subject_id).where(AuditEvent.at == clock.now())
    assert {tuple(row) for row in session.execute(wanted)} == {
        (EventKind.NOTICE_ESCALATED, acknowledged.referral_id),
        (EventKind.NOTICE_SENT, acknowledged.referral_id),
        (EventKind.DELAY_TOLD, acknowledged.referral_id),
    }
    last = last_act_of(session, RequestKeys(session, ports.keyring), acknowledged.referral_id)
    assert last.kind == EventKind.REFERRAL_ACKNOWLEDGED


def test_a_thousand_open_cases_are_chased_at_once_in_a_constant_number_of_queries(
    unit, ports, session, clock
):
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        processing_id = add_processing(work, organisation_id)

    def file_many(count):
        drafts = [draft_for(planned(organisation_id, processing_id)) for _ in range(count)]
        with unit(drafts[0].actor) as work:
            for draft in drafts:
                file_request(work, plan_filing(draft, ports.keyring, work.now))
        with unit(SYSTEM) as work:
            deliver_to_portal(work, f"organisation:{organisation_id}", count)

    start = clock.instant
    file_many(5)
    at(clock, DUE - timedelta(days=10))
    with counted() as few:
        assert run(unit, 1000) == 5
    clock.instant = start
    with calls() as to_file:
        file_many(1000)
    at(clock, DUE - timedelta(days=10))
    with counted() as many, calls() as to_chase:
        assert run(unit, 1000) == 1000
    assert len(many) <= len(few) + 2  # a thousand rows are inserted in a page or two
    assert to_chase[0] < 0.3 * to_file[0], (to_chase, to_file)
