"""An answer that holds data opens to who has proved her identity; the rest to her receipt alone."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import CivilIdentity, KnownBy, ProofMeans, ProvenIdentity
from hub.domain.outcomes import Outcome
from hub.domain.policies import Policies
from hub.domain.rights import Right
from hub.models.answer import Document
from hub.models.identity_proof import IdentityProof
from hub.models.rights_request import RightsRequest, Visit
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.documents import receive_file
from hub.services.identifying import prove_identity
from hub.services.vouching import vouch, write_letter
from tests.factories import open_case
from tests.tracked import PDF
from tests.web.controller.conftest import AGENT, member_of
from tests.web.controller.pages import send
from tests.web.members import sign_in

LETTER = "Voici vos données : groupe sanguin AB."
ANGELE = CivilIdentity(("Angèle",), "Dubois", date(1965, 3, 8), "female", "35238", "99100")
JEAN = replace(ANGELE, given_names=("Jean",), family_name="Le Goff", sex="male")


@pytest.fixture
def ports(ports):
    """A hub that asks for a proof, as it does by default."""
    return replace(ports, policies=Policies())


@pytest.fixture
def given(unit, ports):
    """A granted access with one file; its case and its answer."""
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        box = work.session.get_one(RightsRequest, case.receipt.rights_request_id).box_public
        stored = receive_file(ports, "donnees.pdf", BytesIO(PDF), sealed_to=box, limit=10**7)
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        draft = AnswerDraft(LETTER, items, (stored,))
        return case, answer(work, case.referral_id, draft)


def prove(unit, session, clock, case, civil, means=ProofMeans.FRANCECONNECT_PLUS):
    session.rollback()
    visit_id = session.scalars(select(Visit.id).order_by(Visit.id.desc())).first()
    with unit(case.person) as work:
        prove_identity(work, visit_id, ProvenIdentity(means, "s", clock.now(), civil))


def test_without_a_proof_nothing_of_the_answer_leaves(enter, given, session):
    case, answer_id = given
    client = enter(case.receipt)
    document = session.scalars(select(Document)).one()
    asked = f"/suivre/identite/{answer_id}"
    for got in (
        client.get(f"/suivre/reponse/{answer_id}"),
        client.get(f"/suivre/lettre/{answer_id}.pdf"),
        send(client, f"/suivre/reponse/{answer_id}", at=asked),
        send(client, f"/suivre/fichier/{document.id}", at=asked),
    ):
        assert (got.status_code, got.location) == (302, asked)
    for page in ("/suivre/ma-demande", "/suivre/resume", "/suivre/cnil", asked):
        assert "groupe sanguin" not in client.get(page).text
        assert "donnees.pdf" not in client.get(page).text


def test_the_page_says_what_is_needed_and_offers_the_ways_there_are(enter, given):
    case, answer_id = given
    page = enter(case.receipt).get(f"/suivre/identite/{answer_id}").text.replace("\u00a0", " ")
    assert "il vous faudra FranceConnect+" in page
    assert "Lui demander de confirmer" in page
    assert "Demander le courrier" in page


def test_once_proven_the_answer_and_its_file_open(enter, given, unit, session, clock):
    case, answer_id = given
    client = enter(case.receipt)
    prove(unit, session, clock, case, ANGELE)
    asked = f"/suivre/identite/{answer_id}"
    assert "Ouvrir la réponse" in client.get(asked).text
    send(client, f"/suivre/reponse/{answer_id}", at=asked)
    assert "groupe sanguin AB" in client.get(f"/suivre/reponse/{answer_id}").text
    document = session.scalars(select(Document)).one()
    ticket = send(client, f"/suivre/fichier/{document.id}", at=asked).location
    assert client.get(ticket).data == PDF
    clock.advance(minutes=61)
    assert client.get(f"/suivre/reponse/{answer_id}").location == asked


@pytest.mark.parametrize(
    ("civil", "means"),
    [(JEAN, ProofMeans.FRANCECONNECT_PLUS), (ANGELE, ProofMeans.FRANCECONNECT)],
)
def test_somebody_else_or_too_low_a_level_opens_nothing(
    enter, given, unit, session, clock, civil, means
):
    case, answer_id = given
    client = enter(case.receipt)
    prove(unit, session, clock, case, civil, means)
    asked = f"/suivre/identite/{answer_id}"
    assert client.get(f"/suivre/reponse/{answer_id}").location == asked
    said = "n’est pas celle de la personne nommée" in client.get(asked).text
    assert said is (civil is JEAN)


def test_the_answer_to_an_objection_rests_on_the_receipt(enter, unit, ports):
    case = open_case(unit, ports, right=Right.OBJECTION)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer_id = answer(work, case.referral_id, AnswerDraft("C’est noté.", items))
    assert "C’est noté." in enter(case.receipt).get(f"/suivre/reponse/{answer_id}").text


def test_the_file_for_the_cnil_is_never_held_back_but_leaves_such_an_answer_out(enter, given):
    case, _answer_id = given
    client = enter(case.receipt)
    content = send(client, "/suivre/cnil", referral="all").data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert not [name for name in names if "reponse" in name]
        assert "identité non prouvée" in archive.read("INDEX.txt").decode()


def test_she_asks_for_a_letter_its_agent_prints_it_and_its_code_opens(
    app, enter, given, unit, clock, session
):
    case, answer_id = given
    client = enter(case.receipt)
    asked = f"/suivre/identite/{answer_id}"
    assert send(client, f"{asked}/demander", at=asked, way="letter").location == asked
    assert "L’organisme est prévenu" in client.get(asked).text
    member_of(unit, case, AGENT, Role.AGENT)
    desk = app.test_client()
    sign_in(desk, AGENT, clock.now())
    page = f"/dossiers/{case.referral_id}"
    assert "vous demande un courrier avec un code" in desk.get(page).text
    letter = send(desk, f"{page}/courrier-code", postal="Angèle Dubois\n3 rue des Lices")
    assert letter.data.startswith(b"%PDF")
    assert "vous demande un courrier" not in desk.get(page).text
    with unit(case.agent) as work:
        code = write_letter(work, case.referral_id).code
    wrong = send(client, f"{asked}/code", at=asked, code="0000")
    assert wrong.status_code == 422
    assert "Il reste 4 essais." in wrong.text
    assert send(client, f"{asked}/code", at=asked, code=code).location == asked
    assert "Ouvrir la réponse" in client.get(asked).text
    assert session.scalars(select(IdentityProof.level)).one() is IdentityLevel.L3


def test_an_agent_confirms_a_person_she_knows_and_the_page_says_so(app, enter, given, unit, clock):
    case, answer_id = given
    client = enter(case.receipt)
    asked = f"/suivre/identite/{answer_id}"
    send(client, f"{asked}/demander", at=asked, way="confirmation")
    member_of(unit, case, AGENT, Role.AGENT)
    desk = app.test_client()
    sign_in(desk, AGENT, clock.now())
    address = f"/dossiers/{case.referral_id}/connu"
    assert "Choisissez" in send(desk, address).text
    assert send(desk, address, known_by=KnownBy.CALLED_BACK.value, words="").status_code == 302
    assert "Nous avons rappelé" in desk.get(f"/dossiers/{case.referral_id}").text
    assert "Ouvrir la réponse" in client.get(asked).text


def test_what_an_answer_will_need_is_said_at_the_case_too(app, given, unit, clock):
    case, _answer_id = given
    with unit(case.agent) as work:
        vouch(work, case.referral_id, KnownBy.AT_THE_DESK)
    member_of(unit, case, AGENT, Role.AGENT)
    desk = app.test_client()
    sign_in(desk, AGENT, clock.now())
    assert re.search(r"L2.: FranceConnect\+", desk.get(f"/dossiers/{case.referral_id}").text)
