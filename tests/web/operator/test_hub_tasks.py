"""The tasks of the hub's agents: a letter to post, a person to reach, and a trace of each look."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import RequestState
from hub.models.audit_event import AuditEvent
from hub.models.hub_task import HubTask
from hub.models.rights_request import RightsRequest
from hub.services.filing_drafts import PersonGiven
from hub.services.representing import dispute, end_mandate
from tests.factories import open_case
from tests.web.controller.pages import send
from tests.web.members import add_member, add_organisation, sign_in

HUB_AGENT = "basile@hub.example"
TASKS = "/a-faire"
PERSON = PersonGiven(
    "Angèle", "Dubois", date(1965, 3, 8), own_postal_address="4 rue des Lilas\n35000 Rennes"
)
MANDATE = {"capacity": "agent", "name": "Jean Le Goff", "answer_to": "representative"}


@pytest.fixture
def case(unit, ports):
    return open_case(unit, ports, person=PERSON, representative=MANDATE)


@pytest.fixture
def agent(case, unit, client, clock):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Plateforme", runs_hub=True)
        add_member(work, hub, HUB_AGENT, Role.HUB_AGENT)
    sign_in(client, HUB_AGENT, clock.now())
    return client


def address_of(session):
    session.rollback()
    return f"{TASKS}/{session.scalar(select(HubTask.id).where(HubTask.done_at.is_(None)))}"


def kinds_of(session):
    session.rollback()
    return session.scalars(select(AuditEvent.kind)).all()


def test_the_list_says_what_to_do_and_nothing_of_the_persons(agent, case):
    page = agent.get(TASKS)
    assert case.receipt.reference in page.text
    assert "La prévenir par la poste" in page.text
    assert "Dubois" not in page.text


def test_to_open_a_task_leaves_a_trace_and_shows_where_to_write(agent, session):
    address = address_of(session)
    opened = send(agent, f"{address}/ouvrir", at=TASKS)
    assert EventKind.REQUEST_CONSULTED in kinds_of(session)
    page = agent.get(opened.location)
    assert "4 rue des Lilas" in page.text
    assert "Jean Le Goff" in page.text


def test_the_letter_is_a_pdf_and_the_word_closes_the_task(agent, session):
    address = address_of(session)
    paper = send(agent, f"{address}/lettre.pdf", at=address)
    assert paper.data.startswith(b"%PDF")
    assert send(agent, address, words="").status_code == 422
    assert send(agent, address, words="Postée ce jour.").location == TASKS
    assert EventKind.REPRESENTED_TOLD in kinds_of(session)
    assert "Postée ce jour." in agent.get(address).text
    assert send(agent, address, at="/compte", words="Encore.").status_code == 422


def test_a_code_is_printed_for_a_person_whose_mandate_ended(agent, case, unit, session):
    send(agent, address_of(session), words="Postée ce jour.")
    with unit(case.person) as work:
        end_mandate(work, case.receipt.rights_request_id)
    address = address_of(session)
    assert "Lui envoyer son propre code" in agent.get(TASKS).text
    assert send(agent, f"{address}/lettre.pdf", at=address).data.startswith(b"%PDF")
    assert EventKind.CODE_RENEWED in kinds_of(session)


def test_what_the_person_says_ends_the_request_or_lets_it_go_on(agent, case, unit, session):
    send(agent, address_of(session), words="Postée ce jour.")
    with unit(case.person) as work:
        dispute(work, case.receipt.rights_request_id)
    address = address_of(session)
    page = send(agent, address, words="Jointe.")
    assert page.status_code == 422
    assert "verdict-error" in page.text
    send(agent, address, words="Jointe.", verdict="not_hers")
    session.rollback()
    assert session.scalar(select(RightsRequest.state)) is RequestState.INADMISSIBLE


def test_the_page_where_an_agent_starts_says_how_many_tasks_wait(agent, session):
    assert "1 tâche attend un agent." in agent.get("/saisie").text
    send(agent, address_of(session), words="Postée ce jour.")
    assert "attend un agent" not in agent.get("/saisie").text


def test_nobody_else_sees_the_tasks(case, unit, client, clock):
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "louise@chu.example", Role.AGENT)
    sign_in(client, "louise@chu.example", clock.now())
    assert client.get(TASKS).status_code == 403
    assert "/a-faire" not in client.get("/dossiers").text


def test_a_call_stops_a_request_by_its_reference_and_the_check_waits_in_the_list(
    agent, case, session
):
    wrong = send(agent, f"{TASKS}/arreter", reference="DX7K-3M9Q-F2")
    assert wrong.status_code == 422
    assert send(agent, f"{TASKS}/arreter", reference=case.receipt.reference).location == TASKS
    session.rollback()
    stopped = session.get_one(RightsRequest, case.receipt.rights_request_id)
    assert stopped.state is RequestState.NEEDS_PERSON
    assert "Vérifier auprès de la personne" in agent.get(TASKS).text
    again = send(agent, f"{TASKS}/arreter", reference=case.receipt.reference)
    assert again.status_code == 422, "it stands still already"
