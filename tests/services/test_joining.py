"""Two requests of one person for the same: proposed to a member, joined by her, both answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.lifecycle import NotYours, ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.errors import NotFound
from hub.models.answer import Answer
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.joined_referral import JoinedReferral
from hub.models.referral import Referral
from hub.models.rights_request import IntakeChannel, RightsRequest
from hub.queries.repeated_requests import alike_open, asked_before, joined_with
from hub.sealing import Place, RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.joining import NotAlike, join, separate
from hub.services.representing import dispute
from tests.factories import PERSON, add_processing, draft_for, open_case, planned

TEXT = "Nous ne gardons rien sur vous."


@pytest.fixture
def first(unit, ports):
    return open_case(unit, ports)


@pytest.fixture
def again(unit, ports, clock, first):
    """Files the same at the same controller, later, by another door; gives the referral."""

    def filed(*processings, **changes):
        clock.advance(days=3)
        told = {"channel": IntakeChannel.POST} | changes
        part = planned(first.organisation_id, *(processings or (first.processing_id,)))
        plan = plan_filing(draft_for(part, **told), ports.keyring, ports.clock.now())
        with unit(SYSTEM) as work:
            file_request(work, plan)
        with unit(SYSTEM) as work:
            deliver_to_portal(work, f"organisation:{first.organisation_id}")
        return plan.rows_of(Referral)[0]["id"]

    return filed


def proposed(session, referral_id):
    session.rollback()
    return [one.id for one in alike_open(session, referral_id) if one.is_earlier]


def row(session, referral_id):
    session.rollback()
    return session.get_one(Referral, referral_id)


def nothing_held(case):
    return AnswerDraft(TEXT, (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),))


class TestProposing:
    def test_the_same_asked_again_by_letter_is_proposed_with_the_earlier_date(
        self, session, first, again
    ):
        later = again()
        assert proposed(session, later) == [first.referral_id]
        [one] = alike_open(session, first.referral_id)
        assert (one.id, one.is_earlier) == (later, False)

    @pytest.mark.parametrize(
        "change",
        [
            {"right": Right.ERASURE},
            {"person": replace(PERSON, birth_date=date(1965, 3, 9))},
            {"person": replace(PERSON, birth_date=None)},
        ],
    )
    def test_another_right_or_person_is_not(self, session, again, change):
        assert proposed(session, again(**change)) == []

    def test_what_asks_for_more_than_the_first_is_not_nothing_would_be_lost(
        self, unit, session, first, again
    ):
        with unit(SYSTEM) as work:
            other = add_processing(work, first.organisation_id, title="Registre")
        later = again(first.processing_id, other)
        assert proposed(session, later) == []
        assert proposed(session, again(other)) == [later], "but a part of it is"

    def test_an_answered_or_stopped_one_is_not(self, unit, session, first, again):
        later = again()
        with unit(first.person) as work:
            dispute(work, first.receipt.rights_request_id)
        assert proposed(session, later) == []
        with unit(SYSTEM) as work:
            row = work.session.get_one(RightsRequest, first.receipt.rights_request_id)
            row.state = RequestState.ACTIVE
        with unit(first.agent) as work:
            answer(work, first.referral_id, nothing_held(first))
        assert proposed(session, later) == []


class TestJoining:
    def test_one_answer_leaves_for_both_each_sealed_to_its_own_request(
        self, unit, ports, session, first, again
    ):
        later = again()
        with unit(first.agent) as work:
            join(work, later, first.referral_id)
        with unit(first.agent) as work:
            answer(work, first.referral_id, nothing_held(first))
        for referral_id in (first.referral_id, later):
            referral = row(session, referral_id)
            assert referral.state is ReferralState.ANSWERED
            given = session.scalar(select(Answer).where(Answer.referral_id == referral_id))
            keys = RequestKeys(session, ports.keyring)
            place = Place(referral.rights_request_id, "answer.text_sealed", given.id)
            assert keys.open(place, given.text_sealed) == TEXT
            assert given.author_id == first.agent.id
        kinds = session.scalars(select(Delivery.kind)).all()
        assert kinds.count(DeliveryKind.ANSWER_TO_READ) == 2

    def test_each_keeps_its_own_clock_and_the_earlier_date_is_shown(
        self, unit, session, first, again
    ):
        later = again()
        dates = row(session, later).due_on, row(session, first.referral_id).due_on
        with unit(first.agent) as work:
            join(work, later, first.referral_id)
        assert (row(session, later).due_on, row(session, first.referral_id).due_on) == dates
        [shown] = joined_with(session, later)
        assert shown.answer_by_on == dates[1] < dates[0]
        assert proposed(session, later) == []

    def test_a_third_one_joins_the_first_of_all(self, unit, session, first, again):
        second, third = again(), again()
        with unit(first.agent) as work:
            join(work, third, second)
        with unit(first.agent) as work:
            join(work, second, first.referral_id)
        session.rollback()
        joined = dict(
            session.execute(select(JoinedReferral.later_id, JoinedReferral.earlier_id)).all()
        )
        assert joined == {second: first.referral_id, third: first.referral_id}

    def test_taken_apart_it_waits_for_an_answer_of_its_own(self, unit, session, first, again):
        later = again()
        for act in (
            lambda work: join(work, later, first.referral_id),
            lambda work: separate(work, later),
        ):
            with unit(first.agent) as work:
                act(work)
        with unit(first.agent) as work:
            answer(work, first.referral_id, nothing_held(first))
        assert row(session, later).state is ReferralState.DELIVERED

    def test_one_stopped_by_its_person_is_not_answered_with_the_other(
        self, unit, session, first, again
    ):
        later = again()
        with unit(first.agent) as work:
            join(work, later, first.referral_id)
        with unit(first.person) as work:
            dispute(work, row(session, later).rights_request_id)
        with unit(first.agent) as work:
            answer(work, first.referral_id, nothing_held(first))
        assert row(session, later).state is ReferralState.DELIVERED

    def test_what_is_not_alike_nor_ones_own_is_not_joined(self, unit, ports, first, again):
        later = again(right=Right.ERASURE)
        with pytest.raises(NotAlike), unit(first.agent) as work:
            join(work, later, first.referral_id)
        elsewhere = open_case(unit, ports, organisation="CHU de Lille")
        with pytest.raises(NotFound), unit(first.agent) as work:
            join(work, later, elsewhere.referral_id)
        reader = replace(first.agent, roles=frozenset({Role.DPO}))
        with pytest.raises(NotYours), unit(reader) as work:
            join(work, later, first.referral_id)


class TestHerOwnPage:
    def filed_twice(self, unit, first, again, **changes):
        later = again(channel=IntakeChannel.WEB, **changes)
        with unit(SYSTEM) as work:
            filed = work.session.get_one(Referral, later).rights_request_id
            for key in (first.receipt.rights_request_id, filed):
                work.session.get_one(RightsRequest, key).confirmed_at = work.now
        return filed

    def test_she_is_shown_the_earlier_one_on_the_page_of_the_second(
        self, unit, session, first, again
    ):
        filed = self.filed_twice(unit, first, again)
        session.rollback()
        assert [one.reference for one in asked_before(session, filed)] == [first.receipt.reference]
        assert asked_before(session, first.receipt.rights_request_id) == ()

    def test_another_mailbox_is_shown_nothing_of_it(self, unit, session, first, again):
        filed = self.filed_twice(unit, first, again, person=replace(PERSON, email="x@y.example"))
        session.rollback()
        assert asked_before(session, filed) == ()
