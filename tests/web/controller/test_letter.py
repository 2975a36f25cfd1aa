"""The letter of an answer: composed as the law asks, previewed, kept once with its hash."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.domain.directory import OrganisationKind
from hub.domain.grounds import GROUNDS
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.answer import Answer
from hub.models.audit_event import AuditEvent
from hub.models.member import Member
from hub.queries.letters import Letter, LetterItem, Sender, Signatory, letter_of
from hub.sealing import RequestKeys
from hub.services.answering import no_data_held
from hub.web.answer_letter import letter_paper
from tests.factories import LONG_AGO
from tests.web.controller.conftest import AGENT, DPO
from tests.web.controller.pages import send
from tests.web.controller.test_answers import ALONE
from tests.web.members import sign_in

SIGNED = ALONE | {"capacity": "Juriste", "service": "Direction des données"}


@pytest.fixture
def alone(desk, unit):
    with unit(SYSTEM) as work:
        work.session.get(Member, desk.case.agent.id).active = False


@pytest.fixture
def visit(app, desk):
    """The person's own browser, in her visit."""
    browser = app.test_client()
    receipt = desk.case.receipt
    send(browser, "/suivre", reference=receipt.reference, secret=receipt.secret)
    return browser


def words_of_letter(session, ports) -> str:
    session.rollback()
    answer_id = session.scalar(select(Answer.id))
    paper = letter_paper(letter_of(session, RequestKeys(session, ports.keyring), answer_id))
    notes = [f"{note.label} {note.value}" for note in paper.notes]
    return "\n".join([*paper.sender, *paper.recipient, *paper.paragraphs, *paper.signature, *notes])


def test_a_refusal_says_law_fact_cnil_court_and_who_decided_as_article_12_4_and_crpa_ask(
    app, agent, desk, alone, session, ports
):
    send(agent, f"{desk.url}/repondre", step="send", **SIGNED)
    with app.test_request_context():
        said = words_of_letter(session, ports)
    for words in (
        "CHU de Rennes", "Angèle Marie Dubois", SIGNED["text"], SIGNED["item0__reasons"],
        "En droit", "RGPD 12(5)", "3 place de Fontenoy", "tribunal administratif",
        "Louise Martin", "Juriste", "Direction des données",
    ):  # fmt: skip
        assert words in said, words
    assert SIGNED["item0__evidence"] not in said


def test_a_letter_names_a_capacity_that_a_person_has_until_its_author_says_another(agent, desk):
    page = agent.get(f"{desk.url}/repondre").text
    assert 'value="Gestionnaire des demandes"' in page
    assert "Traitement des demandes" not in page, "a kind of work is nobody's capacity"


def test_the_letter_is_previewed_with_its_remedies_before_it_leaves(agent, desk, alone):
    checked = send(agent, f"{desk.url}/repondre", step="check", **SIGNED).text
    for words in ("En droit", "3 place de Fontenoy", "Juriste", "Angèle Marie Dubois"):
        assert words in checked


def test_the_letter_is_kept_once_with_its_hash_for_the_person_her_controller_and_its_dpo(
    agent, desk, alone, visit, session, app, clock
):
    send(agent, f"{desk.url}/repondre", step="send", **SIGNED)
    session.rollback()
    answer = session.scalar(select(Answer))
    hers = visit.get(f"/suivre/lettre/{answer.id}.pdf")
    assert hers.data.startswith(b"%PDF-")
    assert b"pdfuaid" in hers.data
    assert hashlib.sha256(hers.data).hexdigest() == answer.letter_sha256
    address = f"{desk.url}/lettre/{answer.id}.pdf"
    assert agent.get(address).data == hers.data
    dpo = app.test_client()
    sign_in(dpo, DPO, clock.now())
    assert dpo.get(address).data == hers.data
    kept = select(AuditEvent.id).where(AuditEvent.kind == EventKind.LETTER_KEPT)
    assert len(list(session.scalars(kept))) == 1
    assert answer.letter_sha256 in agent.get(desk.url).text


def test_a_letter_not_yet_set_is_set_when_it_is_first_asked_for(agent, desk, unit, visit, session):
    with unit(desk.agent) as work:
        answer_id = no_data_held(work, desk.case.referral_id, "Nous n’avons rien.")
    first = visit.get(f"/suivre/lettre/{answer_id}.pdf")
    assert first.data == agent.get(f"{desk.url}/lettre/{answer_id}.pdf").data


def test_nobody_else_reads_the_letter(agent, desk, open_desk, unit, app, session):
    with unit(desk.agent) as work:
        answer_id = no_data_held(work, desk.case.referral_id, "Nous n’avons rien.")
    stranger = app.test_client()
    assert stranger.get(f"/suivre/lettre/{answer_id}.pdf").status_code == 302
    assert stranger.get(f"{desk.url}/lettre/{answer_id}.pdf").status_code == 302


def test_the_letter_speaks_the_persons_language(app, open_desk, client, clock, session, ports):
    desk = open_desk(language="en", right=Right.OBJECTION)
    sign_in(client, AGENT, clock.now())
    granted = {"text": "We agree.", "item0__outcome": Outcome.GRANTED.value}
    checked = send(client, f"{desk.url}/repondre", step="check", **granted).text
    assert 'lang="en"' in checked
    send(client, f"{desk.url}/repondre", step="send", **granted)
    with app.test_request_context():
        said = words_of_letter(session, ports)
    assert "our decision: Accepted" in said
    assert "17(1)(c)" in said


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_a_letter_speaks_with_one_voice_that_of_the_controller(app, language, kind):
    items = tuple(
        LetterItem("Entrepôt", Outcome.PARTLY_GRANTED, code, "Ce sont nos raisons.")
        for code in GROUNDS
    )
    letter = Letter(
        language=language, sender=Sender("CHU de Rennes", kind, "", ""), person={}, number="R-1",
        right=Right.ACCESS, received_at=LONG_AGO, at=LONG_AGO, text="Madame,", items=items,
        signatory=Signatory("Louise Martin", "", ""),
    )  # fmt: skip
    with app.test_request_context():
        paper = letter_paper(letter)
    said = [*paper.paragraphs, *(note.value for note in paper.notes)]
    for sentence in said:
        for word in ("L’organisme", "l’organisme", "The organisation", "the organisation"):
            assert word not in sentence
    court = "tribunal" if language == "fr" else "court"
    assert any(court in note.value for note in paper.notes)
