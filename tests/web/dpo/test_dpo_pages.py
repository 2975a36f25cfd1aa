"""The DPO's pages: late first, figures that add up, a trail that verifies, reasons for reading."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.outcomes import Outcome
from hub.domain.rights_matrix import MATRIX_VERSION
from hub.queries.audit_trail import TrailRow
from hub.queries.indicators import indicators
from hub.queries.oversight import Chip
from hub.services.answering import AnswerDraft, ItemAnswer, answer, no_data_held
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.working import acknowledge, extend
from hub.web.dpo.rows import trail_cells
from hub.web.paging import cursor_of
from tests.factories import add_organisation, draft_for, open_case, planned
from tests.web.members import add_member, form_token, sign_in


@pytest.fixture
def dpo(unit, ports, client, clock):
    """A case, and its controller's DPO signed in."""
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "dpo@chu.example", Role.DPO)
    sign_in(client, "dpo@chu.example", clock.now())
    return case


def test_a_late_case_comes_first_and_is_counted(client, dpo, clock):
    page = client.get("/dpo").text
    assert "Rien n’est en retard." in page
    clock.advance(days=31)
    with client.session_transaction() as kept:
        kept.clear()
    sign_in(client, "dpo@chu.example", clock.now())
    page = client.get("/dpo").text
    assert "1 dossier est en retard." in page
    assert "J+" in page


def test_the_figures_count_what_was_answered_in_time(client, dpo, unit):
    items = (ItemAnswer(dpo.processing_id, Outcome.GRANTED),)
    with unit(dpo.agent) as work:
        answer(work, dpo.referral_id, AnswerDraft("Voici.", items))
    page = client.get("/dpo").text
    assert "100" in page
    exported = client.get("/dpo/indicateurs.csv")
    assert exported.data.decode("utf-8-sig").splitlines()[1].startswith("Ensemble;1;1;1;0")


def test_the_list_and_its_export_hold_the_same_cases(client, dpo):
    listed = client.get("/dpo/dossiers?vue=open").text
    lines = client.get("/dpo/dossiers.csv?vue=open").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].split(";")[0] in listed
    assert "Dubois" not in listed + "".join(lines)


def test_a_dpo_never_learns_of_the_other_controllers_of_a_case(client, dpo, unit, ports):
    with unit(SYSTEM) as work:
        other = add_organisation(work, "Registre voisin")
    draft = draft_for(planned(dpo.organisation_id, dpo.processing_id), planned(other))
    with unit(draft.actor) as work:
        file_request(work, plan_filing(draft, ports.keyring, work.now))
    assert "Registre voisin" not in client.get("/dpo/dossiers?vue=all").text


def test_the_trail_shows_each_act_and_says_that_its_chain_holds(client, dpo, unit):
    with unit(dpo.agent) as work:
        acknowledge(work, dpo.referral_id)
    page = client.get(f"/dpo/dossiers/{dpo.referral_id}").text
    assert "rien ne manque" in page
    assert "Louise Martin" in page
    trail = client.get(f"/dpo/dossiers/{dpo.referral_id}/journal.csv").data.decode("utf-8-sig")
    assert len(trail.splitlines()) == 7
    assert trail.count("Accusé de réception établi") == 2


def test_the_trail_says_its_facts_in_words_and_its_export_keeps_the_ids(client, dpo):
    page = client.get(f"/dpo/dossiers/{dpo.referral_id}").text
    assert "Sur ce site · Accès" in page
    assert "channel:" not in page
    assert str(dpo.organisation_id) not in page
    exported = client.get(f"/dpo/dossiers/{dpo.referral_id}/journal.csv").text
    assert f"organisation: {dpo.organisation_id}" in exported


def test_the_trail_words_what_was_agreed_seen_and_found_out(app):
    moment = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
    facts = [
        ({"notified_online": True}, "Accord pour les décisions notifiées en ligne"),
        ({"by": "post"}, "Par courrier"),
        ({"reason": "check_dispute"}, "Vérifier auprès de la personne"),
        ({"is_hers": False}, "Ce n’est pas la sienne"),
        ({"paper": "mandate", "seen_on": "2026-09-01"}, "Mandat · 1er septembre 2026"),
        ({"verdict": "convinces"}, "Elle convainc"),
        ({"reason": "Plainte 2026-12"}, "Motif : Plainte 2026-12"),
    ]
    with app.test_request_context():
        for given, said in facts:
            row = TrailRow(1, moment, EventKind.DOCUMENT_SEEN, "person", "", None, given, b"")
            assert said in trail_cells(row)[4].replace("\u00a0", " "), given


