"""An operator shuts an organisation out, with a reason, and lets it in again; its DPO is told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactRole
from hub.domain.lifecycle import ActionNotAllowed, NotYours
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.directory import ContactPoint, Organisation
from hub.models.member import TokenScope
from hub.models.member_session import MemberSession
from hub.services.suspending_access import restore_access, suspend_access
from hub.services.tokens import create_token
from tests.web.controller.pages import send
from tests.web.members import add_member, add_organisation, give_password, sign_in
from workers.jobs.delivering import drain

HOME = "/exploitation/organismes"
OPERATOR = Actor(ActorKind.MEMBER, None, None, frozenset({Role.OPERATOR}), "Omar Ziani")
AGENT, DPO = "agent@chu.example", "dpo@chu.example"


@pytest.fixture
def house(unit):
    """A hospital with an agent and a DPO."""
    with unit(SYSTEM) as work:
        house = add_organisation(work, "CHU de Rennes")
        add_member(work, house, AGENT, Role.AGENT)
        add_member(work, house, DPO, Role.DPO)
    return house


@pytest.fixture
def operator(client, unit, clock):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "operateur@hub.example", Role.OPERATOR)
    sign_in(client, "operateur@hub.example", clock.now())
    return client


def page_of(house):
    return f"{HOME}/{house}"


def test_its_members_are_out_at_once_and_its_dpo_is_told_without_the_reason(
    app, operator, house, unit, clock, session, ports
):
    agent = app.test_client()
    sign_in(agent, AGENT, clock.now())
    assert send(operator, page_of(house), reason="").status_code == 422
    assert send(operator, page_of(house), reason="Compte détourné").status_code == 302
    session.rollback()
    left = session.scalar(select(func.count()).select_from(MemberSession))
    assert left == 1, "the operator’s own"
    assert agent.get("/compte").status_code == 302
    assert "est suspendu" in give_password(app.test_client(), AGENT).text
    session.rollback()
    assert session.scalar(
        select(AuditEvent.kind).where(AuditEvent.kind == EventKind.ACCESS_SUSPENDED)
    )
    [mail] = session.scalars(
        select(Delivery).where(Delivery.kind == DeliveryKind.ORGANISATION_SUSPENDED)
    )
    drain(Channel.EMAIL.value, mail.recipient)
    [sent] = ports.mailer.sent
    assert sent.to == DPO
    assert "détourné" not in sent.text
    assert "est suspendu" in sent.text


def test_the_list_says_who_is_shut_out_and_one_press_lets_them_in_again(
    app, operator, house, unit, session
):
    listed = operator.get(HOME).text
    assert "CHU de Rennes" in listed
    send(operator, page_of(house), reason="Convention terminée")
    only = operator.get(f"{HOME}?etat=access_suspended").text
    assert "CHU de Rennes" in only
    assert "Concentrateur</a>" not in only
    assert "CHU de Rennes" not in operator.get(f"{HOME}?etat=deliveries_suspended").text
    assert "CHU de Rennes" not in operator.get(f"{HOME}?q=brest").text
    assert "L’accès de 1 organisme est suspendu" in operator.get("/exploitation").text
    shown = operator.get(page_of(house)).text
    assert "Convention terminée" in shown
    send(operator, f"{page_of(house)}/retablir", at=page_of(house))
    assert give_password(app.test_client(), AGENT).status_code == 302
    session.rollback()
    kinds = session.scalars(select(Delivery.kind)).all()
    assert kinds.count(DeliveryKind.ORGANISATION_RESTORED) == 1


def test_without_a_dpo_who_has_an_account_the_mailbox_of_the_directory_is_told(
    unit, session, ports
):
    with unit(SYSTEM) as work:
        house = add_organisation(work, "CHU de Lille")
        point = {"organisation_id": house, "channel": Channel.EMAIL}
        work.session.add(ContactPoint(**point, role=ContactRole.DPO, address="dpd@lille.example"))
    with unit(OPERATOR) as work:
        assert suspend_access(work, house, "Convention terminée")
        assert not suspend_access(work, house, "Convention terminée")
    drain(Channel.EMAIL.value, f"organisation:{house}")
    assert [one.to for one in ports.mailer.sent] == ["dpd@lille.example"]


def test_its_programs_are_refused_meanwhile_and_work_again_afterwards(client, unit, house):
    with unit(SYSTEM) as work:
        token = create_token(work, house, [TokenScope.ANSWER], "Dossiers")
    headers = {"Authorization": f"Bearer {token}"}
    answers = []
    for act in (suspend_access, restore_access):
        with unit(OPERATOR) as work:
            act(work, house, *(["Programme en boucle"] if act is suspend_access else []))
        answers.append(client.get("/api/v1/referrals", headers=headers).status_code)
    assert answers == [401, 200]


def test_only_an_operator_does_it_and_never_to_the_hub_itself(unit, house, session):
    dpo = Actor(ActorKind.MEMBER, None, house, frozenset({Role.DPO}), "Dominique")
    with pytest.raises(NotYours), unit(dpo) as work:
        suspend_access(work, house, "Convention terminée")
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
    with pytest.raises(ActionNotAllowed), unit(OPERATOR) as work:
        suspend_access(work, hub, "Convention terminée")
    session.rollback()
    assert not session.get_one(Organisation, hub).is_suspended
