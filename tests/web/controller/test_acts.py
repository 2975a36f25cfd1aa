"""Each act on a case by its form: done, refused beside its field, nothing typed lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.clock import ClockEventKind
from hub.domain.directory import RecipientKind
from hub.domain.lifecycle import ReferralState
from hub.domain.rights import Right
from hub.models.answer import Answer, Direction, Document
from hub.models.directory import Recipient
from hub.models.exchange import ColleagueTask, Message, MessageKind
from hub.models.referral import ClockEntry, RecipientNotice, Referral, ReferralItem
from tests.factories import add_organisation
from tests.web.controller.conftest import AGENT, DPO
from tests.web.controller.pages import PDF, pdf, saved, send
from tests.web.members import sign_in


def referral_of(session, desk) -> Referral:
    session.rollback()
    return session.get(Referral, desk.case.referral_id)


def clock_kinds(session, desk) -> list[ClockEventKind]:
    session.rollback()
    wanted = select(ClockEntry.kind).where(ClockEntry.referral_id == desk.case.referral_id)
    return list(session.scalars(wanted.order_by(ClockEntry.recorded_at)))


def test_a_question_is_sent_and_the_clock_runs_on(agent, desk, session):
    said = send(agent, f"{desk.url}/question", text="En quelle année ?", reply_by_on="30/09/2026")
    assert said.status_code == 302
    message = session.scalar(select(Message))
    assert message.kind is MessageKind.QUESTION
    assert message.reply_by_on.isoformat() == "2026-09-30"
    assert not referral_of(session, desk).is_suspended
    assert "En quelle année ?" in agent.get(desk.url).text


def test_a_past_or_unreadable_date_is_said_beside_its_field_and_the_text_is_kept(agent, desk):
    for typed in ("2026-09-01", "bientôt", "31/02/2027"):
        said = send(agent, f"{desk.url}/question", text="En quelle année ?", reply_by_on=typed)
        assert said.status_code == 422
        assert 'id="reply_by_on-error"' in said.text
        assert "En quelle année ?" in said.text


def test_an_identity_check_wants_its_doubt_and_stops_the_clock(agent, desk, session):
    said = send(agent, f"{desk.url}/identite", text="Votre numéro de carte ?", doubt=" ")
    assert said.status_code == 422
    assert 'id="doubt-error"' in said.text
    assert not referral_of(session, desk).is_suspended
    send(agent, f"{desk.url}/identite", text="Votre numéro ?", doubt="Deux homonymes.")
    assert referral_of(session, desk).is_suspended
    page = agent.get(desk.url)
    assert "/reprendre" in page.text
    send(agent, f"{desk.url}/reprendre", at=desk.url)
    assert not referral_of(session, desk).is_suspended


def test_a_second_identity_check_is_refused_and_nothing_typed_is_lost(agent, desk):
    fields = {"text": "Votre numéro ?", "doubt": "Deux homonymes."}
    send(agent, f"{desk.url}/identite", **fields)
    said = send(agent, f"{desk.url}/identite", at=desk.url, **fields)
    assert said.status_code == 422
    assert "déjà suspendu" in said.text
    assert "Deux homonymes." in said.text


def test_an_extension_wants_a_listed_cause_and_reasons(agent, desk, session):
    said = send(agent, f"{desk.url}/prolonger", words="Très nombreux volumes.")
    assert said.status_code == 422
    assert "Très nombreux volumes." in said.text
    send(agent, f"{desk.url}/prolonger", cause="volume", words="Très nombreux volumes.")
    referral = referral_of(session, desk)
    assert referral.is_extended
    assert referral.due_on.isoformat() == "2026-12-14"


def test_an_extension_after_its_last_day_says_that_the_answer_stays_due(agent, desk, clock):
    clock.advance(days=31)
    sign_in(agent, AGENT, clock.now())
    said = send(agent, f"{desk.url}/prolonger", at=desk.url, cause="volume", words="Trop tard.")
    assert said.status_code == 422
    assert "la réponse reste due" in said.text


def test_a_colleague_is_shown_only_the_identifiers_ticked(agent, desk, session):
    said = send(
        agent,
        f"{desk.url}/collegue",
        name="Dr Kerboul",
        email="h.kerboul@chu.example",
        text="Où est le dossier ?",
        identifiers=["family_name", "birth_date"],
        reply_by_on="2026-09-20",
    )
    assert said.status_code == 302
    task = session.scalar(select(ColleagueTask))
    assert task.identifiers == ["family_name", "birth_date"]
    assert "h.kerboul" not in str(vars(task))
    page = agent.get(desk.url)
    assert "Dr Kerboul" in page.text


def test_an_identifier_that_was_not_offered_is_refused(agent, desk, session):
    said = send(
        agent,
        f"{desk.url}/collegue",
        name="Dr Kerboul",
        email="h.kerboul@chu.example",
        text="Où ?",
        identifiers=["email"],
        reply_by_on="2026-09-20",
    )
    assert said.status_code == 422
    assert session.scalar(select(ColleagueTask)) is None


def test_not_us_hands_over_to_an_organisation_of_the_directory(agent, desk, session, unit):
    with unit(SYSTEM) as work:
        heir = add_organisation(work, "Institut des registres")
    url = f"{desk.url}/pas-nous"
    found = send(agent, url, step="search", mots="institut", words="Pas notre base.")
    assert "Institut des registres" in found.text
    assert "Pas notre base." in found.text
    fields = {"mots": "institut", "organisation": str(heir), "words": "Pas notre base."}
    checked = send(agent, url, step="check", **fields)
    assert "Institut des registres" in checked.text
    assert referral_of(session, desk).state is ReferralState.DELIVERED
    assert send(agent, url, step="send", **fields).status_code == 302
    referral = referral_of(session, desk)
    assert referral.state is ReferralState.TRANSFERRED
    assert referral.transferred_to_id == heir


def test_not_us_without_a_successor_declines_and_names_one_outside(agent, desk, session):
    url = f"{desk.url}/pas-nous"
    assert send(agent, url, step="check", named="Clinique X", words=" ").status_code == 422
    send(agent, url, step="send", named="Clinique X", words="Ce patient n’est pas le nôtre.")
    referral = referral_of(session, desk)
    assert referral.state is ReferralState.DECLINED_NOT_CONTROLLER
    assert referral.transferred_to_name == "Clinique X"


def test_an_organisation_that_the_search_did_not_find_cannot_be_chosen(agent, desk, session):
    fields = {"mots": "x", "organisation": str(desk.case.organisation_id), "words": "Non."}
    send(agent, f"{desk.url}/pas-nous", step="send", **fields)
    assert referral_of(session, desk).state is ReferralState.DECLINED_NOT_CONTROLLER


def test_what_was_granted_is_marked_done_with_its_proof(app, open_desk, client, session, clock):
    desk = open_desk(right=Right.OBJECTION)
    sign_in(client, AGENT, clock.now())
    send(client, f"{desk.url}/repondre", step="send", text="Oui.", item0__outcome="granted")
    assert "/applique/" in client.get(desk.url).text
    url = f"{desk.url}/applique/{desk.case.processing_id}"
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    done = {"what": "Vos données sont sorties.", "proof": "Ticket 42"}
    said = send(client, url, applied_on=tomorrow, **done)
    assert said.status_code == 422
    assert 'id="applied_on-error"' in said.text
    send(client, url, applied_on=clock.now().date().isoformat(), **done)
    session.rollback()
    assert session.scalar(select(ReferralItem)).applied_on == clock.now().date()
    page = client.get(desk.url)
    assert "Ticket 42" in page.text
    assert "/applique/" not in page.text


def test_a_file_alone_proves_what_was_done_and_the_dpo_opens_it(
    app, open_desk, client, session, clock
):
    desk = open_desk(right=Right.OBJECTION)
    sign_in(client, AGENT, clock.now())
    send(client, f"{desk.url}/repondre", step="send", text="Oui.", item0__outcome="granted")
    url = f"{desk.url}/applique/{desk.case.processing_id}"
    today = clock.now().date().isoformat()
    bare = send(client, url, applied_on=today, what="Vos données sont sorties.")
    assert bare.status_code == 422
    assert 'id="proof-error"' in bare.text
    said = send(client, url, applied_on=today, what="Vos données sont sorties.", file=pdf())
    assert said.location == desk.url
    session.rollback()
    kept = session.scalar(select(Document).where(Document.direction == Direction.KEPT))
    dpo = app.test_client()
    sign_in(dpo, DPO, clock.now())
    assert saved(dpo, desk.url, kept.id).data == PDF
    person = app.test_client()
    receipt = desk.case.receipt
    send(person, "/suivre", reference=receipt.reference, secret=receipt.secret)
    page = person.get("/suivre/ma-demande").text
    assert "Vos données sont sorties." in page
    assert "copie.pdf" not in page


def test_recipients_are_told_one_by_one_and_the_person_reads_who_they_are(
    app, open_desk, unit, client, session, clock
):
    desk = open_desk(right=Right.RECTIFICATION)
    with unit(SYSTEM) as work:
        facts = {"name": "Hébergeur Nuage", "kind": RecipientKind.PROCESSOR}
        work.session.add(Recipient(processing_id=desk.case.processing_id, **facts))
    sign_in(client, AGENT, clock.now())
    send(client, f"{desk.url}/repondre", step="send", text="Oui.", item0__outcome="granted")
    assert str(desk.case.referral_id) in client.get("/dossiers?liste=to_apply").text
    notice_id = session.scalar(select(RecipientNotice.id))
    url = f"{desk.url}/destinataire/{notice_id}"
    bare = send(client, url, told="yes", channel="email")
    assert bare.status_code == 422
    assert 'id="told_on-error"' in bare.text
    assert 'id="proof-error"' in bare.text
    today = clock.now().date().isoformat()
    send(client, url, told="yes", channel="email", told_on=today, proof="Sa réponse.")
    assert "Sa réponse." in client.get(desk.url).text
    person = app.test_client()
    receipt = desk.case.receipt
    send(person, "/suivre", reference=receipt.reference, secret=receipt.secret)
    answer_id = session.scalar(select(Answer.id))
    page = person.get(f"/suivre/reponse/{answer_id}").text
    assert "Hébergeur Nuage" in page
    assert "prévenu le 14 septembre 2026" in page


def test_an_act_that_is_no_longer_open_leads_back_with_the_reason(agent, desk):
    send(agent, f"{desk.url}/pas-nous", step="send", words="Pas nous.")
    for path in ("question", "identite", "prolonger", "collegue", "repondre", "pas-nous"):
        answer = agent.get(f"{desk.url}/{path}")
        assert answer.location == desk.url, path
