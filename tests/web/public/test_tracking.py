"""Following a request, from the first visit to its end, as the person sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.domain.directory import OrganisationKind
from hub.domain.lifecycle import ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.models.answer import Answer, Direction, Document
from hub.models.audit_event import AuditEvent
from hub.models.directory import Processing
from hub.models.exchange import Message
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import KeyClass, RightsRequest, Visit
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer, correct_answer
from hub.services.confirming import (
    confirmation_code,
    confirmation_token,
    lapse_unconfirmed,
    send_code_again,
)
from hub.services.exchanging import verify_identity
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.rerouting import decline
from hub.services.unreplied import follow_unreplied
from hub.web.remedies import court_words
from tests.conftest import NOW
from tests.factories import add_organisation, add_processing, draft_for, open_case, planned
from tests.tracked import (
    AGENCY,
    COHORT,
    HOSPITAL,
    LABORATORY,
    NOTE,
    PDF,
    PLATFORM,
    REASONS,
    REGISTRY,
    TASK,
    question_of,
    tracked_case,
)
from tests.web.controller.pages import pdf, send, token_of

MINE = "/suivre/ma-demande"


def kinds(session, *wanted):
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.kind.in_(wanted))).all()


def referral(session, key):
    session.rollback()
    return session.get(Referral, key)


def press(client, address, at=MINE, **fields):
    return send(client, address, at=at, **fields)


def answered(unit, case, text="Voici vos données.", outcome=Outcome.NO_DATA_HELD, act=answer):
    with unit(case.agent) as work:
        rows = work.session.query(ReferralItem).filter_by(referral_id=case.referral_id)
        items = tuple(ItemAnswer(row.processing_id, outcome) for row in rows)
        return act(work, case.referral_id, AnswerDraft(text, items))


class TestComingIn:
    def test_reference_and_secret_code_open_the_request(self, client, unit, ports):
        receipt = open_case(unit, ports).receipt
        typed = receipt.secret.lower().replace("-", " ")
        came = send(client, "/suivre", reference=receipt.reference.lower(), secret=typed)
        assert came.headers["Location"] == MINE
        cookie = client.get_cookie("visit")
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        assert receipt.reference in client.get(MINE).text

    def test_the_cookie_travels_over_https_alone_where_the_hub_does(self, app, client, unit, ports):
        receipt = open_case(unit, ports).receipt
        held = app.extensions["settings"]
        object.__setattr__(held, "public_url", "https://hub.example")
        send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
        assert client.get_cookie("visit").secure

    def test_a_wrong_code_and_an_unknown_reference_answer_alike(self, client, unit, ports):
        reference = open_case(unit, ports).receipt.reference
        wrong = send(client, "/suivre", reference=reference, secret="AAAA")
        unknown = send(client, "/suivre", reference="0000-0000-00", secret="AAAA")
        mistyped = send(client, "/suivre", reference="bonjour", secret="AAAA")
        assert {wrong.status_code, unknown.status_code, mistyped.status_code} == {422}
        said = [page.text.split("<title>")[1].split("csrf_token")[0] for page in (wrong, unknown)]
        assert said[0] == said[1]
        assert "ne vont pas ensemble" in mistyped.text
        assert reference in wrong.text

    def test_too_many_tries_say_how_long_to_wait(self, client, unit, ports):
        reference = open_case(unit, ports).receipt.reference
        for _try in range(7):
            page = send(client, "/suivre", reference=reference, secret="AAAA")
        assert page.status_code == 429
        assert "5\xa0secondes" in page.text or "5 secondes" in page.text

    def test_without_a_visit_the_pages_lead_back_to_the_door(self, client, unit, ports):
        receipt = open_case(unit, ports).receipt
        assert client.get("/suivre/resume").headers["Location"].startswith("/suivre?expired")
        assert "Votre visite est terminée" in client.get("/suivre?expired=1").text
        came = send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
        assert came.headers["Location"] == "/suivre/resume"

    def test_leaving_ends_the_visit_at_once(self, enter, unit, ports, session):
        client = enter(open_case(unit, ports).receipt)
        press(client, "/suivre/quitter")
        session.rollback()
        assert session.scalars(select(Visit)).all() == []
        assert client.get(MINE).status_code == 302

    def test_a_lost_code_has_its_page(self, client):
        page = client.get("/suivre/perdu")
        assert "Nous ne pouvons pas le retrouver" in page.text
        assert "01 99 00 12 34" in page.text


class TestConfirming:
    @pytest.fixture
    def waiting(self, unit, ports, enter):
        case = open_case(unit, ports, active_at_once=False)
        return case, enter(case.receipt)

    def state(self, session, case):
        session.rollback()
        return session.get(RightsRequest, case.receipt.rights_request_id).state

    def test_the_page_asks_for_the_code_and_the_code_confirms(self, waiting, ports, session):
        case, client = waiting
        page = client.get(MINE)
        assert "Confirmez votre adresse" in page.text
        assert "angele@person.example" in page.text
        code = confirmation_code(ports.keyring, case.receipt.rights_request_id, 1)
        assert press(client, "/suivre/confirmer", code=f"{code[:3]} {code[3:]}").status_code == 302
        assert self.state(session, case) is RequestState.ACTIVE
        assert "Votre adresse est confirmée" in client.get(MINE).text

    def test_a_wrong_code_says_how_many_tries_are_left(self, waiting, session):
        case, client = waiting
        page = press(client, "/suivre/confirmer", code="000000")
        assert page.status_code == 422
        assert "Il reste 5 essais" in page.text
        for _try in range(5):
            page = press(client, "/suivre/confirmer", code="000000")
        assert "Demandez-en un nouveau" in page.text
        assert self.state(session, case) is RequestState.AWAITING_CONFIRMATION

    def test_the_address_is_corrected_and_the_old_code_is_void(self, waiting, ports, session):
        case, client = waiting
        key = case.receipt.rights_request_id
        page = press(client, "/suivre/adresse", email="angele@")
        assert page.status_code == 422
        assert 'value="angele@"' in page.text
        press(client, "/suivre/adresse", email="angele.dubois@person.example")
        assert "angele.dubois@person.example" in client.get(MINE).text
        old = confirmation_code(ports.keyring, key, 1)
        assert press(client, "/suivre/confirmer", code=old).status_code == 422

    def test_a_new_code_is_sent_once_in_two_minutes(self, waiting, clock):
        _case, client = waiting
        clock.advance(minutes=3)
        press(client, "/suivre/renvoyer")
        assert "Un nouveau code est parti" in client.get(MINE).text
        press(client, "/suivre/renvoyer")
        assert "moins de deux minutes" in client.get(MINE).text

    def test_opening_the_link_confirms_nothing_and_its_button_does(
        self, client, unit, ports, session
    ):
        case = open_case(unit, ports, active_at_once=False)
        key = case.receipt.rights_request_id
        link = f"/confirmer/{key}/{confirmation_token(ports.keyring, key, 1)}"
        assert client.get(link).status_code == 200
        assert self.state(session, case) is RequestState.AWAITING_CONFIRMATION
        assert "Votre adresse est confirmée" in send(client, link).text
        assert self.state(session, case) is RequestState.ACTIVE

    def test_a_link_opened_again_says_that_all_is_done_and_threatens_nothing(
        self, client, unit, ports
    ):
        key = open_case(unit, ports, active_at_once=False).receipt.rights_request_id
        link = f"/confirmer/{key}/{confirmation_token(ports.keyring, key, 1)}"
        send(client, link)
        again = client.get(link)
        assert again.status_code == 200
        assert "Votre adresse est confirmée" in again.text
        assert "rien ne partira" not in again.text

    def test_a_link_that_is_over_offers_a_way_on(self, client, unit, ports):
        key = open_case(unit, ports, active_at_once=False).receipt.rights_request_id
        page = client.get(f"/confirmer/{key}/{'0' * 64}")
        assert page.status_code == 410
        assert 'href="/suivre"' in page.text
        assert 'href="/demander"' in page.text

    @pytest.mark.parametrize("days", [7, 30])
    def test_a_link_whose_time_is_over_says_so_before_any_button(
        self, client, unit, ports, session, clock, days
    ):
        case = open_case(unit, ports, active_at_once=False)
        key = case.receipt.rights_request_id
        link = f"/confirmer/{key}/{confirmation_token(ports.keyring, key, 1)}"
        token = token_of(client.get(link))
        clock.advance(days=days, minutes=1)
        with unit(SYSTEM) as work:
            lapse_unconfirmed(work)
        page = client.get(link)
        assert page.status_code == 410
        assert "Ce lien ne fonctionne plus" in page.text
        assert "Confirmer mon adresse" not in page.text
        assert client.post(link, data={"csrf_token": token}).status_code == 410
        assert self.state(session, case) is RequestState.LAPSED

    def test_a_link_replaced_by_a_newer_message_says_so_at_once(self, client, unit, ports, clock):
        case = open_case(unit, ports, active_at_once=False)
        key = case.receipt.rights_request_id
        clock.advance(minutes=3)
        with unit(case.person) as work:
            send_code_again(work, key)
        first, second = (confirmation_token(ports.keyring, key, number) for number in (1, 2))
        assert client.get(f"/confirmer/{key}/{first}").status_code == 410
        assert client.get(f"/confirmer/{key}/{second}").status_code == 200


class TestHerPage:
    def test_the_first_line_says_that_there_is_nothing_to_do_and_the_next_date(
        self, enter, unit, ports
    ):
        page = enter(open_case(unit, ports).receipt).get(MINE).text
        band = page[page.index("next-act-title") :][:300]
        assert "Rien à faire." in band
        assert "14 octobre 2026" in band
        assert page.index("next-act") < page.index("CHU de Rennes</h3>")

    def test_the_next_date_names_all_who_must_answer_on_it(self, enter, unit, ports):
        with unit(SYSTEM) as work:
            names = ("Registre", "Cohorte")
            two = [add_organisation(work, name) for name in names]
            draft = draft_for(*(planned(one, add_processing(work, one)) for one in two))
        with unit(draft.actor) as work:
            receipt = file_request(work, plan_filing(draft, ports.keyring, work.now))
        page = enter(receipt).get(MINE).text
        assert "Réponses attendues\xa0: Cohorte, Registre." in page

    def test_a_database_is_named_in_the_language_of_the_page(self, enter, unit, ports, session):
        case = open_case(unit, ports)
        with unit(SYSTEM) as work:
            work.session.get(Processing, case.processing_id).title_en = "Health data warehouse"
        client = enter(case.receipt)
        assert "Health data warehouse" not in client.get(f"{MINE}?lang=fr").text
        assert "Health data warehouse" in client.get(f"{MINE}?lang=en").text

    def test_every_controller_shows_where_it_stands(self, enter, unit, ports, clock):
        page = enter(tracked_case(unit, ports, clock).receipt).get(MINE).text
        for name in (HOSPITAL, COHORT, REGISTRY, LABORATORY, AGENCY, PLATFORM):
            assert name in page
        for words in (
            "Une question attend encore votre réponse",
            "Son délai pour vous répondre est arrêté",
            "trois centres d’étude",
            "Motif",
            "C’est votre choix",
            "Qui a ouvert ma demande",
            "Écrire à la CNIL",
            f"transmise à «\xa0{REGISTRY}\xa0»",
        ):
            assert words in page, words

    def test_a_question_says_by_when_and_that_a_late_reply_still_counts(
        self, enter, unit, ports, clock
    ):
        case = open_case(unit, ports)
        question_of(unit, case)
        client = enter(case.receipt)
        assert "répondre au plus tard le 29 septembre 2026" in client.get(MINE).text
        clock.advance(days=16)
        page = enter(case.receipt).get(MINE).text
        assert "Une question attend encore votre réponse" in page

    def test_a_case_closed_without_her_reply_says_so_and_takes_a_late_one_t15(
        self, enter, unit, ports, clock
    ):
        case = open_case(unit, ports)
        with unit(case.agent) as work:
            verify_identity(work, case.referral_id, "Où êtes-vous née ?", "Deux homonymes.")
        for days in (15, 45):
            clock.advance(days=days)
            with unit(SYSTEM) as work:
                follow_unreplied(work, 10)
        client = enter(case.receipt)
        page = client.get(MINE).text
        assert "Une question a été close sans votre réponse" in page
        assert "Close sans votre réponse" in page
        address = re.search(r"/suivre/question/[0-9a-f-]+", page)[0]
        assert "Votre réponse la rouvre." in client.get(address).text
        send(client, address, text="À Rennes.")
        page = client.get(MINE).text
        assert "Une question a été close" not in page
        assert "Votre réponse tardive a rouvert la question." in page

    def test_a_late_controller_comes_with_what_she_can_do(self, enter, unit, ports, clock):
        case = open_case(unit, ports)
        clock.advance(days=33)
        page = enter(case.receipt).get(MINE).text
        assert "CHU de Rennes est en retard" in page
        assert 'href="/suivre/cnil"' in page
        assert f'id="todo-{case.referral_id}"' in page

    def test_notes_tasks_and_staff_never_show(self, enter, unit, ports, clock):
        client = enter(tracked_case(unit, ports, clock).receipt)
        for address in (MINE, "/suivre/resume"):
            page = client.get(address).text
            for hidden in (NOTE, TASK, "Louise Martin", "Le Guen", "homonymes"):
                assert hidden not in page

    def test_it_speaks_english_too(self, enter, unit, ports):
        page = enter(open_case(unit, ports).receipt).get(f"{MINE}?lang=en").text
        assert "Nothing to do." in page
        assert "Rien à faire" not in page

    def test_a_controller_that_is_not_the_one_names_another(self, enter, unit, ports):
        case = open_case(unit, ports)
        with unit(case.agent) as work:
            decline(work, case.referral_id, "Nous ne tenons pas ce registre.", "Registre du Rhin")
        page = enter(case.receipt).get(MINE).text
        assert "Registre du Rhin" in page
        assert "Nous ne tenons pas ce registre." in page


class TestAnswers:
    def test_reading_an_answer_is_written_down_once(self, enter, unit, ports, session):
        case = open_case(unit, ports)
        answer_id = answered(unit, case)
        client = enter(case.receipt)
        address = f"/suivre/reponse/{answer_id}"
        assert "Une réponse à lire" in client.get(MINE).text
        client.get(address)
        session.rollback()
        assert session.get(Answer, answer_id).read_at is None
        for _time in range(2):
            assert press(client, address).headers["Location"] == address
        assert "Voici vos données." in client.get(address).text
        assert len(kinds(session, EventKind.ANSWER_READ)) == 1
        assert "votre demande est terminée" in client.get(MINE).text

    def test_a_file_is_saved_byte_for_byte_and_its_opening_is_written(
        self, enter, unit, ports, clock, session
    ):
        case = tracked_case(unit, ports, clock)
        client = enter(case.receipt)
        document = session.scalars(select(Document)).one()
        page = client.get(f"/suivre/reponse/{case.answer_id}")
        assert "mes-donnees.pdf" in page.text
        got = client.get(press(client, f"/suivre/fichier/{document.id}").location)
        assert got.data == PDF
        assert got.headers["Content-Disposition"] == "attachment; filename=mes-donnees.pdf"
        assert got.mimetype == "application/octet-stream"
        assert [row.subject_id for row in kinds(session, EventKind.DOCUMENT_OPENED)] == [
            document.id
        ]
        assert "Enregistré une fois" in client.get(f"/suivre/reponse/{case.answer_id}").text

    def test_a_refusal_gives_its_ground_its_reasons_and_the_ways_to_contest(
        self, enter, unit, ports, clock
    ):
        case = tracked_case(unit, ports, clock)
        page = enter(case.receipt).get(f"/suivre/reponse/{case.refusal_id}").text
        for words in (REASONS, "3 place de Fontenoy", "tribunal administratif", "Contester"):
            assert words in page
        assert "Recherche du 9." not in page

    def test_a_private_controller_is_judged_by_another_court(self, app, unit, ports):
        with app.test_request_context():
            assert "judiciaire" in court_words(OrganisationKind.COMPANY)

    def test_an_answer_replaced_since_stays_readable(self, enter, unit, ports):
        case = open_case(unit, ports)
        first = answered(unit, case, "Première lettre.")
        second = answered(unit, case, "Lettre corrigée.", act=correct_answer)
        client = enter(case.receipt)
        page = client.get(f"/suivre/reponse/{second}").text
        assert "Lettre corrigée." in page
        assert f"/suivre/reponse/{first}" in page
        old = client.get(f"/suivre/reponse/{first}").text
        assert "Première lettre." in old
        assert "a été remplacée" in old

    def test_an_answer_is_contested_once(self, enter, unit, ports, session):
        case = open_case(unit, ports)
        answered(unit, case)
        client = enter(case.receipt)
        address = f"/suivre/contester/{case.referral_id}"
        assert client.get(address).status_code == 200
        assert referral(session, case.referral_id).state is ReferralState.ANSWERED
        send(client, address)
        assert referral(session, case.referral_id).state is ReferralState.CONTESTED
        answer_id = answered(unit, case)
        assert client.get(address).status_code == 302
        assert address not in client.get(f"/suivre/reponse/{answer_id}").text

    def test_she_can_say_that_it_is_settled(self, enter, unit, ports, session):
        case = open_case(unit, ports)
        answered(unit, case)
        client = enter(case.receipt)
        send(client, f"/suivre/termine/{case.referral_id}")
        assert referral(session, case.referral_id).state is ReferralState.CLOSED


class TestReplying:
    def test_her_reply_ends_the_pause_by_itself_and_the_page_says_so(
        self, enter, unit, ports, clock, session
    ):
        case = tracked_case(unit, ports, clock)
        client = enter(case.receipt)
        key = case.referrals[HOSPITAL]
        assert referral(session, key).is_suspended
        address = f"/suivre/question/{case.question_id}"
        assert "Deux patientes portent votre nom" in client.get(address).text
        assert "homonymes" not in client.get(address).text
        assert send(client, address, text="Je suis née à Brest.").status_code == 302
        assert not referral(session, key).is_suspended
        page = client.get(MINE).text
        assert "Son délai court à nouveau" in page
        assert "Je suis née à Brest." in page

    def test_files_go_with_the_reply_sealed_for_the_controller(
        self, enter, unit, ports, clock, session
    ):
        case = open_case(unit, ports)
        client = enter(case.receipt)
        address = f"/suivre/question/{question_of(unit, case)}"
        assert (
            send(client, address, text="Voir la pièce.", files=pdf("preuve.pdf")).status_code == 302
        )
        session.rollback()
        document = session.scalars(select(Document)).one()
        assert document.direction is Direction.FROM_PERSON
        keys = RequestKeys(session, ports.keyring)
        key = keys.key(case.receipt.rights_request_id, KeyClass.CONTENT)
        assert b"".join(ports.files.read(document.storage_key, opened_with=key)) == PDF
        assert "preuve.pdf" in client.get(MINE).text

    def test_a_refused_file_says_why_and_keeps_her_words(self, enter, unit, ports, session):
        case = open_case(unit, ports)
        client = enter(case.receipt)
        address = f"/suivre/question/{question_of(unit, case)}"
        page = send(client, address, text="Voici.", files=pdf("virus.exe", b"MZ\x00"))
        assert page.status_code == 422
        assert "virus.exe" in page.text
        assert "Voici." in page.text
        session.rollback()
        assert session.scalars(select(Message).where(Message.kind == "reply")).all() == []
        assert ports.files.sealed == {}

    def test_an_identity_document_is_refused_and_nothing_of_it_is_kept_x9_edpb_79(
        self, enter, unit, ports, clock, session
    ):
        case = tracked_case(unit, ports, clock)
        client = enter(case.receipt)
        address = f"/suivre/question/{case.question_id}"
        assert 'type="file"' not in client.get(address).text, "it is not even asked for"
        before = dict(ports.files.sealed)
        page = send(client, address, text="Ma carte.", files=pdf("carte-identite.pdf"))
        assert page.status_code == 422
        assert "aucune copie de pièce d’identité" in page.text
        assert "Ma carte." in page.text
        assert ports.files.sealed == before

    def test_the_page_says_what_the_files_may_weigh_one_by_one_and_in_all(self, enter, unit, ports):
        case = open_case(unit, ports)
        question = question_of(unit, case)
        page = enter(case.receipt).get(f"/suivre/question/{question}").text
        assert "20\xa0Mo chacun et 60\xa0Mo en tout" in page

    def test_six_files_are_one_too_many(self, enter, unit, ports):
        case = open_case(unit, ports)
        client = enter(case.receipt)
        address = f"/suivre/question/{question_of(unit, case)}"
        files = [pdf(f"{number}.pdf") for number in range(6)]
        page = send(client, address, text="Voici.", files=files)
        assert page.status_code == 422
        assert "5 fichiers au plus" in page.text

    def test_an_empty_reply_is_said_beside_its_field(self, enter, unit, ports):
        case = open_case(unit, ports)
        client = enter(case.receipt)
        page = send(client, f"/suivre/question/{question_of(unit, case)}", text="")
        assert page.status_code == 422
        assert "Écrivez votre réponse." in page.text

    def test_a_question_is_replied_to_once(self, enter, unit, ports):
        case = open_case(unit, ports)
        client = enter(case.receipt)
        address = f"/suivre/question/{question_of(unit, case)}"
        send(client, address, text="2021.")
        assert client.get(address).headers["Location"] == MINE


class TestWithdrawing:
    def test_all_of_it_after_a_page_that_says_what_it_means(self, enter, unit, ports, session):
        case = open_case(unit, ports)
        client = enter(case.receipt)
        assert "Retirer toute ma demande" in client.get("/suivre/retirer").text
        assert referral(session, case.referral_id).state is ReferralState.DELIVERED
        send(client, "/suivre/retirer")
        assert referral(session, case.referral_id).state is ReferralState.WITHDRAWN
        assert "vous avez retiré cette demande" in client.get(MINE).text
        assert client.get("/suivre/retirer").headers["Location"] == MINE

    def test_one_controller_alone(self, enter, unit, ports, clock, session):
        case = tracked_case(unit, ports, clock)
        client = enter(case.receipt)
        send(client, f"/suivre/retirer/{case.referrals[LABORATORY]}")
        assert referral(session, case.referrals[LABORATORY]).state is ReferralState.WITHDRAWN
        assert referral(session, case.referrals[HOSPITAL]).state is ReferralState.IN_PROGRESS


def test_what_belongs_to_another_person_does_not_exist(enter, unit, ports, clock, session):
    case = tracked_case(unit, ports, clock)
    document_id = session.scalars(select(Document.id)).one()
    client = enter(open_case(unit, ports, organisation="Autre").receipt)
    for address in (
        f"/suivre/question/{case.question_id}",
        f"/suivre/reponse/{case.answer_id}",
        f"/suivre/retirer/{case.referrals[HOSPITAL]}",
        f"/suivre/contester/{case.referrals[COHORT]}",
        f"/suivre/termine/{case.referrals[COHORT]}",
    ):
        assert client.get(address).status_code == 404, address
    for address in (f"/suivre/fichier/{document_id}", f"/suivre/reponse/{case.answer_id}"):
        assert press(client, address).status_code == 404, address
    assert kinds(session, EventKind.DOCUMENT_OPENED, EventKind.ANSWER_READ) == []


def test_a_letter_keyed_in_late_shows_the_day_it_arrived_and_a_date_that_is_over_x26(
    enter, unit, ports
):
    arrived_at = NOW - timedelta(days=80)
    page = enter(open_case(unit, ports, received_at=arrived_at).receipt).get(MINE).text
    words = page.partition('request-line">')[2].partition("</p>")[0]
    assert "reçue le 26 juin 2026" in " ".join(words.split()).replace("\xa0", " ")
    assert "(à venir)" not in page


def test_the_summary_says_who_answered_refused_and_is_late(enter, unit, ports, clock):
    case = tracked_case(unit, ports, clock)
    client = enter(case.receipt)
    page = client.get("/suivre/resume").text
    for words in (COHORT, PLATFORM, REGISTRY, "en retard", "3 place de Fontenoy"):
        assert words in page
    paper = client.get("/suivre/resume.pdf")
    assert paper.data.startswith(b"%PDF")
    assert f"resume-{case.receipt.reference}.pdf" in paper.headers["Content-Disposition"]
