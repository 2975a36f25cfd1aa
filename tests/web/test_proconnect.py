"""A member signs in by ProConnect: her own account, her organisation's, with two factors."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from hub.adapters.identity.memory import MemoryIdentityProvider
from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.identity_providers import MemberIdentity, Provider
from hub.models.audit_event import AuditEvent
from hub.models.identification import ProConnectAccount
from hub.models.member import Member
from hub.port_errors import IdentityRefusal, IdentityRefused
from hub.services.members import renew_access
from tests.web.members import (
    add_member,
    add_organisation,
    form_token,
    give_code,
    post,
    sign_in,
)

AGENT, DPO = "lea.martin@chu.example", "noe.dupont@chu.example"
SIREN = "130025265"
IDENTITY = MemberIdentity("sub-of-lea", f"{SIREN}00013", "eidas1", ("pwd", "mfa"))


@pytest.fixture
def provider():
    return MemoryIdentityProvider(IDENTITY)


@pytest.fixture
def ports(ports, provider):
    return replace(ports, identity_providers={Provider.PROCONNECT: provider})


@pytest.fixture(autouse=True)
def organisation_id(app, unit):
    with unit(SYSTEM) as work:
        key = add_organisation(work, siren=SIREN)
        add_member(work, key, AGENT, Role.AGENT)
        add_member(work, key, DPO, Role.DPO)
    return key


def go_and_come_back(client, address, page, **told):
    leading = post(client, address, page)
    assert leading.status_code == 200
    found = re.search(r'content="0; url=([^"]+)"', leading.text)[1].replace("&amp;", "&")
    state = parse_qs(urlsplit(found).query)["state"][0]
    query = {"state": state, "code": "c", "iss": "https://provider.example"} | told
    return client.get("/identite/retour/proconnect", query_string=query)


def attach(client, now, email=AGENT):
    sign_in(client, email, now)
    client.get("/connexion/suite")
    return go_and_come_back(client, "/compte/proconnect", client.get("/compte"))


def sign_out(client):
    return post(client, "/deconnexion", client.get("/compte"))


def come_in(client, **told):
    return go_and_come_back(client, "/connexion/proconnect", client.get("/connexion"), **told)


def test_an_attached_account_with_two_factors_opens_a_session(client, clock, session):
    assert attach(client, clock.now()).location == "/compte"
    assert "14 septembre 2026" in client.get("/compte").text.replace("\u00a0", " ")
    sign_out(client)
    assert come_in(client).location == "/connexion/suite"
    assert "Mon compte" in client.get("/compte").text
    session.rollback()
    kinds = session.scalars(select(AuditEvent.kind)).all()
    assert kinds.count(EventKind.MEMBER_SIGNED_IN) == 2
    kept = session.scalar(select(ProConnectAccount))
    assert b"sub-of-lea" not in kept.subject_index


def test_with_a_password_alone_there_our_code_is_asked_here(client, clock, provider):
    attach(client, clock.now())
    sign_out(client)
    provider.attests = replace(IDENTITY, amr=("pwd",))
    asked = come_in(client)
    assert asked.location.startswith("/connexion/code")
    assert client.get("/compte").status_code == 302
    clock.advance(minutes=1)
    assert give_code(client, AGENT, clock.now()).location == "/connexion/suite"
    assert "Mon compte" in client.get("/compte").text


def test_an_account_that_nobody_attached_opens_nothing(client):
    assert come_in(client).location == "/connexion"
    page = client.get("/connexion").text
    assert "encore rattaché à aucun compte" in page
    assert client.get("/compte").status_code == 302


def test_an_account_of_another_organisation_is_neither_attached_nor_let_in(
    client, clock, provider, session
):
    elsewhere = replace(IDENTITY, siret="99900300700012")
    provider.attests = elsewhere
    attach(client, clock.now())
    assert "autre organisme" in client.get("/compte").text
    session.rollback()
    assert session.scalar(select(ProConnectAccount)) is None
    provider.attests = IDENTITY
    go_and_come_back(client, "/compte/proconnect", client.get("/compte"))
    sign_out(client)
    provider.attests = elsewhere
    come_in(client)
    assert "autre organisme" in client.get("/connexion").text
    assert client.get("/compte").status_code == 302
    session.rollback()
    kinds = session.scalars(select(AuditEvent.kind)).all()
    assert EventKind.MEMBER_SIGN_IN_FAILED in kinds


def test_a_suspended_member_is_told_and_stays_out(client, clock, unit):
    attach(client, clock.now())
    sign_out(client)
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Member).where(Member.email == AGENT))
        row.active = False
    come_in(client)
    assert "Votre accès a été retiré" in client.get("/connexion").text
    assert client.get("/compte").status_code == 302


def test_an_account_belongs_to_one_member(client, clock):
    attach(client, clock.now())
    sign_out(client)
    attach(client, clock.now(), DPO)
    assert "autre membre" in client.get("/compte").text


def test_only_who_left_to_attach_an_account_attaches_it(client, app, clock, session):
    sign_in(client, AGENT, clock.now())
    leading = post(client, "/compte/proconnect", client.get("/compte"))
    found = re.search(r'content="0; url=([^"]+)"', leading.text)[1].replace("&amp;", "&")
    query = {"state": parse_qs(urlsplit(found).query)["state"][0], "code": "c"}
    sign_out(client)
    sign_in(client, DPO, clock.now())
    back = client.get("/identite/retour/proconnect", query_string=query)
    assert back.location == "/connexion"
    session.rollback()
    assert session.scalar(select(ProConnectAccount)) is None


def test_a_detached_account_and_a_renewed_access_open_nothing_more(
    client, clock, unit, organisation_id, session
):
    attach(client, clock.now())
    post(client, "/compte/proconnect/retirer", client.get("/compte"))
    session.rollback()
    assert session.scalar(select(ProConnectAccount)) is None
    go_and_come_back(client, "/compte/proconnect", client.get("/compte"))
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Member).where(Member.email == AGENT))
        renew_access(work, organisation_id, row.id)
    session.rollback()
    assert session.scalar(select(ProConnectAccount)) is None


def test_what_goes_wrong_there_is_said_on_the_page_she_left(client, provider):
    provider.attests = IdentityRefused(reason=IdentityRefusal.LEVEL_TOO_LOW)
    assert come_in(client).location == "/connexion"
    assert "pas assez sûr" in client.get("/connexion").text
    assert client.get("/identite/retour/proconnect?state=x&code=c").location == "/connexion"
    assert "Ce retour de ProConnect" in client.get("/connexion").text


def test_after_signing_out_here_she_may_sign_out_there(client, clock):
    attach(client, clock.now())
    sign_out(client)
    page = client.get("/connexion")
    assert "peut encore vous reconnaître" in page.text
    assert "/session/end?id_token_hint=" in post(client, "/identite/fin", page).text
    assert "peut encore vous reconnaître" not in client.get("/connexion").text


def test_without_proconnect_nothing_of_it_is_shown(client, clock, ports):
    ports.identity_providers.clear()
    page = client.get("/connexion")
    assert "ProConnect" not in page.text
    token = {"csrf_token": form_token(page)}
    assert client.post("/connexion/proconnect", data=token).status_code == 404
    sign_in(client, AGENT, clock.now())
    assert "ProConnect" not in client.get("/compte").text
