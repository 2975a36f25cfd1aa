"""The pages of the second reader: hand over, read, approve or send back, review."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.lifecycle import ReferralState
from hub.models.answer import Answer, AnswerState
from hub.models.directory import Organisation
from hub.models.member import Member
from hub.models.referral import Referral
from hub.services.second_reading import approve_answer
from tests.pages import CheckedClient
from tests.web.controller.conftest import DPO, member_of
from tests.web.controller.pages import pdf, send
from tests.web.controller.test_answers import ALONE, REFUSED
from tests.web.members import sign_in

READER = "marc.delorme@chu.example"


@pytest.fixture
def reader(desk, unit):
    return member_of(unit, desk.case, READER, Role.DECISION_MAKER)


@pytest.fixture
def alone(desk, unit):
    """The agent is the only member who decides."""
    with unit(SYSTEM) as work:
        work.session.get(Member, desk.case.agent.id).active = False


@pytest.fixture
def handed(agent, desk, reader):
    """A refusal handed over by the agent, who stays signed in."""
    return send(agent, f"{desk.url}/repondre", step="send", **REFUSED)


@pytest.fixture
def readers_browser(app, reader, clock) -> CheckedClient:
    browser = app.test_client()
    sign_in(browser, READER, clock.now())
    return browser


def referral_of(session, desk):
    session.rollback()
    return session.get(Referral, desk.case.referral_id)


def test_the_author_sees_who_may_approve_before_and_after(agent, desk, reader, session):
    url = f"{desk.url}/repondre"
    assert "Marc Delorme" in agent.get(url).text
    checked = send(agent, url, step="check", **REFUSED)
    assert "Confier à un second lecteur" in checked.text
    send(agent, url, step="send", **REFUSED)
    page = agent.get(desk.url).text
    assert "Un second lecteur doit valider ce refus" in page
    assert "Marc Delorme" in page
    assert "/relire" not in page
    assert "Reprendre ma réponse" in page
    assert referral_of(session, desk).state is ReferralState.IN_PROGRESS


def test_the_inbox_lists_what_waits_for_a_second_reader(agent, desk, handed):
    listed = agent.get("/dossiers?liste=second_reader").text
    assert str(desk.case.referral_id) in listed
    assert "Second lecteur" in listed


def test_the_reader_reads_evidence_and_files_and_approves(
    agent, desk, reader, readers_browser, session
):
    send(agent, f"{desk.url}/repondre", step="send", files=pdf(), **REFUSED)
    page = readers_browser.get(f"{desk.url}/relire")
    for words in (REFUSED["text"], REFUSED["item0__reasons"], REFUSED["item0__evidence"]):
        assert words in page.text
    assert "copie.pdf" in page.text
    answer_id = session.scalar(select(Answer.id))
    done = send(
        readers_browser, f"{desk.url}/relire/{answer_id}", at=f"{desk.url}/relire", step="approve"
    )
    assert done.location == desk.url
    assert referral_of(session, desk).state is ReferralState.ANSWERED
    assert "Validée par Marc Delorme" in readers_browser.get(desk.url).text


def test_words_sent_back_stand_beside_the_form_that_keeps_what_was_written(
    agent, desk, handed, readers_browser, session
):
    answer_id = session.scalar(select(Answer.id))
    url = f"{desk.url}/relire/{answer_id}"
    empty = send(readers_browser, url, at=f"{desk.url}/relire", step="send_back", words="")
    assert empty.status_code == 422
    assert 'id="words-error"' in empty.text
    send(readers_browser, url, at=f"{desk.url}/relire", step="send_back", words="Citez la pièce.")
    form = agent.get(f"{desk.url}/repondre").text
    assert "Citez la pièce." in form
    assert REFUSED["item0__reasons"] in form


def test_files_sent_back_need_not_be_added_again_and_each_can_be_removed(
    agent, desk, reader, readers_browser, session
):
    files = [pdf("copie.pdf"), pdf("autre.pdf")]
    send(agent, f"{desk.url}/repondre", step="send", files=files, **REFUSED)
    first_id = session.scalar(select(Answer.id))
    read = f"{desk.url}/relire"
    send(readers_browser, f"{read}/{first_id}", at=read, step="send_back", words="À préciser.")
    url = f"{desk.url}/repondre"
    assert "2 fichiers de la réponse renvoyée sont gardés" in agent.get(url).text
    page = send(agent, url, step="check", **REFUSED).text
    assert page.count('name="kept_file"') == 2
    assert page.count(" checked>") == 2
    kept = page.split('name="kept_file" value="')[1].split('"')[0]
    chosen = REFUSED | {"kept_file": kept, "kept_files_shown": "yes"}
    edited = send(agent, url, step="edit", **chosen).text
    assert edited.count('name="kept_file"') == 1
    again = send(agent, url, step="check", **chosen).text
    assert again.count(" checked>") == 1
    send(agent, url, step="send", **chosen)
    page = readers_browser.get(read).text
    assert "copie.pdf" in page
    assert "autre.pdf" not in page


def test_who_comes_second_is_told_who_did_it(
    agent, desk, handed, reader, readers_browser, unit, session
):
    other = member_of(unit, desk.case, "yasmine.haddad@chu.example", Role.ADMINISTRATOR)
    page = readers_browser.get(f"{desk.url}/relire")
    answer_id = session.scalar(select(Answer.id))
    with unit(other) as work:
        approve_answer(work, desk.case.referral_id, answer_id)
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    said = readers_browser.post(
        f"{desk.url}/relire/{answer_id}",
        data={"csrf_token": token, "step": "approve"},
        follow_redirects=True,
    )
    assert "Yasmine Haddad" in said.text


def test_the_author_is_sent_back_from_the_page_of_the_reader(agent, desk, handed):
    assert agent.get(f"{desk.url}/relire").location == desk.url


def test_alone_without_reason_is_said_beside_its_field_and_nothing_typed_is_lost(
    agent, desk, alone, session
):
    url = f"{desk.url}/repondre"
    said = send(agent, url, step="check", **REFUSED)
    assert said.status_code == 422
    assert 'id="alone_reason-error"' in said.text
    assert REFUSED["item0__reasons"] in said.text
    assert send(agent, url, step="send", **ALONE).status_code == 302
    assert referral_of(session, desk).state is ReferralState.ANSWERED


def test_a_refusal_that_left_alone_is_on_the_list_of_its_dpo(
    agent, desk, alone, session, app, clock
):
    send(agent, f"{desk.url}/repondre", step="send", **ALONE)
    dpo = app.test_client()
    sign_in(dpo, DPO, clock.now())
    assert "à examiner" in dpo.get("/dpo").text
    assert str(desk.case.referral_id) in dpo.get("/dpo/dossiers?vue=to_review").text
    page = f"/dpo/dossiers/{desk.case.referral_id}"
    assert "Je suis seule au service." in dpo.get(page).text
    answer_id = session.scalar(select(Answer.id))
    send(dpo, f"{page}/revue/{answer_id}", at=page)
    assert "Examiné par Dominique Roux" in dpo.get(page).text
    assert str(desk.case.referral_id) not in dpo.get("/dpo/dossiers?vue=to_review").text


def test_the_person_sees_nothing_of_an_answer_that_waits(agent, desk, reader, session, client, app):
    send(agent, f"{desk.url}/repondre", step="send", files=pdf(), **REFUSED)
    person = app.test_client()
    receipt = desk.case.receipt
    send(person, "/suivre", reference=receipt.reference, secret=receipt.secret)
    page = person.get("/suivre/ma-demande").text
    assert "CHU de Rennes" in page
    assert REFUSED["text"] not in page
    assert "relue" not in page
    answer = session.scalar(select(Answer))
    assert answer.state is AnswerState.AWAITING_SECOND_READER
    assert person.get(f"/suivre/reponse/{answer.id}").status_code == 404


def test_an_administrator_turns_the_second_reading_off_and_on(desk, unit, app, clock, session):
    member_of(unit, desk.case, "chef@chu.example", Role.ADMINISTRATOR)
    browser = app.test_client()
    sign_in(browser, "chef@chu.example", clock.now())
    send(browser, "/equipe/seconde-lecture", at="/equipe")
    session.rollback()
    organisation = session.get(Organisation, desk.case.organisation_id)
    assert organisation.second_reader_wanted is False
    send(browser, "/equipe/seconde-lecture", at="/equipe", wanted="yes")
    session.rollback()
    assert session.get(Organisation, desk.case.organisation_id).second_reader_wanted is True


def test_with_the_second_reading_off_a_refusal_leaves_at_once(agent, desk, reader, unit, session):
    with unit(desk.agent) as work:
        work.session.get(Organisation, desk.case.organisation_id).second_reader_wanted = False
    send(agent, f"{desk.url}/repondre", step="send", **REFUSED)
    assert referral_of(session, desk).state is ReferralState.ANSWERED
    assert session.scalar(select(Answer)).review_wanted
