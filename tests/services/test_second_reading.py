"""A refusal has a second reader before it leaves (EDPB 2025; GDPR 12(4))."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import ActionNotAllowed, NotYours, ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.second_reading import AloneWithoutReason, AnswerAwaitsReader, OwnAnswer
from hub.errors import Invalid, NotFound
from hub.models.answer import Answer, AnswerState, Document
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.referral import Referral, WaitingFor
from hub.models.rights_request import RightsRequest
from hub.queries.tracking import document_for_person
from hub.sealing import Place
from hub.services.answer_writing import Signature
from hub.services.answering import AnswerDraft, ItemAnswer, answer, correct_answer
from hub.services.documents import receive_file
from hub.services.exchanging import ask_question, reply
from hub.services.members import set_preferences
from hub.services.rerouting import decline, withdraw_request
from hub.services.second_reading import (
    approve_answer,
    review_answer,
    send_answer_back,
    want_second_reader,
)
from tests.factories import add_member, open_case
from tests.tracked import PDF
from workers.jobs.retention import delete_over

REFUSAL = {
    "ground": "ALL-UNFOUNDED",
    "reasons": "La demande vise un autre hôpital.",
    "evidence": "Courrier du 3 mars.",
}


@pytest.fixture
def case(unit, ports):
    return open_case(unit, ports)


@pytest.fixture
def reader(unit, case):
    return a_member(unit, case, Role.DECISION_MAKER, name="Marc Delorme")


def a_member(unit, case, *roles, name):
    with unit(SYSTEM) as work:
        return add_member(work, case.organisation_id, *roles, name=name)


def refusal(case, text="Nous refusons.", outcome=Outcome.REFUSED, **more):
    facts = {} if outcome is Outcome.NO_DATA_HELD else REFUSAL
    return AnswerDraft(text, (ItemAnswer(case.processing_id, outcome, **facts),), **more)


def refused(unit, case, **more):
    with unit(case.agent) as work:
        return answer(work, case.referral_id, refusal(case, **more))


def referral_of(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id)


def told(session, kind):
    session.rollback()
    return set(session.scalars(select(Delivery.recipient).where(Delivery.kind == kind)))


def test_a_refusal_waits_for_a_second_reader_and_the_clock_runs_on(unit, session, case, reader):
    answer_id = refused(unit, case)
    referral = referral_of(session, case)
    assert referral.state is ReferralState.IN_PROGRESS
    assert referral.waiting_for is WaitingFor.SECOND_READER
    assert referral.due_on == date(2026, 10, 14)
    assert referral.outcome is None
    assert session.get(Answer, answer_id).state is AnswerState.AWAITING_SECOND_READER
    assert told(session, DeliveryKind.ANSWER_TO_READ) == set()
    assert told(session, DeliveryKind.SECOND_READING) == {f"member:{reader.id}"}


def test_who_wants_one_mail_a_day_is_told_of_a_refusal_in_the_next_one(
    unit, session, case, reader, clock
):
    with unit(reader) as work:
        set_preferences(work, reader.id, language="fr", notices="digest")
    refused(unit, case)
    assert told(session, DeliveryKind.SECOND_READING) == set()
    (row,) = session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICES_DIGEST))
    assert (row.recipient, row.details["about"]) == (f"member:{reader.id}", "second_reading")
    assert row.next_at > clock.now()


@pytest.mark.parametrize(
    "outcome", [Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.CANNOT_IDENTIFY]
)
def test_what_is_refused_even_in_part_is_read_first(unit, session, case, reader, outcome):
    facts = REFUSAL
    if outcome is Outcome.CANNOT_IDENTIFY:
        facts = REFUSAL | {"ground": "ALL-UNIDENTIFIED"}
    with unit(case.agent) as work:
        draft = AnswerDraft("Non.", (ItemAnswer(case.processing_id, outcome, **facts),))
        answer(work, case.referral_id, draft)
    assert referral_of(session, case).waiting_for is WaitingFor.SECOND_READER


def test_x17_no_data_held_is_an_answer_and_waits_for_nobody(unit, session, case, reader):
    refused(unit, case, outcome=Outcome.NO_DATA_HELD)
    referral = referral_of(session, case)
    assert referral.state is ReferralState.ANSWERED
    assert not session.scalar(select(Answer)).review_wanted


def test_once_approved_the_refusal_leaves_and_says_who_wrote_and_who_read_it(
    unit, session, clock, case, reader
):
    answer_id = refused(unit, case)
    clock.advance(days=2)
    with unit(reader) as work:
        approve_answer(work, case.referral_id, answer_id)
    referral = referral_of(session, case)
    assert referral.state is ReferralState.ANSWERED
    assert referral.outcome is Outcome.REFUSED
    assert referral.answered_at == clock.now()
    row = session.get(Answer, answer_id)
    assert (row.author_name, row.second_reader_name) == ("Louise Martin", "Marc Delorme")
    assert row.state is AnswerState.SENT
    assert row.sent_at == clock.now()
    assert told(session, DeliveryKind.ANSWER_TO_READ)
    kinds = set(session.scalars(select(AuditEvent.kind)))
    assert {EventKind.ANSWER_PROPOSED, EventKind.ANSWER_APPROVED, EventKind.ANSWER_SENT} <= kinds


def test_the_author_cannot_approve_her_own_refusal(unit, case, reader):
    answer_id = refused(unit, case)
    with pytest.raises(OwnAnswer), unit(case.agent) as work:
        approve_answer(work, case.referral_id, answer_id)


def test_neither_the_dpo_nor_another_organisation_approves(unit, ports, case, reader):
    answer_id = refused(unit, case)
    with pytest.raises(NotYours), unit(case.dpo) as work:
        approve_answer(work, case.referral_id, answer_id)
    other = open_case(unit, ports, organisation="CHU de Nantes")
    with pytest.raises(NotFound), unit(other.agent) as work:
        approve_answer(work, case.referral_id, answer_id)


def test_of_two_who_approve_at_once_one_wins(unit, session, case, reader):
    second = a_member(unit, case, Role.ADMINISTRATOR, name="Yasmine Haddad")
    answer_id = refused(unit, case)
    with unit(reader) as work:
        approve_answer(work, case.referral_id, answer_id)
    with pytest.raises(ActionNotAllowed), unit(second) as work:
        approve_answer(work, case.referral_id, answer_id)
    session.rollback()
    assert session.get(Answer, answer_id).second_reader_name == "Marc Delorme"


def test_the_reader_sends_back_with_words_and_the_author_is_told(unit, session, case, reader):
    answer_id = refused(unit, case)
    with pytest.raises(Invalid, match="invalid") as empty, unit(reader) as work:
        send_answer_back(work, case.referral_id, answer_id, " — ")
    assert empty.value.facts["field"] == "words"
    with unit(reader) as work:
        send_answer_back(work, case.referral_id, answer_id, "Citez la pièce.")
    referral = referral_of(session, case)
    assert referral.waiting_for is WaitingFor.CONTROLLER
    row = session.get(Answer, answer_id)
    assert row.state is AnswerState.SENT_BACK
    with unit(reader) as work:
        place = Place(referral.rights_request_id, "answer.reader_words_sealed", answer_id)
        assert work.keys.open(place, row.reader_words_sealed) == "Citez la pièce."
    assert told(session, DeliveryKind.ANSWER_SENT_BACK) == {f"member:{case.agent.id}"}
    second_id = refused(unit, case, text="Nous refusons, voir la pièce 3.")
    with unit(reader) as work:
        approve_answer(work, case.referral_id, second_id)
    assert referral_of(session, case).state is ReferralState.ANSWERED


def test_the_author_takes_her_answer_back_without_a_word(unit, session, case, reader):
    answer_id = refused(unit, case)
    with unit(case.agent) as work:
        send_answer_back(work, case.referral_id, answer_id, "")
    assert referral_of(session, case).waiting_for is WaitingFor.CONTROLLER
    assert told(session, DeliveryKind.ANSWER_SENT_BACK) == set()


def test_while_one_answer_waits_no_other_may_overtake_it(unit, case, reader):
    refused(unit, case)
    with pytest.raises(AnswerAwaitsReader), unit(reader) as work:
        answer(work, case.referral_id, refusal(case, outcome=Outcome.NO_DATA_HELD))


def test_a_reply_of_the_person_leaves_the_turn_to_the_second_reader(unit, session, case, reader):
    with unit(case.agent) as work:
        question = ask_question(work, case.referral_id, "Quelle année ?")
    refused(unit, case)
    with unit(case.person) as work:
        reply(work, case.referral_id, question, "2019")
    assert referral_of(session, case).waiting_for is WaitingFor.SECOND_READER


def test_an_answer_that_waits_is_set_aside_when_the_case_ends(unit, session, ports, case, reader):
    answer_id = refused(unit, case)
    with unit(case.agent) as work:
        decline(work, case.referral_id, "Ce n’est pas nous.")
    session.rollback()
    assert session.get(Answer, answer_id).state is AnswerState.SET_ASIDE


def test_a_withdrawn_request_leaves_no_refusal_to_approve(unit, session, case, reader):
    answer_id = refused(unit, case)
    with unit(case.person) as work:
        withdraw_request(work, case.receipt.rights_request_id)
    with pytest.raises(ActionNotAllowed), unit(reader) as work:
        approve_answer(work, case.referral_id, answer_id)


def test_a_correction_that_refuses_waits_while_the_first_answer_stays_in_force(
    unit, session, case, reader
):
    first_id = refused(unit, case, outcome=Outcome.NO_DATA_HELD)
    with unit(case.agent) as work:
        second_id = correct_answer(work, case.referral_id, refusal(case))
    referral = referral_of(session, case)
    assert (referral.state, referral.outcome) == (ReferralState.ANSWERED, Outcome.NO_DATA_HELD)
    assert referral.waiting_for is WaitingFor.SECOND_READER
    assert session.get(Answer, first_id).state is AnswerState.SENT
    with unit(reader) as work:
        approve_answer(work, case.referral_id, second_id)
    assert referral_of(session, case).outcome is Outcome.REFUSED
    assert session.get(Answer, first_id).state is AnswerState.CORRECTED


def test_a_member_alone_says_why_and_her_dpo_reviews_it(unit, session, case):
    with pytest.raises(AloneWithoutReason) as bare:
        refused(unit, case)
    assert bare.value.facts["field"] == "alone_reason"
    answer_id = refused(unit, case, alone_reason="Je suis seule au service.")
    assert referral_of(session, case).state is ReferralState.ANSWERED
    assert session.get(Answer, answer_id).review_wanted
    with unit(case.dpo) as work:
        review_answer(work, answer_id)
    with pytest.raises(ActionNotAllowed), unit(case.dpo) as work:
        review_answer(work, answer_id)
    session.rollback()
    assert session.get(Answer, answer_id).reviewed_by_name == "Dominique Roux"


def test_a_reason_does_not_do_away_with_the_reader_who_exists(unit, session, case, reader):
    refused(unit, case, alone_reason="Pas le temps.")
    assert referral_of(session, case).waiting_for is WaitingFor.SECOND_READER


def test_who_is_alone_and_her_own_dpo_is_reviewed_by_the_hubs(unit, ports, session, case):
    both = a_member(unit, case, Role.DPO, Role.AGENT, name="Anne Le Goff")
    hub_dpo = Actor(ActorKind.MEMBER, case.dpo.id, None, frozenset({Role.HUB_DPO}), "Irène")
    with unit(SYSTEM) as work:
        organisation_id = case.organisation_id
        want = Actor(ActorKind.MEMBER, both.id, organisation_id, frozenset({Role.ADMINISTRATOR}))
    with unit(want) as work:
        want_second_reader(work, organisation_id, is_wanted=False)
    with unit(both) as work:
        answer_id = answer(work, case.referral_id, refusal(case))
    with pytest.raises(OwnAnswer), unit(both) as work:
        review_answer(work, answer_id)
    with unit(hub_dpo) as work:
        review_answer(work, answer_id)


def test_an_administrator_alone_turns_the_second_reading_off(unit, case, reader):
    with pytest.raises(NotYours), unit(reader) as work:
        want_second_reader(work, case.organisation_id, is_wanted=False)


def test_a_refusal_of_a_program_waits_too_where_a_member_could_read_it(unit, session, case):
    program = Actor(ActorKind.API_CLIENT, None, case.organisation_id)
    with unit(program) as work:
        signed = refusal(case, signature=Signature(name="Marc Delorme"))
        answer_id = answer(work, case.referral_id, signed)
    assert referral_of(session, case).waiting_for is WaitingFor.SECOND_READER
    with unit(case.agent) as work:
        approve_answer(work, case.referral_id, answer_id)
    assert referral_of(session, case).state is ReferralState.ANSWERED


def two_files(ports, unit, case):
    with unit(case.agent) as work:
        box = work.session.get_one(RightsRequest, case.receipt.rights_request_id).box_public
    return tuple(
        receive_file(ports, name, BytesIO(PDF), sealed_to=box, limit=10_000_000)
        for name in ("copie.pdf", "autre.pdf")
    )


def files_of(session):
    session.rollback()
    return {row.id: row for row in session.scalars(select(Document))}


@pytest.fixture
def sent_back(unit, ports, session, case, reader):
    """A refusal with two files that its reader sent back; gives where each lies, by its id."""
    answer_id = refused(unit, case, files=two_files(ports, unit, case))
    with unit(reader) as work:
        send_answer_back(work, case.referral_id, answer_id, "Citez la pièce.")
    return {key: row.storage_key for key, row in files_of(session).items()}


def test_files_sent_back_stay_sealed_as_they_were_and_leave_with_the_next_answer(
    unit, session, case, reader, sent_back
):
    answer_id = refused(unit, case, taken_over=tuple(sent_back))
    with unit(reader) as work:
        approve_answer(work, case.referral_id, answer_id)
    for document_id, row in files_of(session).items():
        assert row.answer_id == answer_id
        assert row.deleted_at is None
        assert row.storage_key == sent_back[document_id]
        assert document_for_person(session, row.rights_request_id, document_id)


def test_a_file_that_is_not_taken_over_is_removed_with_its_trace_and_deleted_by_the_next_run(
    app, unit, ports, session, case, reader, sent_back
):
    kept, removed = sent_back
    refused(unit, case, taken_over=(kept,))
    rows = files_of(session)
    assert rows[kept].deleted_at is None
    assert rows[removed].deleted_at is not None
    events = select(AuditEvent.subject_id).where(AuditEvent.kind == EventKind.DOCUMENT_REMOVED)
    assert list(session.scalars(events)) == [removed]
    delete_over()
    rows = files_of(session)
    assert rows[removed].storage_key is None
    assert rows[kept].storage_key == sent_back[kept]
    assert set(ports.files.sealed) == {sent_back[kept]}


def test_no_answer_takes_over_a_file_of_another_case_nor_one_that_left(
    unit, ports, session, case, reader, sent_back
):
    with pytest.raises(Invalid) as unknown:
        refused(unit, case, taken_over=(case.processing_id,))
    assert unknown.value.facts["field"] == "files"
    answer_id = refused(unit, case, taken_over=tuple(sent_back))
    with unit(reader) as work:
        approve_answer(work, case.referral_id, answer_id)
    with pytest.raises(Invalid), unit(case.agent) as work:
        correct_answer(work, case.referral_id, refusal(case, taken_over=tuple(sent_back)))


def test_the_files_of_an_answer_that_will_never_leave_go(unit, session, case, reader, sent_back):
    with unit(case.person) as work:
        withdraw_request(work, case.receipt.rights_request_id)
    assert all(row.deleted_at for row in files_of(session).values())
