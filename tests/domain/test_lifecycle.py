"""The life cycle's table, tried on every state, action and kind of actor."""

import itertools
from uuid import uuid4

import pytest

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role, contact, person
from hub.domain.lifecycle import (
    ENDED,
    OPEN,
    TRANSITIONS,
    UNDELIVERED,
    WORKABLE,
    Action,
    ActionNotAllowed,
    ReferralState,
    actions_open,
    may_do,
    next_state,
)
from tests.domain.lifecycle_diagram import DOCUMENT, diagram

S = ReferralState
DECIDING = {
    Action.ANSWER,
    Action.CORRECT_ANSWER,
    Action.DECLINE,
    Action.EXTEND,
    Action.RECORD_OUTSIDE_ANSWER,
    Action.TRANSFER,
}


def member(*roles: Role) -> Actor:
    return Actor(ActorKind.MEMBER, uuid4(), uuid4(), frozenset(roles), "Louise Martin")


@pytest.mark.parametrize(("action", "state"), itertools.product(Action, ReferralState))
def test_an_action_leads_where_the_table_says_or_is_refused(action, state):
    step = TRANSITIONS[action]
    if state not in step.sources:
        with pytest.raises(ActionNotAllowed) as refusal:
            next_state(action, state)
        assert refusal.value.facts == {"action": action.value, "state": state.value}
        return
    assert next_state(action, state) in {step.target, state}


@pytest.mark.parametrize("state", sorted(WORKABLE))
def test_answering_is_allowed_from_the_delivery_on(state):
    assert next_state(Action.ANSWER, state) is S.ANSWERED


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_ended_referral_is_only_looked_at_sent_again_or_told_to_recipients(state):
    open_to_all = {action for action in Action if state in TRANSITIONS[action].sources} - {
        Action.VIEW,
        Action.ASK_FILES_AGAIN,  # her code was renewed since
        Action.SEND_FILES_AGAIN,
        Action.END_SEARCH,  # it cannot be found
        Action.REPLY_LATE,  # only where it closed for want of a reply
        Action.ROUTE_ON,  # "not us" that named an organisation: the operator finds it
        Action.ASK_TO_BE_KNOWN,  # its answer can still be read
        Action.TYPE_IDENTITY_CODE,
        Action.VOUCH,
        Action.WRITE_IDENTITY_LETTER,
        Action.TELL_RECIPIENT,  # owed by art. 19 even where the person has closed her case
    }
    assert not open_to_all


def test_a_note_on_an_answered_referral_does_not_reopen_it():
    assert next_state(Action.NOTE, S.ANSWERED) is S.ANSWERED
    assert next_state(Action.NOTE, S.DELIVERED) is S.IN_PROGRESS


@pytest.mark.parametrize("action", sorted(DECIDING))
@pytest.mark.parametrize("role", [Role.DPO, Role.HUB_DPO, Role.OPERATOR, Role.CNIL_LIAISON])
def test_who_controls_or_operates_never_decides(action, role):
    assert not may_do(member(role), action)


def test_only_the_person_replies_contests_and_withdraws():
    for action in (Action.REPLY, Action.CONTEST, Action.WITHDRAW):
        assert may_do(person(uuid4()), action)
        assert not may_do(member(*Role), action)
        assert not may_do(SYSTEM, action)


def test_only_the_hub_itself_delivers():
    assert may_do(SYSTEM, Action.DELIVER)
    assert not may_do(member(*Role), Action.DELIVER)


def test_the_buttons_of_an_agent_are_those_that_would_work():
    shown = actions_open(member(Role.AGENT), S.DELIVERED)
    assert {Action.ACKNOWLEDGE, Action.ANSWER, Action.EXTEND} <= shown
    assert Action.CONTEST not in shown
    assert actions_open(member(Role.DPO), S.DELIVERED) == {Action.NOTE, Action.VIEW}


def test_the_picture_in_the_documents_is_the_tables():
    assert DOCUMENT.read_text(encoding="utf-8") == diagram()


@pytest.mark.parametrize("state", [S.DELIVERED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.ANSWERED])
def test_a_case_is_assigned_while_it_is_worked_and_once_it_is_answered(state):
    assert next_state(Action.ASSIGN, state) is state


def test_an_answered_case_is_closed_by_its_person_or_by_the_hub():
    assert may_do(person(uuid4()), Action.CLOSE)
    assert may_do(SYSTEM, Action.CLOSE)
    assert not may_do(member(*Role), Action.CLOSE)


@pytest.mark.parametrize("action", [Action.REQUEUE, Action.REVIEW_CONTACT])
def test_a_delivery_that_failed_is_put_right_by_the_hub_or_its_operator(action):
    assert may_do(SYSTEM, action)
    assert may_do(member(Role.OPERATOR), action)
    assert not may_do(member(Role.AGENT), action)


def test_a_clock_is_started_again_by_the_person_an_agent_or_a_program():
    assert may_do(person(uuid4()), Action.RESUME)
    assert may_do(member(Role.AGENT), Action.RESUME)
    assert may_do(Actor(ActorKind.API_CLIENT), Action.RESUME)
    assert not may_do(SYSTEM, Action.RESUME)


