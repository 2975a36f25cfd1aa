"""Complaints about the opt-out: transmitted to the CNIL, and the person told of each step (X24)."""

import re
from dataclasses import replace
from datetime import date

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.opt_outs import OptOutPolicy
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from tests.web.members import add_member, add_organisation, post, sign_in
from tests.web.public.test_opt_out import MINE, register

WORDS = "Une étude autorisée en août utilise mes données."


@pytest.fixture
def ports(ports):
    """A hub whose register is open already."""
    opened = OptOutPolicy(from_on=date(2026, 1, 1))
    return replace(ports, policies=replace(ports.policies, opt_outs=opened))


@pytest.fixture
def hub(unit):
    """The hub's own organisation."""
    with unit(SYSTEM) as work:
        return add_organisation(work, "Concentrateur", runs_hub=True)


@pytest.fixture
def enter_as(unit, app, hub, clock):
    """Signs in as a member of the hub with a role."""

    def entered(role):
        with unit(SYSTEM) as work:
            add_member(work, hub, f"{role.value}@hub.example", role)
        visitor = app.test_client()
        sign_in(visitor, f"{role.value}@hub.example", clock.now())
        return visitor

    return entered


def complain(client, words=WORDS):
    register(client)
    return post(client, f"{MINE}/reclamation", client.get(f"{MINE}/reclamation"), text=words)


def link_in(page):
    return re.search(r"/cnil/[0-9a-f-]{36}", page.text)[0]


def mails(session, kind):
    session.rollback()
    return session.query(Delivery).filter_by(kind=kind).all()


def test_a_complaint_is_transmitted_to_the_cnil_and_the_person_is_told_x24_ehds_81(
    client, enter_as, session, clock
):
    liaison = enter_as(Role.CNIL_LIAISON)
    complain(client)
    assert len(mails(session, DeliveryKind.COMPLAINT_TO_TRANSMIT)) == 1
    assert "Reçue. Nous la transmettons à la CNIL" in client.get(MINE).text
    page = liaison.get("/cnil")
    assert "1 réclamation à transmettre." in page.text
    told = len(mails(session, DeliveryKind.NEWS))
    address = link_in(page)
    shown = liaison.get(address)
    assert WORDS not in shown.text
    post(liaison, f"{address}/transmise", shown, on="14/09/2026", cnil_number="CNIL-26-41")
    assert len(mails(session, DeliveryKind.NEWS)) == told + 1
    mine = client.get(MINE).text
    assert "Transmise à la CNIL le 14 septembre 2026." in mine
    assert "CNIL-26-41" in mine


def test_the_outcome_is_counted_and_shown_to_the_person_c27(client, enter_as, clock):
    liaison = enter_as(Role.CNIL_LIAISON)
    complain(client)
    address = link_in(liaison.get("/cnil"))
    shown = liaison.get(address)
    post(liaison, f"{address}/transmise", shown, on="14/09/2026")
    shown = liaison.get(address)
    answer = post(liaison, f"{address}/suite", shown, outcome="upheld", on="13/09/2026")
    assert answer.status_code == 422
    assert "Donnez un jour du 14 septembre 2026 au 14 septembre 2026." in answer.text
    post(liaison, f"{address}/suite", shown, outcome="upheld", on="14/09/2026")
    page = liaison.get("/cnil").text
    assert "Ce qu’a décidé la CNIL" in page
    assert "Fondée" in page
    assert "Issue du 14 septembre 2026 : Fondée." in client.get(MINE).text
    lines = liaison.get("/cnil/reclamations.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Fondée" in lines[1]


def test_the_liaison_starts_there_and_her_reading_is_written_down(client, enter_as, session):
    liaison = enter_as(Role.CNIL_LIAISON)
    assert liaison.get("/connexion/suite").location == "/cnil"
    complain(client)
    address = link_in(liaison.get("/cnil"))
    page = post(liaison, f"{address}/lire", liaison.get(address))
    assert WORDS in page.text
    assert "Dubois" in page.text
    session.rollback()
    kinds = [one.kind for one in session.query(AuditEvent)]
    assert EventKind.REQUEST_CONSULTED in kinds


def test_the_dpo_of_the_hub_sees_the_register_and_no_words(client, enter_as):
    complain(client)
    dpo = enter_as(Role.HUB_DPO)
    page = dpo.get("/cnil")
    assert page.status_code == 200
    address = link_in(page)
    assert "Lire la réclamation" not in dpo.get(address).text
    token = re.search(r'csrf_token" value="([^"]+)"', dpo.get("/dpo/dossiers").text)
    answer = dpo.post(f"{address}/lire", data={"csrf_token": token[1] if token else ""})
    assert answer.status_code in {400, 403}


def test_a_controllers_member_has_no_business_there(unit, app, clock):
    with unit(SYSTEM) as work:
        chu = add_organisation(work, "CHU")
        add_member(work, chu, "dpo@chu.example", Role.DPO)
    visitor = app.test_client()
    sign_in(visitor, "dpo@chu.example", clock.now())
    assert visitor.get("/cnil").status_code == 403


def test_a_complaint_without_words_is_refused_beside_its_field(client):
    answer = complain(client, " ")
    assert answer.status_code == 422
    assert "Dites ce qui s’est passé." in answer.text


def test_without_a_liaison_the_organisation_of_the_hub_is_told(client, hub, session):
    complain(client)
    (one,) = mails(session, DeliveryKind.COMPLAINT_TO_TRANSMIT)
    assert one.recipient == f"organisation:{hub}"
