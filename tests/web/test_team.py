"""An organisation's administrator: members, roles, invitations, tokens."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.adapters.clock import FrozenClock
from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.member import ApiToken, Member
from hub.ports import Ports
from hub.queries.tokens import token_holder
from hub.services.invitations import invitation_token
from tests.conftest import Unit
from tests.pages import CheckedClient
from tests.web.members import add_member, add_organisation, give_password, post, sign_in

ADMINISTRATOR = "adele.petit@chu.example"
AGENT = "lea.martin@chu.example"
STRANGER = "zoe.loin@ailleurs.example"
NEW = "Une phrase nouvelle 2027!"


@pytest.fixture(autouse=True)
def team(app: APIFlask, unit: Unit) -> dict[str, UUID]:
    with unit(SYSTEM) as work:
        here, elsewhere = add_organisation(work), add_organisation(work, "Ailleurs")
        return {
            ADMINISTRATOR: add_member(work, here, ADMINISTRATOR, Role.ADMINISTRATOR),
            AGENT: add_member(work, here, AGENT, Role.AGENT),
            STRANGER: add_member(work, elsewhere, STRANGER, Role.ADMINISTRATOR),
        }


@pytest.fixture
def administrator(client: CheckedClient, clock: FrozenClock) -> CheckedClient:
    sign_in(client, ADMINISTRATOR, clock.now())
    return client


def member_row(session: Session, email: str) -> Member:
    session.rollback()
    row = session.scalar(select(Member).where(Member.email == email))
    assert row is not None
    return row


def test_only_an_administrator_sees_the_team(client: CheckedClient, clock: FrozenClock) -> None:
    sign_in(client, AGENT, clock.now())
    for address in ("/equipe", "/equipe/inviter", "/equipe/jetons"):
        assert client.get(address).status_code == 403


def test_the_team_shows_its_own_members_alone(administrator: CheckedClient) -> None:
    page = administrator.get("/equipe").text
    assert AGENT in page
    assert "2 membres" in page
    assert STRANGER not in page


def test_a_member_of_another_organisation_does_not_exist(
    administrator: CheckedClient, team: dict[str, UUID]
) -> None:
    page = administrator.get("/equipe/inviter")
    assert administrator.get(f"/equipe/membres/{team[STRANGER]}").status_code == 404
    for act in ("acces", "desactiver", "reactiver"):
        answer = post(administrator, f"/equipe/membres/{team[STRANGER]}/{act}", page)
        assert answer.status_code == 404


def test_an_invitation_leads_to_a_session(
    app: APIFlask,
    administrator: CheckedClient,
    ports: Ports,
    session: Session,
) -> None:
    email = "ali.benali@chu.example"
    answer = post(
        administrator, "/equipe/inviter", name="Ali Benali", email=email, roles=["agent", "dpo"]
    )
    assert answer.location == "/equipe"
    row = member_row(session, email)
    assert row.role_set == {Role.AGENT, Role.DPO}
    [delivery] = session.scalars(select(Delivery))
    assert (delivery.kind, delivery.recipient) == (
        DeliveryKind.MEMBER_INVITATION,
        f"member:{row.id}",
    )
    assert delivery.details == {}
    address = f"/invitation/{invitation_token(ports.keyring, row)}"
    guest = app.test_client()
    assert "Ali Benali" in guest.get(address).text
    assert "trop facile" in post(guest, address, password="Benali", again="Benali").text
    assert "ne sont pas les mêmes" in post(guest, address, password=NEW, again="x").text
    assert post(guest, address, password=NEW, again=NEW).location == "/connexion"
    assert guest.get(address).status_code == 410
    assert give_password(guest, email, NEW).location == "/connexion/second-facteur"


def test_an_invitation_expires_after_seven_days(
    administrator: CheckedClient, clock: FrozenClock, ports: Ports, session: Session
) -> None:
    email = "ali.benali@chu.example"
    post(administrator, "/equipe/inviter", name="Ali Benali", email=email, roles=["agent"])
    address = f"/invitation/{invitation_token(ports.keyring, member_row(session, email))}"
    clock.advance(days=6, hours=23)
    assert administrator.get(address).status_code == 200
    clock.advance(hours=2)
    expired = administrator.get(address)
    assert expired.status_code == 410
    assert "sept jours" in expired.text
    assert administrator.get("/invitation/abc").status_code == 410


def test_an_invitation_is_sent_again_or_cancelled(
    administrator: CheckedClient, ports: Ports, session: Session
) -> None:
    email = "ali.benali@chu.example"
    post(administrator, "/equipe/inviter", name="Ali Benali", email=email, roles=["agent"])

    def link() -> str:
        return f"/invitation/{invitation_token(ports.keyring, member_row(session, email))}"

    first, address = link(), f"/equipe/membres/{member_row(session, email).id}"
    page = administrator.get(address)
    assert "Envoyer à nouveau l’invitation" in page.text
    post(administrator, f"{address}/acces", page)
    assert administrator.get(first).status_code == 410
    second = link()
    assert administrator.get(second).status_code == 200
    post(administrator, f"{address}/desactiver", page)
    assert administrator.get(second).status_code == 410
    assert "reste sans effet" in administrator.get(address).text
    post(administrator, f"{address}/reactiver", page)
    assert administrator.get(second).status_code == 410
    post(administrator, f"{address}/acces", page)
    assert administrator.get(link()).status_code == 200


def test_an_address_is_invited_once(administrator: CheckedClient) -> None:
    answer = post(
        administrator, "/equipe/inviter", name="Léa", email=AGENT.upper(), roles=["agent"]
    )
    assert "Cette adresse appartient déjà à un membre" in answer.text


def test_an_organisation_cannot_give_the_roles_of_the_hub(
    administrator: CheckedClient, team: dict[str, UUID], session: Session
) -> None:
    address = f"/equipe/membres/{team[AGENT]}"
    assert "hub_dpo" not in administrator.get(address).text
    post(administrator, address, roles=["hub_dpo"])
    assert member_row(session, AGENT).role_set == {Role.AGENT}


def test_roles_change_from_the_next_page_on(
    app: APIFlask, administrator: CheckedClient, team: dict[str, UUID], clock: FrozenClock
) -> None:
    agent = app.test_client()
    sign_in(agent, AGENT, clock.now())
    assert agent.get("/equipe").status_code == 403
    post(administrator, f"/equipe/membres/{team[AGENT]}", roles=["agent", "administrator"])
    assert agent.get("/equipe").status_code == 200


def test_the_last_administrator_stays(
    administrator: CheckedClient, team: dict[str, UUID], session: Session
) -> None:
    address = f"/equipe/membres/{team[ADMINISTRATOR]}"
    page = post(administrator, address, roles=["agent"])
    assert "plus d’administrateur" in administrator.get(page.location).text
    post(administrator, f"{address}/desactiver", administrator.get("/equipe/inviter"))
    assert member_row(session, ADMINISTRATOR).role_set == {Role.ADMINISTRATOR}
    assert member_row(session, ADMINISTRATOR).active


def test_a_closed_access_ends_the_session_at_once(
    app: APIFlask, administrator: CheckedClient, team: dict[str, UUID], clock: FrozenClock
) -> None:
    agent = app.test_client()
    sign_in(agent, AGENT, clock.now())
    page = administrator.get(f"/equipe/membres/{team[AGENT]}")
    post(administrator, f"/equipe/membres/{team[AGENT]}/desactiver", page)
    assert agent.get("/compte").status_code == 302
    assert "est inexact" in give_password(agent, AGENT).text
    post(administrator, f"/equipe/membres/{team[AGENT]}/reactiver", page)
    assert give_password(agent, AGENT).location.startswith("/connexion/code")


def test_a_new_invitation_voids_password_and_second_factor(
    administrator: CheckedClient, team: dict[str, UUID], session: Session
) -> None:
    page = administrator.get(f"/equipe/membres/{team[AGENT]}")
    post(administrator, f"/equipe/membres/{team[AGENT]}/acces", page)
    row = member_row(session, AGENT)
    assert (row.password, row.tf_totp_secret, row.mf_recovery_codes) == (None, None, [])
    assert session.scalar(select(Delivery.recipient)) == f"member:{row.id}"


def test_a_token_is_shown_once_works_and_can_be_ended(
    administrator: CheckedClient, ports: Ports, session: Session
) -> None:
    page = post(administrator, "/equipe/jetons", label="Registre", scopes=["file", "answer"])
    found = re.search(r"rh_[0-9a-f]{64}", page.text)
    assert found
    token = found[0]
    assert token not in administrator.get("/equipe/jetons").text
    session.rollback()
    holder = token_holder(session, ports.keyring, token)
    assert holder is not None
    assert holder.scopes == {"file", "answer"}
    post(administrator, f"/equipe/jetons/{holder.token_id}/revoquer", page)
    session.rollback()
    assert token_holder(session, ports.keyring, token) is None
    kinds = set(session.scalars(select(AuditEvent.kind)))
    assert {EventKind.TOKEN_CREATED, EventKind.TOKEN_REVOKED} <= kinds
    assert token.encode() not in session.scalars(select(ApiToken.token_hash)).all()