STATES_OF = {
    "acknowledge": "delivered",
    "answer": "acknowledged contested delivered in_progress",
    "approve_answer": "acknowledged answered contested delivered in_progress",
    "ask_to_be_known": "acknowledged answered closed contested delivered in_progress",
    "ask_files_again": "answered closed",
    "ask_question": "acknowledged contested delivered in_progress",
    "assign": "acknowledged answered contested delivered in_progress",
    "close": "answered",
    "close_unreplied": "acknowledged contested delivered in_progress",
    "contest": "answered",
    "correct_answer": "answered",
    "decline": "acknowledged contested delivered in_progress",
    "deliver": "contact_review delivery_failed queued",
    "end_search": "declined_not_controller",
    "extend": "acknowledged contested delivered in_progress",
    "fail_delivery": "delivered queued",
    "join": "acknowledged contested delivered in_progress",
    "mark_applied": "answered",
    "note": "acknowledged answered contested delivered in_progress",
    "open_task": "acknowledged contested delivered in_progress",
    "propose_answer": "acknowledged answered contested delivered in_progress",
    "record_outside_answer": "acknowledged contested delivered in_progress",
    "reply": "acknowledged contested delivered in_progress",
    "reply_late": "closed",
    "requeue": "contact_review delivery_failed",
    "resume": "acknowledged contested delivered in_progress",
    "review_contact": "delivery_failed",
    "route_on": "declined_not_controller",
    "send_answer_back": "acknowledged answered contested delivered in_progress",
    "send_files_again": "answered closed",
    "tell_recipient": "answered closed",
    "transfer": "acknowledged contested delivered in_progress",
    "type_identity_code": "acknowledged answered closed contested delivered in_progress",
    "verify_identity": "acknowledged contested delivered in_progress",
    "view": " ".join(sorted(ReferralState)),
    "vouch": "acknowledged answered closed contested delivered in_progress",
    "write_identity_letter": "acknowledged answered closed contested delivered in_progress",
    "withdraw": (
        "acknowledged contact_review contested delivered delivery_failed in_progress queued"
    ),
}
WORKERS = {Role.AGENT, Role.DECISION_MAKER, Role.ADMINISTRATOR}
NO_PROGRAM = {
    *(Action.APPROVE_ANSWER, Action.SEND_ANSWER_BACK),
    *(Action.JOIN, Action.VOUCH, Action.WRITE_IDENTITY_LETTER),
}
OPERATED = {Action.END_SEARCH, Action.REQUEUE, Action.REVIEW_CONTACT, Action.ROUTE_ON}
BY_PERSON = {
    Action.ASK_TO_BE_KNOWN,
    Action.TYPE_IDENTITY_CODE,
    Action.ASK_FILES_AGAIN,
    Action.CLOSE,
    Action.CONTEST,
    Action.REPLY,
    Action.REPLY_LATE,
    Action.RESUME,
    Action.WITHDRAW,
    Action.VIEW,
}
BY_HUB = {
    *(Action.CLOSE, Action.CLOSE_UNREPLIED, Action.DELIVER, Action.FAIL_DELIVERY),
    *(Action.REQUEUE, Action.REVIEW_CONTACT),
}
BY_NO_WORKER = BY_HUB | OPERATED | (BY_PERSON - {Action.RESUME, Action.VIEW})


@pytest.mark.parametrize("action", Action)
def test_each_act_is_done_from_its_states_and_no_other(action):
    assert " ".join(sorted(TRANSITIONS[action].sources)) == STATES_OF[action]


@pytest.mark.parametrize("action", Action)
def test_each_act_is_done_by_its_own_people_and_nobody_else(action):
    by_roles = {role for role in Role if may_do(member(role), action)}
    expected = set() if action in BY_NO_WORKER else set(WORKERS)
    expected |= {Role.OPERATOR} if action in OPERATED else set()
    expected |= {Role.DPO} if action in {Action.NOTE, Action.VIEW} else set()
    assert by_roles == expected
    assert may_do(person(uuid4()), action) is (action in BY_PERSON)
    assert may_do(SYSTEM, action) is (action in BY_HUB)
    by_program = action not in BY_NO_WORKER | NO_PROGRAM
    assert may_do(Actor(ActorKind.API_CLIENT), action) is by_program


def test_a_proposal_on_an_answered_referral_leaves_it_answered():
    assert next_state(Action.PROPOSE_ANSWER, S.ANSWERED) is S.ANSWERED
    assert next_state(Action.PROPOSE_ANSWER, S.DELIVERED) is S.IN_PROGRESS


def test_every_state_is_open_ended_undelivered_or_answered():
    assert {S.QUEUED, *WORKABLE} == OPEN
    assert {S.CLOSED, S.DECLINED_NOT_CONTROLLER, S.TRANSFERRED, S.WITHDRAWN} == ENDED
    assert OPEN | ENDED | UNDELIVERED | {S.ANSWERED} == set(S)


def test_a_contact_by_link_reads_takes_and_answers_its_case_and_does_nothing_else():
    actor = contact(uuid4(), uuid4(), "Camille Le Bris")
    assert {action for action in Action if may_do(actor, action)} == {
        Action.ACKNOWLEDGE,
        Action.ANSWER,
        Action.VIEW,
    }
