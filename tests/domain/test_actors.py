"""Who acts, as the log names it."""

from uuid import UUID

from hub.domain.actors import SYSTEM, Actor, ActorKind, person

ID = UUID(int=7)


def test_only_a_member_has_a_members_id() -> None:
    assert Actor(ActorKind.MEMBER, ID).member_id == ID
    assert person(ID).member_id is None
    assert SYSTEM.member_id is None


def test_a_person_is_known_by_her_request_alone() -> None:
    assert person(ID) == Actor(ActorKind.PERSON, ID, None, frozenset(), "")
    assert person().id is None


def test_the_hub_itself_acts_under_its_own_name() -> None:
    assert (SYSTEM.kind, SYSTEM.name, SYSTEM.roles) == (ActorKind.SYSTEM, "hub", frozenset())
