"""What outlives the content of a request, and for how long: mandates, objections, logs, replays."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.objections import counts_on
from hub.domain.outcomes import Outcome
from hub.domain.representation import Capacity, Representation
from hub.domain.retention import (
    POLICY,
    RetentionStep,
    mandate_kept_until,
    objection_kept_until,
)
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.models.directory import Processing
from hub.models.member import ApiToken, IdempotencyRecord, TokenScope
from hub.models.objection import ObjectionEntry
from hub.models.rights_request import Identity
from hub.queries.audit_trail import trail_of
from hub.queries.objections import objected_by
from hub.queries.referral_page import referral_page
from hub.queries.retention import count_due, last_runs
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer, close, correct_answer
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.tokens import create_token
from tests.factories import draft_for, open_case, planned
from tests.retained import wait_until, without_content
from tests.services.test_second_reading import REFUSAL
from workers.jobs.retention import delete_over
from workers.jobs.upkeep import sweep

MANDATE = Representation(Capacity.AGENT, "Cabinet Le Bihan", (Right.ACCESS,))


def mandate_of(session, ports, case):
    session.rollback()
    keys = RequestKeys(session, ports.keyring)
    trail = trail_of(session, keys, case.receipt.rights_request_id, None)
    (row,) = [one for one in trail if one.kind is EventKind.MANDATE_KEPT]
    return row.facts


class TestMandates:
    def test_who_acted_outlives_the_content_and_goes_with_the_procedure(
        self, unit, ports, session, clock
    ):
        facts = {"representative": MANDATE.as_facts()}
        closed_on = local_date(clock.now())
        case = without_content(unit, ports, clock, **facts)
        wait_until(clock, mandate_kept_until(closed_on))
        delete_over()
        assert mandate_of(session, ports, case)["mandate"] == MANDATE.as_facts()
        clock.advance(days=1)
        delete_over()
        assert mandate_of(session, ports, case) is None

    def test_who_acted_for_herself_leaves_nothing_more(self, unit, ports, session, clock):
        case = without_content(unit, ports, clock)
        session.rollback()
        keys = RequestKeys(session, ports.keyring)
        trail = trail_of(session, keys, case.receipt.rights_request_id, None)
        assert EventKind.MANDATE_KEPT not in {row.kind for row in trail}

    def test_her_blind_index_goes_with_her_identity(self, unit, ports, session, clock):
        without_content(unit, ports, clock)
        session.rollback()
        assert list(session.scalars(select(Identity.person_index))) == [None]


@pytest.fixture
def objection(unit, ports):
    """An objection to one warehouse, not yet answered."""
    return open_case(unit, ports, right=Right.OBJECTION)


def answered_with(unit, case, outcome, service=answer):
    facts = REFUSAL if outcome is Outcome.REFUSED else {}
    items = (ItemAnswer(case.processing_id, outcome, **facts),)
    with unit(case.agent) as work:
        draft = AnswerDraft("Voici.", items, alone_reason="Je suis seule.")
        service(work, case.referral_id, draft)


def listed(session):
    session.rollback()
    in_force = select(func.count()).where(ObjectionEntry.ended_on.is_(None))
    return session.scalar(in_force.select_from(ObjectionEntry))


def asked_again(unit, ports, case, **changes):
    """Another request of the same person to the same controller; its page."""
    draft = draft_for(planned(case.organisation_id, case.processing_id), **changes)
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(SYSTEM) as work:
        file_request(work, plan)
        deliver_to_portal(work, f"organisation:{case.organisation_id}")
    return next(rows[0]["id"] for table, rows in plan.rows if table.name == "referral")


class TestObjections:
    def test_an_accepted_objection_is_kept_under_a_code_that_says_nothing_of_her(
        self, unit, session, clock, objection
    ):
        answered_with(unit, objection, Outcome.GRANTED)
        session.rollback()
        (row,) = session.scalars(select(ObjectionEntry))
        assert len(row.person_index) == 32
        today = clock.now().date()
        assert objected_by(session, objection.processing_id, today) == {row.person_index}
        assert not objected_by(session, objection.processing_id, today - timedelta(days=1))

    def test_it_is_still_respected_once_the_content_of_the_request_is_gone(
        self, unit, ports, session, clock, objection
    ):
        answered_with(unit, objection, Outcome.GRANTED)
        with unit(objection.person) as work:
            close(work, objection.referral_id)
        sweep()
        for days in (77, 15, 366):
            clock.advance(days=days)
            delete_over()
        key = asked_again(unit, ports, objection, right=Right.ACCESS)
        session.rollback()
        keys = RequestKeys(session, ports.keyring)
        page = referral_page(session, keys, objection.organisation_id, key)
        (known,) = page.objections
        assert known.title == "Entrepôt de données de santé"

    def test_a_refused_one_is_not_listed_and_a_correction_takes_it_off(
        self, unit, session, objection
    ):
        answered_with(unit, objection, Outcome.NO_DATA_HELD)
        assert listed(session) == 0
        answered_with(unit, objection, Outcome.GRANTED, correct_answer)
        assert listed(session) == 1
        answered_with(unit, objection, Outcome.NO_DATA_HELD, correct_answer)
        assert listed(session) == 0

    def test_what_an_earlier_request_obtained_stays_whatever_a_later_one_is_answered(
        self, unit, ports, session, objection
    ):
        answered_with(unit, objection, Outcome.GRANTED)
        later = asked_again(unit, ports, objection, right=Right.OBJECTION)
        items = (ItemAnswer(objection.processing_id, Outcome.ALREADY_SATISFIED),)
        with unit(objection.agent) as work:
            answer(work, later, AnswerDraft("C’est déjà fait.", items))
        assert listed(session) == 1

    def test_it_is_kept_while_the_data_are_in_use_and_three_years_at_least(
        self, unit, ports, session, clock, objection
    ):
        answered_with(unit, objection, Outcome.GRANTED)
        decided_on = local_date(clock.now())
        with unit(SYSTEM) as work:
            work.session.get_one(Processing, objection.processing_id).is_open = False
        wait_until(clock, objection_kept_until(decided_on, is_in_use=False))
        assert delete_over()[RetentionStep.OBJECTIONS_DELETED] == 0
        with unit(SYSTEM) as work:
            work.session.get_one(Processing, objection.processing_id).is_open = True
        clock.advance(days=1)
        assert delete_over()[RetentionStep.OBJECTIONS_DELETED] == 0
        with unit(SYSTEM) as work:
            work.session.get_one(Processing, objection.processing_id).is_open = False
        session.rollback()
        due = count_due(session, clock.now(), ports)
        assert due[RetentionStep.OBJECTIONS_DELETED] == 1
        assert delete_over()[RetentionStep.OBJECTIONS_DELETED] == 1
        assert listed(session) == 0

    def test_a_line_that_a_correction_ended_proves_earlier_lists_for_three_years(
        self, unit, session, clock, objection
    ):
        answered_with(unit, objection, Outcome.GRANTED)
        decided_on = local_date(clock.now())
        clock.advance(days=30)
        answered_with(unit, objection, Outcome.NO_DATA_HELD, correct_answer)
        ended_on = local_date(clock.now())
        for day in (decided_on, ended_on):
            for on in (day - timedelta(days=1), day, day + timedelta(days=1)):
                kept_out = objected_by(session, objection.processing_id, on)
                assert bool(kept_out) == counts_on(decided_on, ended_on, on)
        session.rollback()
        wait_until(clock, objection_kept_until(decided_on, is_in_use=True, ended_on=ended_on))
        assert delete_over()[RetentionStep.OBJECTIONS_DELETED] == 0
        clock.advance(days=1)
        assert delete_over()[RetentionStep.OBJECTIONS_DELETED] == 1
        session.rollback()
        assert session.scalar(select(func.count()).select_from(ObjectionEntry)) == 0


class TestReplays:
    def test_a_repeated_call_is_known_for_thirty_days(self, unit, ports, session, clock):
        case = open_case(unit, ports)
        with unit(SYSTEM) as work:
            create_token(work, case.organisation_id, [TokenScope.ANSWER], "Logiciel")
        session.rollback()
        client = session.scalar(select(ApiToken.id))
        with unit(Actor(ActorKind.API_CLIENT, client, case.organisation_id)) as work:
            work.session.add(
                IdempotencyRecord(
                    token_id=client, key_hash=b"k" * 32, body_digest=b"d" * 32, status=200,
                    answer={}, path="/", created_at=work.now,
                )
            )  # fmt: skip
        clock.advance(days=POLICY.replay_days)
        assert delete_over()[RetentionStep.REPLAYS_DELETED] == 0
        clock.advance(days=1)
        session.rollback()
        due = count_due(session, clock.now(), ports)
        assert due[RetentionStep.REPLAYS_DELETED] == 1
        assert delete_over()[RetentionStep.REPLAYS_DELETED] == 1
        assert last_runs(session)[0].counts[RetentionStep.REPLAYS_DELETED] == 1


class TestLogs:
    def test_a_part_of_a_log_goes_after_ninety_days_and_the_next_takes_its_place(
        self, app, settings, ports, session, clock
    ):
        folder = settings.home / "logs"
        folder.mkdir(exist_ok=True)
        log, earlier = folder / "web.log", folder / "web.log.1"
        log.write_text("first\n")
        assert delete_over()[RetentionStep.LOGS_DELETED] == 0
        self.put_aside(earlier, clock)
        clock.advance(days=POLICY.log_part_days)
        assert delete_over()[RetentionStep.LOGS_DELETED] == 0, "the earlier part was empty"
        assert (log.read_text(), earlier.read_text()) == ("", "first\n")
        self.put_aside(earlier, clock)
        log.write_text("second\n")
        clock.advance(days=POLICY.log_part_days - 1)
        assert count_due(session, clock.now(), ports)[RetentionStep.LOGS_DELETED] == 0
        clock.advance(days=1)
        assert count_due(session, clock.now(), ports)[RetentionStep.LOGS_DELETED] == 1
        assert delete_over()[RetentionStep.LOGS_DELETED] == 1
        assert (log.read_text(), earlier.read_text()) == ("", "second\n")

    @staticmethod
    def put_aside(part, clock):
        """Date a file by the clock of the test."""
        os.utime(part, (clock.now().timestamp(),) * 2)
