"""C23: what came to the wrong person is closed at once, told, and written in a register."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.outcomes import Outcome
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.incident import Incident
from hub.models.member import TokenScope
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.tokens import create_token
from tests.factories import open_case
from tests.web.controller.conftest import AGENT, DPO, member_of
from tests.web.controller.pages import send
from tests.web.members import add_member, add_organisation, sign_in

LETTER = "Voici vos données."
SAID = "Le second document porte un autre nom."
ENTRY = {
    "facts": "Un fichier d’une autre personne.",
    "effects": "Divulgation à une personne.",
    "measures": "Réponse bloquée, fichier supprimé.",
    "risk": "risk",
    "notified_on": "14/09/2026",
    "told_on": "14/09/2026",
}


@pytest.fixture
def given(unit, ports):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer_id = answer(work, case.referral_id, AnswerDraft(LETTER, items))
    return case, answer_id


@pytest.fixture
def enter(client):
    def entered(case):
        send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
        return client

    return entered


@pytest.fixture
def dpo(app, unit, given, clock):
    """The DPO of the controller, signed in."""
    case, _answer_id = given
    member_of(unit, case, DPO, Role.DPO)
    desk = app.test_client()
    sign_in(desk, DPO, clock.now())
    return desk


@pytest.fixture
def hub_dpo(app, unit, clock):
    with unit(SYSTEM) as work:
        add_member(
            work, add_organisation(work, "Plateforme", runs_hub=True), "d@hub.example", Role.HUB_DPO
        )
    desk = app.test_client()
    sign_in(desk, "d@hub.example", clock.now())
    return desk


def say(enter, given, said=SAID):
    case, answer_id = given
    client = enter(case)
    page = f"/suivre/pas-a-moi/{answer_id}"
    assert send(client, page, said=said).location == page
    return client, page


def link_in(page):
    return re.search(r"/incidents/[0-9a-f-]{36}", page.text)[0]


def events(session, kind):
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)).all()


def test_this_is_not_mine_closes_the_answer_at_once_and_tells_the_dpos(
    enter, given, dpo, hub_dpo, session
):
    case, answer_id = given
    client = enter(case)
    assert f"/suivre/pas-a-moi/{answer_id}" in client.get(f"/suivre/reponse/{answer_id}").text
    client, page = say(enter, given)
    for address in (f"/suivre/reponse/{answer_id}", f"/suivre/lettre/{answer_id}.pdf"):
        assert client.get(address).location == page
    assert "Cette réponse est bloquée" in client.get(page).text
    assert LETTER not in client.get("/suivre/ma-demande").text
    session.rollback()
    told = select(Delivery).where(Delivery.kind == DeliveryKind.INCIDENT_OPENED)
    assert len(session.scalars(told).all()) == 3  # two DPOs of the controller, that of the hub
    assert len(events(session, EventKind.INCIDENT_OPENED)) == 1
    row = session.scalars(select(Incident)).one()
    assert SAID.encode() not in (row.said_sealed or b"")


def test_the_controllers_dpo_writes_the_register_and_closes_it_when_it_is_whole(
    enter, given, dpo, session
):
    client, page = say(enter, given)
    listed = dpo.get("/incidents")
    assert "1 incident est ouvert." in listed.text
    address = link_in(listed)
    shown = dpo.get(address).text.replace("\u00a0", " ")
    assert "Décidez avant le 17 septembre 2026" in shown
    assert SAID not in shown
    assert SAID in send(dpo, f"{address}/lire", at=address).text
    assert len(events(session, EventKind.REQUEST_CONSULTED)) == 1
    send(dpo, f"{address}/clore", at=address)
    assert "Il manque encore au registre" in dpo.get(address).text
    assert send(dpo, address, **ENTRY).status_code == 302
    send(dpo, f"{address}/clore", at=address)
    assert "L’incident est clos" in dpo.get(address).text
    assert ENTRY["facts"] in dpo.get(address).text
    assert client.get(page).status_code == 200
    assert "Aucun incident n’est ouvert." in dpo.get("/incidents").text
    lines = dpo.get("/incidents/registre.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Un fichier d’une autre personne." in lines[1]


def test_after_seventy_two_hours_the_register_is_late_and_the_notification_owes_its_reason(
    enter, given, dpo, clock
):
    say(enter, given)
    clock.advance(hours=73)
    sign_in(dpo, DPO, clock.now())
    assert "1 incident a dépassé ses 72 heures." in dpo.get("/incidents").text
    address = link_in(dpo.get("/incidents"))
    assert send(dpo, address, **ENTRY | {"notified_on": "18/09/2026"}).status_code == 422
    assert send(dpo, address, **ENTRY | {"notified_on": "13/09/2026"}).status_code == 422
    clock.advance(days=1)
    sign_in(dpo, DPO, clock.now())
    send(dpo, address, **ENTRY | {"notified_on": "18/09/2026"})
    assert "a dépassé 72 heures" in dpo.get(address).text
    send(dpo, f"{address}/clore", at=address)
    assert "Il manque encore au registre" in dpo.get(address).text


def test_an_answer_that_was_hers_after_all_is_given_back(enter, given, dpo):
    _case, answer_id = given
    client, _page = say(enter, given)
    address = link_in(dpo.get("/incidents"))
    send(dpo, f"{address}/rendre", at=address)
    assert LETTER in client.get(f"/suivre/reponse/{answer_id}").text
    again, page = say(enter, given)
    assert again.get(f"/suivre/reponse/{answer_id}").location == page


def test_the_hubs_dpo_reads_every_register_and_writes_it_only_where_there_is_no_dpo(
    enter, given, dpo, hub_dpo, unit, ports
):
    say(enter, given)
    address = link_in(hub_dpo.get("/incidents"))
    page = hub_dpo.get(address).text
    assert "Le DPD du responsable tient ce registre." in page
    send(hub_dpo, f"{address}/clore", at="/incidents" if "csrf_token" not in page else address)
    assert "Clos le" not in hub_dpo.get(address).text


def test_another_controllers_dpo_sees_nothing_of_it(app, enter, given, dpo, unit, ports, clock):
    say(enter, given)
    address = link_in(dpo.get("/incidents"))
    other = open_case(unit, ports, organisation="Autre centre")
    member_of(unit, other, "autre@centre.example", Role.DPO)
    desk = app.test_client()
    sign_in(desk, "autre@centre.example", clock.now())
    assert "Aucun incident" in desk.get("/incidents").text
    assert desk.get(address).status_code == 404


def test_a_member_who_sees_it_first_closes_the_answer_too(app, given, unit, clock, enter):
    case, answer_id = given
    member_of(unit, case, AGENT, Role.AGENT)
    desk = app.test_client()
    sign_in(desk, AGENT, clock.now())
    assert desk.get("/incidents").status_code == 403
    page = f"/dossiers/{case.referral_id}/mauvais-destinataire/{answer_id}"
    assert send(desk, page, said=SAID).status_code == 302
    assert "Bloquée" in desk.get(f"/dossiers/{case.referral_id}").text
    opened = enter(case).get(f"/suivre/reponse/{answer_id}")
    assert opened.location == f"/suivre/pas-a-moi/{answer_id}"


def test_nobody_reports_an_answer_of_another(enter, given, unit, ports, session):
    _case, answer_id = given
    other = open_case(unit, ports, organisation="Autre centre")
    client = enter(other)
    assert client.get(f"/suivre/pas-a-moi/{answer_id}").status_code == 404
    assert not session.scalars(select(Incident)).all()


def test_a_program_reads_its_own_organisations_register_and_no_other(
    client, enter, given, dpo, unit, ports
):
    say(enter, given)
    other = open_case(unit, ports, organisation="Autre centre")
    lists = []
    for organisation_id in (given[0].organisation_id, other.organisation_id):
        with unit(SYSTEM) as work:
            token = create_token(work, organisation_id, {TokenScope.AUDIT}, "outil")
        bearer = {"Authorization": f"Bearer {token}"}
        lists.append(client.get("/api/v1/incidents?open=true", headers=bearer).json["items"])
    assert [one["state"] for one in lists[0]] == ["open"]
    assert lists[0][0]["notify_by"].startswith("2026-09-17")
    assert lists[1] == []
    assert client.get("/api/v1/incidents").status_code == 401
