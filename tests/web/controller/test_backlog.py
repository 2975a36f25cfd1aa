"""Bringing in a backlog on its pages: file, columns, dry run, import, report, progress."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.models.rights_request import RightsRequest
from tests.factories import add_processing
from tests.web.controller.pages import token_of
from tests.web.members import add_member, add_organisation, sign_in
from workers.jobs.importing import import_waiting

AGENT = "louise@chu.example"
OTHER = "paul@autre.example"
TABLE = "Reçu le;Nom;Prénom\n03/06/2026;Dubois;Angèle\n24/05/2018;Martin;Paul\n"


@pytest.fixture
def base(unit, app):
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Rennes", siren="263500076")
        add_member(work, hospital, AGENT, Role.AGENT)
        add_member(work, add_organisation(work, "Autre"), OTHER, Role.AGENT)
        return str(add_processing(work, hospital, title="Entrepôt eHOP"))


@pytest.fixture
def agent(base, client, clock):
    sign_in(client, AGENT, clock.now())
    return client


def upload(client, content: str = TABLE, name: str = "reprise.csv"):
    token = token_of(client.get("/saisie/reprise"))
    data = {"csrf_token": token, "file": (BytesIO(content.encode("cp1252")), name)}
    return client.post("/saisie/reprise", data=data, content_type="multipart/form-data")


def choose(client, address: str, base: str, **changes):
    page = client.get(address)
    columns = {"received_on": "0", "family_name": "1", "given_names": "2"}
    rest = {"right_for_all": "access", "channel_for_all": "post", "processings": [base]}
    return client.post(address, data={"csrf_token": token_of(page)} | columns | rest | changes)


def checked(client, base: str, content: str = TABLE) -> str:
    return choose(client, upload(client, content).location, base).location


def press(client, report: str, act: str):
    return client.post(f"{report}/{act}", data={"csrf_token": token_of(client.get(report))})


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(RightsRequest))


def test_a_file_is_read_checked_and_only_then_recorded(agent, base, session):
    report = checked(agent, base)
    page = agent.get(report)
    assert "1 ligne est prête" in page.text
    assert "25 mai 2018" in page.text, "the refused line says why"
    assert count(session) == 0
    press(agent, report, "importer")
    assert "L’import est terminé" in agent.get(report).text
    assert count(session) == 1


def test_the_columns_recognised_are_chosen_beforehand_and_the_choice_is_remembered(agent, base):
    headers = TABLE.replace("Reçu le", "Jour de venue")
    address = upload(agent, headers).location
    assert not re.search(r'id="received_on"[^/]*?selected value="0"', agent.get(address).text)
    choose(agent, address, base)
    again = agent.get(upload(agent, headers).location).text
    chosen = re.search(r'<select[^>]*id="received_on".*?</select>', again, re.S)[0]
    assert re.search(r"selected[^>]*>Jour de venue", chosen)


def test_without_the_date_or_the_name_nothing_is_checked(agent, base):
    address = upload(agent).location
    said = choose(agent, address, base, received_on="")
    assert said.status_code == 422
    assert "date de réception" in said.text


@pytest.mark.parametrize("content", ["", "un;deux\n", "%PDF-1.7"])
def test_what_is_no_table_is_refused_beside_its_field(agent, content):
    said = upload(agent, content)
    assert said.status_code == 422
    assert 'id="file-error"' in said.text


def test_a_long_file_is_imported_by_a_job_and_its_progress_is_shown(agent, base, session):
    lines = "".join(f"03/06/2026;Nom{n};P\n" for n in range(60))
    report = checked(agent, base, "Reçu le;Nom;Prénom\n" + lines)
    press(agent, report, "importer")
    page = agent.get(report)
    assert "<progress" in page.text
    assert count(session) == 0
    assert import_waiting() == 60
    assert "L’import est terminé" in agent.get(report).text
    assert count(session) == 60


def test_the_report_opens_in_excel_with_a_row_a_line(agent, base):
    report = checked(agent, base)
    press(agent, report, "importer")
    sheet = load_workbook(BytesIO(agent.get(f"{report}/rapport.xlsx").data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [2, 3]
    assert rows[1][3]
    assert "RGPD" in rows[2][2]


def test_a_file_can_be_dropped_before_it_is_imported(agent, base):
    report = checked(agent, base)
    assert press(agent, report, "abandonner").location == "/saisie/reprise"
    assert agent.get(f"{report}/colonnes").status_code == 404


def test_no_other_organisation_sees_a_file(agent, base, client, clock, app):
    report = checked(agent, base)
    stranger = app.test_client()
    sign_in(stranger, OTHER, clock.now())
    assert stranger.get(report).status_code == 404
    assert stranger.get(f"{report}/rapport.xlsx").status_code == 404
