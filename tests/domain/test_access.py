"""The policy of access, tried on every action, state, relation, role and kind of actor."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hub.domain.access import (
    REACH_OF_KIND,
    REACH_OF_ROLE,
    SHOWN,
    Relation,
    Shown,
    Verdict,
    comes_to,
    decide,
    reach,
    relation_to,
)
from hub.domain.actors import SYSTEM, Actor, ActorKind, Role, person
from hub.domain.lifecycle import UNDELIVERED, Action, ReferralState
from hub.domain.permissions import ROLES_WITH, Permission
from tests.access_tables import everyone, tables

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"
V = Verdict
OPERATORS_ACTS = {Action.END_SEARCH, Action.REQUEUE, Action.REVIEW_CONTACT, Action.ROUTE_ON}
REQUEST, HOUSE, OTHER_HOUSE = uuid4(), uuid4(), uuid4()


def member(*roles: Role, organisation_id: UUID | None = HOUSE) -> Actor:
    return Actor(ActorKind.MEMBER, uuid4(), organisation_id, frozenset(roles))


def done_by(who: str, relation: Relation) -> set[Action]:
    actor = dict(everyone())[who]
    return {
        action
        for action, state in product(Action, ReferralState)
        if decide(actor, action, state, relation) is V.ALLOWED
    }


def test_each_role_kind_and_permission_has_its_line():
    assert set(REACH_OF_ROLE) == set(Role)
    assert set(REACH_OF_KIND) == set(ActorKind)
    assert set(SHOWN) == set(ROLES_WITH) == set(Permission)


@pytest.mark.parametrize("who", sorted({who for who, _ in everyone()} - {"system"}))
def test_nobody_acts_on_the_cases_of_others_but_the_operator_who_forwards_them(who):
    assert done_by(who, Relation.ELSEWHERE) == (OPERATORS_ACTS if who == "operator" else set())


@pytest.mark.parametrize("who", ["hub_agent", "cnil_liaison", "colleague"])
def test_whoever_has_a_task_comes_to_no_case_otherwise(who):
    actor = dict(everyone())[who]
    for action, state, relation in product(Action, ReferralState, Relation):
        assert decide(actor, action, state, relation) is V.ABSENT


def test_a_person_comes_to_her_own_request_alone():
    for action, state, relation in product(Action, ReferralState, Relation):
        verdict = decide(person(REQUEST), action, state, relation)
        assert (verdict is V.ABSENT) == (relation is not Relation.OWN)


@pytest.mark.parametrize("state", sorted(UNDELIVERED))
def test_a_case_that_has_not_reached_its_controller_does_not_exist_for_it(state):
    for actor in (member(*ROLES_WITH[Permission.READ_REFERRALS]), Actor(ActorKind.API_CLIENT)):
        for action in Action:
            assert decide(actor, action, state, Relation.ADDRESSED) is V.ABSENT


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR}))
def test_an_operator_who_holds_another_role_answers_no_other_controllers_case(role):
    both = member(Role.OPERATOR, role)
    for action, state in product(Action, ReferralState):
        if decide(both, action, state, Relation.ELSEWHERE) is V.ALLOWED:
            assert action in OPERATORS_ACTS


def test_the_wrong_moment_is_told_only_to_who_may_act():
    agent, dpo = member(Role.AGENT), member(Role.DPO)
    state = ReferralState.ANSWERED
    assert decide(agent, Action.ACKNOWLEDGE, state, Relation.ADDRESSED) is V.NOT_NOW
    assert decide(dpo, Action.ACKNOWLEDGE, state, Relation.ADDRESSED) is V.FORBIDDEN
    assert decide(agent, Action.ACKNOWLEDGE, state, Relation.ELSEWHERE) is V.ABSENT
    assert decide(SYSTEM, Action.CLOSE, state, Relation.ELSEWHERE) is V.ALLOWED


def test_what_a_case_is_to_each():
    assert relation_to(person(REQUEST), REQUEST, HOUSE) is Relation.OWN
    assert relation_to(person(uuid4()), REQUEST, HOUSE) is Relation.ELSEWHERE
    assert relation_to(member(), REQUEST, HOUSE) is Relation.ADDRESSED
    assert relation_to(member(), REQUEST, OTHER_HOUSE) is Relation.ELSEWHERE
    nowhere = member(organisation_id=None)
    assert relation_to(nowhere, REQUEST, None) is Relation.ELSEWHERE
    assert relation_to(Actor(ActorKind.API_CLIENT, uuid4(), HOUSE), REQUEST, HOUSE) is (
        Relation.ADDRESSED
    )


def test_a_role_held_for_another_thing_widens_no_list():
    roles = frozenset({Role.DPO, Role.OPERATOR})
    assert reach(roles, Permission.AUDIT_ORGANISATION) == {Relation.ADDRESSED}
    assert Relation.ELSEWHERE in reach(frozenset({Role.HUB_DPO}), Permission.AUDIT_ORGANISATION)
    assert not reach(frozenset({Role.AGENT}), Permission.OPERATE)


def test_who_runs_the_hub_is_shown_the_content_of_no_case():
    shown = {SHOWN[one] for one in Permission if Role.OPERATOR in ROLES_WITH[one]}
    assert Shown.CONTENT not in shown


def test_a_contact_without_account_comes_to_the_one_referral_of_its_link() -> None:
    referral_id = uuid4()
    contact = Actor(ActorKind.CONTACT, referral_id, HOUSE, frozenset())
    assert relation_to(contact, REQUEST, HOUSE, referral_id) is Relation.ADDRESSED
    for other in (None, uuid4()):
        assert relation_to(contact, REQUEST, HOUSE, other) is Relation.ELSEWHERE
    here, elsewhere = Relation.ADDRESSED, Relation.ELSEWHERE
    assert comes_to(contact, ReferralState.DELIVERED, here)
    assert not comes_to(contact, ReferralState.DELIVERED, elsewhere)
    assert person(REQUEST).id == REQUEST
    assert relation_to(person(REQUEST), uuid4(), HOUSE) is Relation.ELSEWHERE


def test_the_hubs_dpo_and_an_operator_come_to_the_cases_of_every_house() -> None:
    for role in (Role.HUB_DPO, Role.OPERATOR):
        assert REACH_OF_ROLE[role] == {Relation.ADDRESSED, Relation.ELSEWHERE}


def test_the_tables_are_the_ones_that_were_reviewed_in_the_document_of_access() -> None:
    assert tables() in DOCUMENT.read_text(encoding="utf-8")


def test_the_hub_itself_comes_to_every_case_and_a_member_by_her_roles_alone() -> None:
    assert REACH_OF_KIND[ActorKind.SYSTEM] == set(Relation)
    assert not REACH_OF_KIND[ActorKind.MEMBER]
    for state, relation in product(ReferralState, Relation):
        assert comes_to(SYSTEM, state, relation)
        assert not comes_to(member(), state, relation)
