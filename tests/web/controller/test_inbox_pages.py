"""The list of cases in a browser: filters in its address, searches out of it, bulk acts, export."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.lifecycle import ReferralState
from hub.domain.rights import Right
from hub.models.answer import Answer
from hub.models.referral import Referral, SavedView
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.working import label
from tests.factories import draft_for, planned
from tests.web.controller.conftest import DPO
from tests.web.controller.pages import send
from tests.web.members import sign_in


@pytest.fixture
def more(desk, unit, ports, session):
    """Two more cases of erasure; gives the ids of all three, oldest first."""
    case = desk.case
    for _ in range(2):
        draft = draft_for(planned(case.organisation_id, case.processing_id), right=Right.ERASURE)
        with unit(draft.actor) as work:
            file_request(work, plan_filing(draft, ports.keyring, ports.clock.now()))
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{case.organisation_id}")
    session.rollback()
    return list(session.scalars(select(Referral.id).order_by(Referral.due_on, Referral.id)))


def numbers(session) -> dict:
    session.rollback()
    return dict(session.execute(select(Referral.id, Referral.number)).all())


def test_the_list_shows_the_cases_and_their_counts(agent, more, session):
    page = agent.get("/dossiers")
    for number in numbers(session).values():
        assert number in page.text
    assert page.text.index("aria-current") < page.text.index(next(iter(numbers(session).values())))
    erasures = agent.get("/dossiers?droit=erasure")
    assert erasures.text.count('name="dossier"') == 2


def test_an_address_that_makes_no_sense_shows_the_whole_list(agent, more):
    page = agent.get("/dossiers?droit=x&base=y&affecte=z&etat=w&etiquette=v&page=!!&liste=u")
    assert page.text.count('name="dossier"') == 3


def test_an_empty_inbox_says_what_will_appear(agent, desk):
    page = agent.get("/dossiers?liste=late")
    assert "Rien n’est en retard" in page.text or "Aucun dossier en retard" in page.text
    assert "apparaissent ici" in page.text


def test_a_label_is_filtered_without_being_in_the_address(agent, more, unit, desk):
    with unit(desk.agent) as work:
        label(work, more[0], "Mme Untel")
    page = agent.get("/dossiers")
    assert "etiquette=Mme" not in page.text
    code = page.text.split(">Mme Untel</option>")[0].rsplit('value="', 1)[1].rstrip('"')
    assert agent.get(f"/dossiers?etiquette={code}").text.count('name="dossier"') == 1


def test_a_name_is_searched_by_post_and_never_in_an_address(agent, more):
    found = send(agent, "/dossiers/recherche", at="/dossiers", mots="dubois angele")
    assert found.text.count('name="dossier"') == 3
    assert "dubois" not in found.request.url
    none = send(agent, "/dossiers/recherche", at="/dossiers", mots="inconnu")
    assert "Aucun dossier ne correspond" in none.text
    assert agent.get("/dossiers/recherche").status_code == 405


def test_a_view_is_saved_found_again_and_forgotten_by_its_member_alone(agent, more, session):
    send(agent, "/dossiers/vues", at="/dossiers", nom="Effacements", filtres="droit=erasure&mots=x")
    session.rollback()
    view = session.scalar(select(SavedView))
    assert view.query == "droit=erasure"
    assert "Effacements" in agent.get("/dossiers").text
    send(agent, f"/dossiers/vues/{view.id}/oublier", at="/dossiers")
    session.rollback()
    assert session.scalar(select(SavedView)) is None
    send(agent, "/dossiers/vues", at="/dossiers", nom=" ", filtres="")
    assert session.scalar(select(SavedView)) is None


def test_several_are_acknowledged_and_those_refused_are_named(agent, more, session):
    send(agent, f"/dossiers/{more[0]}/accuser", at=f"/dossiers/{more[0]}")
    said = send(agent, "/dossiers/ensemble", at="/dossiers", acte="acknowledge", dossier=more)
    assert said.status_code == 200
    assert numbers(session)[more[0]] in said.text
    assert numbers(session)[more[1]] not in said.text
    states = set(session.scalars(select(Referral.state)))
    assert states == {ReferralState.ACKNOWLEDGED}


def test_several_are_assigned_at_once(agent, more, session, desk):
    said = send(
        agent,
        "/dossiers/ensemble",
        at="/dossiers",
        acte="assign",
        membre=str(desk.agent.id),
        dossier=more,
        retour="droit=access",
    )
    assert said.location == "/dossiers?droit=access"
    session.rollback()
    assert set(session.scalars(select(Referral.assigned_to_id))) == {desk.agent.id}


def test_no_data_held_says_how_many_before_it_answers_them(agent, more, session):
    asked = send(agent, "/dossiers/ensemble", at="/dossiers", acte="no_data_held", dossier=more)
    assert "3\xa0personnes" in asked.text or "3 personnes" in asked.text
    assert session.scalar(select(Answer)) is None
    url = "/dossiers/ensemble/sans-donnees"
    empty = send(agent, url, at="/dossiers", dossier=more, text=" ")
    assert 'id="text-error"' in empty.text
    send(agent, url, at="/dossiers", dossier=more, text="Nous n’avons rien.")
    session.rollback()
    assert len(session.scalars(select(Answer)).all()) == 3
    assert set(session.scalars(select(Referral.state))) == {ReferralState.ANSWERED}


def test_nothing_ticked_or_a_stranger_s_case_changes_nothing(agent, more, session):
    said = send(agent, "/dossiers/ensemble", at="/dossiers", acte="acknowledge")
    assert said.location == "/dossiers"
    foreign = ["0198c0de-0000-7000-8000-000000000000", "not-an-id"]
    send(agent, "/dossiers/ensemble", at="/dossiers", acte="acknowledge", dossier=foreign)
    session.rollback()
    assert set(session.scalars(select(Referral.state))) == {ReferralState.DELIVERED}


def rows_of(response) -> list[tuple]:
    sheet = load_workbook(BytesIO(response.data)).active
    return list(sheet.iter_rows(values_only=True))


def test_the_export_is_the_filtered_list_with_true_dates_and_no_formula(
    agent, more, unit, desk, session
):
    with unit(desk.agent) as work:
        label(work, more[0], "=HYPERLINK(1)")
    export = agent.get("/dossiers/export.xlsx")
    assert export.headers["Content-Disposition"].startswith("attachment")
    header, *rows = rows_of(export)
    assert [row[0] for row in rows] == [numbers(session)[key] for key in more]
    assert rows[0][2].year == 2026
    cells = load_workbook(BytesIO(export.data)).active["2"]
    dangerous = next(cell for cell in cells if cell.value == "=HYPERLINK(1)")
    assert dangerous.data_type == "s"
    assert "Dubois" not in str(rows)
    assert len(rows_of(agent.get("/dossiers/export.xlsx?droit=erasure"))) == 3
    found = send(agent, "/dossiers/export.xlsx", at="/dossiers", mots="dubois")
    assert len(rows_of(found)) == 4
    assert len(header) == len(rows[0])


def test_a_dpo_lists_and_exports_but_cannot_act(app, desk, client, clock):
    sign_in(client, DPO, clock.now())
    assert client.get("/dossiers/export.xlsx").status_code == 200
    assert 'name="acte"' not in client.get("/dossiers").text
    said = send(client, "/dossiers/ensemble", at="/dossiers", acte="acknowledge")
    assert said.status_code == 403


def test_a_visitor_is_sent_to_sign_in(app, client):
    assert "/connexion" in client.get("/dossiers").location


def test_a_list_to_come_back_to_that_is_no_list_is_left_out(agent, more):
    said = send(
        agent,
        "/dossiers/ensemble",
        at="/dossiers",
        acte="acknowledge",
        dossier=more,
        retour="droit=erasure&autre=1\r\nX-Evil: 1",
    )
    assert said.status_code == 302
    assert said.location == "/dossiers?droit=erasure"
