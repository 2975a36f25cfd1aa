"""The same asked twice: what the member is shown, and what one press does."""

from __future__ import annotations

import pytest

from hub.domain.actors import SYSTEM
from hub.models.referral import Referral
from hub.models.rights_request import IntakeChannel
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import draft_for, planned
from tests.web.controller.pages import pdf, send


@pytest.fixture
def later(desk, unit, ports, clock):
    """The same, filed by another door five minutes later: the page of its case."""
    case = desk.case
    clock.advance(minutes=5)
    part = planned(case.organisation_id, case.processing_id)
    plan = plan_filing(draft_for(part, channel=IntakeChannel.API), ports.keyring, clock.now())
    with unit(SYSTEM) as work:
        file_request(work, plan)
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{case.organisation_id}")
    return f"/dossiers/{plan.rows_of(Referral)[0]['id']}"


def test_a_member_treats_a_second_request_as_the_first_and_takes_it_back(agent, desk, later):
    assert "redemandé la même chose" in agent.get(desk.url).text
    assert "avoir déjà demandé la même chose" in agent.get(later).text
    send(agent, f"{later}/joindre/{desk.case.referral_id}", at=later)
    assert "ce que vous y écrivez part pour les deux" in agent.get(later).text
    assert "est traitée avec celle-ci" in agent.get(desk.url).text
    send(agent, f"{later}/separer", at=later)
    assert "avoir déjà demandé la même chose" in agent.get(later).text


def test_an_answer_with_files_is_written_again_for_the_second_reference(agent, desk, later):
    """Its files are sealed to the first alone: the letter is ready, the files are attached anew."""
    send(agent, f"{later}/joindre/{desk.case.referral_id}", at=later)
    given = {"text": "Voici la copie de vos données.", "item0__outcome": "granted"}
    url = f"{desk.url}/repondre"
    assert send(agent, url, step="send", files=pdf(), **given).status_code == 302
    assert "joignez les mêmes fichiers" in agent.get(later).text
    assert "Voici la copie de vos données." in agent.get(f"{later}/repondre").text
