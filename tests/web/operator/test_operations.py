"""The operator's page: what needs a person, why, and one button to try again."""

from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from hub.adapters.clamd import MemoryAntivirus
from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import Channel
from hub.domain.reply_addresses import AddressKind
from hub.models.delivery import Delivery, DeliveryCircuit, DeliveryState
from hub.services.reply_addresses import reply_address
from hub.web.operator.operations import part_words
from tests.factories import add_organisation, open_case
from tests.inbound import DOMAIN, DPO, intake_of, written
from tests.web.members import add_member, form_token, sign_in
from workers.queues import QueueName


@pytest.fixture
def operator(unit, client, clock):
    """An operator, signed in."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "op@hub.example", Role.OPERATOR)
    sign_in(client, "op@hub.example", clock.now())


def test_when_all_has_left_there_is_nothing_to_do(client, operator):
    page = client.get("/exploitation").text
    assert "Rien à faire." in page
    assert "Aucun envoi en difficulté" in page


def test_a_delivery_in_trouble_says_why_and_can_be_tried_again(
    client, operator, unit, ports, session
):
    open_case(unit, ports)
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Delivery).where(Delivery.channel == Channel.EMAIL))
        row.state, row.last_error, row.attempts = DeliveryState.NEEDS_PERSON, "no_address", 3
        delivery_id = row.id
    page = client.get("/exploitation")
    assert "1 envoi attend une intervention." in page.text
    assert "Aucune adresse utilisable" in page.text
    assert "Dubois" not in page.text
    client.post(
        f"/exploitation/envois/{delivery_id}/reessayer", data={"csrf_token": form_token(page)}
    )
    session.rollback()
    assert session.get(Delivery, delivery_id).state is DeliveryState.WAITING


def test_a_queue_that_is_away_is_said_first(client, operator, ports):
    ports.doorbell.reachable = False
    assert "La file d’attente ne répond pas." in client.get("/exploitation").text


def test_a_journal_that_is_away_is_said_and_the_hub_is_ready_all_the_same(client, operator, ports):
    assert client.get("/readyz").json["degraded"] == []
    ports.journal.is_away = True
    assert "La seconde copie des demandes ne peut pas être écrite." in (
        client.get("/exploitation").text
    )
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["degraded"]) == (200, ["journal"])
    assert "rights_hub_journal_writable 0.0" in client.get("/metrics").text


def test_a_store_of_files_that_is_away_is_said_and_heals_by_itself(client, operator, ports):
    ports.files.answers = False
    assert "L’espace où sont gardés les fichiers ne répond pas" in client.get("/exploitation").text
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["degraded"]) == (200, ["files"])
    assert "rights_hub_files_reachable 0.0" in client.get("/metrics").text
    ports.files.answers = True
    assert client.get("/readyz").json["degraded"] == []


def test_each_part_of_the_machinery_has_its_words(app):
    parts = [*QueueName, "relay", "timetable"]
    with app.test_request_context(), force_locale("fr"):
        words = [part_words(part) for part in parts]
    assert words == [
        "Ouvriers\u00a0: appels aux logiciels des responsables",
        "Ouvriers\u00a0: envois",
        "Ouvriers\u00a0: rappels",
        "Ouvriers\u00a0: entretien",
        "Relais",
        "Horaire",
    ]


def test_an_antivirus_that_is_silent_is_said_until_it_answers(app, client, operator, ports_with):
    antivirus = MemoryAntivirus(b"harm")
    app.extensions["ports"] = ports_with(antivirus=antivirus)
    antivirus.answers = False
    assert "L’antivirus ne répond pas." in client.get("/exploitation").text
    assert "rights_hub_antivirus_answers 0.0" in client.get("/metrics").text
    antivirus.answers = True
    assert "L’antivirus" not in client.get("/exploitation").text


def test_an_agent_has_no_business_here(client, unit, ports, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    sign_in(client, "agent@chu.example", clock.now())
    assert client.get("/exploitation").status_code == 403


def test_while_deliveries_fail_nobody_is_told_that_all_has_left(client, operator, unit, ports):
    open_case(unit, ports)
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Delivery).where(Delivery.channel == Channel.EMAIL))
        row.state, row.last_error, row.attempts = DeliveryState.WAITING, "down", 1
    page = client.get("/exploitation").text
    assert "Le serveur de messagerie ne répond pas" in page
    assert "Tout ce qui devait partir est parti." not in page
    assert "réessayés d’eux-mêmes" in page


def test_what_is_planned_for_the_morning_is_not_said_to_be_late(
    client, operator, unit, ports, clock
):
    open_case(unit, ports)
    with unit(SYSTEM) as work:
        for row in work.session.scalars(select(Delivery).where(Delivery.channel == Channel.EMAIL)):
            row.state, row.attempts = DeliveryState.WAITING, 0
            row.next_at = work.now + timedelta(minutes=50)
    clock.advance(minutes=40)
    page = client.get("/exploitation").text
    assert "Des envois attendent plus qu’ils ne devraient." not in page
    assert "rights_hub_oldest_waiting_seconds 0.0" in client.get("/metrics").text
    clock.advance(minutes=15)
    page = client.get("/exploitation").text
    assert "Le plus ancien attend depuis 5 minutes." in page


def test_an_operator_suspends_a_controller_with_a_reason_and_resumes(
    client, operator, unit, ports, session
):
    case = open_case(unit, ports)
    found = client.get("/exploitation/suspensions?q=rennes").text
    page = client.get(f"/exploitation/suspensions/{case.organisation_id}")
    assert str(case.organisation_id) in found
    assert (
        client.get(f"/exploitation/suspensions/{case.receipt.rights_request_id}").status_code == 404
    )
    address, token = f"/exploitation/suspensions/{case.organisation_id}", form_token(page)
    assert client.post(address, data={"csrf_token": token, "reason": ""}).status_code == 422
    client.post(address, data={"csrf_token": token, "reason": "Adresse détournée"})
    operations = client.get("/exploitation").text
    assert "Les envois vers 1 responsable sont suspendus." in operations
    assert "Rien à faire." not in operations
    listed = client.get("/exploitation/suspensions")
    assert "Adresse détournée" in listed.text
    token = form_token(listed)
    client.post(f"{address}/reprendre", data={"csrf_token": token})
    assert "Aucun responsable n’est suspendu" in client.get("/exploitation/suspensions").text


def test_a_way_that_rests_is_shown_and_all_that_failed_is_tried_again_at_once(
    client, operator, unit, ports, session, clock
):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Delivery).where(Delivery.channel == Channel.EMAIL))
        row.state, row.last_error, row.attempts = DeliveryState.NEEDS_PERSON, "smtp_550", 3
        work.session.add(
            DeliveryCircuit(
                recipient=recipient,
                channel=Channel.EMAIL,
                failures=3,
                open_until=clock.now() + timedelta(minutes=5),
            )
        )
        delivery_id = row.id
    page = client.get("/exploitation")
    assert "Voies où rien n’arrive" in page.text
    assert "Cette boîte n’existe pas" in page.text
    token = form_token(page)
    client.post("/exploitation/envois/reessayer", data={"csrf_token": token, "channel": "email"})
    session.rollback()
    assert session.get(Delivery, delivery_id).state is DeliveryState.WAITING
    assert session.get(DeliveryCircuit, (recipient, Channel.EMAIL)).open_until == clock.now()
    wrong = client.post(
        "/exploitation/envois/reessayer", data={"csrf_token": token, "channel": "pigeon"}
    )
    assert wrong.status_code == 400


def test_mails_that_wait_for_somebody_are_counted_without_a_word_of_them(
    app, settings, client, operator, unit, ports
):
    case = open_case(unit, ports)
    intake = intake_of(app, settings)
    page = client.get("/exploitation").text
    assert "e-mail reçu" not in page
    address = reply_address(ports.keyring, AddressKind.REFERRAL, case.referral_id, DOMAIN)
    intake.take(DPO, address, written("Rien au nom de Dubois."))
    for number in "ab":
        intake.take(DPO, f"r.{number * 42}@{DOMAIN}", written("Rien au nom de Dubois."))
    page = client.get("/exploitation").text
    assert "1 e-mail reçu attend que son responsable le regarde." in page
    assert "2 e-mails reçus attendent qu’un agent du service" in page
    assert "Dubois" not in page
