"""What pages say once a case is at the end of its time: plainly, and never an error."""

from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.outcomes import Outcome
from hub.models.answer import Document
from hub.services.answering import AnswerDraft, ItemAnswer, answer, close
from hub.services.exchanging import ask_question, reply
from hub.services.visits import open_visit
from tests.factories import open_case
from tests.retained import LETTER, answered, closed, without_content, without_its_answer
from tests.web.controller.pages import send
from tests.web.members import add_member, sign_in
from workers.jobs.retention import delete_over
from workers.jobs.upkeep import sweep

MINE = "/suivre/ma-demande"


def enter(client, case):
    entered = send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
    assert entered.status_code == 302


def address_of_answer(client):
    page = client.get(MINE).text
    return "/suivre/reponse/" + page.split("/suivre/reponse/")[1][:36]


def test_an_answer_says_until_when_it_can_be_opened(client, unit, ports):
    case = answered(unit, ports)
    enter(client, case)
    address = address_of_answer(client)
    send(client, address, at=MINE)
    page = client.get(address).text
    assert "jusqu’au 13 décembre 2026" in page
    assert LETTER in page


def test_once_deleted_the_answer_says_when_and_keeps_its_decision(
    client, unit, ports, clock, session
):
    case = without_its_answer(unit, ports, clock)
    enter(client, case)
    address = address_of_answer(client)
    send(client, address, at=MINE)
    page = client.get(address).text
    assert "ont été supprimés de ce service le 15 décembre 2026, comme annoncé" in page
    assert LETTER not in page
    assert "Accord" in page or "accepté" in page.lower()
    document_id = session.scalar(select(Document.id))
    assert send(client, f"/suivre/fichier/{document_id}", at=MINE).status_code == 404


def test_the_person_reads_that_what_she_wrote_was_deleted_and_when(client, unit, ports, clock):
    case = without_content(unit, ports, clock)
    enter(client, case)
    page = client.get(MINE).text
    assert "ont été supprimés le 15 septembre 2027, comme annoncé" in page
    assert "Je souhaite" not in page
    for address in ("/suivre/resume", "/suivre/resume.pdf"):
        assert client.get(address).status_code == 200


def test_the_controller_reads_the_same_and_its_lists_still_open(client, unit, ports, clock):
    case = without_content(unit, ports, clock)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    sign_in(client, "agent@chu.example", clock.now())
    page = client.get(f"/dossiers/{case.referral_id}").text
    assert "a été supprimé le 15 septembre 2027" in page
    assert "Dubois" not in page
    assert client.get("/dossiers?vue=closed").status_code == 200


def test_after_five_years_pages_still_open(client, unit, ports, clock):
    case = without_content(unit, ports, clock)
    with unit(case.person) as work:
        token = open_visit(work, case.receipt.reference, case.receipt.secret)
    clock.advance(days=4 * 366)
    delete_over()
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "dpo@chu.example", Role.DPO)
        add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    client.set_cookie("visit", token.hex())
    assert client.get(MINE).status_code == 302, "the visit is over"
    sign_in(client, "dpo@chu.example", clock.now())
    page = client.get(f"/dpo/dossiers/{case.referral_id}")
    assert page.status_code == 200
    assert "La chaîne de ce journal" in page.text
    assert client.get(f"/dpo/dossiers/{case.referral_id}/journal.csv").status_code == 200
    assert client.get(f"/dossiers/{case.referral_id}").status_code == 200


def test_the_privacy_page_says_the_periods_in_force(client):
    page = client.get("/confidentialite").text
    assert "Un refus de toute réutilisation, inscrit ici" in page
    assert "1 an après sa clôture" in page
    assert "30 jours après que vous avez enregistré tous leurs fichiers, 90 jours" in page
    assert "Nous vous écrivons 14 jours avant." in page
    assert "5 ans après la clôture" in page
    assert "2 ans après la dernière connexion" in page


def test_a_closed_request_still_shows_its_answer(client, unit, ports):
    case = closed(unit, ports)
    enter(client, case)
    page = client.get(MINE).text
    assert "votre demande est terminée" in page.lower() or "Rien à faire" in page
    assert client.get(address_of_answer(client)).status_code == 200


def refused_alone(unit, ports, clock):
    """A refusal that left without second reader, a question before it, and its content gone."""
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        asked = ask_question(work, case.referral_id, "Quelle année ?")
    with unit(case.person) as work:
        reply(work, case.referral_id, asked, "En 2019.")
    facts = {"ground": "ALL-UNFOUNDED", "reasons": "Un autre hôpital.", "evidence": "Courrier."}
    items = (ItemAnswer(case.processing_id, Outcome.REFUSED, **facts),)
    with unit(case.agent) as work:
        draft = AnswerDraft("Nous refusons.", items, alone_reason="Je suis seule.")
        answer(work, case.referral_id, draft)
    with unit(case.person) as work:
        close(work, case.referral_id)
    sweep()
    for days in (77, 15, 366):
        clock.advance(days=days)
        delete_over()
    return case


def test_the_dpo_still_opens_a_refusal_that_left_alone_once_its_reason_is_gone(
    client, unit, ports, clock
):
    case = refused_alone(unit, ports, clock)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "dpo@chu.example", Role.DPO)
    sign_in(client, "dpo@chu.example", clock.now())
    page = client.get(f"/dpo/dossiers/{case.referral_id}")
    assert page.status_code == 200
    assert "supprimée avec le contenu du dossier" in page.text


def test_what_was_said_is_shown_as_deleted_and_never_as_an_empty_line(client, unit, ports, clock):
    case = refused_alone(unit, ports, clock)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    sign_in(client, "agent@chu.example", clock.now())
    page = client.get(f"/dossiers/{case.referral_id}").text
    assert page.count("Son texte a été supprimé avec le contenu.") == 2
    assert "Ses raisons et ses éléments ont été supprimés" in page
    assert '<p class="letter"></p>' not in page
    clock.advance(days=5 * 366)
    delete_over()
    sign_in(client, "agent@chu.example", clock.now())
    assert "Auteur qui n’est plus conservé" in client.get(f"/dossiers/{case.referral_id}").text


def test_her_card_offers_the_decision_and_no_document_that_is_gone(client, unit, ports, clock):
    case = without_content(unit, ports, clock)
    enter(client, case)
    page = client.get(MINE).text
    assert "Voir ce qui a été décidé" in page
    assert "1 document" not in page
    assert "Une réponse à lire" not in page


def test_who_comes_back_after_everything_was_deleted_is_told_why_it_no_longer_opens(
    client, unit, ports, clock
):
    case = without_content(unit, ports, clock)
    clock.advance(days=5 * 366)
    delete_over()
    receipt = case.receipt
    said = send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
    assert said.status_code == 422
    assert "Une demande ne s’ouvre plus 5 ans après sa fin" in said.text
