"""An administrator has the organisation's software called, and sees what came of each call."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.webhooks import key_from
from hub.models.webhook import WebhookEndpoint
from hub.ports import OutwardAnswer
from hub.queries.outbox import due_recipients
from tests.web.members import add_member, add_organisation, post, sign_in
from workers.jobs.calling import call_endpoint

ADMINISTRATOR = "adele.petit@chu.example"
AGENT = "lea.martin@chu.example"
PAGE = "/equipe/logiciel"
URL = "https://hooks.chu.example/hub"


@pytest.fixture(autouse=True)
def team(app, unit):
    with unit(SYSTEM) as work:
        here = add_organisation(work)
        add_member(work, here, ADMINISTRATOR, Role.ADMINISTRATOR)
        add_member(work, here, AGENT, Role.AGENT)


@pytest.fixture
def administrator(client, clock):
    sign_in(client, ADMINISTRATOR, clock.now())
    return client


@pytest.fixture
def run(session, clock):
    def calls():
        for channel, recipient in due_recipients(session, clock.now(), 10):
            if channel == "webhook":
                call_endpoint(channel, recipient)
        session.rollback()

    return calls


def obliging(call):
    said = json.loads(call.body)
    answer = {"received": call.headers["webhook-id"], **said["data"]}
    return OutwardAnswer(200, "application/json", json.dumps(answer).encode(), 12)


def key_on(page) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page.text)
    assert found, "no key is shown"
    return found[0]


def test_only_an_administrator_comes_to_it(client, clock):
    sign_in(client, AGENT, clock.now())
    assert client.get(PAGE).status_code == 403


def test_the_key_is_shown_once_and_the_address_waits_to_be_checked(administrator, session):
    page = post(administrator, PAGE, url=URL)
    assert len(key_from(key_on(page))) == 32
    again = administrator.get(PAGE)
    assert "whsec_" not in again.text
    assert "Nous vérifions l’adresse" in again.text
    assert session.scalars(select(WebhookEndpoint)).one().url == URL


def test_an_address_that_leads_inside_is_refused_beside_its_field(administrator, session):
    page = post(administrator, PAGE, url="http://10.0.0.1/")
    assert "L’adresse doit commencer par https://." in page.text
    page = post(administrator, PAGE, url="https://10.0.0.1/")
    assert "pas un numéro" in page.text
    assert session.scalar(select(WebhookEndpoint)) is None


def test_she_sees_what_came_of_each_call_and_what_to_mend(administrator, ports, run):
    post(administrator, PAGE, url=URL)
    ports.outward.answering = lambda call: OutwardAnswer(401, "", b"")
    run()
    page = administrator.get(PAGE)
    assert "À faire" in page.text
    assert "vérifiez qu’il a la bonne clé" in page.text
    assert "statut 401" in page.text
    ports.outward.answering = obliging
    post(administrator, f"{PAGE}/verifier", page)
    run()
    page = administrator.get(PAGE)
    assert "Rien à faire" in page.text
    post(administrator, f"{PAGE}/essai", page)
    run()
    assert administrator.get(PAGE).text.count("Bien reçu") == 2


def test_a_new_key_is_shown_once_and_the_former_one_can_be_ended(administrator):
    first = post(administrator, PAGE, url=URL)
    second = post(administrator, f"{PAGE}/cle", first)
    assert key_on(second) != key_on(first)
    page = administrator.get(PAGE)
    assert "whsec_" not in page.text
    assert "Mettre fin à l’ancienne clé" in page.text
    post(administrator, f"{PAGE}/ancienne-cle", page)
    assert "Mettre fin à l’ancienne clé" not in administrator.get(PAGE).text


def test_a_test_call_waits_for_the_check_and_the_address_can_be_removed(administrator, session):
    page = post(administrator, PAGE, url=URL)
    post(administrator, f"{PAGE}/essai", page)
    assert "Faites d’abord vérifier l’adresse." in administrator.get(PAGE).text
    post(administrator, f"{PAGE}/retirer", page)
    assert "Indiquer l’adresse" in administrator.get(PAGE).text
    assert session.scalar(select(WebhookEndpoint)) is None


def test_nothing_can_be_done_to_an_endpoint_that_is_not_there(administrator):
    page = administrator.get(PAGE)
    for act in ("verifier", "essai", "cle", "ancienne-cle", "retirer"):
        assert post(administrator, f"{PAGE}/{act}", page).status_code == 404, act


def test_a_key_is_not_changed_long_after_she_confirmed_who_she_is(administrator, clock):
    page = post(administrator, PAGE, url=URL)
    clock.advance(minutes=11)
    asked = post(administrator, f"{PAGE}/cle", page).text
    assert "Est-ce toujours vous" in asked
    assert "whsec_" not in asked
