"""An answer that is contested has met its date: no page, list nor calendar shows another one."""

from __future__ import annotations

import pytest

from hub.domain.actors import Role
from hub.models.member import Member
from hub.services.answering import AnswerDraft, ItemAnswer, Outcome, answer, contest
from hub.services.exchanging import add_note
from hub.web.agenda import token_of
from tests.factories import open_case
from tests.web.controller.conftest import AGENT, DPO, member_of
from tests.web.controller.pages import send
from tests.web.members import sign_in

MINE = "/suivre/ma-demande"


@pytest.fixture
def contested(unit, ports, clock):
    """A case answered on its second day, contested, then worked on, forty days ago."""
    case = open_case(unit, ports)
    clock.advance(days=1)
    items = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Rien.", items))
    with unit(case.person) as work:
        contest(work, case.referral_id)
    with unit(case.agent) as work:
        add_note(work, case.referral_id, "À revoir avec le service.")
    clock.advance(days=40)
    return case


def test_the_lists_of_the_controller_and_of_its_dpo_say_contested_and_no_date(
    app, client, unit, contested, clock
):
    member_of(unit, contested, AGENT, Role.AGENT)
    member_of(unit, contested, DPO, Role.DPO)
    sign_in(client, AGENT, clock.now())
    page = client.get("/dossiers").text
    assert "Contestée" in page
    assert "tag-late" not in page
    case = client.get(f"/dossiers/{contested.referral_id}").text
    assert "Réexaminez votre réponse." in case
    assert "Répondez maintenant" not in case
    dpo = app.test_client()
    sign_in(dpo, DPO, clock.now())
    listed = dpo.get("/dpo/dossiers").text
    assert 'tag-soon">Contestée' in listed
    assert "14 oct." not in listed


def test_a_contested_answer_leaves_both_calendars(app, client, unit, session, ports, contested):
    agent = member_of(unit, contested, AGENT, Role.AGENT)
    session.rollback()
    row = session.get(Member, agent.id)
    token = token_of(ports.keyring, agent.id, row.fs_uniquifier)
    feed = app.test_client().get(f"/agenda/{agent.id}/{token}.ics")
    assert feed.status_code == 200
    assert "BEGIN:VEVENT" not in feed.text
    receipt = contested.receipt
    send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
    assert "BEGIN:VEVENT" not in client.get("/suivre/agenda.ics").text


def test_her_page_says_that_it_is_looked_at_again_and_never_that_it_is_late(client, contested):
    receipt = contested.receipt
    send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
    page = client.get(MINE).text
    assert "Réponse contestée par vous" in page
    assert "de retard" not in page
    assert "Vous avez contesté sa réponse" in client.get("/suivre/cnil").text
