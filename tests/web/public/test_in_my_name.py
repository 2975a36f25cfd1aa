"""The link of the person represented: what it shows, what it stops, and to whom it gives a code."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.lifecycle import RequestState
from hub.domain.representation import Objection
from hub.models.answer import Document
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.representation import RepresentationRow
from hub.models.rights_request import RightsRequest
from hub.services.filing_drafts import PersonGiven
from hub.services.representing import in_my_name_token
from tests.factories import open_case
from tests.retained import answered
from tests.web.controller.conftest import AGENT, member_of
from tests.web.controller.pages import send
from tests.web.members import sign_in

MANDATE = {
    "capacity": "association",
    "name": "Association Vivre avec le diabète",
    "answer_to": "representative",
}
PERSON = PersonGiven(
    "Angèle",
    "Dubois",
    date(1965, 3, 8),
    email="jean@agent.example",
    own_email="angele@person.example",
)
MINE = "/suivre/ma-demande"


@pytest.fixture
def case(unit, ports):
    return open_case(unit, ports, person=PERSON, representative=MANDATE)


@pytest.fixture
def link(case, ports):
    key = case.receipt.rights_request_id
    return f"/en-mon-nom/{key}/{in_my_name_token(ports.keyring, key)}"


def state(session, case):
    session.rollback()
    return session.get(RightsRequest, case.receipt.rights_request_id).state


def test_the_page_names_neither_right_nor_organisation_nor_who_acts(client, case, link):
    page = client.get(link)
    assert page.status_code == 200
    assert case.receipt.reference in page.text
    assert "14 septembre 2026" in page.text
    for word in ("diabète", "CHU", "Entrepôt", "Dubois", "1965", "Jean"):
        assert word not in page.text, word


def test_a_link_of_another_or_a_mistyped_one_says_that_it_no_longer_works(client, case, link, unit):
    assert client.get(f"{link[:-1]}{'0' if link[-1] != '0' else '1'}").status_code == 410
    other, token = open_case_of_herself(unit, client)
    assert client.get(f"/en-mon-nom/{other}/{link.rpartition('/')[2]}").status_code == 410
    assert token not in link


def test_what_was_filed_as_if_by_herself_says_how_it_came_and_is_stopped_alike(client, unit):
    key, token = open_case_of_herself(unit, client)
    own = f"/en-mon-nom/{key}/{token}"
    page = client.get(own).text
    assert "en votre nom, sur notre site" in page
    assert "mandat" not in page.casefold()
    send(client, f"{own}/pas-moi", at=own)
    assert "Tout est arrêté." in client.get(own).text


def open_case_of_herself(unit, client):
    ports = client.application.extensions["ports"]
    key = open_case(unit, ports, organisation="CHU de Lille").receipt.rights_request_id
    return key, in_my_name_token(ports.keyring, key)


def test_one_press_stops_everything_and_the_page_says_so(client, case, link, session):
    assert state(session, case) is RequestState.ACTIVE
    stopped = send(client, f"{link}/pas-moi", at=link)
    assert stopped.location == link
    assert state(session, case) is RequestState.NEEDS_PERSON
    page = client.get(link)
    assert "Tout est arrêté." in page.text
    assert "Mettre fin au mandat" not in page.text


def test_opening_the_link_stops_nothing(client, case, link, session):
    client.get(link)
    client.get(f"{link}/code")
    assert state(session, case) is RequestState.ACTIVE
    assert session.scalar(select(RepresentationRow.revoked_at)) is None


def test_the_agents_code_is_told_that_the_request_stands_still(client, case, link):
    send(client, f"{link}/pas-moi", at=link)
    page = send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
    assert page.status_code == 403
    assert "sans son accord" in page.text
    assert client.get(MINE).location.startswith("/suivre?")


def test_her_birth_date_ends_the_mandate_and_shows_her_code_once(client, case, link, session):
    wrong = send(client, f"{link}/code", birth_date="09/03/1965")
    assert wrong.status_code == 422
    assert "birth_date-error" in wrong.text
    given = send(client, f"{link}/code", birth_date="08/03/1965")
    secret = re.search(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", given.text)[0]
    assert secret != case.receipt.secret
    assert client.get(f"{link}/code").location == link, "it is not shown again"
    send(client, "/suivre", reference=case.receipt.reference, secret=secret)
    assert "Le mandat a pris fin" in client.get(MINE).text


def test_a_refused_filing_says_that_it_went_to_nobody_x14_decree_art_77(
    client, unit, ports, session
):
    case = open_case(
        unit,
        ports,
        person=PERSON,
        representative=MANDATE,
        objection=Objection.MANDATE_EXPIRED,
        active_at_once=False,
    )
    key = case.receipt.rights_request_id
    page = client.get(f"/en-mon-nom/{key}/{in_my_name_token(ports.keyring, key)}")
    assert "transmise à personne" in page.text
    assert "tout arrêter" not in page.text


class TestFromTheTrackingPage:
    def test_the_mandate_ends_after_a_page_that_says_what_it_means(
        self, enter, case, unit, session
    ):
        client = enter(case.receipt)
        assert "/suivre/mandat" in client.get(MINE).text
        asked = client.get("/suivre/mandat")
        assert MANDATE["name"] in asked.text
        done = send(client, "/suivre/mandat")
        assert done.location == "/suivre"
        assert "n’ouvre plus rien" in client.get("/suivre").text
        assert client.get(MINE).location.startswith("/suivre?"), "this very visit is over"
        session.rollback()
        kinds = session.scalars(select(Delivery.kind)).all()
        assert DeliveryKind.MANDATE_ENDED in kinds
        assert DeliveryKind.WHO_ACTS_CHANGED in kinds

    def test_who_holds_the_agents_code_never_sees_the_new_one(self, enter, case):
        client = enter(case.receipt)
        send(client, "/suivre/mandat")
        for address in ("/suivre", "/suivre/mandat"):
            assert not re.search(r"(?:[A-Z0-9]{4}-){5}", client.get(address).text)

    def test_who_filed_for_herself_has_no_mandate_to_end(self, enter, unit, ports):
        client = enter(open_case(unit, ports).receipt)
        assert "/suivre/mandat" not in client.get(MINE).text
        assert client.get("/suivre/mandat").location == MINE


def test_the_controller_reads_on_the_case_that_the_mandate_has_ended(
    unit, ports, session, client, clock, case, link
):
    member_of(unit, case, AGENT, Role.AGENT)
    send(client, f"{link}/code", birth_date="08/03/1965")
    sign_in(client, AGENT, clock.now())
    page = client.get(f"/dossiers/{case.referral_id}")
    assert "Le mandat a pris fin" in page.text
    assert "Répondez à la personne elle-même" in page.text


def test_the_controller_is_told_not_to_answer_while_it_stands_still(
    unit, client, clock, case, link
):
    member_of(unit, case, AGENT, Role.AGENT)
    send(client, f"{link}/pas-moi", at=link)
    sign_in(client, AGENT, clock.now())
    page = client.get(f"/dossiers/{case.referral_id}")
    assert "Ne répondez pas pour l’instant." in page.text
    for act in ("/repondre", "/question", "/identite"):
        assert act not in page.text


def test_a_file_sealed_for_the_agent_does_not_open_for_her_and_she_is_told_what_to_do(
    client, unit, ports, session
):
    case = answered(unit, ports, person=PERSON, representative=MANDATE)
    key = case.receipt.rights_request_id
    link = f"/en-mon-nom/{key}/{in_my_name_token(ports.keyring, key)}"
    ports.clock.advance(minutes=5)
    given = send(client, f"{link}/code", birth_date="08/03/1965")
    secret = re.search(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", given.text)[0]
    send(client, "/suivre", reference=case.receipt.reference, secret=secret)
    document = session.scalar(select(Document.id))
    assert send(client, f"/suivre/fichier/{document}", at=MINE).location == MINE
    assert "un bouton permet de le redemander" in client.get(MINE).text
