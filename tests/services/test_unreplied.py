"""No reply to a question: reminded once, closed once, opened again by a late reply (T15)."""

from dataclasses import replace

import pytest

from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind, breaks_in
from hub.domain.lifecycle import ActionNotAllowed, ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.exchange import Message
from hub.models.referral import Referral, WaitingFor
from hub.models.rights_request import RightsRequest
from hub.queries.audit_trail import entries_of
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import claim
from hub.services.exchanging import ask_completion, ask_question, reply, verify_identity
from hub.services.posting import postings_of
from hub.services.unreplied import follow_unreplied
from hub.services.upkeep import close_finished
from tests.factories import PERSON, open_case

REMINDER, CLOSED = DeliveryKind.QUESTION_REMINDER, DeliveryKind.QUESTION_CLOSED


@pytest.fixture
def case(unit, ports):
    return open_case(unit, ports)


def run(unit, limit=100):
    with unit(SYSTEM) as work:
        return follow_unreplied(work, limit)


def mails(session, *kinds):
    session.rollback()
    return [row for row in session.query(Delivery) if row.kind in (kinds or (REMINDER, CLOSED))]


def referral_of(session, case):
    session.rollback()
    return session.get_one(Referral, case.referral_id)


def asked(unit, case, clock, how=ask_question, *more):
    clock.advance(days=1)
    with unit(case.agent) as work:
        return how(work, case.referral_id, "Quelle année ?", *more)


def checked(unit, case, clock):
    return asked(unit, case, clock, verify_identity, "Deux homonymes nées la même année.")


def test_she_is_reminded_once_on_the_fifteenth_day_and_told_when_it_closes_t15(
    unit, session, case, clock
):
    question_id = asked(unit, case, clock)
    clock.advance(days=14)
    assert run(unit) == 0
    clock.advance(days=1)
    assert run(unit) == 1
    assert run(unit) == 0
    (mail,) = mails(session)
    assert mail.kind is REMINDER
    assert mail.details == {"message_id": str(question_id), "until_on": "2026-11-14"}


def test_a_question_closes_once_and_its_controller_still_owes_an_answer_t15(
    unit, session, case, clock
):
    asked(unit, case, clock)
    for days in (15, 44):
        clock.advance(days=days)
        run(unit)
    assert len(mails(session, CLOSED)) == 0
    clock.advance(days=1)
    assert run(unit) == 1
    assert run(unit) == 0
    assert len(mails(session, CLOSED)) == 1
    referral = referral_of(session, case)
    assert referral.state is ReferralState.IN_PROGRESS
    assert referral.waiting_for is WaitingFor.CONTROLLER
    assert referral.due_on is not None


def test_a_case_that_stood_still_closes_with_its_question_t15(unit, session, case, clock):
    checked(unit, case, clock)
    for days in (15, 45):
        clock.advance(days=days)
        run(unit)
    referral = referral_of(session, case)
    assert referral.state is ReferralState.CLOSED
    assert referral.answered_at is None
    assert referral.waiting_for is WaitingFor.NOBODY


def test_a_late_reply_opens_the_case_and_the_request_again_and_the_clock_runs_t15(
    unit, session, case, clock
):
    question_id = checked(unit, case, clock)
    for days in (15, 45):
        clock.advance(days=days)
        run(unit)
    with unit(SYSTEM) as work:
        close_finished(work)
    session.rollback()
    key = case.receipt.rights_request_id
    assert session.get_one(RightsRequest, key).state is RequestState.CLOSED
    clock.advance(days=20)
    with unit(case.person) as work:
        reply(work, case.referral_id, question_id, "À Rennes, en 1965.")
    referral = referral_of(session, case)
    assert referral.state is ReferralState.IN_PROGRESS
    assert referral.closed_at is None
    assert not referral.is_suspended
    assert referral.waiting_for is WaitingFor.CONTROLLER
    filed = session.get_one(RightsRequest, key)
    assert filed.state is RequestState.ACTIVE
    assert filed.closed_at is None
    entries = entries_of(session, key)
    assert EventKind.QUESTION_REOPENED in [entry.kind for entry, _ in entries]
    assert not breaks_in(entries)


def test_a_run_that_was_missed_reminds_first_and_never_closes_unannounced(
    unit, session, case, clock
):
    asked(unit, case, clock)
    clock.advance(days=100)
    assert run(unit) == 1
    assert [one.kind for one in mails(session)] == [REMINDER]
    clock.advance(days=44)
    assert run(unit) == 0
    clock.advance(days=1)
    assert run(unit) == 1


def test_a_reply_in_time_stops_both(unit, session, case, clock):
    question_id = asked(unit, case, clock)
    with unit(case.person) as work:
        reply(work, case.referral_id, question_id, "En 2019.")
    clock.advance(days=100)
    assert run(unit) == 0


def test_an_answer_ends_the_wait_and_a_closed_question_opens_no_answered_case(
    unit, session, case, clock
):
    question_id = asked(unit, case, clock)
    for days in (15, 45):
        clock.advance(days=days)
        run(unit)
    items = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Nous n’avons rien.", items))
    with pytest.raises(ActionNotAllowed), unit(case.person) as work:
        reply(work, case.referral_id, question_id, "Trop tard.")


def test_who_gave_no_address_is_never_closed_without_knowing(unit, session, ports, clock):
    by_post = replace(PERSON, email=None, postal_address="1 rue de la Paix, Rennes")
    case = open_case(unit, ports, person=by_post)
    asked(unit, case, clock)
    clock.advance(days=100)
    assert run(unit) == 0
    session.rollback()
    assert session.query(Message).one().closed_at is None


def test_what_is_missing_waits_for_the_day_the_controller_gave(unit, session, case, clock):
    wanted = clock.now().date().replace(month=12)
    asked(unit, case, clock, ask_completion, wanted)
    clock.advance(days=15)
    assert run(unit) == 1
    clock.advance(days=60)
    assert run(unit) == 0
    clock.advance(days=20)
    assert run(unit) == 1


def test_a_reminder_is_dropped_when_her_reply_comes_first(unit, session, ports, case, clock):
    question_id = asked(unit, case, clock)
    clock.advance(days=15)
    run(unit)
    with unit(case.person) as work:
        reply(work, case.referral_id, question_id, "En 2019.")
    clock.advance(hours=1)
    with unit(SYSTEM) as work:
        claimed = claim(work, mails(session)[0].channel, f"person:{case.person.id}", 50)
    session.rollback()
    posted = postings_of(session, ports.keyring, claimed, "https://hub.example")
    (reminder,) = [one for one in posted if one.claimed[0].kind is REMINDER]
    assert reminder.is_moot