def test_only_the_hubs_dpo_reads_content_and_her_reason_is_logged(client, unit, ports, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "hub@dpo.example", Role.HUB_DPO)
    sign_in(client, "hub@dpo.example", clock.now())
    path = f"/dpo/dossiers/{case.referral_id}"
    page = client.get(path)
    assert "copie de mes données" not in page.text
    refused = client.post(
        f"{path}/contenu", data={"csrf_token": form_token(page), "reason": "court"}
    )
    assert refused.status_code == 422
    read = client.post(
        f"{path}/contenu",
        data={"csrf_token": form_token(page), "reason": "Contrôle de la CNIL, dossier 2026-4"},
    )
    assert "copie de mes données" in read.text
    assert "Contrôle de la CNIL" in client.get(path).text


def test_the_hubs_dpo_reads_a_letter_that_was_sent_with_her_reason(client, unit, ports, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "hub@dpo.example", Role.HUB_DPO)
    with unit(case.agent) as work:
        answer_id = no_data_held(work, case.referral_id, "Nous n’avons rien sur vous.")
    sign_in(client, "hub@dpo.example", clock.now())
    path = f"/dpo/dossiers/{case.referral_id}"
    why = {"csrf_token": form_token(client.get(path)), "reason": "Plainte 2026-12 à la CNIL"}
    assert f"{path}/lettre/{answer_id}" in client.post(f"{path}/contenu", data=why).text
    saved = client.post(f"{path}/lettre/{answer_id}", data=why)
    assert saved.data.startswith(b"%PDF-")
    trail = client.get(f"{path}/journal.csv").data.decode("utf-8-sig")
    assert trail.count("Plainte 2026-12") == 2
    short = why | {"reason": "court"}
    assert client.post(f"{path}/lettre/{answer_id}", data=short).status_code == 422
    other = open_case(unit, ports, organisation="Autre")
    elsewhere = f"/dpo/dossiers/{other.referral_id}/lettre/{answer_id}"
    assert client.post(elsewhere, data=why).status_code == 404


def test_a_controllers_dpo_cannot_read_content_through_the_hubs_door(client, dpo):
    page = client.get(f"/dpo/dossiers/{dpo.referral_id}")
    answer = client.post(
        f"/dpo/dossiers/{dpo.referral_id}/contenu",
        data={"csrf_token": form_token(client.get("/compte")), "reason": "Par curiosité, vraiment"},
    )
    assert page.status_code == 200
    assert answer.status_code == 403


def test_another_organisations_case_is_not_found(client, dpo, unit, ports):
    other = open_case(unit, ports, organisation="Autre")
    assert client.get(f"/dpo/dossiers/{other.referral_id}").status_code == 404


def test_a_hand_made_address_never_breaks_the_list(client, dpo):
    for query in ("vue=x", "droit=y", "organisme=z", "suite="):
        assert client.get(f"/dpo/dossiers?{query}").status_code == 200
    made_up = [cursor_of("a", "b"), cursor_of("2026-09-14T10:00:00", uuid4()), "abc"]
    for suite in (*made_up, cursor_of("2026-09-14", "b")):
        for chip in Chip:
            assert client.get(f"/dpo/dossiers?vue={chip}&suite={suite}").status_code == 422


def test_a_case_shows_each_decision_with_the_versions_of_its_rules_c11(client, dpo, unit):
    items = (ItemAnswer(dpo.processing_id, Outcome.GRANTED),)
    with unit(dpo.agent) as work:
        answer(work, dpo.referral_id, AnswerDraft("Voici.", items))
    page = client.get(f"/dpo/dossiers/{dpo.referral_id}").text
    assert "Table des droits" in page
    assert MATRIX_VERSION in page


def test_how_often_time_is_extended_is_shown_by_controller_and_quarter_c05(
    client, dpo, unit, session
):
    with unit(dpo.agent) as work:
        extend(work, dpo.referral_id, "scattered_data", "Trois centres détiennent ces données.")
    page = client.get("/dpo").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Demandes prolongées, en pourcentage, par trimestre de réception" in page
    assert "T3 2026" in page
    assert "(100 %)" in page
    lines = client.get("/dpo/indicateurs.csv").data.decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[5:7] == ["1", "100"]
    session.rollback()
    found = indicators(session, dpo.organisation_id, date(2026, 1, 1), date(2026, 9, 14))
    assert [one.extended_share for one in found.by_quarter.values()] == [None, None, 1.0]
