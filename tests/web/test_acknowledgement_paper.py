"""The acknowledgement of receipt, as the person, the controller and its DPO have it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask_babel import force_locale

from hub.domain.acknowledgements import Service, SilenceMeaning
from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import OrganisationKind
from hub.models.directory import Organisation
from hub.queries.acknowledgements import acknowledgements_of_referral
from hub.sealing import RequestKeys
from hub.services.exchanging import ask_completion
from hub.services.working import acknowledge
from hub.web.acknowledgement_paper import acknowledgement_paper
from tests.factories import add_organisation, open_case
from tests.web.controller.pages import send
from tests.web.members import add_member, sign_in

MINE = "/suivre/ma-demande"


@pytest.fixture
def case(unit, ports):
    return open_case(unit, ports)


@pytest.fixture
def kept(case, ports, session):
    keys = RequestKeys(session, ports.keyring)
    (one,) = acknowledgements_of_referral(session, keys, case.referral_id)
    return one


def words(app, kept, content, language="fr"):
    """Everything the paper says, on one line."""
    with app.test_request_context(), force_locale(language):
        paper = acknowledgement_paper(kept, content)
    said = [paper.title, paper.lead]
    said += [f"{fact.label} {fact.value}" for fact in (*paper.facts, *paper.notes)]
    for part in paper.parts:
        said += [part.title, *part.paragraphs]
        said += [f"{fact.label} {fact.value}" for fact in part.facts]
    return " ".join([*said, paper.fingerprint.value]).replace("\xa0", " ")


class TestWhatThePaperSays:
    """CRPA R112-11-1: each mandatory field."""

    def test_it_names_the_date_the_right_the_service_and_the_date_of_the_answer(
        self, app, kept, case
    ):
        said = words(app, kept, kept.content)
        for piece in (
            case.receipt.reference,
            "14 septembre 2026, 10 h 02, heure de Paris",
            "Savoir ce que l’on a sur moi",
            "CHU de Rennes",
            "droits@chu-de-rennes.example",
            "Réponse au plus tard 14 octobre 2026",
            kept.sha256,
        ):
            assert piece in said

    def test_it_says_what_silence_is_worth_and_the_remedies_with_their_time_limits(self, app, kept):
        said = words(app, kept, kept.content)
        assert "Sans réponse le 14 novembre 2026, votre demande peut être considérée" in said
        assert "reste à confirmer" in said
        assert "3 place de Fontenoy" in said
        assert "tribunal administratif dans un délai de 2 mois" in said
        sure = replace(kept.content, silence=SilenceMeaning.REFUSAL)
        assert "est réputée refusée" in words(app, kept, sure)

    def test_a_company_has_another_court_and_its_silence_decides_nothing(self, app, kept):
        kind = OrganisationKind.COMPANY
        company = replace(kept.content, organisation_kind=kind, silence=None, silence_on=None)
        said = words(app, kept, company)
        assert "tribunal judiciaire" in said
        assert "administratif" not in said
        assert "ne vaut pas décision" in said

    def test_what_the_directory_lacks_is_said_and_not_left_blank(self, app, kept):
        said = words(app, kept, kept.content)
        assert "Téléphone Inconnu : l’annuaire ne l’a pas." in said
        assert "Il manque à l’annuaire : le nom du service chargé du dossier, un numéro" in said
        service = Service("CHU", "Droits", "1 rue X\n35000 Rennes", "d@chu.example", "02 99")
        assert "Inconnu" not in words(app, kept, replace(kept.content, service=service))

    def test_it_is_in_the_language_of_the_person(self, app, kept):
        said = words(app, kept, kept.content, "en")
        assert "Acknowledgement of receipt" in said
        assert "Without an answer on 14 November 2026" in said


class TestWhoCanSaveIt:
    def test_the_person_from_her_page(self, client, case, kept):
        send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
        address = f"/suivre/accuse/{kept.id}.pdf"
        assert address in client.get(MINE).text
        paper = client.get(address)
        assert paper.data.startswith(b"%PDF-")
        assert b"pdfuaid" in paper.data
        assert "Rennes" not in paper.headers["Content-Disposition"]

    def test_nobody_elses(self, client, case, kept, unit, ports):
        other = open_case(unit, ports, organisation="Autre CHU").receipt
        send(client, "/suivre", reference=other.reference, secret=other.secret)
        assert client.get(f"/suivre/accuse/{kept.id}.pdf").status_code == 404

    def test_its_controller_and_its_dpo(self, client, case, kept, unit, clock):
        with unit(SYSTEM) as work:
            add_member(work, case.organisation_id, "a@chu.example", Role.AGENT)
            add_member(work, case.organisation_id, "d@chu.example", Role.DPO)
        sign_in(client, "a@chu.example", clock.now())
        address = f"/dossiers/{case.referral_id}/accuse/{kept.id}.pdf"
        assert address in client.get(f"/dossiers/{case.referral_id}").text
        assert client.get(address).data.startswith(b"%PDF-")
        with client.session_transaction() as forgotten:
            forgotten.clear()
        sign_in(client, "d@chu.example", clock.now())
        page = client.get(f"/dpo/dossiers/{case.referral_id}").text
        assert "Il manque au papier" in page
        assert kept.sha256 in page
        assert client.get(f"/dpo{address}").data.startswith(b"%PDF-")
        assert "il manque à ses accusés de réception" in client.get("/dpo").text

    def test_another_controller_cannot(self, client, case, kept, unit, clock):
        with unit(SYSTEM) as work:
            other = add_organisation(work, "Registre voisin")
            add_member(work, other, "v@voisin.example", Role.DPO, Role.AGENT)
        sign_in(client, "v@voisin.example", clock.now())
        for space in ("", "/dpo"):
            address = f"{space}/dossiers/{case.referral_id}/accuse/{kept.id}.pdf"
            assert client.get(address).status_code == 404


def test_the_operator_sees_whose_papers_are_incomplete(client, case, unit, clock):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "op@hub.example", Role.OPERATOR)
    sign_in(client, "op@hub.example", clock.now())
    page = client.get("/exploitation").text
    assert "le nom du service chargé du dossier, un numéro de téléphone" in page
    with unit(SYSTEM) as work:
        row = work.session.get_one(Organisation, case.organisation_id)
        row.service_name, row.phone = "Droits", "02 99 00 00 00"
    assert "dont les papiers sont incomplets" not in client.get("/exploitation").text


class TestSomethingMissing:
    def test_the_controller_lists_it_and_the_person_supplies_it(self, client, case, unit, clock):
        with unit(SYSTEM) as work:
            add_member(work, case.organisation_id, "a@chu.example", Role.AGENT)
        sign_in(client, "a@chu.example", clock.now())
        form = f"/dossiers/{case.referral_id}/a-completer"
        today = clock.now().date().isoformat()
        refused = send(client, form, text="Votre numéro de patient.", reply_by_on=today)
        assert refused.status_code == 422
        assert "Votre numéro de patient." in refused.text
        assert "Donnez une date après aujourd’hui." in refused.text
        assert send(client, form, text="Votre numéro de patient.").status_code == 302
        send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
        page = client.get(MINE).text
        assert "Un élément à fournir au plus tard le 29 septembre 2026" in page
        assert "Voir ce qui manque et le fournir" in page

    def test_the_person_reads_what_runs_and_what_waits(self, client, case, unit, session):
        with unit(case.agent) as work:
            asked = ask_completion(work, case.referral_id, "Votre numéro de patient.")
        send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
        page = client.get(f"/suivre/question/{asked}").text
        assert "Le mois dont il dispose pour vous répondre court pendant ce temps." in page
        assert "Seule la date à laquelle son silence vaudrait refus vous attend." in page
        sent = send(client, f"/suivre/question/{asked}", text="Le voici : 4521.")
        assert sent.status_code == 302
        assert "Après votre complément" in client.get(MINE).text


def test_each_step_leaves_its_own_paper_on_her_page(client, case, unit):
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    send(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
    page = client.get(MINE).text
    assert page.index("Confirmé par l’organisme") < page.index("À la transmission")
