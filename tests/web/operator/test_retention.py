"""The retention page: what was deleted, what comes next, what is kept longer and by whom."""

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.domain.retention import HoldReason, RetentionStep
from hub.models.retention import RetentionHold
from hub.services.retention import place_hold
from hub.web.retention_words import HOLD_REASONS, STEPS
from tests.factories import add_organisation
from tests.retained import closed, without_content
from tests.web.members import add_member, form_token, sign_in
from workers.jobs.retention import delete_over

PAGE = "/exploitation/conservation"


@pytest.fixture
def hub(unit, app):
    """The organisation that runs the hub, with its operator and its DPO."""
    with unit(SYSTEM) as work:
        hub_id = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub_id, "op@hub.example", Role.OPERATOR)
        add_member(work, hub_id, "dpo@hub.example", Role.HUB_DPO)
    return hub_id


def test_every_step_and_every_reason_has_its_words():
    assert set(STEPS) == set(RetentionStep)
    assert set(HOLD_REASONS) == set(HoldReason)


def test_before_the_first_run_the_page_says_how_to_start_one(client, hub, clock):
    sign_in(client, "op@hub.example", clock.now())
    page = client.get(PAGE).text
    assert "Aucun passage pour l’instant." in page
    assert "rights-hub retention" in page


def test_the_operator_sees_how_many_and_never_whose(client, hub, unit, ports, clock):
    case = closed(unit, ports)
    clock.advance(days=77)
    delete_over()
    clock.advance(days=14)
    sign_in(client, "op@hub.example", clock.now())
    page = client.get(PAGE).text
    assert "Personnes averties de la suppression d’une réponse" in page
    assert "Réponses supprimées" in page, "what tomorrow brings"
    assert "Fichiers supprimés du stockage" in page
    assert case.receipt.reference not in page
    assert "Dubois" not in page


def test_two_days_without_a_run_are_said(client, hub, clock):
    delete_over()
    clock.advance(days=3)
    sign_in(client, "op@hub.example", clock.now())
    assert "Aucun passage depuis plus de deux jours." in client.get(PAGE).text


def test_the_dpo_of_the_hub_keeps_a_case_in_dispute_and_lets_it_go(
    client, hub, unit, ports, clock, session
):
    case = closed(unit, ports)
    sign_in(client, "dpo@hub.example", clock.now())
    address = f"/dpo/dossiers/{case.referral_id}"
    page = client.get(address)
    assert "Le garder plus longtemps" in page.text
    token = form_token(page)
    wrong = client.post(f"{address}/garder", data={"csrf_token": token, "hold_reason": "whim"})
    assert wrong.status_code == 422
    fields = {"csrf_token": token, "hold_reason": "complaint"}
    assert client.post(f"{address}/garder", data=fields).status_code == 302
    assert "Une réclamation auprès de la CNIL" in client.get(address).text
    report = client.get(PAGE)
    assert case.receipt.reference in report.text
    lift = f"{PAGE}/gardes/{case.receipt.rights_request_id}/lever"
    again = {"csrf_token": form_token(report)}
    assert client.post(lift, data=again).status_code == 302
    session.rollback()
    assert session.query(RetentionHold).one().lifted_at == clock.now()
    client.post(lift, data=again)
    assert "quelqu’un d’autre vient de le faire" in client.get(PAGE).text


def test_an_operator_sees_holds_and_cannot_lift_them(client, hub, unit, ports, clock):
    case = closed(unit, ports)
    with unit(case.dpo) as work:
        place_hold(work, case.receipt.rights_request_id, HoldReason.COURT)
    sign_in(client, "op@hub.example", clock.now())
    page = client.get(PAGE)
    assert "Une affaire devant un tribunal" in page.text
    assert "Ne plus garder" not in page.text
    lift = f"{PAGE}/gardes/{case.receipt.rights_request_id}/lever"
    assert client.post(lift, data={"csrf_token": form_token(page)}).status_code == 403


def test_an_agent_has_no_business_here(client, unit, ports, clock):
    case = closed(unit, ports)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    sign_in(client, "agent@chu.example", clock.now())
    assert client.get(PAGE).status_code == 403


def test_a_content_that_is_gone_is_said_to_the_dpo_who_asks_for_it(client, hub, unit, ports, clock):
    case = without_content(unit, ports, clock)
    sign_in(client, "dpo@hub.example", clock.now())
    address = f"/dpo/dossiers/{case.referral_id}"
    page = client.get(address)
    assert "a été supprimé le 15 septembre 2027" in page.text
    fields = {"csrf_token": form_token(page), "reason": "Question de la CNIL du 3."}
    late = client.post(f"{address}/contenu", data=fields)
    assert late.status_code == 200
    assert "Je souhaite" not in late.text
