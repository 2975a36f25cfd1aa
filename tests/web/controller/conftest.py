"""A controller with a case, and its agent signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hub.adapters.clock import FrozenClock
from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.models.member import Member
from hub.ports import Ports
from tests.conftest import Unit
from tests.factories import Case, open_case
from tests.pages import CheckedClient
from tests.web.members import add_member, sign_in

AGENT = "louise.martin@chu.example"
DPO = "dominique.roux@chu.example"


@dataclass
class Desk:
    """A case on a controller, and who works there."""

    case: Case
    agent: Actor
    dpo: Actor

    @property
    def url(self) -> str:
        """The page of the case."""
        return f"/dossiers/{self.case.referral_id}"


@pytest.fixture
def open_desk(unit: Unit, ports: Ports) -> Callable[..., Desk]:
    """Opens a case on a controller with an agent and a DPO who can sign in."""

    def opened(**changes: object) -> Desk:
        case = open_case(unit, ports, **changes)
        agent = member_of(unit, case, AGENT, Role.AGENT)
        dpo = member_of(unit, case, DPO, Role.DPO)
        return Desk(case, agent, dpo)

    return opened


@pytest.fixture
def desk(app: object, open_desk: Callable[..., Desk]) -> Desk:
    """A case of access, delivered."""
    return open_desk()


@pytest.fixture
def agent(desk: Desk, client: CheckedClient, clock: FrozenClock) -> CheckedClient:
    """The agent's browser, signed in."""
    sign_in(client, AGENT, clock.now())
    return client


def member_of(unit: Unit, case: Case, email: str, role: Role) -> Actor:
    """A member of the case's organisation who can sign in, as the actor she is."""
    with unit(SYSTEM) as work:
        member_id = add_member(work, case.organisation_id, email, role)
        name = work.session.get_one(Member, member_id).name
    return Actor(ActorKind.MEMBER, member_id, case.organisation_id, frozenset({role}), name)
