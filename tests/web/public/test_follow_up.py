"""Erasure after an objection that was accepted: filed in one step, linked on every page (X3)."""

import re

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import deliver_to_portal
from tests.factories import open_case
from tests.web.controller.pages import send
from tests.web.members import add_member, sign_in

MINE = "/suivre/ma-demande"


def decided(unit, ports, outcome=Outcome.GRANTED, right=Right.OBJECTION, **facts):
    case = open_case(unit, ports, right=right)
    items = (ItemAnswer(case.processing_id, outcome, **facts),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Voici.", items, alone_reason="Seule."))
    return case


@pytest.fixture
def upheld(unit, ports):
    """An objection that its controller accepted."""
    return decided(unit, ports)


@pytest.fixture
def asked(upheld, enter, unit):
    """The erasure filed from there, and delivered."""
    client = enter(upheld.receipt)
    page = send(client, f"/suivre/effacement/{upheld.processing_id}", statement="Tout, merci.")
    assert page.location == "/demander/recu"
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{upheld.organisation_id}")
    return client


def filed(session, right):
    session.rollback()
    return session.scalars(select(RightsRequest).where(RightsRequest.right == right)).all()


def test_erasure_after_an_upheld_objection_is_filed_and_linked_x3_gdpr_17_1_c(
    asked, upheld, session
):
    (erasure,) = filed(session, Right.ERASURE)
    assert erasure.follows_id == upheld.receipt.rights_request_id
    assert erasure.has_email
    referral = session.scalar(select(Referral).where(Referral.rights_request_id == erasure.id))
    assert referral.organisation_id == upheld.organisation_id
    page = asked.get("/demander/recu").text
    assert erasure.reference in page
    assert "Code secret" in page


def test_both_pages_show_the_link_and_each_opens_with_its_own_code(asked, upheld, enter, session):
    (erasure,) = filed(session, Right.ERASURE)
    page = asked.get(MINE).text
    assert f"Elle fait suite à votre demande {upheld.receipt.reference}" in page
    first = enter(upheld.receipt).get(MINE).text
    assert f"demande {erasure.reference}" in first
    assert "Vous avez ensuite demandé l’effacement" in first


def test_asked_twice_it_is_one_request(asked, upheld, enter, session):
    client = enter(upheld.receipt)
    again = client.get(f"/suivre/effacement/{upheld.processing_id}")
    assert again.location == MINE
    assert "déjà demandé cet effacement" in client.get(MINE).text
    assert len(filed(session, Right.ERASURE)) == 1


def test_it_is_offered_on_the_answer_and_on_no_other_decision(unit, ports, enter, session):
    refused = decided(
        unit,
        ports,
        Outcome.REFUSED,
        ground="ALL-UNFOUNDED",
        reasons="Voici pourquoi.",
        evidence="Pièce 3.",
    )
    client = enter(refused.receipt)
    address = f"/suivre/effacement/{refused.processing_id}"
    assert client.get(address).status_code == 404
    assert filed(session, Right.ERASURE) == []


def test_the_answer_leads_to_it(upheld, enter, unit, session):
    client = enter(upheld.receipt)
    page = client.get(MINE).text
    address = re.search(r"/suivre/reponse/[0-9a-f-]+", page)[0]
    send(client, address, at=MINE)
    assert f"/suivre/effacement/{upheld.processing_id}" in client.get(address).text


def test_its_controller_and_its_dpo_see_the_link_and_that_erasure_is_due(
    asked, upheld, unit, app, clock, session
):
    with unit(SYSTEM) as work:
        add_member(work, upheld.organisation_id, "agent@chu.example", Role.AGENT)
        add_member(work, upheld.organisation_id, "dpo@chu.example", Role.DPO)
    (erasure,) = filed(session, Right.ERASURE)
    referral = session.scalar(select(Referral).where(Referral.rights_request_id == erasure.id))
    first = session.get_one(Referral, upheld.referral_id)
    agent, dpo = app.test_client(), app.test_client()
    sign_in(agent, "agent@chu.example", clock.now())
    sign_in(dpo, "dpo@chu.example", clock.now())
    assert first.number in agent.get(f"/dossiers/{referral.id}").text
    assert referral.number in agent.get(f"/dossiers/{first.id}").text
    written = agent.get(f"/dossiers/{referral.id}/repondre").text
    assert f"l’opposition {first.number} a été acceptée" in written
    assert first.number in dpo.get(f"/dpo/dossiers/{referral.id}").text
    assert referral.number in dpo.get(f"/dpo/dossiers/{first.id}").text
