"""Going to the CNIL: one path, and a file that holds all that she needs and nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from flask_babel import force_locale
from rdflib import Graph, URIRef
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.rights import Right
from hub.models.answer import Document
from hub.models.audit_event import AuditEvent
from hub.models.directory import ContactPoint
from hub.models.rights_request import RightsRequest
from hub.queries.audit_trail import trail_of
from hub.queries.controller_contacts import controller_contacts
from hub.queries.tracking import tracked_request
from hub.sealing import RequestKeys
from hub.services.answering import contest
from hub.web.public.cnil_pieces import Complained, answer_paper, case_paper, cover_letter
from tests.factories import open_case
from tests.tracked import COHORT, HOSPITAL, PDF, PLATFORM, REASONS, REGISTRY, tracked_case
from tests.web.controller.pages import send
from tests.web.members import add_member, sign_in

PATH = "/suivre/cnil"
MINE = "/suivre/ma-demande"
DPV = "https://w3id.org/dpv#"


@pytest.fixture
def case(unit, ports, clock):
    return tracked_case(unit, ports, clock)


def file_of(client, referral="all"):
    """The names and contents of the file that she saves."""
    sent = send(client, PATH, referral=str(referral))
    assert sent.status_code == 200, sent.text
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}, sent


def events(session, kind):
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)).all()


def complained(session, ports, receipt, clock):
    session.rollback()
    found = tracked_request(session, RequestKeys(session, ports.keyring), receipt.rights_request_id)
    keys = [one.organisation_id for one in found.referrals]
    contacts = controller_contacts(session, keys)
    return Complained(found, found.referrals, contacts, clock.now().date())


def words_of(paper):
    said = []
    for part in paper.parts:
        said += [part.title, *part.paragraphs, *(" ".join(row) for row in part.rows)]
    facts = [f"{fact.label} {fact.value}" for fact in paper.facts]
    return " ".join([paper.title, paper.lead, *facts, *said]).replace("\xa0", " ")


class TestX25SilenceRules61:
    """RULES §9 X25: the day after the due date the hub offers the whole file (GDPR 77)."""

    def test_the_day_after_the_due_date_her_page_leads_to_it(self, enter, unit, ports, clock):
        receipt = open_case(unit, ports).receipt
        clock.instant = datetime(2026, 10, 14, 20, 0, tzinfo=UTC)
        client = enter(receipt)
        assert "Rien à faire" in client.get(MINE).text
        assert "la CNIL vous demandera d’attendre" in client.get(PATH).text
        clock.instant = datetime(2026, 10, 14, 22, 30, tzinfo=UTC)
        client = enter(receipt)
        page = client.get(MINE).text
        assert "CHU de Rennes est en retard" in page
        assert f'href="{PATH}"' in page
        assert "Vous pouvez vous plaindre dès maintenant." in client.get(PATH).text

    def test_it_holds_the_request_the_proofs_the_dates_the_answers_and_their_files(
        self, enter, case
    ):
        contents, _sent = file_of(enter(case.receipt))
        names = list(contents)
        assert names[:2] == ["1-lettre-a-la-cnil.pdf", "2-ma-demande.pdf"]
        assert names[-2:] == ["donnees.jsonld", "INDEX.txt"]
        folders = {name.split("/")[0] for name in names if "/" in name}
        assert len(folders) == 6
        for folder in folders:
            assert f"{folder}/dossier.pdf" in names
            assert f"{folder}/accuse-de-reception-1.pdf" in names
        (given,) = [name for name in names if name.endswith("mes-donnees.pdf")]
        assert contents[given] == PDF
        assert sum("/reponse-1.pdf" in name for name in names) == 2
        for name, content in contents.items():
            if name.endswith(".pdf") and name != given:
                assert b"pdfuaid" in content, f"{name} is not accessible"

    def test_its_index_has_the_fingerprint_of_each_piece(self, enter, case):
        contents, _sent = file_of(enter(case.receipt))
        lines = contents["INDEX.txt"].decode().splitlines()
        listed = dict(reversed(line.split("  ", 1)) for line in lines if not line.startswith("#"))
        assert set(listed) == set(contents) - {"INDEX.txt"}
        for name, digest in listed.items():
            assert hashlib.sha256(contents[name]).hexdigest() == digest

    def test_it_is_in_french_whatever_her_language(self, enter, case):
        client = enter(case.receipt)
        client.get("/?lang=en")
        contents, sent = file_of(client)
        assert "Pièces du dossier" in contents["INDEX.txt"].decode()
        assert "file-for-the-cnil-" in sent.headers["Content-Disposition"]

    def test_it_can_be_about_one_controller_alone(self, enter, case):
        contents, _sent = file_of(enter(case.receipt), case.referrals[PLATFORM])
        assert {name.split("/")[0] for name in contents if "/" in name} == {
            "organisme-1-plateforme-des-donnees-de-sante"
        }
        record = json.loads(contents["donnees.jsonld"])
        assert len(record["dct:hasPart"]) == 1
        assert HOSPITAL.encode() not in contents["donnees.jsonld"]

    def test_before_the_date_it_is_there_too_and_says_what_will_be_asked(self, enter, unit, ports):
        client = enter(open_case(unit, ports).receipt)
        page = client.get(PATH).text
        assert "ici, jusqu’au 14 octobre 2026" in page.replace("\xa0", " ")
        contents, _sent = file_of(client)
        assert "1-lettre-a-la-cnil.pdf" in contents


class TestTheFactsAlone:
    def test_the_letter_says_what_each_controller_did(self, app, session, ports, case, clock):
        found = complained(session, ports, case.receipt, clock)
        with app.test_request_context(), force_locale("fr"):
            letter = cover_letter(found, ("2-ma-demande.pdf",))
        said = " ".join(letter.paragraphs).replace("\xa0", " ")
        assert f"{REGISTRY} devait répondre au plus tard le 14 octobre 2026. Aucune" in said
        assert f"{HOSPITAL} a suspendu son délai de réponse" in said
        assert f"{COHORT} a répondu le 22 septembre 2026 : Acceptée" in said
        assert letter.signature == ("Angèle Marie Dubois",)
        assert "angele@person.example" in letter.sender

    def test_a_controllers_paper_names_its_dpo_its_dates_and_the_reminders(
        self, app, session, ports, case, clock, unit
    ):
        with unit(SYSTEM) as work:
            point = work.session.scalars(select(ContactPoint)).first()
            dpo = {"role": "dpo", "channel": "email", "address": "dpo@chu.example"}
            work.session.add(ContactPoint(organisation_id=point.organisation_id, **dpo))
            organisation_id = point.organisation_id
        found = complained(session, ports, case.receipt, clock)
        referral = next(r for r in found.referrals if r.organisation_id == organisation_id)
        with app.test_request_context(), force_locale("fr"):
            said = words_of(case_paper(found, referral))
        assert "dpo@chu.example" in said
        assert "14 septembre 2026" in said
        assert "Transmission à l’organisme" in said or "10 h 02" in said

    def test_an_answers_paper_gives_its_letter_ground_and_reasons(
        self, app, session, ports, case, clock
    ):
        found = complained(session, ports, case.receipt, clock)
        referral = next(r for r in found.referrals if r.organisation_name == PLATFORM)
        with app.test_request_context(), force_locale("fr"):
            said = words_of(answer_paper(found, referral, referral.answer))
        assert REASONS in said
        assert "Motif :" in said

    def test_a_contest_is_said_as_it_is(self, app, session, ports, case, clock, unit):
        with unit(case.person) as work:
            contest(work, case.referrals[PLATFORM])
        found = complained(session, ports, case.receipt, clock)
        with app.test_request_context(), force_locale("fr"):
            said = " ".join(cover_letter(found, ()).paragraphs)
        assert "J’ai contesté cette réponse" in said


def test_its_record_reads_as_linked_data_in_dpv_terms(enter, case):
    contents, _sent = file_of(enter(case.receipt))
    graph = Graph().parse(data=contents["donnees.jsonld"], format="json-ld")
    gdpr = "https://w3id.org/dpv/legal/eu/gdpr#"
    rights = set(graph.objects(predicate=URIRef(f"{DPV}hasRight")))
    assert rights == {URIRef(f"{gdpr}A15"), URIRef(f"{gdpr}A77")}
    statuses = {str(one) for one in graph.objects(predicate=URIRef(f"{DPV}hasRequestStatus"))}
    assert f"{DPV}RequestActionDelayed" in statuses
    assert f"{DPV}RequestUnfulfilled" in statuses
    grounds = set(graph.objects(predicate=URIRef(f"{DPV}hasJustification")))
    assert grounds == {URIRef(f"{gdpr}JustificationA12IdentityFailure")}
    pieces = list(graph.objects(predicate=URIRef("http://purl.org/dc/terms/references")))
    assert len(pieces) == len(contents) - 2


class TestWhatIsKeptOfIt:
    def test_one_event_with_its_fingerprint_and_one_for_each_document_opened(
        self, enter, case, session
    ):
        _contents, sent = file_of(enter(case.receipt))
        (event,) = events(session, EventKind.CNIL_FILE_MADE)
        assert event.stream_id == case.receipt.rights_request_id
        digest = hashlib.sha256(sent.data).hexdigest()
        assert digest.encode() not in (event.detail_sealed or b"")
        (document,) = session.scalars(select(Document)).all()
        assert document.opened_at
        assert len(events(session, EventKind.DOCUMENT_OPENED)) == 1

    def test_no_controller_learns_of_it(self, enter, case, session, ports):
        file_of(enter(case.receipt))
        session.rollback()
        keys = RequestKeys(session, ports.keyring)
        key = case.receipt.rights_request_id
        own = trail_of(session, keys, key, case.agents[PLATFORM].organisation_id)
        assert EventKind.CNIL_FILE_MADE not in {row.kind for row in own}
        everything = trail_of(session, keys, key, None)
        assert EventKind.CNIL_FILE_MADE in {row.kind for row in everything}

    def test_nothing_leaves_by_mail_and_nothing_is_stored(self, enter, case, ports, session):
        client = enter(case.receipt)
        before = dict(ports.files.sealed)
        file_of(client)
        assert ports.files.sealed == before
        assert ports.mailer.sent == []


class TestWhatCannotBeJoined:
    def test_a_file_no_longer_kept_is_said_and_the_rest_is_there(self, enter, case, unit):
        with unit(SYSTEM) as work:
            for row in work.session.scalars(select(Document)):
                row.storage_key = None
        contents, _sent = file_of(enter(case.receipt))
        assert not [name for name in contents if name.endswith("mes-donnees.pdf")]
        head = contents["INDEX.txt"].decode().replace("\xa0", " ")
        assert "# Non joint : mes-donnees.pdf : n’est plus conservé" in head

    def test_a_file_too_heavy_is_named_and_left_for_her_to_join(self, enter, case, unit):
        with unit(SYSTEM) as work:
            for row in work.session.scalars(select(Document)):
                row.size = 26 * 1024 * 1024
        contents, _sent = file_of(enter(case.receipt))
        assert "trop lourd, à joindre à part" in contents["INDEX.txt"].decode()


class TestThePath:
    def test_a_request_not_yet_sent_has_none(self, enter, unit, ports):
        client = enter(open_case(unit, ports, active_at_once=False).receipt)
        assert client.get(PATH).status_code == 404
        assert PATH not in client.get(MINE).text

    def test_without_a_visit_it_leads_back_to_the_door_then_here(self, client, case):
        assert client.get(PATH).headers["Location"].startswith("/suivre?expired")
        receipt = case.receipt
        came = send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
        assert came.headers["Location"] == PATH

    def test_another_persons_controller_is_refused_beside_the_question(
        self, enter, case, unit, ports
    ):
        other = open_case(unit, ports, organisation="Autre CHU").referral_id
        sent = send(enter(case.receipt), PATH, referral=str(other))
        assert sent.status_code == 422
        assert "Au sujet de quel organisme" in sent.text

    def test_a_refusal_may_be_contested_first_and_need_not(self, enter, case):
        page = enter(case.receipt).get(PATH).text
        assert f"/suivre/contester/{case.referrals[PLATFORM]}" in page
        assert "la CNIL vous est ouverte sans cela" in page

    def test_x24_a_complaint_about_the_opt_out_is_said_to_be_transmitted_ehds_81(
        self, enter, unit, ports, clock
    ):
        clock.instant = datetime(2029, 4, 2, 8, 0, tzinfo=UTC)
        case = open_case(unit, ports)
        with unit(SYSTEM) as work:
            row = work.session.get_one(RightsRequest, case.receipt.rights_request_id)
            row.right = Right.SECONDARY_USE_OPT_OUT
        page = enter(case.receipt).get(PATH).text
        assert "Votre plainte est transmise à la CNIL." in page
        assert "articles 71 et 81" in page

    def test_other_complaints_are_hers_to_send(self, enter, case):
        assert "est transmise à la CNIL" not in enter(case.receipt).get(PATH).text


class TestAfterAContest:
    def test_she_is_told_before_that_no_month_begins_again(self, enter, case):
        page = enter(case.receipt).get(f"/suivre/contester/{case.referrals[PLATFORM]}").text
        assert "aucun mois ne recommence" in page
        assert "sans attendre sa nouvelle réponse" in page

    def test_an_answer_given_in_time_does_not_become_late(self, enter, unit, case):
        with unit(case.person) as work:
            contest(work, case.referrals[PLATFORM])
        page = enter(case.receipt).get(MINE).text
        assert f"{PLATFORM} est en retard" not in page
        assert "La loi ne lui donne pas de nouvelle date" in page

    def test_its_controller_sees_no_late_case_but_one_to_look_at_again(
        self, client, unit, case, clock
    ):
        with unit(case.person) as work:
            contest(work, case.referrals[PLATFORM])
        organisation_id = case.agents[PLATFORM].organisation_id
        with unit(SYSTEM) as work:
            add_member(work, organisation_id, "a@pds.example", Role.AGENT)
            add_member(work, organisation_id, "d@pds.example", Role.DPO)
        sign_in(client, "a@pds.example", clock.now())
        page = client.get(f"/dossiers/{case.referrals[PLATFORM]}").text
        assert "La loi ne fixe pas de nouvelle date" in page
        with client.session_transaction() as forgotten:
            forgotten.clear()
        sign_in(client, "d@pds.example", clock.now())
        assert "Rien n’est en retard." in client.get("/dpo").text
