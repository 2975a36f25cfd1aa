"""The page of one case, as an agent, a reader and a stranger meet it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.errors import NotFound
from hub.models.answer import Direction, Document
from hub.models.audit_event import AuditEvent
from hub.models.exchange import Message, MessageKind
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.queries.documents import person_document
from hub.queries.last_acts import last_act_of
from hub.sealing import RequestKeys
from hub.services.delivering import deliver_to_portal
from hub.services.documents import enter_documents, receive_file
from hub.services.filing import file_request
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import plan_filing
from tests.factories import draft_for, planned
from tests.web.controller.conftest import AGENT, DPO
from tests.web.controller.pages import PDF, saved, send, token_of
from tests.web.members import add_member, add_organisation, sign_in


def events(session, kind):
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)).all()


def test_an_agent_sees_the_case_whole_and_what_to_do_first(agent, desk):
    page = agent.get(desk.url)
    assert page.status_code == 200
    for words in ("Dubois", "copie de mes données", "Entrepôt de données de santé", "8 mars 1965"):
        assert words in page.text
    band = page.text.index("next-act-title")
    assert band < page.text.index("Dubois")
    assert "Répondez au plus tard le 14 octobre 2026." in page.text


def test_opening_a_case_is_written_once_a_day_for_each_member(agent, desk, session, clock):
    agent.get(desk.url)
    agent.get(desk.url)
    assert len(events(session, EventKind.REFERRAL_OPENED)) == 1
    assert session.get(Referral, desk.case.referral_id).opened_at == clock.now()
    clock.advance(days=1)
    sign_in(agent, "louise.martin@chu.example", clock.now())
    agent.get(desk.url)
    assert len(events(session, EventKind.REFERRAL_OPENED)) == 2


def test_a_date_that_has_passed_is_not_told_as_one_to_come(agent, desk, clock):
    due = '<li class="next"><span class="timeline-title">Réponse due</span>'
    assert due in agent.get(desk.url).text
    clock.advance(days=40)
    sign_in(agent, "louise.martin@chu.example", clock.now())
    late = agent.get(desk.url).text
    assert due not in late
    assert due.replace("next", "now") in late


def test_another_organisation_s_case_does_not_exist(app, desk, unit, client, clock):
    with unit(SYSTEM) as work:
        elsewhere = add_organisation(work, "Ailleurs")
        add_member(work, elsewhere, "zoe.loin@ailleurs.example", Role.AGENT)
    sign_in(client, "zoe.loin@ailleurs.example", clock.now())
    for path in ("", "/repondre", "/question", "/identite", "/prolonger", "/collegue", "/pas-nous"):
        assert client.get(f"{desk.url}{path}").status_code == 404, path
    said = send(client, f"{desk.url}/note", at="/dossiers", text="Lu.")
    assert said.status_code == 404


def test_the_dpo_reads_the_case_and_can_do_nothing_to_it(app, desk, client, clock):
    sign_in(client, DPO, clock.now())
    page = client.get(desk.url)
    assert "Dubois" in page.text
    assert "/repondre" not in page.text
    assert "/accuser" not in page.text
    assert client.get(f"{desk.url}/repondre").status_code == 403
    assert "data-select-all" not in client.get("/dossiers").text


def test_a_note_is_kept_and_never_reaches_the_person_s_words(agent, desk, session):
    said = send(agent, f"{desk.url}/note", at=desk.url, text="Dossier papier au 3e étage.")
    assert said.status_code == 302
    page = agent.get(desk.url)
    assert "Dossier papier au 3e étage." in page.text
    notes = page.text.index('id="notes"')
    assert page.text.index("Dossier papier") > notes
    shown = page.text[page.text.index('id="exchanges"') : notes]
    assert "Dossier papier" not in shown
    assert session.scalar(select(Message.kind)) is MessageKind.NOTE


def test_an_empty_note_is_refused_beside_its_field(agent, desk):
    said = send(agent, f"{desk.url}/note", at=desk.url, text="  ")
    assert said.status_code == 422
    assert 'id="text-error"' in said.text


def test_acknowledging_assigning_and_labelling_are_told_on_the_case(agent, desk, session):
    send(agent, f"{desk.url}/accuser", at=desk.url)
    send(agent, f"{desk.url}/affectation", at=desk.url, member=str(desk.agent.id))
    send(agent, f"{desk.url}/etiquette", at=desk.url, label="Pédiatrie")
    session.rollback()
    referral = session.get(Referral, desk.case.referral_id)
    assert (referral.state.value, referral.label) == ("acknowledged", "Pédiatrie")
    assert referral.assigned_to_id == desk.agent.id
    page = agent.get(desk.url)
    assert "Pédiatrie" in page.text
    assert "/accuser" not in page.text


def test_the_second_of_two_members_is_told_who_was_quicker(agent, desk, unit):
    from_before = agent.get(desk.url)
    assert "/accuser" in from_before.text
    send(agent, f"{desk.url}/accuser", at=desk.url)
    said = send(agent, f"{desk.url}/accuser", at=desk.url)
    page = agent.get(said.location)
    assert "Louise Martin" in page.text
    assert "Non enregistré" in page.text


@pytest.fixture
def document(desk, unit, ports, session):
    """A file the person sent."""
    with unit(SYSTEM) as work:
        referral = work.session.get_one(Referral, desk.case.referral_id)
        key = work.keys.key(referral.rights_request_id, KeyClass.CONTENT)
        received = receive_file(ports, "carte.pdf", BytesIO(PDF), sealed_to=key, limit=10_000)
        enter_documents(work, referral, [received], direction=Direction.FROM_PERSON)
    session.rollback()
    return session.scalar(select(Document))


def test_a_document_of_the_person_opens_as_a_download_and_is_logged(
    agent, desk, document, ports, session
):
    assert "carte.pdf" in agent.get(desk.url).text
    file = saved(agent, desk.url, document.id)
    assert file.data == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.mimetype == "application/octet-stream"
    assert len(events(session, EventKind.DOCUMENT_OPENED)) == 1
    timeline = agent.get(desk.url).text.split("Chronologie")[1]
    assert "Document ouvert" in timeline
    assert timeline.index("Louise Martin") < timeline.index("Dossier ouvert"), "who opened it"
    keys = RequestKeys(session, ports.keyring)
    last = last_act_of(session, keys, desk.case.referral_id)
    assert last.actor_name == "", "to have read decides nothing"


def test_a_ticket_of_a_document_is_good_once_for_a_minute_in_the_session_that_asked(
    app, agent, desk, document, unit, clock, session
):
    address = send(agent, f"{desk.url}/documents/{document.id}", at=desk.url).location
    other = app.test_client()
    clock.advance(seconds=30)  # her next code
    sign_in(other, AGENT, clock.now())
    assert other.get(address).location == desk.url, "another session of the same member"
    assert agent.get(address).data == PDF
    assert agent.get(address).location == desk.url
    assert "appuyez de nouveau sur « Enregistrer »" in agent.get(desk.url).text.replace(
        "\u00a0", " "
    )
    late = send(agent, f"{desk.url}/documents/{document.id}", at=desk.url).location
    clock.advance(seconds=61)
    assert agent.get(late).location == desk.url
    session.rollback()
    assert len(events(session, EventKind.DOCUMENT_OPENED)) == 1


def test_a_document_that_the_store_cannot_give_now_was_not_opened(
    agent, desk, document, ports, session
):
    ports.files.answers = False
    assert saved(agent, desk.url, document.id).location == desk.url
    assert "Ce fichier ne peut pas être ouvert" in agent.get(desk.url).text
    assert not events(session, EventKind.DOCUMENT_OPENED)


def test_a_document_of_another_organisation_does_not_exist(
    app, desk, document, unit, client, clock, session
):
    with unit(SYSTEM) as work:
        elsewhere = add_organisation(work, "Ailleurs")
        add_member(work, elsewhere, "zoe.loin@ailleurs.example", Role.AGENT)
    sign_in(client, "zoe.loin@ailleurs.example", clock.now())
    token = token_of(client.get("/compte"))
    asked = client.post(f"{desk.url}/documents/{document.id}", data={"csrf_token": token})
    assert asked.status_code == 404
    with pytest.raises(NotFound):
        person_document(session, elsewhere, desk.case.referral_id, document.id)
    own = person_document(session, desk.case.organisation_id, desk.case.referral_id, document.id)
    assert own.id == document.id


def test_no_address_nor_title_of_a_case_names_the_person(agent, desk):
    page = agent.get(desk.url)
    title = page.text[page.text.index("<title>") : page.text.index("</title>")]
    assert "Dubois" not in title


def test_the_case_says_who_acts_what_to_see_and_who_is_answered_x15_decree_art_77(
    app, open_desk, client, clock
):
    desk = open_desk(
        representative={"capacity": "agent", "name": "Jean Le Goff", "rights": ["access"]}
    )
    sign_in(client, AGENT, clock.now())
    page = client.get(desk.url).text
    assert "Jean Le Goff" in page
    assert "Mandataire" in page
    assert "Répondez à la personne elle-même" in page
    assert "n’en gardez pas de copie" in page


def test_a_mandate_that_ended_since_is_said_first_on_the_case_x14_decree_art_77(
    app, open_desk, client, clock
):
    desk = open_desk(
        representative={"capacity": "agent", "name": "Jean Le Goff", "ends_on": "2026-09-20"}
    )
    clock.advance(days=8)
    sign_in(client, AGENT, clock.now())
    assert "Le mandat a pris fin" in client.get(desk.url).text


@pytest.mark.parametrize("asked", [True, False])
def test_a_parent_kept_out_gets_nothing_not_even_that_a_case_exists_x10_lil_70(
    app, open_desk, client, clock, unit, ports, asked
):
    child = PersonGiven("Léa", "Dubois", date(2011, 2, 1), postal_address="4 rue des Lilas")
    desk = open_desk(person=child, representative={"capacity": "parent", "name": "Jean Dubois"})
    alone = draft_for(
        planned(desk.case.organisation_id, desk.case.processing_id),
        person=replace(child, keeps_parents_out=asked),
    )
    with unit(alone.actor) as work:
        file_request(work, plan_filing(alone, ports.keyring, clock.now()))
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{desk.case.organisation_id}")
    sign_in(client, AGENT, clock.now())
    page = client.get(desk.url).text
    assert ("pas même qu’un dossier existe" in page) is asked


def test_a_paper_looked_at_is_noted_with_its_verdict_and_never_kept_c07_c17_edpb_79(
    agent, desk, session
):
    sent = send(
        agent,
        f"{desk.url}/vu",
        kind="identity_document",
        seen_on="2026-09-14",
        verdict="convinces",
        words="Nom et date de naissance concordent.",
    )
    assert sent.location == desk.url
    page = agent.get(desk.url)
    assert "Pièce d’identité, 14 septembre 2026" in page.text
    assert "elle convainc" in page.text
    assert "concordent" in page.text
    assert 'type="file"' not in agent.get(f"{desk.url}/vu").text


def test_a_paper_is_not_noted_for_a_day_to_come(agent, desk):
    said = send(agent, f"{desk.url}/vu", kind="mandate", seen_on="2026-09-15", verdict="convinces")
    assert said.status_code == 422
    assert "seen_on-error" in said.text
